import { getAddress, toBeHex, zeroPadValue } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";

/** Where the simulation's own contracts live; the same constants as `contracts/devnet/Devnet.sol`. */
export const WORLD_ADDRESS = "0xf11Ec01100000000000000000000000000000001";

/** What `hre.artifacts` gives. */
export interface ArtifactReader {
  readArtifact(name: string): Promise<{ readonly deployedBytecode: string }>;
}

const PIECES: ReadonlyArray<readonly [artifact: string, address: string]> = [
  ["FilecoinWorld", WORLD_ADDRESS],
  ["contracts/devnet/MinerActor.sol:MinerActor", "0xf11ec01100000000000000000000000000000002"],
  ["Driver", "0xf11ec01100000000000000000000000000000003"],
  ["Lens", "0xf11ec01100000000000000000000000000000004"],
  ["Notifier", "0xf11ec01100000000000000000000000000000005"],
  ["ResolveAddress", "0xfe00000000000000000000000000000000000001"],
  ["LookupDelegatedAddress", "0xfe00000000000000000000000000000000000002"],
  ["CallActor", "0xfe00000000000000000000000000000000000003"],
  ["CallActorId", "0xfe00000000000000000000000000000000000005"],
  ["contracts/devnet/precompiles/BeaconRandomness.sol:BeaconRandomness", "0xfe00000000000000000000000000000000000006"],
];

/** Singleton actors whose masked address has code on Filecoin. */
const SINGLETONS = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 10n];

/** The EVM address of an actor by its id: `0xff`, zeros, the id in 8 bytes. */
export function maskedAddress(id: bigint): string {
  return getAddress(zeroPadValue(toBeHex((0xffn << 152n) | id), 20));
}

async function setCode(provider: EthereumProvider, address: string, code: string): Promise<void> {
  const present = await provider.request({ method: "eth_getCode", params: [address, "latest"] });
  if (present === code) return;
  await provider.request({ method: "hardhat_setCode", params: [address, code] });
}

/** Puts code at a native actor's masked address; `SimulatedFilecoin.createMiner` does this for miners. */
export async function installNativeActor(
  provider: EthereumProvider,
  artifacts: ArtifactReader,
  id: bigint,
): Promise<void> {
  const { deployedBytecode } = await artifacts.readArtifact("NativeActor");
  await setCode(provider, maskedAddress(id), deployedBytecode);
}

/**
 * Puts every piece of the simulated Filecoin at its address by `hardhat_setCode`. State that is there already stays, so
 * running it again changes nothing. A fork of Filecoin takes it as well as an empty chain; a live node has no such method
 * and refuses.
 */
export async function installFilecoin(provider: EthereumProvider, artifacts: ArtifactReader): Promise<void> {
  for (const [artifact, address] of PIECES) {
    const { deployedBytecode } = await artifacts.readArtifact(artifact);
    await setCode(provider, address, deployedBytecode);
  }
  for (const id of SINGLETONS) await installNativeActor(provider, artifacts, id);
}

/** Whether the simulated Filecoin is installed on this chain. */
export async function isFilecoinInstalled(provider: EthereumProvider): Promise<boolean> {
  return (await provider.request({ method: "eth_getCode", params: [WORLD_ADDRESS, "latest"] })) !== "0x";
}
