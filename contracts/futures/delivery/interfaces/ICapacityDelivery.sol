// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Sides of a delivery: who declared an intent, and who tendered a miner.
enum Side {
    Buyer,
    Seller
}

/// @notice An intent or a tender.
struct Entry {
    // slot 0: 20 + 8 + 1 = 29
    address holder;
    uint64 miner; // actor id; 0 for an intent
    bool confirmed;
    // slot 1: 4 x 8 = 32
    uint64 lots; // declared or tendered
    uint64 counted; // of them backed by a position; they stand at [start, start + counted) of their side
    uint64 start;
    uint64 assigned; // of the counted
    // slot 2: 16 + 8 + 8 = 32
    uint128 held; // tokens paid in and not yet used, [atoms]
    uint64 forfeited; // lots that will not be delivered because one side did not pay
    uint64 freed; // lots of a tender whose power is free again
}

/// @notice What one seller delivers with one miner for one series.
struct Run {
    // slot 0
    bytes32 seriesId;
    // slot 1: 20 + 8 + 4 = 32
    address seller;
    uint64 miner; // actor id
    uint32 start; // of the first day [epoch]
    // slot 2: 20 + 8 + 4 x 1 = 32
    address token;
    uint64 lots;
    uint8 booked; // days that are paid for or given back
    uint8 failedDays; // of them, with a failure
    bool graceUsed; // whether a missed day was forgiven, or judged by the next
    bool closed;
    // slot 3: 16 + 12 = 28
    uint128 price; // [atoms per lot]
    uint96 tickValue; // [atoms per tick and lot]
    // slot 4: 2 x 16 = 32
    uint128 unearned; // of the price of all lots [atoms]
    uint128 bond; // [atoms]
    // slot 5: 2 x 8 = 16
    uint64 carry; // due to the holders, less than one for each warrant [atoms]
    uint64 idle; // lots asked for and not taken up in time, on the next day to book
    // slot 6
    address use; // who keeps what holders ask of this run, for its whole life
}

/// @title Physical delivery of storage capacity
/// @notice Second leg beside the cash settlement of a physical series: whoever declared it buys, or sells, proven capacity at the
/// final price (docs/SPEC-delivery.md, sections 3 to 5). Everything that moves a delivery on is open to anyone.
/// @dev Reads the clearing, never moves money of it. What is due to holders and sellers is booked and paid on request.
interface ICapacityDelivery {
    /// @notice Emitted when an intent or a tender changes; `held` is what is paid in for it now [atoms].
    event Declared(
        bytes32 indexed seriesId,
        Side indexed side,
        address indexed holder,
        uint256 index,
        uint64 miner,
        uint64 lots,
        uint128 held
    );
    /// @notice Emitted when an entry is confirmed by its holder's position.
    event Confirmed(bytes32 indexed seriesId, Side indexed side, uint256 indexed index, uint64 counted, uint64 start);
    /// @notice Emitted when more is paid in for an entry [atoms].
    event ToppedUp(bytes32 indexed seriesId, Side indexed side, uint256 indexed index, uint256 amount, uint128 held);
    /// @notice Emitted when a buyer's lots meet a seller's; money in atoms.
    event Assigned(
        bytes32 indexed seriesId,
        uint256 indexed intent,
        uint256 indexed tender,
        uint256 id,
        uint64 lots,
        uint256 price,
        uint256 bond
    );
    /// @notice Emitted when a pair is not delivered because `side` did not pay; `penalty` goes to the other [atoms].
    event Forfeited(
        bytes32 indexed seriesId,
        uint256 indexed intent,
        uint256 indexed tender,
        Side side,
        uint64 lots,
        uint256 penalty
    );
    /// @notice Emitted when what an entry does not need is booked for its holder, and its power is freed.
    event Refunded(bytes32 indexed seriesId, Side indexed side, uint256 indexed index, uint256 amount, uint64 freed);
    /// @notice Emitted for each reading of a miner's power for a run.
    event Checkpoint(uint256 indexed id, uint256 indexed day, uint256 proven, uint256 failed);
    /// @notice Emitted when days are booked: what the seller earned, what goes back to the holders, and damages out of the bond [atoms].
    event DaysBooked(
        uint256 indexed id,
        uint256 firstDay,
        uint256 count,
        uint256 earned,
        uint256 returned,
        uint256 damages
    );
    /// @notice Emitted when a run ends; `toSeller` is what it had left [atoms].
    event RunClosed(uint256 indexed id, bool terminated, uint256 toSeller);
    /// @notice Emitted when booked money is paid [atoms].
    event Paid(address indexed token, address indexed account, uint256 amount);
    /// @notice Emitted when a holder is paid what its warrants were credited with [atoms].
    event Collected(uint256 indexed id, address indexed holder, uint256 amount);

