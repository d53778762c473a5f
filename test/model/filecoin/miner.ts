import * as cbor from "./cbor.js";
import * as network from "./network.js";
import { DAY, FIL, SECTOR, type Network } from "./network.js";

const WINDOW = 60;
const DEADLINES = 48;
const PARTITION = 2349;
const HALF_DAY = DAY / 2;
const FAULT_MAX_AGE = 42 * DAY;

/** The exit code with which an actor ends. */
export class Abort extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

function require_(condition: boolean, code: number): void {
  if (!condition) throw new Abort(code);
}

type SectorState = "unproven" | "active" | "faulty" | "owing" | "dead";

export interface Sector {
  readonly number: number;
  readonly activation: number;
  readonly pledge: bigint;
  readonly power: bigint;
  readonly fee: bigint;
  readonly deadline: number;
  partition: number;
  expiration: number;
  state: SectorState;
  recovering: boolean;
  faultUntil: number;
  endedAt: number;
}

interface PreCommitted {
  readonly number: number;
  readonly at: number;
  readonly verified: boolean;
  readonly expiration: number;
  readonly deposit: bigint;
  readonly cleanUpAt: number;
}

interface VestingEntry {
  readonly epoch: number;
  amount: bigint;
}

interface Proposal {
  readonly nominee: bigint;
  readonly quota: bigint;
  readonly expiration: bigint;
  byBeneficiary: boolean;
  byNominee: boolean;
}

/** What happens without anybody's doing. */
export const CRON_EVENTS = [
  "worker applied by cron",
  "deposit burnt",
  "sector first proven in its window",
  "sector recovered in its window",
  "fault detected",
  "fault fee charged",
  "daily fee charged",
  "daily fee capped",
  "sector expired on time",
  "faulty sector expired on time",
  "sector terminated after 42 days",
  "termination put off to the next epoch",
  "debt paid by cron",
  "debt left after cron",
  "cron ended",
] as const;
export type CronEvent = (typeof CRON_EVENTS)[number];

/** Money that leaves the miner. */
export interface Payment {
  readonly to: bigint;
  readonly amount: bigint;
}

const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * A storage miner, sector by sector and deadline by deadline. Nothing is skipped and nothing is grouped: it is meant to
 * be easy to check against the rules, not to be fast.
 */
export class MinerModel {
  balance = 0n;
  pledge = 0n;
  deposits = 0n;
  debt = 0n;
  vesting: VestingEntry[] = [];
  sectors: Sector[] = [];
  preCommits: PreCommitted[] = [];
  pendingOwner: bigint | undefined;
  beneficiary: bigint;
  quota = 0n;
  used = 0n;
  termExpiration = 0n;
  proposal: Proposal | undefined;
  newWorker: { readonly id: bigint; readonly at: number } | undefined;
  controls: bigint[] = [];
  missing = new Set<number>();
  cronActive = false;
  cronDone: number;
  earlyWorkAt: number | undefined;
  faultIneligibleUntil = 0;
  nextSector = 0;
  burnt = 0n;
  readonly payments: Payment[] = [];
  private readonly assigned = new Array<number>(DEADLINES).fill(0);
  private readonly disputableUntil = new Array<number>(DEADLINES).fill(-1);

  constructor(
    readonly id: bigint,
    public owner: bigint,
    public worker: bigint,
    readonly provingStart: number,
    private net: Network,
    epoch: number,
  ) {
    this.beneficiary = owner;
    this.cronDone = epoch - 1;
  }

  /** How often each thing that only cron does has happened. */
  seen: Partial<Record<CronEvent, number>> = {};

  private note(event: CronEvent, times = 1): void {
    if (times > 0) this.seen[event] = (this.seen[event] ?? 0) + times;
  }

  /** Runs `operation` after the cron due before `epoch`; what aborts leaves no trace. Returns the exit code. */
  attempt(epoch: number, operation: () => void): number {
    const saved = structuredClone({ ...this });
    try {
      this.advanceTo(epoch);
      operation();
      return 0;
    } catch (error) {
      if (!(error instanceof Abort)) throw error;
      Object.assign(this, saved);
      return error.code;
    }
  }

