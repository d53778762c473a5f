// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice How a series ends.
enum Settlement {
    Cash
}

/// @notice What has been done to a series; `None` if it was never listed. What it may be used for follows from this and from time.
enum Phase {
    None,
    Open,
    Proposed,
    Disputed,
    Final
}

/// @notice What a series may be used for (docs/SPEC-futures.md, section 3).
enum State {
    None,
    Listed,
    Trading,
    CloseOnly,
    Expired,
    Proposed,
    Disputed,
    Final,
    Closed
}

/// @notice One user's account in one series. One slot: 8 + 16 + 4 = 28.
struct Position {
    int64 size; // positive is long [lots]
    int128 cash; // what the position cost is in it, so it may be negative [token units]
    uint32 flaggedAt; // since when its liquidation gets cheaper, 0 when it does not [epoch]
}

/// @notice What a user has released, on its way out. One slot.
struct Pending {
    uint128 amount; // [token units]
    uint32 availableAt; // [epoch]
}

/// @notice What is there for the accounts of a series, and what is missing.
struct Funds {
    uint128 cash; // [token units]
    uint128 deficit; // losses that nothing covered [token units]
}

/// @notice What the mark is made of (section 6). One slot.
struct MarkRecord {
    uint64 ema; // of the last prices [ticks x 2^16]
    uint32 lastTicks;
    uint32 emaAt; // [epoch]
    uint32 indexTicks;
    uint32 indexAt; // epoch of the index's newest observation
    uint32 refTicks; // what a storm is measured from
    uint32 refAt; // [epoch]
}

/// @notice What changes as a series goes on. One slot: 8 + 5 x 4 + 1 = 29.
struct Status {
    uint64 oi; // sum of the long positions [lots]
    uint32 open; // users with a position, the residual account not counted
    uint32 haltedUntil; // exclusive [epoch]
    uint32 stormUntil; // exclusive [epoch]
    uint32 finalTicks;
    uint32 finalAt; // [epoch]
    Phase phase;
}

/// @notice What a series is counted in. One slot.
struct Unit {
    address token;
    uint96 tickValue; // of a tick of one lot [token units]
}

/// @notice Dates, index and caps. One slot: 4 x 4 + 2 x 6 + 2 x 2 = 32.
struct Limits {
    uint32 tradingStart; // [epoch]
    uint32 tradingEnd; // [epoch]
    uint32 expiry; // [epoch]
    uint32 indexId;
    uint48 capLots; // of open interest
    uint48 positionCap; // of one user [lots]
    uint16 imBps; // initial margin [bps]
    uint16 bandBps; // how far a price may be from the mark, and the mark from the index [bps]
}

/// @notice The rest of the margin's terms. One slot: 12 + 5 x 2 + 2 x 4 = 30.
struct Margins {
    uint96 minMargin; // of any position [token units]
    uint16 mmShareBps; // maintenance margin, of the initial one without open interest [bps]
    uint16 oiSlopeBps; // how much dearer a position is at full open interest [bps]
    uint16 concFromBps; // of `capLots`, from where a position is large [bps]
    uint16 concBps; // margin of the large part on top [bps]
    uint16 dustLots; // a liquidation leaves nothing or at least this
    uint32 raisedAt; // when margins were last raised under open interest [epoch]
    uint32 deliveryStart; // [epoch]
}

/// @notice What insurance may lose to a series.
struct Cover {
    uint128 cap; // [token units]
    uint128 used; // [token units]
}

/// @notice A price that was proposed. One slot: 16 + 3 x 4 = 28.
struct Proposal {
    uint128 bond; // of the dispute [token units]
    uint32 ticks;
    uint32 fallbackTicks;
    uint32 at; // [epoch]
}

/// @notice Who holds it to be wrong. One slot: 20 + 2 x 4 = 28.
struct Dispute {
    address challenger;
    uint32 ticks; // what it should be
    uint32 at; // [epoch]
}

/// @notice A series. Nine slots; a trade touches the first six.
struct Series {
    Funds funds;
    MarkRecord mark;
    Status status;
    Unit unit;
    Limits limits;
    Margins margins;
    Cover cover;
    Proposal proposal;
    Dispute dispute;
}

/// @notice What is in no series, by token, and the fees. One slot: 2 x 14 + 2 + 1 = 31.
struct TokenMoney {
    uint112 insurance; // [token units]
    uint112 fees; // [token units]
    uint8 makerFeeBps; // [bps of the notional]
    uint8 takerFeeBps; // [bps of the notional]
    bool listed;
}

/// @notice What insurance may lose in a day. One slot.
struct TokenCover {
    uint112 dailyCap; // [token units]
    uint112 usedToday; // [token units]
    uint32 day; // of `usedToday`: epoch / 2,880
}

/// @notice What calls cost and earn. One slot.
struct TokenBounties {
    uint128 disputeBond; // [token units]
    uint128 writeOffReward; // [token units]
}

/// @notice How a token stands.
struct TokenView {
    TokenMoney money;
    TokenCover cover;
    TokenBounties bounties;
}

/// @notice What RISK sets of a token.
struct TokenTerms {
    uint8 makerFeeBps; // at most 10 [bps]
    uint8 takerFeeBps; // at most 50 [bps]
    uint112 dailyCap; // [token units]
    uint128 disputeBond; // above 0 [token units]
    uint128 writeOffReward; // [token units]
}

/// @notice What never changes of a series.
struct SeriesDates {
    address token;
    uint32 indexId;
    uint96 tickValue; // [token units]
    uint32 tradingStart; // [epoch]
    uint32 tradingEnd; // [epoch]
    uint32 expiry; // [epoch]
    uint32 deliveryStart; // [epoch]
}

/// @notice What RISK sets of a series. Bounds: docs/SPEC-futures.md, section 11.
struct SeriesTerms {
    uint48 capLots;
    uint48 positionCap; // [lots]
    uint16 imBps;
    uint16 mmShareBps;
    uint96 minMargin; // [token units]
    uint16 oiSlopeBps;
    uint16 concFromBps;
    uint16 concBps;
    uint16 bandBps;
    uint16 dustLots;
    uint128 insuranceCap; // [token units]
}

/// @notice An account at the mark.
struct Standing {
    int256 equity; // [token units]
    uint256 initialMargin; // [token units]
    uint256 maintenanceMargin; // [token units]
}
