// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SeriesDates, SeriesTerms, State, TokenTerms} from "../FuturesTypes.sol";
import {Skip} from "./IFuturesVenues.sol";

/// @title What happens in the clearing, and what goes wrong
interface IFuturesEvents {
    // ---------------------------------------------------------------- money

    /// @notice Emitted when tokens arrive: `amount` is `receiver`'s, in no series.
    event Deposited(address indexed token, address indexed from, address indexed receiver, uint256 amount);
    /// @notice Emitted when a user takes tokens out.
    event Withdrawn(address indexed token, address indexed from, address indexed to, uint256 amount);
    /// @notice Emitted when a user's tokens go into a series, by its own call or as the margin of a trade.
    event Allocated(bytes32 indexed seriesId, address indexed user, uint256 amount);
    /// @notice Emitted when a user's tokens leave a series: `amount` is given up, `paid` is what of it was there.
    event Released(bytes32 indexed seriesId, address indexed user, uint256 amount, uint256 paid);
    /// @notice Emitted when a user's tokens will leave a series, but not in a storm: `amount` more, at `availableAt` [epoch].
    event ReleaseDelayed(bytes32 indexed seriesId, address indexed user, uint256 amount, uint256 availableAt);
    /// @notice Emitted when someone pays for a series' losses.
    event Recapitalised(bytes32 indexed seriesId, address indexed from, uint256 amount, uint256 deficit);
    /// @notice Emitted when insurance pays for losses that it could not pay for when they were booked.
    event Covered(bytes32 indexed seriesId, uint256 amount, uint256 deficit);
    /// @notice Emitted when someone pays into insurance.
    event Funded(address indexed token, address indexed from, uint256 amount);
    /// @notice Emitted when fees are paid out.
    event FeesCollected(address indexed token, address indexed to, uint256 amount);

    // ---------------------------------------------------------------- trades and positions

    /// @notice Emitted when lots change hands. Fees in token units.
    event Traded(
        bytes32 indexed seriesId,
        address indexed maker,
        address indexed taker,
        bool takerBuys,
        uint64 lots,
        uint32 ticks,
        uint256 makerFee,
        uint256 takerFee
    );
    /// @notice Emitted when the mark is brought up to date from the index.
    event MarkUpdated(bytes32 indexed seriesId, uint256 ticks, uint256 indexTicks, uint256 indexAt);
    /// @notice Emitted when the mark has moved so far that releases take two steps until `until` [epoch].
    event StormBegan(bytes32 indexed seriesId, uint256 until);
    /// @notice Emitted when an account is below its maintenance margin, and the time of its discount begins.
    event Flagged(bytes32 indexed seriesId, address indexed user);
    /// @notice Emitted when a flag goes.
    event Unflagged(bytes32 indexed seriesId, address indexed user);
    /// @notice Emitted when a position is liquidated. `discount` went to the liquidator, `penalty` out of the series.
    event Liquidated(
        bytes32 indexed seriesId,
        address indexed user,
        address indexed liquidator,
        uint256 lots,
        uint256 ticks,
        uint256 discount,
        uint256 penalty
    );
    /// @notice Emitted when an account's loss is more than its margin: `insured` was paid by insurance, `deficit` is the series' now.
    event LossBooked(bytes32 indexed seriesId, address indexed user, uint256 loss, uint256 insured, uint256 deficit);
    /// @notice Emitted when a position goes to the residual account.
    event WrittenOff(bytes32 indexed seriesId, address indexed user, int256 size, uint256 ticks);
    /// @notice Emitted when someone takes over lots of the residual account, positive for long ones.
    event Taken(bytes32 indexed seriesId, address indexed taker, int256 lots, uint256 ticks);
    /// @notice Emitted when a keeper is paid for booking a loss.
    event Rewarded(address indexed token, address indexed keeper, uint256 amount);

    // ---------------------------------------------------------------- settlement

    /// @notice Emitted when a price is proposed. `good` says whether it is an average as demanded.
    event PriceProposed(bytes32 indexed seriesId, uint256 ticks, uint256 fallbackTicks, bool good);
    /// @notice Emitted when someone stakes a bond on another price.
    event PriceDisputed(bytes32 indexed seriesId, address indexed challenger, uint256 ticks, uint256 bond);
    /// @notice Emitted when the price is final.
    event PriceFinal(bytes32 indexed seriesId, uint256 ticks);
    /// @notice Emitted when the bond of a dispute is paid: to the challenger whose price was nearer to the final one than the
    /// proposed, else (the zero address) to insurance.
    event BondPaid(bytes32 indexed seriesId, address indexed to, uint256 amount);
    /// @notice Emitted when a position is turned into cash at the final price.
    event Resolved(bytes32 indexed seriesId, address indexed user, int256 size);
    /// @notice Emitted when a user, or for the zero address insurance, gets what a series owes.
    event Claimed(bytes32 indexed seriesId, address indexed user, uint256 amount, uint256 paid);