  // ------------------------------------------------------------------------------------------- derived

  get locked(): bigint {
    return sum(this.vesting.map((v) => v.amount));
  }

  get rawPower(): bigint {
    return SECTOR * BigInt(this.sectors.filter((s) => s.state === "active").length);
  }

  get qaPower(): bigint {
    return sum(this.sectors.filter((s) => s.state === "active").map((s) => s.power));
  }

  get owing(): Sector[] {
    return this.sectors.filter((s) => s.state === "owing");
  }

  private get unlocked(): bigint {
    const free = this.balance - this.locked - this.deposits - this.pledge;
    require_(free >= 0n, 20);
    return free;
  }

  get available(): bigint {
    return this.unlocked - this.debt;
  }

  private live(s: Sector): boolean {
    return s.state === "unproven" || s.state === "active" || s.state === "faulty";
  }

  private deadlineAt(epoch: number): number {
    const inPeriod = (((epoch - this.provingStart) % DAY) + DAY) % DAY;
    return Math.floor(inPeriod / WINDOW);
  }

  /** The last epoch of the given deadline's window that has not passed. */
  private windowEnd(deadline: number, epoch: number): number {
    let end = epoch;
    while (!this.isWindowEnd(end) || this.deadlineAt(end) !== deadline) end += 1;
    return end;
  }

  private isWindowEnd(epoch: number): boolean {
    return (((epoch + 1 - this.provingStart) % WINDOW) + WINDOW) % WINDOW === 0;
  }

  private isMutable(deadline: number, epoch: number): boolean {
    const opens = this.windowEnd(deadline, epoch) - WINDOW + 1;
    return epoch < opens - WINDOW;
  }

  // ------------------------------------------------------------------------------------------- cron

  /** Runs the cron of every epoch before `epoch`, one by one. */
  advanceTo(epoch: number): void {
    for (let now = this.cronDone + 1; now < epoch; now += 1) {
      if (this.cronActive && this.isWindowEnd(now)) this.closeWindow(now);
      if (this.earlyWorkAt === now) {
        this.earlyWorkAt = undefined;
        this.chargeTerminations(now);
      }
      this.cronDone = now;
    }
  }

  private closeWindow(now: number): void {
    if (this.applyWorker(now)) this.note("worker applied by cron");
    for (const p of this.preCommits.filter((x) => x.cleanUpAt <= now)) {
      this.deposits -= p.deposit;
      this.debt += p.deposit;
      this.note("deposit burnt");
    }
    this.preCommits = this.preCommits.filter((x) => x.cleanUpAt > now);
    const hadOwing = this.owing.length > 0;
    this.proveAndExpire(this.deadlineAt(now), now);
    const owed = this.debt;
    this.repayPartially(now);
    if (owed > this.debt) this.note("debt paid by cron");
    if (this.debt > 0n) this.note("debt left after cron");
    this.vest(now);
    this.cronActive = this.deposits !== 0n || this.pledge !== 0n || this.locked !== 0n;
    if (!this.cronActive) this.note("cron ended");
    if (!hadOwing) this.chargeTerminations(now);
  }

  private applyWorker(now: number): boolean {
    if (this.newWorker === undefined || now < this.newWorker.at) return false;
    this.worker = this.newWorker.id;
    this.newWorker = undefined;
    return true;
  }

  private proveAndExpire(deadline: number, now: number): void {
    const here = this.sectors.filter((s) => s.deadline === deadline && this.live(s));
    const posted = !this.missing.has(deadline);
    if (posted) {
      this.note("sector first proven in its window", here.filter((s) => s.state === "unproven").length);
      this.note("sector recovered in its window", here.filter((s) => s.recovering).length);
      for (const s of here) this.prove(s);
    } else {
      this.note("fault detected", here.filter((s) => s.state !== "faulty").length);
    }
    if (posted && here.some((s) => s.state === "active")) this.disputableUntil[deadline] = now + 1800;
    const stillFaulty = sum(here.filter((s) => s.state === "faulty").map((s) => s.power));
    if (!posted) for (const s of here) this.fail(s, now + FAULT_MAX_AGE);
    for (const s of here) this.expire(s, now);
    if (stillFaulty > 0n) this.note("fault fee charged");
    if (stillFaulty > 0n) this.debt += network.faultFee(this.net, stillFaulty);
    const left = here.filter((s) => this.live(s));
    const fees = sum(left.map((s) => s.fee));
    if (fees === 0n) return;
    const payable = network.payableDailyFee(this.net, fees, sum(left.map((s) => s.power)));
    this.debt += payable;
    this.note(payable < fees ? "daily fee capped" : "daily fee charged");
  }