    /// @notice Thrown when a series is not listed, or is settled in cash alone.
    error CapacityDelivery_NotPhysical(bytes32 seriesId);
    /// @notice Thrown when a call comes too early or too late: from the first epoch, and before the last.
    error CapacityDelivery_OutsideWindow(uint256 from, uint256 until, uint256 current);
    /// @notice Thrown when fewer lots are declared than the series takes.
    error CapacityDelivery_BelowMinimum(uint64 minimum, uint64 lots);
    /// @notice Thrown when there is no such intent or tender.
    error CapacityDelivery_NoEntry(bytes32 seriesId, Side side, uint256 index);
    /// @notice Thrown when an entry is confirmed already.
    error CapacityDelivery_AlreadyConfirmed(bytes32 seriesId, Side side, uint256 index);
    /// @notice Thrown when positions may have been settled: the price is final.
    error CapacityDelivery_PriceFinal(bytes32 seriesId);
    /// @notice Thrown when the price is not final yet.
    error CapacityDelivery_PriceNotFinal(bytes32 seriesId);
    /// @notice Thrown when two entries do not meet.
    error CapacityDelivery_NoOverlap(bytes32 seriesId, uint256 intent, uint256 tender);
    /// @notice Thrown when a pair is assigned, or forfeited, already.
    error CapacityDelivery_PairDone(bytes32 seriesId, uint256 intent, uint256 tender);
    /// @notice Thrown when an entry holds less than its part of a pair needs [atoms].
    error CapacityDelivery_Underfunded(Side side, uint256 required, uint256 actual);
    /// @notice Thrown when both sides of a pair, or none, hold less than it needs.
    error CapacityDelivery_NothingToForfeit(bytes32 seriesId, uint256 intent, uint256 tender);
    /// @notice Thrown when an entry needs all that it holds.
    error CapacityDelivery_NothingToRefund(bytes32 seriesId, Side side, uint256 index);
    /// @notice Thrown when there is no such run.
    error CapacityDelivery_UnknownRun(uint256 id);
    /// @notice Thrown when a run has ended.
    error CapacityDelivery_RunClosed(uint256 id);
    /// @notice Thrown when a run has not ended.
    error CapacityDelivery_RunOpen(uint256 id);
    /// @notice Thrown when no day can be booked before an epoch.
    error CapacityDelivery_NothingToBook(uint256 id, uint256 from, uint256 current);
    /// @notice Thrown when nothing is booked for an account.
    error CapacityDelivery_NothingOwed(address token, address account);
    /// @notice Thrown when a call is reserved for the contract that keeps the run's requests.
    error CapacityDelivery_NotUse(address expected, address actual);
    /// @notice Thrown when a token does not deliver the amount that was asked for [atoms].
    error CapacityDelivery_WrongAmount(address token, uint256 expected, uint256 actual);

    /// @notice Sets the caller's wish to take delivery of a series; pays in, or gives back, the difference to 120 % of the mark.
    /// In the five days before trading ends.
    /// @param seriesId of a physical series
    /// @param lots 0 withdraws, else at least the series' least
    /// @return index of the caller's intent
    function declareIntent(bytes32 seriesId, uint64 lots) external returns (uint256 index);

    /// @notice Sets what the caller offers to deliver with a miner; pays in, or gives back, the difference to a bond of 25 % of that.
    /// In the five days before trading ends; more only by the miner's operator.
    /// @param seriesId of a physical series
    /// @param miner actor id
    /// @param lots 0 withdraws, else at least the series' least
    /// @return index of the caller's tender of that miner
    function tender(bytes32 seriesId, uint64 miner, uint64 lots) external returns (uint256 index);

    /// @notice Counts an entry as far as its holder's position reaches. Anyone, once, from expiry until the price is final.
    /// @param seriesId of the series
    /// @param side of the entry
    /// @param index of the entry
    /// @return counted lots
    function confirm(bytes32 seriesId, Side side, uint256 index) external returns (uint64 counted);

    /// @notice Pays more in for an entry. Anyone, before the delivery starts.
    /// @param seriesId of the series
    /// @param side of the entry
    /// @param index of the entry
    /// @param amount [atoms]
    function topUp(bytes32 seriesId, Side side, uint256 index, uint256 amount) external;

    /// @notice Makes a buyer's lots meet a seller's: price and bond go into the run, warrants to the buyer. Anyone, once for a pair,
    /// between final price and start.
    /// @param seriesId of the series
    /// @param intentIndex of the buyer's
    /// @param tenderIndex of the seller's
    /// @return id of the run and its warrants
    function assign(bytes32 seriesId, uint256 intentIndex, uint256 tenderIndex) external returns (uint256 id);

