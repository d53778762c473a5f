import { AbiCoder, getBytes, hexlify } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";

/**
 * Precompiles that answer constants: what a call costs the EVM to make and to read, without what the simulated actors cost to
 * run. On the FVM actors are not paid for in EVM gas at all.
 */

const RESOLVE_ADDRESS = "0xfe00000000000000000000000000000000000001";
const CALL_ACTOR = "0xfe00000000000000000000000000000000000003";
const CALL_ACTOR_ID = "0xfe00000000000000000000000000000000000005";
/** Holds what a withdrawal pays, and sends it to whoever calls: `CALLER SELFDESTRUCT`. */
export const PAYER = "0xbe00000000000000000000000000000000000001";
const PAYER_CODE = "0x33ff";

/** Exported methods of the miner and power actors (FRC-0042 numbers). */
const METHOD = {
  send: 0n,
  getAvailableBalance: 4_026_106_874n,
  getVestingFunds: 1_726_876_304n,
  initialPledge: 3_180_523_767n,
  maxTerminationFee: 4_127_382_196n,
  getBeneficiary: 4_158_972_569n,
  getOwner: 3_275_365_574n,
  withdrawBalance: 2_280_458_852n,
  minerPower: 36_284_446n,
} as const;

/** What every call answers, whoever asks and with whatever parameters. */
export interface ConstantActors {
  /** [attoFIL] */
  readonly available: bigint;
  /** Rows of the vesting table [attoFIL]. */
  readonly vesting: readonly bigint[];
  /** [attoFIL] */
  readonly pledge: bigint;
  /** The answer of MaxTerminationFee, for pledge and for power alike [attoFIL]. */
  readonly terminationFee: bigint;
  /** [bytes] */
  readonly rawPower: bigint;
  /** [bytes] */
  readonly qaPower: bigint;
  /** [actor id] */
  readonly owner: bigint;
  /** The collateral account: beneficiary, and what every address resolves to [actor id]. */
  readonly account: bigint;
  /** What a withdrawal sends [attoFIL]. */
  readonly withdrawn: bigint;
}

// ------------------------------------------------------------------------------------------------ CBOR

export type Bytes = readonly number[];

function head(major: number, value: bigint): Bytes {
  const top = major << 5;
  if (value < 24n) return [top | Number(value)];
  for (const [i, width] of [1, 2, 4, 8].entries()) {
    if (value < 1n << BigInt(8 * width)) return [top | (24 + i), ...bigEndian(value, width)];
  }
  return [top | 27, ...bigEndian(value, 8)];
}

function bigEndian(value: bigint, width: number): Bytes {
  return Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn));
}

export const uint = (value: bigint): Bytes => head(0, value);
const bytes = (content: Bytes): Bytes => [...head(2, BigInt(content.length)), ...content];
export const array = (...items: readonly Bytes[]): Bytes => [...head(4, BigInt(items.length)), ...items.flat()];
const NULL: Bytes = [0xf6];

/** Sign byte and magnitude; nothing for zero. */
export function bigInteger(value: bigint): Bytes {
  if (value === 0n) return bytes([]);
  const magnitude = value < 0n ? -value : value;
  const width = Math.ceil(magnitude.toString(16).length / 2);
  return bytes([value < 0n ? 1 : 0, ...bigEndian(magnitude, width)]);
}

/** An actor's address by its id: protocol 0 and a LEB128 number. */
export function idAddress(id: bigint): Bytes {
  const groups: number[] = [];
  for (let rest = id; groups.length === 0 || rest > 0n; rest >>= 7n) groups.push(Number(rest & 0x7fn));
  return bytes([0, ...groups.map((group, i) => (i === groups.length - 1 ? group : group | 0x80))]);
}

// ------------------------------------------------------------------------------------------------ answers

const QUOTA = 1n << 120n;
const LAST_EPOCH = 2n ** 63n - 1n;