  private prove(s: Sector): void {
    if (s.state === "unproven" || s.recovering) {
      s.state = "active";
      s.recovering = false;
    }
  }

  private fail(s: Sector, until: number): void {
    s.recovering = false;
    if (s.state === "faulty") return;
    s.state = "faulty";
    s.faultUntil = until;
  }

  private expire(s: Sector, now: number): void {
    if (now >= s.expiration) {
      this.pledge -= s.pledge;
      this.note(s.state === "faulty" ? "faulty sector expired on time" : "sector expired on time");
      this.end(s, "dead", now);
    } else if (s.state === "faulty" && now >= s.faultUntil) {
      this.note("sector terminated after 42 days");
      this.end(s, "owing", now);
    }
  }

  private end(s: Sector, state: "dead" | "owing", now: number): void {
    s.state = state;
    s.endedAt = now;
    s.recovering = false;
  }

  /** Charges terminated sectors in the order of the queue, as many as one message may. */
  private chargeTerminations(now: number): void {
    const queue = this.owing.sort(
      (a, b) => a.deadline - b.deadline || a.partition - b.partition || a.endedAt - b.endedAt || a.number - b.number,
    );
    if (queue.length === 0) return;
    for (const s of queue.slice(0, Number(this.net.earlyTerminationLimit))) {
      this.debt += network.terminationFee(s.pledge, s.endedAt - s.activation, network.faultFee(this.net, s.power));
      this.pledge -= s.pledge;
      s.state = "dead";
    }
    this.repayPartially(now);
    if (this.owing.length === 0) return;
    this.note("termination put off to the next epoch");
    this.earlyWorkAt ??= now + 1;
  }

  // ------------------------------------------------------------------------------------------- money

  /** Releases what vested strictly before `now`. */
  private vest(now: number): void {
    this.vesting = this.vesting.filter((v) => v.epoch >= now);
  }

  private lock(amount: bigint, now: number): void {
    let done = 0n;
    for (let day = now + DAY; done < amount; day += DAY) {
      const epoch = day + ((((this.provingStart - day) % HALF_DAY) + HALF_DAY) % HALF_DAY);
      const elapsed = epoch - now;
      const target = elapsed < 180 * DAY ? (amount * BigInt(elapsed)) / BigInt(180 * DAY) : amount;
      const entry = this.vesting.find((v) => v.epoch === epoch);
      if (entry === undefined) this.vesting.push({ epoch, amount: target - done });
      else entry.amount += target - done;
      done = target;
    }
    this.vesting = this.vesting.filter((v) => v.amount > 0n).sort((a, b) => a.epoch - b.epoch);
  }

  private repayPartially(now: number): void {
    this.vest(now);
    let wanted = this.debt;
    for (const entry of this.vesting) {
      const part = least(entry.amount, wanted);
      entry.amount -= part;
      wanted -= part;
    }
    this.vesting = this.vesting.filter((v) => v.amount > 0n);
    this.burn(least(this.unlocked, this.debt));
  }

  private repayWholly(): void {
    require_(this.unlocked >= this.debt, 19);
    this.burn(this.debt);
  }

  private burn(amount: bigint): void {
    this.debt -= amount;
    this.balance -= amount;
    this.burnt += amount;
  }

  private pay(to: bigint, amount: bigint): void {
    this.balance -= amount;
    this.payments.push({ to, amount });
  }

  // ------------------------------------------------------------------------------------------- what a provider does

  setNetwork(net: Network): void {
    this.net = net;
  }

