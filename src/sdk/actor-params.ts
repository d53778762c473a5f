import { InvalidInputError } from "./failure.js";

/** The miner actor's ChangeBeneficiary, by its exported (FRC-42) number. */
export const CHANGE_BENEFICIARY = 1_570_634_796n;
/** The miner actor's ChangeOwnerAddress, likewise. */
export const CHANGE_OWNER_ADDRESS = 1_010_589_339n;

function bytes(...values: readonly (bigint | number)[]): string {
  return values.map((value) => BigInt(value).toString(16).padStart(2, "0")).join("");
}

/** Head of a CBOR item: major type and length or value, in its shortest form. */
function head(major: number, value: bigint): string {
  const type = BigInt(major << 5);
  if (value < 24n) return bytes(type | value);
  for (const [tag, width] of [
    [24n, 1n],
    [25n, 2n],
    [26n, 4n],
    [27n, 8n],
  ] as const) {
    if (value < 1n << (8n * width)) return bytes(type | tag) + value.toString(16).padStart(Number(width) * 2, "0");
  }
  throw new InvalidInputError({
    code: "CBOR_TOO_LARGE",
    message: "The number does not fit into CBOR.",
    limit: "below 2^64",
    input: value.toString(),
  });
}

/** An f0 address as a byte string: protocol 0 and the id in unsigned LEB128. */
function idAddress(id: bigint): string {
  let rest = id;
  let encoded = "";
  do {
    const low = rest & 0x7fn;
    rest >>= 7n;
    encoded += bytes(rest > 0n ? low | 0x80n : low);
  } while (rest > 0n);
  return head(2, BigInt(encoded.length / 2 + 1)) + `00${encoded}`;
}

/** A token amount: an empty string for zero, else a sign byte and the magnitude. */
function tokenAmount(value: bigint): string {
  if (value === 0n) return head(2, 0n);
  const digits = value.toString(16);
  const magnitude = digits.length % 2 === 0 ? digits : `0${digits}`;
  return head(2, BigInt(magnitude.length / 2 + 1)) + `00${magnitude}`;
}

/**
 * Parameters of ChangeBeneficiary in CBOR, for `lotus send --params-hex` and for proposals from contracts.
 * @param beneficiary [actor id]
 * @param quota [attoFIL]
 * @param expiration [epoch]
 * @example changeBeneficiaryParams(1000n, 0n, 0n) === "0x834300e8074000"
 */
export function changeBeneficiaryParams(beneficiary: bigint, quota: bigint, expiration: bigint): string {
  return `0x83${idAddress(beneficiary)}${tokenAmount(quota)}${head(0, expiration)}`;
}

/**
 * Parameters of ChangeOwnerAddress in CBOR: from the owner a proposal, from the one proposed its acceptance.
 * @param owner the new owner [actor id]
 * @example changeOwnerParams(1000n) === "0x4300e807"
 */
export function changeOwnerParams(owner: bigint): string {
  return `0x${idAddress(owner)}`;
}
