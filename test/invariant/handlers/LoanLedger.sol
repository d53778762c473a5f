// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdAssertions} from "forge-std/StdAssertions.sol";

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {IFilecoinWorld} from "../../../contracts/devnet/IFilecoinWorld.sol";
import {Loan, LoanState} from "../../../contracts/loans/LoanTypes.sol";
import {FixedStatus} from "../../../contracts/loans/interfaces/ILoanTerms.sol";
import {PoolState} from "../../../contracts/loans/interfaces/IPledgeVault.sol";
import {CampaignCounter} from "../../helpers/CampaignCounter.sol";
import {Cast, LoanSystem} from "./LoanSystem.sol";

/// @title What the campaign itself knows: the clock, the whereabouts of every FIL, the states reached
/// @notice Every step of every handler stands between `begin` and `end`. `end` compares where all FIL is with where it was when the step
/// before ended: an address may hold more than then only if the step has said so, and no FIL may come from or go to an unknown place.
/// @dev Between two steps nothing happens and the clock stands still, so what one step left is what the next one finds: nothing is read
/// or written twice for it.
contract LoanLedger is CampaignCounter, CommonBase, StdAssertions {
    IFilecoinWorld private constant WORLD = IFilecoinWorld(Devnet.WORLD);
    uint256 private constant GENESIS = 1_598_306_400; // [s]
    /// @dev States are counted after every so many steps: they last, and reading all loans is the dearest part of a step.
    uint256 private constant COUNT_EVERY = 4;

    /// @dev Ends with its step.
    struct Permission {
        uint32 step;
        uint224 amount; // [attoFIL]
    }

    address private immutable _burnt = Devnet.masked(Devnet.BURN_ID);

    LoanSystem private _system;
    Cast private _cast;
    uint64[] private _miners;
    address[] private _watched;
    mapping(address who => bool) private _isWatched;
    mapping(address who => uint256) private _balance;
    mapping(address who => Permission) private _permission;

    /// @notice Where the campaign's clock stands.
    uint256 public epoch;
    /// @notice Steps begun in this run.
    uint256 public steps;
    /// @notice Bit n is set when loan n was found closed, for good.
    uint256 public closedLoans;
    /// @notice FIL and WFIL given to the vault unasked and not skimmed yet.
    uint256 public strayInVault;
    /// @notice The same in the book, the auction.
    uint256 public strayElsewhere;

    uint128 private _assetsBefore;
    uint256 private _sharesBefore; // after a total loss a deposit makes more than 128 bits hold
    uint256 private _indexBefore;

    constructor(LoanSystem memory system_, Cast memory cast_, uint64[] memory miners_) {
        (_system, _cast, _miners) = (system_, cast_, miners_);
        epoch = vm.getBlockNumber();
        for (uint256 i; i < miners_.length; ++i) _watch(Devnet.masked(miners_[i]));
        for (uint256 i; i < 3; ++i) _watch(cast_.lenders[i]);
        _watch(cast_.takers[0]);
        _watch(cast_.takers[1]);
        _watch(cast_.sp);
        _watch(cast_.payee);
        _watch(cast_.keeper);
        _watch(cast_.guardian);
        _watch(cast_.stranger);
        _watch(cast_.network);
        _watch(address(system_.vault));
        _watch(address(system_.book));
        _watch(address(system_.auction));
        _watch(address(system_.reserve));
        _watch(address(system_.wfil));
        _watch(address(system_.posted));
        _watch(address(system_.control));
        _watch(Devnet.masked(Devnet.BURN_ID));
        _watch(Devnet.masked(Devnet.POWER_ID));
        _watch(Devnet.WORLD);
        for (uint256 id = 1; id <= system_.book.loanCount(); ++id) watch(system_.book.loanOf(id).account);
        _announceStates();
    }

    function _announceStates() private {
        _expect("state:Healthy");
        _expect("state:Watch");
        _expect("state:Call");
        _expect("state:Impaired");
        _expect("state:WrittenOff");
        _expect("state:Closed");
        _expect("state:AuctionActive");
        _expect("state:StripsOutstanding");
        _expect("state:StripSetAside");
        _expect("state:DripRunning");
        _expect("state:DrawsPaused");
        _expect("state:AttachesPaused");
        _expect("state:AuctionsPaused");
        _expect("state:Underwater");
        _expect("state:Posted");
        _expect("state:Escrowed");
        _expect("state:ControlOnSale");
        _expect("state:Fixed");
        _expect("state:Overdue");
    }

    // ------------------------------------------------------------------------------------------------ who and what

    function system() external view returns (LoanSystem memory) {
        return _system;
    }

    function cast() external view returns (Cast memory) {
        return _cast;
    }

    function miners() external view returns (uint64[] memory) {
        return _miners;
    }

    /// @notice A loan owes at the floating rate (scaled), or at a fixed one (principal).
    function owes(Loan memory loan) public pure returns (bool) {
        return loan.scaledDebt != 0 || loan.principal != 0;
    }

    /// @notice From now on FIL may lie at `who`, such as a new loan's account, where what lies already is no gain.
    function watch(address who) public {
        _watch(who);
        _balance[who] = who.balance;
    }

    function _watch(address who) private {
        if (_isWatched[who]) return;
        _isWatched[who] = true;
        _watched.push(who);
    }

    /// @notice Notes who has what, once everybody has theirs.
    function seal() external {
        for (uint256 i; i < _watched.length; ++i) _balance[_watched[i]] = _watched[i].balance;
        _notePool(_system.vault.poolState(), _system.vault.totalSupply());
    }

    function _notePool(PoolState memory pool, uint256 shares) private {
        (_assetsBefore, _sharesBefore) = (uint128(pool.totalAssets), shares);
        if (_indexBefore != pool.borrowIndexRay) _indexBefore = pool.borrowIndexRay;
    }

    // ------------------------------------------------------------------------------------------------ steps

    function begin() external {
        _go(epoch);
        ++steps;
        // Miners burn what they are charged.
        allow(_burnt, type(uint256).max);
    }

    /// @notice In this step `who` may come to hold up to `amount` more than at its beginning.
    function allow(address who, uint256 amount) public {
        _permission[who] = Permission(uint32(steps), amount > type(uint224).max ? type(uint224).max : uint224(amount));
    }

    function _mayGain(address who) private view returns (uint256) {
        Permission memory p = _permission[who];
        return p.step == steps ? p.amount : 0;
    }

    /// @notice Moves the clock on and runs the miners' cron.
    function advance(uint256 epochs) external {
        epoch += epochs;
        _go(epoch);
        WORLD.tick();
    }

    function _go(uint256 epoch_) private {
        vm.roll(epoch_);
        vm.warp(GENESIS + epoch_ * 30);
    }

    /// @notice FIL of the stranger appears at `to` without code running, as a method-0 send does.
    function giveUnasked(address to, uint256 amount) external {
        vm.deal(_cast.stranger, _cast.stranger.balance - amount);
        vm.deal(to, to.balance + amount);
        if (to == address(_system.vault)) strayInVault += amount;
        if (to == address(_system.book) || to == address(_system.auction)) strayElsewhere += amount;
    }

    function noteSkimmed(uint256 amount) external {
        strayInVault -= amount;
    }

    /// @notice WFIL was given to the vault.
    function noteWrapped(uint256 amount) external {
        strayInVault += amount;
    }

    /// @param lossBooked whether the step was one that may lower the share price
    function end(bool lossBooked) external {
        _checkFlows();
        PoolState memory pool = _system.vault.poolState();
        uint256 shares = _system.vault.totalSupply();
        assertGe(pool.borrowIndexRay, _indexBefore, "I15: the index never falls");
        if (!lossBooked) {
            // Price = (assets + 1) / (shares + 1e6), compared without rounding.
            assertGe(
                (pool.totalAssets + 1) * (_sharesBefore + 1e6),
                (uint256(_assetsBefore) + 1) * (shares + 1e6),
                "I4: the share price fell without a booked loss"
            );
        }
        _notePool(pool, shares);
        if (steps % COUNT_EVERY == 0) _countStates(pool);
    }

    function _checkFlows() private {
        uint256 gained;
        uint256 lost;
        uint256 count = _watched.length;
        for (uint256 i; i < count; ++i) {
            address who = _watched[i];
            (uint256 before, uint256 now_) = (_balance[who], who.balance);
            if (now_ == before) continue;
            _balance[who] = now_;
            if (now_ < before) {
                lost += before - now_;
                continue;
            }
            gained += now_ - before;
            assertLe(now_ - before, _mayGain(who), "I5: FIL went where it may not go");
        }
        assertEq(gained, lost, "I5: FIL appeared or vanished");
    }

    // ------------------------------------------------------------------------------------------------ states

    /// @dev A loan that closed is counted once.
    function _countStates(PoolState memory pool) private {
        uint256 count = _system.book.loanCount();
        for (uint256 id = 1; id <= count; ++id) {
            if ((closedLoans >> id) & 1 == 0) _countLoan(id);
        }
        if (pool.lockedGain != 0) _count("state:DripRunning");
        if (_system.book.drawsPausedUntil() > epoch) _count("state:DrawsPaused");
        if (_system.book.attachesPausedUntil() > epoch) _count("state:AttachesPaused");
        if (_system.auction.auctionsPausedUntil() > epoch) _count("state:AuctionsPaused");
        if (_system.auction.activeAuctions() != 0) _count("state:AuctionActive");
        if (_system.control.activeAuctions() != 0) _count("state:ControlOnSale");
    }

    function _countLoan(uint256 id) private {
        Loan memory loan = _system.book.loanOf(id);
        if (loan.state == LoanState.Healthy && owes(loan)) _count("state:Healthy");
        if (loan.state == LoanState.Watch) _count("state:Watch");
        if (loan.state == LoanState.Call) _count("state:Call");
        if (loan.state == LoanState.Impaired) _count("state:Impaired");
        if (loan.state == LoanState.WrittenOff) _count("state:WrittenOff");
        if (loan.state == LoanState.Closed) {
            closedLoans |= 1 << id;
            _count("state:Closed");
        }
        if (loan.stripSold > loan.stripPaid) _count("state:StripsOutstanding");
        if (loan.stripPaid > loan.stripClaimed) _count("state:StripSetAside");
        if (loan.hasPosted) _count("state:Posted");
        FixedStatus memory terms = _system.book.termsOf(id);
        if (terms.isFixed) _count("state:Fixed");
        if (terms.overdue) _count("state:Overdue");
        if (_system.book.positionOf(id).assessment.escrowValue != 0) _count("state:Escrowed");
    }

    /// @notice A loan's health was found below the liquidation weight.
    function noteUnderwater() external {
        _count("state:Underwater");
    }
}