  lockCreationDeposit(amount: bigint, now: number): void {
    this.balance += amount;
    if (amount === 0n) return;
    this.lock(amount, now);
    this.cronActive = true;
  }

  award(amount: bigint, penalty: bigint, now: number): void {
    this.balance += amount;
    const vesting = (amount * 3n) / 4n;
    require_(this.unlocked >= vesting, 19);
    this.vest(now);
    this.lock(vesting, now);
    this.debt += penalty;
    this.repayPartially(now);
  }

  preCommit(count: number, verified: boolean, expiration: number, now: number): void {
    const latest = now + 30 * DAY + 150;
    require_(count > 0, 16);
    require_(expiration - latest >= 180 * DAY && expiration <= now + 1278 * DAY, 16);
    require_(now > this.faultIneligibleUntil, 18);
    this.repayWholly();
    const deposit = network.preCommitDeposit(this.net);
    require_(this.unlocked >= deposit * BigInt(count), 19);
    // Eight hours after the last chance to prove, rounded up to a window's start; read at that window's end.
    let cleanUpAt = latest + 8 * 120;
    while (!this.isWindowEnd(cleanUpAt - 1)) cleanUpAt += 1;
    cleanUpAt += WINDOW - 1;
    for (let i = 0; i < count; i += 1) {
      this.preCommits.push({ number: this.nextSector + i, at: now, verified, expiration, deposit, cleanUpAt });
    }
    this.nextSector += count;
    this.deposits += deposit * BigInt(count);
    this.cronActive = true;
  }

  proveCommit(first: number, count: number, wanted: number | undefined, pledge: bigint, now: number): void {
    const batch = this.preCommits.filter((p) => p.number >= first && p.number < first + count);
    const before = this.preCommits.find((p) => p.number === first - 1);
    const lead = batch[0];
    require_(lead !== undefined && batch.length === count && count > 0, 17);
    if (lead === undefined) return;
    const same = (p: PreCommitted): boolean => p.at === lead.at;
    require_(batch.every(same) && !(before !== undefined && same(before)), 17);
    require_(now > lead.at + 150, 18);
    require_(now <= lead.at + 30 * DAY + 150, 16);
    this.repayWholly();
    this.preCommits = this.preCommits.filter((p) => !batch.includes(p));
    this.deposits -= sum(batch.map((p) => p.deposit));
    const power = lead.verified ? SECTOR * 10n : SECTOR;
    const each = pledge === 0n ? network.initialPledge(this.net, power) : pledge;
    require_(this.unlocked >= each * BigInt(count), 19);
    this.pledge += each * BigInt(count);
    const deadline = this.chooseDeadline(wanted, now);
    const fee = network.dailyFee(this.net, power);
    for (const { number, expiration } of batch) {
      const partition = Math.floor((this.assigned[deadline] ?? 0) / PARTITION);
      this.assigned[deadline] = (this.assigned[deadline] ?? 0) + 1;
      const fresh = { state: "unproven", recovering: false, faultUntil: 0, endedAt: 0 } as const;
      this.sectors.push({
        number,
        activation: now,
        expiration,
        pledge: each,
        power,
        fee,
        deadline,
        partition,
        ...fresh,
      });
    }
  }

  private chooseDeadline(wanted: number | undefined, now: number): number {
    if (wanted !== undefined) {
      require_(wanted < DEADLINES && this.isMutable(wanted, now), 16);
      return wanted;
    }
    const load = (d: number): number => this.sectors.filter((s) => s.deadline === d && this.live(s)).length;
    const open = Array.from({ length: DEADLINES }, (_, d) => d).filter((d) => this.isMutable(d, now));
    return open.reduce((best, d) => (load(d) < load(best) ? d : best));
  }

  submitPost(deadline: number): void {
    for (const s of this.sectors) if (s.deadline === deadline && this.live(s)) this.prove(s);
  }

  private range(first: number, count: number): Sector[] {
    const found = this.sectors.filter((s) => s.number >= first && s.number < first + count && this.live(s));
    require_(count > 0 && found.length === count, 17);
    return found;
  }