    /// @notice Ends a pair of which one side did not pay: 5 % of its price go to the other. Anyone, on the day before the start, but not
    /// within a day of the final price.
    /// @param seriesId of the series
    /// @param intentIndex of the buyer's
    /// @param tenderIndex of the seller's
    /// @return penalty [atoms]
    function forfeit(bytes32 seriesId, uint256 intentIndex, uint256 tenderIndex) external returns (uint256 penalty);

    /// @notice Books for its holder what an entry does not need any more, and frees the power of a tender's. Anyone.
    /// @param seriesId of the series
    /// @param side of the entry
    /// @param index of the entry
    /// @return amount [atoms]
    function refund(bytes32 seriesId, Side side, uint256 index) external returns (uint256 amount);

    /// @notice Reads the power of a run's miner for the present day, of which the least reading counts. Anyone.
    /// @param id of the run
    /// @return proven lots
    function checkpoint(uint256 id) external returns (uint256 proven);

    /// @notice Books all days that are over. Anyone.
    /// @param id of the run
    /// @return count of days booked
    function settle(uint256 id) external returns (uint256 count);

    /// @notice Pays a holder what its warrants were credited with. Anyone.
    /// @param id of the run
    /// @param holder who is paid
    /// @return amount [atoms]
    function collect(uint256 id, address holder) external returns (uint256 amount);

    /// @notice Pays the caller what its warrants were credited with, and ends them. After the run.
    /// @param id of the run
    /// @return amount [atoms]
    function redeem(uint256 id) external returns (uint256 amount);

    /// @notice Lets lots of a run fall idle in three whole days, and locks as many warrants of their holder. The contract that keeps the
    /// run's requests only.
    /// @param id of the run
    /// @param holder who asks
    /// @param lots at most the warrants that it has not asked with yet
    /// @return dueDay from which on what is not taken up is idle
    /// @return miner whose notices count
    /// @return end of the delivery, exclusive [epoch]
    function noteRequest(
        uint256 id,
        address holder,
        uint64 lots
    ) external returns (uint256 dueDay, uint64 miner, uint256 end);

    /// @notice Ends the idleness of lots from today on; nothing when the run is over. The contract that keeps the run's requests
    /// only.
    /// @param id of the run
    /// @param dueDay of their request
    /// @param lots taken up
    function noteTakenUp(uint256 id, uint256 dueDay, uint64 lots) external;

    /// @notice Pays an account what refunds, penalties and earnings booked for it. Anyone.
    /// @param token of the series
    /// @param account who is paid
    /// @return amount [atoms]
    function withdraw(address token, address account) external returns (uint256 amount);

    /// @notice An intent or a tender.
    /// @param seriesId of the series
    /// @param side of the entry
    /// @param index of the entry
    function entryOf(bytes32 seriesId, Side side, uint256 index) external view returns (Entry memory);

    /// @notice How many intents, or tenders, a series has.
    /// @param seriesId of the series
    /// @param side which of the two
    function entryCount(bytes32 seriesId, Side side) external view returns (uint256);

    /// @notice Where a holder's entry is.
    /// @param seriesId of the series
    /// @param side of the entry
    /// @param holder of the entry
    /// @param miner actor id; 0 for an intent
    function indexOf(bytes32 seriesId, Side side, address holder, uint64 miner) external view returns (uint256);

    /// @notice Confirmed lots of a side.
    /// @param seriesId of the series
    /// @param side which of the two
    function confirmedLots(bytes32 seriesId, Side side) external view returns (uint64);

    /// @notice Whether a pair is assigned or forfeited.
    /// @param seriesId of the series
    /// @param intentIndex of the buyer's
    /// @param tenderIndex of the seller's
    function isPairDone(bytes32 seriesId, uint256 intentIndex, uint256 tenderIndex) external view returns (bool);

    /// @notice A run.
    /// @param id of the run
    function runOf(uint256 id) external view returns (Run memory);

    /// @notice The id that a run has, or would have.
    /// @param seriesId of the series
    /// @param miner actor id
    /// @param seller who tendered it
    function runIdOf(bytes32 seriesId, uint64 miner, address seller) external pure returns (uint256);

    /// @notice The least that checkpoints of a day showed.
    /// @param id of the run
    /// @param day 0 to 29
    /// @return read whether there was one
    /// @return proven lots
    function shownOn(uint256 id, uint256 day) external view returns (bool read, uint64 proven);

    /// @notice What is booked for an account [atoms].
    /// @param token of a series
    /// @param account to ask about
    function owedTo(address token, address account) external view returns (uint256);
}