function answers(actors: ConstantActors): ReadonlyArray<readonly [method: bigint, cbor: Bytes]> {
  const firstVesting = 6_000_000n;
  const rows = actors.vesting.map((amount, i) => array(uint(firstVesting + BigInt(i)), bigInteger(amount)));
  return [
    [METHOD.getAvailableBalance, bigInteger(actors.available)],
    [METHOD.initialPledge, bigInteger(actors.pledge)],
    [METHOD.minerPower, array(bigInteger(actors.rawPower), bigInteger(actors.qaPower))],
    [METHOD.maxTerminationFee, bigInteger(actors.terminationFee)],
    [
      METHOD.getBeneficiary,
      array(array(idAddress(actors.account), array(bigInteger(QUOTA), bigInteger(0n), uint(LAST_EPOCH))), NULL),
    ],
    [METHOD.getOwner, array(idAddress(actors.owner), NULL)],
    [METHOD.getVestingFunds, array(array(...rows))],
    [METHOD.withdrawBalance, bigInteger(actors.withdrawn)],
    [METHOD.send, []],
  ];
}

/** As call_actor answers: exit code, codec of the result, result. */
function encodeAnswer(cbor: Bytes): Bytes {
  const codec = cbor.length === 0 ? 0 : 0x51;
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["int256", "uint64", "bytes"],
    [0, codec, hexlify(Uint8Array.from(cbor))],
  );
  return [...getBytes(encoded)];
}

// ------------------------------------------------------------------------------------------------ bytecode

const push2 = (value: number): Bytes => [0x61, value >> 8, value & 0xff];

/** Code that returns `answer`, which lies at `offset` in the code. */
function returning(answer: Bytes, offset: number): Bytes {
  const [CODECOPY, RETURN, PUSH0] = [0x39, 0xf3, 0x5f];
  return [...push2(answer.length), ...push2(offset), PUSH0, CODECOPY, ...push2(answer.length), PUSH0, RETURN];
}

/** Code that always returns the same. */
function constantCode(answer: Bytes): string {
  const length = returning(answer, 0).length;
  return hexlify(Uint8Array.from([...returning(answer, length), ...answer]));
}

/** Calls the payer, which pays the contract on whose behalf this code runs. */
const COLLECT: Bytes = [0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x73, ...getBytes(PAYER), 0x5a, 0xf1, 0x50];

/** Code that looks at the method, the first word of the input, and returns its answer. */
function dispatchingCode(table: ReadonlyArray<readonly [bigint, Bytes]>): string {
  const [CALLDATALOAD, DUP1, EQ, JUMPI, INVALID, JUMPDEST, PUSH0, PUSH4] = [
    0x35, 0x80, 0x14, 0x57, 0xfe, 0x5b, 0x5f, 0x63,
  ];
  const entryLength = 11;
  const prologueLength = 2 + table.length * entryLength + 1;
  const effects = table.map(([method]) => (method === METHOD.withdrawBalance ? COLLECT : []));
  const blocks = table.map(([, answer], i) => 1 + (effects[i]?.length ?? 0) + returning(answer, 0).length);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const blockAt = (i: number): number => prologueLength + sum(blocks.slice(0, i));
  const dataAt = (i: number): number =>
    prologueLength + sum(blocks) + sum(table.slice(0, i).map(([, answer]) => answer.length));
  return hexlify(
    Uint8Array.from([
      ...[PUSH0, CALLDATALOAD],
      ...table.flatMap(([method], i) => [DUP1, PUSH4, ...bigEndian(method, 4), EQ, ...push2(blockAt(i)), JUMPI]),
      INVALID,
      ...table.flatMap(([, answer], i) => [JUMPDEST, ...(effects[i] ?? []), ...returning(answer, dataAt(i))]),
      ...table.flatMap(([, answer]) => answer),
    ]),
  );
}

/** Replaces the precompiles by constants. The state of all other contracts stays. */
export async function installConstantActors(provider: EthereumProvider, actors: ConstantActors): Promise<void> {
  const table = answers(actors).map(([method, cbor]) => [method, encodeAnswer(cbor)] as const);
  const code: ReadonlyArray<readonly [address: string, code: string]> = [
    [CALL_ACTOR_ID, dispatchingCode(table)],
    [CALL_ACTOR, constantCode(encodeAnswer([]))],
    [RESOLVE_ADDRESS, constantCode(bigEndian(actors.account, 32))],
    [PAYER, PAYER_CODE],
  ];
  for (const params of code) await provider.request({ method: "hardhat_setCode", params: [...params] });
  await provider.request({ method: "hardhat_setBalance", params: [PAYER, `0x${actors.withdrawn.toString(16)}`] });
}
