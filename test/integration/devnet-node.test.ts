import { expect } from "chai";
import hre from "hardhat";

import { ActorExitError, SimulatedFilecoin } from "../../src/devnet/index.js";

const FIL = 10n ** 18n;

describe("The simulated Filecoin on a node reached over HTTP", () => {
  it("is installed, driven through a sector's life, and names exit codes", async () => {
    const server = await hre.network.createServer("default", "127.0.0.1", 0);
    const { port } = await server.listen();
    try {
      const override = { url: `http://127.0.0.1:${port}` };
      const { ethers, provider } = await hre.network.create({ network: "localhost", override });
      const owner = await ethers.provider.getSigner(0);
      const filecoin = await SimulatedFilecoin.connect(provider, hre.artifacts, owner);
      const miner = await filecoin.createMiner(owner, 4n * FIL);
      const refused = await filecoin.preCommit(miner, 1000n).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(ActorExitError);
      expect((refused as ActorExitError).exitCode).to.equal(19n);
      await filecoin.fund(miner, 50n * FIL);
      const first = await filecoin.seal(miner, 20n, { verified: true });
      await filecoin.award(miner, 8n * FIL);
      await filecoin.advanceDays(2n);
      await filecoin.declareFaults(miner, first, 5n);
      await filecoin.declareRecoveries(miner, first, 5n);
      await filecoin.advanceDays(1n);
      await filecoin.terminate(miner, first + 15n, 5n);
      const state = await filecoin.world.minerState(miner);
      expect(state.qaPower).to.equal(15n * 320n * 2n ** 30n);
      expect(state.terminating).to.equal(0n);
      expect((await filecoin.balanceOf(miner)) + (await filecoin.balanceOf(99n))).to.equal(62n * FIL);
      const withdraw = await filecoin.callAs(owner, miner, 2280458852n, "0x8149000de0b6b3a7640000");
      expect(withdraw).to.deep.equal({ exitCode: 0n, result: "0x49000de0b6b3a7640000" });
      const stranger = await filecoin.callAs(ethers.Wallet.createRandom(), miner, 2280458852n, "0x8140");
      expect(stranger.exitCode).to.equal(18n);
    } finally {
      await server.close();
    }
  });
});