  private inTime(s: Sector, now: number): void {
    require_(now < this.windowEnd(s.deadline, now) - WINDOW + 1 - 70, 16);
  }

  declareFaults(first: number, count: number, now: number): void {
    for (const s of this.range(first, count)) {
      this.inTime(s, now);
      this.fail(s, this.windowEnd(s.deadline, now) + FAULT_MAX_AGE);
    }
  }

  declareRecoveries(first: number, count: number, now: number): void {
    require_(now > this.faultIneligibleUntil, 18);
    this.repayWholly();
    for (const s of this.range(first, count)) {
      this.inTime(s, now);
      if (s.state === "faulty") s.recovering = true;
    }
  }

  terminate(first: number, count: number, now: number): void {
    for (const s of this.range(first, count)) {
      require_(this.isMutable(s.deadline, now), 16);
      this.end(s, "owing", now);
    }
    this.chargeTerminations(now);
  }

  extend(first: number, count: number, expiration: number, now: number): void {
    const range = this.range(first, count);
    require_(
      range.every((s) => s.state !== "faulty"),
      20,
    );
    for (const s of range) {
      require_(expiration >= s.expiration && expiration <= now + 1278 * DAY, 16);
      require_(expiration - s.activation <= 5 * 365 * DAY, 16);
      s.expiration = expiration;
    }
  }

  dispute(deadline: number, reporter: bigint, now: number): void {
    require_(deadline < DEADLINES && now <= (this.disputableUntil[deadline] ?? -1), 18);
    this.disputableUntil[deadline] = -1;
    const bad = this.sectors.filter((s) => s.deadline === deadline && s.state === "active");
    require_(bad.length > 0, 16);
    const power = sum(bad.map((s) => s.power));
    for (const s of bad) this.fail(s, this.windowEnd(deadline, now) + FAULT_MAX_AGE);
    this.penalise(network.invalidProofPenalty(this.net, power) + 4n * FIL, 4n * FIL, reporter, now);
  }

  consensusFault(reporter: bigint, now: number): void {
    require_(now > this.faultIneligibleUntil, 18);
    this.faultIneligibleUntil = now + 900;
    this.penalise(this.net.rewardPerEpoch, this.net.rewardPerEpoch / 20n, reporter, now);
  }

  private penalise(penalty: bigint, reward: bigint, reporter: bigint, now: number): void {
    this.debt += penalty;
    const before = this.burnt;
    this.repayPartially(now);
    const paid = least(this.burnt - before, reward);
    this.burnt -= paid;
    if (paid > 0n) this.payments.push({ to: reporter, amount: paid });
  }

  compact(deadline: number, now: number): void {
    const windowEnd = this.windowEnd(deadline, now);
    require_(deadline < DEADLINES && this.isMutable(deadline, now), 18);
    require_(now >= windowEnd - DAY + 1 + 1800, 18);
    const here = this.sectors.filter((s) => s.deadline === deadline);
    require_(
      here.every((s) => s.state === "active" || s.state === "dead"),
      16,
    );
    this.sectors = this.sectors.filter((s) => s.deadline !== deadline || s.state !== "dead");
    const kept = here.filter((s) => s.state === "active");
    for (const [i, s] of kept.entries()) s.partition = Math.floor(i / PARTITION);
    this.assigned[deadline] = kept.length;
  }

  // ------------------------------------------------------------------------------------------- messages from contracts

  isControlling(id: bigint): boolean {
    return id === this.owner || id === this.worker || this.controls.includes(id);
  }

  private termLeft(now: number): bigint {
    if (this.termExpiration <= BigInt(now)) return 0n;
    return this.quota > this.used ? this.quota - this.used : 0n;
  }

  changeOwner(caller: bigint, to: bigint): void {
    if (caller === this.owner || this.pendingOwner === undefined) {
      require_(caller === this.owner, 18);
      this.pendingOwner = to === this.owner ? undefined : to;
      return;
    }
    require_(caller === this.pendingOwner, 18);
    require_(to === this.pendingOwner, 16);
    if (this.beneficiary === this.owner) this.beneficiary = to;
    this.proposal = undefined;
    this.owner = to;
    this.pendingOwner = undefined;
  }

