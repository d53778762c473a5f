import { expect } from "chai";
import { artifacts } from "hardhat";

/** Contracts that hold or move value. */
const CONTRACTS = [
  "CollateralAccount",
  "ControlAuction",
  "FuturesClearing",
  "FuturesDefaults",
  "FuturesDesk",
  "FuturesExchange",
  "FuturesIndex",
  "FuturesSettlement",
  "LoanBook",
  "LoanDesk",
  "LoanEscrow",
  "LoanLens",
  "LoanTakeover",
  "LoanTerms",
  "PledgeVault",
  "PledgeVaultDesk",
  "PostedCollateral",
  "Reputation",
  "ReserveFund",
  "RiskEngine",
  "SectorConditions",
  "StripAuction",
] as const;

/** Functions that take bytes, and why none of them can be told whom to call. */
const TAKE_BYTES = new Set([
  "ControlAuction.upgradeToAndCall",
  "ControlAuction.take", // handed to the taker itself, through one function of IControlTaker
  "FuturesClearing.checkCanCall", // as the loan book's
  "FuturesClearing.upgradeToAndCall",
  "FuturesExchange.fill", // signatures: handed to the maker alone, in a static call of isValidSignature
  "FuturesExchange.matchOrders", // as those of fill
  "FuturesIndex.upgradeToAndCall",
  "LoanBook.checkCanCall", // the loan book itself only; compared with the manager's schedule, and called by nobody
  "LoanBook.upgradeToAndCall", // UPGRADER only, runs in the implementation being set
  "LoanBook.safeTransferFrom", // ERC-721: handed to the receiver of the token alone
  "LoanLens.probe", // the lens itself only, and always undone: it tries a keeper's step
  "PledgeVault.upgradeToAndCall",
  "PostedCollateral.upgradeToAndCall",
  "PostedCollateral.take", // as the strip auction's
  "SectorConditions.check", // where sectors are: handed to the miner actor alone, as a parameter of its own method
  "SectorConditions.handle_filecoin_method", // a notice, read and not passed on
  "StripAuction.upgradeToAndCall",
  "StripAuction.safeTransferFrom",
  "StripAuction.take", // handed to the taker itself, through one function of IStripTaker
]);

describe("interfaces of what holds value", () => {
  it("G-11: offer no call of a caller's choosing", async () => {
    const found: string[] = [];
    for (const name of CONTRACTS) {
      const { abi } = await artifacts.readArtifact(name);
      for (const entry of abi) {
        if (entry.type !== "function" || entry.stateMutability === "view" || entry.stateMutability === "pure") continue;
        // bytes32 and the like are words, not calls
        const takesBytes = entry.inputs.some((input: { type: string }) => /^bytes(?!\d)/.test(input.type));
        if (takesBytes && !TAKE_BYTES.has(`${name}.${entry.name}`)) found.push(`${name}.${entry.name}`);
      }
    }
    expect(found).to.deep.equal([]);
  });
});
