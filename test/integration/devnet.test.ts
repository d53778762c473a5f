import { expect } from "chai";
import hre from "hardhat";

import { ActorExitError, SimulatedFilecoin, maskedAddress } from "../../src/devnet/index.js";

const FIL = 10n ** 18n;

describe("The simulated Filecoin's driver", () => {
  async function connect() {
    const { ethers, provider } = await hre.network.create();
    const owner = await ethers.provider.getSigner(0);
    const filecoin = await SimulatedFilecoin.connect(provider, hre.artifacts, owner);
    return { ethers, provider, owner, filecoin };
  }

  it("seals, earns, misses its proofs and is terminated after 42 days", async () => {
    const { filecoin, owner } = await connect();
    const miner = await filecoin.createMiner(owner);
    await filecoin.fund(miner, 100n * FIL);
    await filecoin.seal(miner, 100n);
    await filecoin.award(miner, 8n * FIL);
    let state = await filecoin.world.minerState(miner);
    expect(state.rawPower).to.equal(100n << 35n);
    expect(state.locked).to.equal(6n * FIL);
    expect(await filecoin.balanceOf(miner)).to.equal(108n * FIL);
    await filecoin.miss(miner);
    await filecoin.advanceDays(44n);
    state = await filecoin.world.minerState(miner);
    expect(state.pledge).to.equal(0n);
    expect(state.qaPower).to.equal(0n);
    expect(await filecoin.balanceOf(99n)).to.equal(108n * FIL - state.balance);
  });

  it("reports an actor's exit code as an error with the code in it", async () => {
    const { filecoin, owner } = await connect();
    const miner = await filecoin.createMiner(owner);
    const error = await filecoin.preCommit(miner, 1n).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).to.be.instanceOf(ActorExitError);
    expect((error as ActorExitError).exitCode).to.equal(19n);
  });

  it("is installed once: a second connection finds the same state", async () => {
    const { filecoin, owner, provider } = await connect();
    const miner = await filecoin.createMiner(owner);
    const again = await SimulatedFilecoin.connect(provider, hre.artifacts, owner);
    expect((await again.world.minerState(miner)).owner).to.equal(await filecoin.world.idOf(owner));
    expect(await provider.request({ method: "eth_getCode", params: [maskedAddress(miner), "latest"] })).to.not.equal(
      "0x",
    );
  });
});
