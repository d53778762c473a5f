import type { Mined, Sender } from "../chain/index.js";
import { requireEvent } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";

/** A deposit or withdrawal. */
export interface PoolFlow {
  readonly mined: Mined;
  /** [attoFIL] */
  readonly assets: bigint;
  /** 24 decimals, 6 more than FIL. */
  readonly shares: bigint;
}

/** Deposits native FIL. */
export async function deposit(
  contracts: Plimsoll,
  sender: Sender,
  amount: bigint,
  receiver: string,
): Promise<PoolFlow> {
  const call = contracts.vault.depositFil.populateTransaction(receiver, { value: amount });
  const mined = await sender.send("deposit", call);
  return flow(contracts, mined, "Deposit");
}

/** Withdraws native FIL from the signer's own shares; `max` takes all that the shares are worth and the pool has idle. */
export async function withdraw(
  contracts: Plimsoll,
  sender: Sender,
  amount: bigint | "max",
  receiver: string,
): Promise<PoolFlow> {
  const owner = await sender.address();
  const call =
    amount === "max"
      ? contracts.vault.redeemFil.populateTransaction(await contracts.vault.maxRedeem(owner), receiver, owner)
      : contracts.vault.withdrawFil.populateTransaction(amount, receiver, owner);
  const mined = await sender.send("withdraw", call);
  return flow(contracts, mined, "Withdraw");
}

/** Pays the reserve fund its share of interest. */
export async function payReserve(contracts: Plimsoll, sender: Sender): Promise<Mined> {
  return sender.send("pay the reserve", contracts.vault.payReserve.populateTransaction());
}

function flow(contracts: Plimsoll, mined: Mined, event: "Deposit" | "Withdraw"): PoolFlow {
  const args = requireEvent(mined, contracts.vault, event);
  return {
    mined,
    assets: BigInt(args.getValue("assets") as bigint),
    shares: BigInt(args.getValue("shares") as bigint),
  };
}
