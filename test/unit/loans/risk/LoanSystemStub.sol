// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AttachedMiner, Covenant, Loan, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {Auction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";

/// @notice Loan book, vault, auction and reserve fund as far as the lens asks them; every answer is set by the test.
contract LoanSystemStub {
    error LoanSystemStub_Unknown(uint256 loanId);
    error LoanSystemStub_Refused(bytes4 selector, uint256 loanId);

    struct Entry {
        Loan loan;
        Tranche[] tranches;
        AttachedMiner[] miners;
        Position position;
        Covenant covenant;
        uint256 freeFunds;
        bool unreadable;
        bool kickable;
        uint256 sweepableMiners; // one bit each
        bool impairable;
    }

    mapping(uint256 loanId => Entry) private _loans;
    uint256 public loanCount;
    uint256 public drawsPausedUntil;
    uint256 public attachesPausedUntil;
    uint256 public lendable;
    uint256 public borrowIndex = 1e27;
    uint256 public totalSupply;
    uint256 public balance;
    uint256 public activeAuctions;
    uint256 public steps; // taken for good
    PoolState private _pool;
    Auction private _auction;

    // ---------------------------------------------------------------- for the test

    function setLoan(uint256 id, Loan memory loan) external {
        _loans[id].loan = loan;
        if (id > loanCount) loanCount = id;
    }

    function addTranche(uint256 id, Tranche memory tranche) external {
        _loans[id].tranches.push(tranche);
    }

    function addMiner(uint256 id, AttachedMiner memory miner) external {
        _loans[id].miners.push(miner);
    }

    function setPosition(uint256 id, Position memory position) external {
        _loans[id].position = position;
    }

    function setCovenant(uint256 id, Covenant covenant) external {
        _loans[id].covenant = covenant;
    }

    function setFreeFunds(uint256 id, uint256 amount) external {
        _loans[id].freeFunds = amount;
    }

    function setUnreadable(uint256 id) external {
        _loans[id].unreadable = true;
    }

    function setSteps(uint256 id, bool kickable, uint256 sweepableMiners, bool impairable) external {
        Entry storage e = _loans[id];
        (e.kickable, e.sweepableMiners, e.impairable) = (kickable, sweepableMiners, impairable);
    }

    function setPool(uint256 lendable_, uint256 borrowIndex_, uint256 ratePerEpochRay) external {
        (lendable, borrowIndex) = (lendable_, borrowIndex_);
        _pool.ratePerEpochRay = ratePerEpochRay;
    }

    function setCounters(uint256 supply, uint256 reserve, uint256 auctions, uint256 draws, uint256 attaches) external {
        (totalSupply, balance, activeAuctions) = (supply, reserve, auctions);
        (drawsPausedUntil, attachesPausedUntil) = (draws, attaches);
    }

    function setAuction(Auction memory auction) external {
        _auction = auction;
    }

    // ---------------------------------------------------------------- for the lens

    function loanOf(uint256 id) external view returns (Loan memory) {
        if (id == 0 || id > loanCount) revert LoanSystemStub_Unknown(id);
        return _loans[id].loan;
    }

    function tranchesOf(uint256 id) external view returns (Tranche[] memory) {
        return _loans[id].tranches;
    }

    function minersOf(uint256 id) external view returns (AttachedMiner[] memory) {
        return _loans[id].miners;
    }

    function positionOf(uint256 id) external view returns (Position memory) {
        if (_loans[id].unreadable) revert LoanSystemStub_Refused(msg.sig, id);
        return _loans[id].position;
    }

    function debtOf(uint256 id) external view returns (uint256) {
        return _loans[id].position.debt;
    }

    function covenantOf(uint256 id) external view returns (Covenant) {
        return _loans[id].covenant;
    }

    function freeFundsOf(uint256 id) external view returns (uint256) {
        return _loans[id].freeFunds;
    }

    function poolState() external view returns (PoolState memory) {
        return _pool;
    }

    function convertToAssets(uint256 shares) external pure returns (uint256) {
        return shares / 1e6 + 7;
    }

    function auctionOf(uint256) external view returns (Auction memory) {
        return _auction;
    }

    function kick(uint256 id) external {
        if (!_loans[id].kickable) revert LoanSystemStub_Refused(msg.sig, id);
        ++steps;
    }

    function sweep(uint256 id, uint256 index) external returns (uint256) {
        if ((_loans[id].sweepableMiners >> index) & 1 == 0) revert LoanSystemStub_Refused(msg.sig, id);
        return ++steps;
    }

    function impair(uint256 id) external returns (uint256) {
        if (!_loans[id].impairable) revert LoanSystemStub_Refused(msg.sig, id);
        return ++steps;
    }
}