  changeBeneficiary(caller: bigint, nominee: bigint, quota: bigint, expiration: bigint, now: number): void {
    if (caller === this.owner) {
      if (nominee === this.owner) require_(quota === 0n && expiration === 0n, 16);
      else require_(quota > 0n, 16);
      const byBeneficiary = this.termLeft(now) === 0n;
      this.proposal = { nominee, quota, expiration, byBeneficiary, byNominee: false };
    } else {
      const p = this.proposal;
      require_(p !== undefined, 18);
      require_(caller === this.beneficiary || caller === p?.nominee, 18);
      require_(p?.nominee === nominee && p.quota === quota && p.expiration === expiration, 16);
    }
    this.approve(caller);
  }

  private approve(caller: bigint): void {
    const p = this.proposal;
    if (p === undefined) return;
    if (caller === this.beneficiary) p.byBeneficiary = true;
    if (caller === p.nominee) p.byNominee = true;
    if (!p.byBeneficiary || !p.byNominee) return;
    if (p.nominee !== this.beneficiary) this.used = 0n;
    this.beneficiary = p.nominee;
    this.quota = p.quota;
    this.termExpiration = p.expiration;
    this.proposal = undefined;
  }

  withdraw(caller: bigint, requested: bigint, now: number): bigint {
    require_(caller === this.owner || caller === this.beneficiary, 18);
    require_(this.owing.length === 0, 18);
    this.vest(now);
    const available = this.available;
    this.repayWholly();
    require_(available >= 0n, 20);
    let amount = least(available, requested);
    if (this.beneficiary !== this.owner) {
      const left = this.termLeft(now);
      require_(left > 0n, 18);
      amount = least(amount, left);
      this.used += amount;
    }
    if (amount > 0n) this.pay(this.beneficiary, amount);
    return amount;
  }

  repayDebt(caller: bigint, now: number): void {
    require_(this.isControlling(caller), 18);
    this.repayPartially(now);
  }

  changeWorker(caller: bigint, worker: bigint, controls: readonly bigint[], now: number): void {
    require_(caller === this.owner, 18);
    this.controls = [...controls];
    if (worker !== this.worker) this.newWorker ??= { id: worker, at: now + 900 };
  }

  confirmWorker(caller: bigint, now: number): void {
    require_(caller === this.owner, 18);
    this.applyWorker(now);
  }

  maxTerminationFee(power: bigint, pledge: bigint): bigint {
    return network.terminationFee(pledge, 140 * DAY, network.faultFee(this.net, power));
  }

  // ------------------------------------------------------------------------------------------- answers, in bytes

  encodeOwner(): string {
    return cbor.list(
      cbor.address(this.owner),
      this.pendingOwner === undefined ? cbor.NULL : cbor.address(this.pendingOwner),
    );
  }

  encodeBeneficiary(): string {
    const term = cbor.list(cbor.bigint(this.quota), cbor.bigint(this.used), cbor.int(this.termExpiration));
    const p = this.proposal;
    const proposal =
      p === undefined
        ? cbor.NULL
        : cbor.list(
            cbor.address(p.nominee),
            cbor.bigint(p.quota),
            cbor.int(p.expiration),
            cbor.bool(p.byBeneficiary),
            cbor.bool(p.byNominee),
          );
    return cbor.list(cbor.list(cbor.address(this.beneficiary), term), proposal);
  }

  encodeVesting(): string {
    return cbor.list(cbor.list(...this.vesting.map((v) => cbor.list(cbor.int(v.epoch), cbor.bigint(v.amount)))));
  }

  /** Status and location of a sector, as GenerateSectorLocation answers. */
  encodeLocation(number: number): string {
    const s = this.sectors.find((x) => x.number === number);
    const status = s === undefined || !this.live(s) ? 0 : s.state === "faulty" ? 2 : 1;
    const aux = cbor.list(cbor.int(s?.deadline ?? -1), cbor.int(s?.partition ?? -1));
    return cbor.list(cbor.int(status), cbor.bytes(aux));
  }
}