    // ---------------------------------------------------------------- governance

    /// @notice Emitted when a token is listed, or its terms change.
    event TokenTermsChanged(address indexed token, TokenTerms terms);
    /// @notice Emitted when a series is listed.
    event SeriesListed(bytes32 indexed seriesId, SeriesDates dates);
    /// @notice Emitted when a series' terms are set.
    event SeriesTermsChanged(bytes32 indexed seriesId, SeriesTerms terms);
    /// @notice Emitted when a venue may trade, or no longer.
    event VenueChanged(address indexed venue, bool allowed);
    /// @notice Emitted when increases are halted, or no longer.
    event Halted(bytes32 indexed seriesId, uint256 until);

    // ---------------------------------------------------------------- errors

    /// @notice Thrown when the caller is not the contract that the function is for.
    error FuturesClearing_OnlyContract(address expected, address actual);
    /// @notice Thrown when a series is not listed.
    error FuturesClearing_NotListed(bytes32 seriesId);
    /// @notice Thrown when a series is listed already.
    error FuturesClearing_AlreadyListed(bytes32 seriesId);
    /// @notice Thrown when a token is not listed.
    error FuturesClearing_TokenNotListed(address token);
    /// @notice Thrown when nothing is asked for.
    error FuturesClearing_ZeroAmount();
    /// @notice Thrown when an amount is more than the books can hold beside what is there.
    error FuturesClearing_TooLarge(uint256 most, uint256 actual);
    /// @notice Thrown when an address cannot be a user or a receiver.
    error FuturesClearing_BadAddress(address account);
    /// @notice Thrown when another amount of tokens arrived than was sent.
    error FuturesClearing_WrongAmount(address token, uint256 expected, uint256 actual);
    /// @notice Thrown when a user has less outside of all series than asked for.
    error FuturesClearing_NotFree(address token, uint256 free, uint256 asked);
    /// @notice Thrown when an account without a position has less cash than asked for.
    error FuturesClearing_NotThere(bytes32 seriesId, int256 cash, uint256 asked);
    /// @notice Thrown when a series holds less than is owed, because losses are not written off yet.
    error FuturesClearing_Short(uint256 cash, uint256 deficit, uint256 asked);
    /// @notice Thrown when a series is in a state in which this cannot be done.
    error FuturesClearing_WrongState(bytes32 seriesId, State state);
    /// @notice Thrown when the caller is no venue.
    error FuturesClearing_NotVenue(address caller);
    /// @notice Thrown when a list is longer than allowed.
    error FuturesClearing_TooMany(uint256 most, uint256 actual);
    /// @notice Thrown when all fills were skipped.
    error FuturesClearing_NothingFilled(bytes32 seriesId);
    /// @notice Thrown when who takes a position may not or cannot.
    error FuturesClearing_Refused(bytes32 seriesId, address account, Skip reason);
    /// @notice Thrown when the index was last observed too long ago.
    error FuturesClearing_StaleMark(bytes32 seriesId, uint256 indexAt);
    /// @notice Thrown when less than the margin would be left.
    error FuturesClearing_BelowMargin(bytes32 seriesId, uint256 required, int256 equity);
    /// @notice Thrown when an account has the margin that it needs.
    error FuturesClearing_Sound(bytes32 seriesId, address user, uint256 required, int256 equity);
    /// @notice Thrown when an account has no flag to clear.
    error FuturesClearing_NotFlagged(bytes32 seriesId, address user);
    /// @notice Thrown when a user would liquidate itself.
    error FuturesClearing_OwnAccount(address user);
    /// @notice Thrown when the residual account has no position.
    error FuturesClearing_NothingToTake(bytes32 seriesId);
    /// @notice Thrown when it is too early.
    error FuturesClearing_TooEarly(bytes32 seriesId, uint256 earliest);
    /// @notice Thrown when it is too late.
    error FuturesClearing_TooLate(bytes32 seriesId, uint256 deadline);
    /// @notice Thrown when nothing is owed.
    error FuturesClearing_NothingOwed(bytes32 seriesId, address user);
    /// @notice Thrown when a parameter is outside its bounds.
    error FuturesClearing_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when the maintenance margin is less than two and a half bands [bps x bps]: `imBps x mmShareBps` is below
    /// 25,000 `bandBps`.
    error FuturesClearing_ThinMargin(uint256 expected, uint256 actual);
    /// @notice Thrown when an index has no reading that is recent.
    error FuturesClearing_StaleIndex(uint32 indexId, uint256 observedAt);
}
