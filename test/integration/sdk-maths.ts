import { expect } from "chai";
import { network } from "hardhat";

import {
  WAD,
  carryingDown,
  faceDown,
  faultFeeUp,
  faultRatioUp,
  healthDown,
  lostPledgeUp,
  maxBonusDown,
  orderlyNet,
  orderlyValueDown,
  priceToTargetUp,
  priceUp,
  walkAwayValueDown,
  weightedValueDown,
  withoutDustUp,
} from "../../src/sdk/index.js";
import { Random } from "../unit/sdk/helpers.js";

/** test/unit/loans/risk/RiskMathHarness.sol, as far as it is used here. */
interface RiskMathHarness {
  valuations(rows: readonly (readonly bigint[])[]): Promise<readonly (readonly bigint[])[]>;
  sales(rows: readonly (readonly bigint[])[]): Promise<readonly (readonly bigint[])[]>;
}

const CASES = 2_000;
const PER_CALL = 200;
const word = (value: bigint): bigint => BigInt.asUintN(256, value);

/** The SDK's arithmetic against the contracts' own, value for value. */
describe("SDK: health and sizing maths equal RiskMath", () => {
  const random = new Random("maths");
  const amount = (): bigint => random.below(2n ** (1n + random.below(100n)));
  const ratio = (): bigint => random.below(2n * WAD);
  let harness: RiskMathHarness;

  before(async () => {
    const { ethers } = await network.create();
    harness = (await ethers.deployContract("RiskMathHarness")) as unknown as RiskMathHarness;
  });

  it(`values ${CASES} random miners alike`, async () => {
    type Row = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let done = 0; done < CASES; done += PER_CALL) {
      const rows = Array.from({ length: PER_CALL }, (): Row => [
        random.below(2n) === 0n ? amount() : -amount(),
        amount(),
        amount(),
        amount(),
        amount(),
        ratio(),
        amount(),
        amount(),
        amount(),
        amount(),
      ]);
      const answers = await harness.valuations(rows.map((row) => row.map(word) as Row));
      rows.forEach(([a, v, p, t, fee, least, leak, q, pRef, qRef], i) => {
        const fault = faultFeeUp(fee, p, least);
        const net = orderlyNet(a, v, p, t);
        const lost = lostPledgeUp(p, q, pRef, qRef);
        const mine = [
          fault,
          word(net),
          orderlyValueDown(net),
          walkAwayValueDown(net, fault, leak),
          lost,
          faultRatioUp(lost, p),
        ];
        expect([...(answers[i] ?? [])]).to.deep.equal(mine);
      });
    }
  });

  it(`sizes ${CASES} random sales alike`, async () => {
    type Row = [bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let done = 0; done < CASES; done += PER_CALL) {
      const rows = Array.from({ length: PER_CALL }, (): Row => {
        const debt = amount();
        const near = (debt * (90n + random.below(30n))) / 100n;
        return [
          random.below(4n) === 0n ? amount() : near,
          debt,
          WAD - random.below(WAD / 2n),
          WAD + random.below(WAD / 5n),
          random.below(WAD / 5n),
          random.below(WAD + 1n),
          amount(),
        ];
      });
      const answers = await harness.sales(rows);
      rows.forEach(([value, debt, weight, target, discount, share, minDebt], i) => {
        const health = healthDown(value, debt, weight);
        const most = maxBonusDown(health, weight);
        const bonus = most > WAD ? WAD + ((most - WAD) * share) / WAD : WAD;
        const price = priceToTargetUp(debt, health, target, bonus, weight);
        const face = faceDown(price, bonus);
        const mine = [
          health,
          most,
          bonus,
          price,
          face,
          priceUp(face, bonus),
          withoutDustUp(price, debt, minDebt),
          carryingDown(value, discount),
          weightedValueDown(value, weight),
        ];
        expect([...(answers[i] ?? [])]).to.deep.equal(mine);
      });
    }
  });
});
