// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdAssertions} from "forge-std/StdAssertions.sol";

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {IFilecoinWorld} from "../../../contracts/devnet/IFilecoinWorld.sol";
import {Loan, LoanState} from "../../../contracts/loans/LoanTypes.sol";
import {PoolState} from "../../../contracts/loans/interfaces/IPledgeVault.sol";
import {CampaignCounter} from "../../helpers/CampaignCounter.sol";
import {Cast, LoanSystem} from "./LoanSystem.sol";

/// @title What the campaign itself knows: the clock, the whereabouts of every FIL, the states reached
/// @notice Every step of every handler stands between `begin` and `end`. `end` compares where all FIL is with where it was: an
/// address may hold more than before only if the step has said so, and no FIL may come from or go to an unknown place.
contract LoanLedger is CampaignCounter, CommonBase, StdAssertions {
    IFilecoinWorld private constant WORLD = IFilecoinWorld(Devnet.WORLD);
    uint256 private constant GENESIS = 1_598_306_400; // [s]

    LoanSystem private _system;
    Cast private _cast;
    uint64[] private _miners;
    address[] private _watched;
    mapping(address who => bool) private _isWatched;
    mapping(address who => uint256) private _balanceBefore;
    mapping(address who => uint256) private _mayGain;

    /// @notice Where the campaign's clock stands.
    uint256 public epoch;
    /// @notice All FIL there is.
    uint256 public supply;
    /// @notice FIL and WFIL given to the vault unasked and not skimmed yet.
    uint256 public strayInVault;
    /// @notice The same in the book, the auction.
    uint256 public strayElsewhere;

    uint256 private _assetsBefore;
    uint256 private _sharesBefore;
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

    /// @notice From now on FIL may lie at `who`, such as a new loan's account.
    function watch(address who) public {
        _watch(who);
        supply += who.balance;
    }

    function _watch(address who) private {
        if (_isWatched[who]) return;
        _isWatched[who] = true;
        _watched.push(who);
    }

    /// @notice Counts all FIL once everybody has theirs.
    function seal() external {
        supply = _sum();
    }

    function _sum() private view returns (uint256 sum) {
        for (uint256 i; i < _watched.length; ++i) sum += _watched[i].balance;
    }

    // ------------------------------------------------------------------------------------------------ steps

    function begin() external {
        _go(epoch);
        for (uint256 i; i < _watched.length; ++i) {
            address who = _watched[i];
            (_balanceBefore[who], _mayGain[who]) = (who.balance, 0);
        }
        // Miners burn what they are charged.
        _mayGain[Devnet.masked(Devnet.BURN_ID)] = type(uint256).max;
        PoolState memory pool = _system.vault.poolState();
        (_assetsBefore, _indexBefore) = (pool.totalAssets, pool.borrowIndexRay);
        _sharesBefore = _system.vault.totalSupply();
    }

    /// @notice In this step `who` may come to hold up to `amount` more than at its beginning.
    function allow(address who, uint256 amount) external {
        _mayGain[who] = amount;
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
        assertGe(pool.borrowIndexRay, _indexBefore, "I15: the index never falls");
        if (!lossBooked) {
            uint256 shares = _system.vault.totalSupply();
            // Price = (assets + 1) / (shares + 1e6), compared without rounding.
            assertGe(
                (pool.totalAssets + 1) * (_sharesBefore + 1e6),
                (_assetsBefore + 1) * (shares + 1e6),
                "I4: the share price fell without a booked loss"
            );
        }
        _countStates(pool);
    }

    function _checkFlows() private view {
        uint256 sum;
        for (uint256 i; i < _watched.length; ++i) {
            address who = _watched[i];
            uint256 now_ = who.balance;
            sum += now_;
            if (now_ <= _balanceBefore[who]) continue;
            assertLe(now_ - _balanceBefore[who], _mayGain[who], "I5: FIL went where it may not go");
        }
        assertEq(sum, supply, "I5: FIL appeared or vanished");
    }

    // ------------------------------------------------------------------------------------------------ states

    function _countStates(PoolState memory pool) private {
        uint256 count = _system.book.loanCount();
        for (uint256 id = 1; id <= count; ++id) _countLoan(id);
        if (pool.lockedGain != 0) _count("state:DripRunning");
        if (_system.book.drawsPausedUntil() > epoch) _count("state:DrawsPaused");
        if (_system.book.attachesPausedUntil() > epoch) _count("state:AttachesPaused");
        if (_system.auction.auctionsPausedUntil() > epoch) _count("state:AuctionsPaused");
        if (_system.auction.activeAuctions() != 0) _count("state:AuctionActive");
    }

    function _countLoan(uint256 id) private {
        Loan memory loan = _system.book.loanOf(id);
        if (loan.state == LoanState.Healthy && loan.scaledDebt != 0) _count("state:Healthy");
        if (loan.state == LoanState.Watch) _count("state:Watch");
        if (loan.state == LoanState.Call) _count("state:Call");
        if (loan.state == LoanState.Impaired) _count("state:Impaired");
        if (loan.state == LoanState.WrittenOff) _count("state:WrittenOff");
        if (loan.state == LoanState.Closed) _count("state:Closed");
        if (loan.stripSold > loan.stripPaid) _count("state:StripsOutstanding");
        if (loan.stripPaid > loan.stripClaimed) _count("state:StripSetAside");
    }

    /// @notice A loan's health was found below the liquidation weight.
    function noteUnderwater() external {
        _count("state:Underwater");
    }
}
