// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeneficiaryTerm} from "../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {Loan, Tranche} from "../../../contracts/loans/LoanTypes.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Miners that another lender holds, taken over with their debt
/// @notice The second taker lends to the SP on the side; it is listed. What was not taken over is given back by the end of the step: other
/// handlers know no foreign liens.
contract TakeoverHandler is LoanHandler {
    /// @dev One takeover.
    struct Case {
        uint256 loanId;
        uint64 miner;
        uint64 accountId;
        uint256 amount; // [attoFIL]
        uint256 wealth; // of the lender, before [attoFIL]
    }

    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("takeover");
        _expect("takeover refused");
        _expect("takeoverUnapproved refused");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](1);
        list[0] = this.takeover.selector;
    }

    function takeover(uint256 seed, uint256 minerSeed, uint256 amount) external step {
        Case memory c;
        c.loanId = _drawable(seed);
        c.miner = _free(minerSeed);
        bool room = c.loanId != 0 && sys.book.loanOf(c.loanId).minerCount < MAX_MINERS;
        if (!room || c.miner == 0) return _refused("takeover");
        if (minerSeed % 4 != 0) _shock(c.loanId, 1.4e18);
        c.amount = _payOff(c.loanId, amount);
        c.accountId = world.idOf(_account(c.loanId));
        _encumber(c.miner, world.idOf(_lender()));
        if (_offer(c)) _take(c);
        else _refused("takeover");
        if (sys.book.loanOfMiner(c.miner) == 0) _free(c.miner, world.idOf(who.sp));
    }

    function _lender() private view returns (address) {
        return who.takers[1];
    }

    /// @dev A miner in no loan, whose owner is not on the way out.
    function _free(uint256 seed) private view returns (uint64) {
        uint64 spId = world.idOf(who.sp);
        for (uint256 i; i < miners.length; ++i) {
            uint64 miner = miners[((seed % miners.length) + i) % miners.length];
            (uint64 owner, uint64 pending) = sys.facts.owner(miner);
            if (sys.book.loanOfMiner(miner) == 0 && owner == spId && pending == 0) return miner;
        }
        return 0;
    }

    /// @dev Mostly little, or the miner seldom carries it.
    function _payOff(uint256 loanId, uint256 amount) private view returns (uint256) {
        Loan memory loan = sys.book.loanOf(loanId);
        Tranche memory tranche = sys.book.tranchesOf(loanId)[loan.drawnCount];
        return _bound(amount, 10 ether, amount % 4 == 0 || tranche.amount < 40 ether ? tranche.amount : 40 ether);
    }

    function _encumber(uint64 miner, uint64 lenderId) private {
        _propose(miner, lenderId, 1e24, type(int64).max);
        _changeBeneficiary(_lender(), miner, lenderId, 1e24, type(int64).max);
    }

    /// @dev To the owner.
    function _free(uint64 miner, uint64 ownerId) private {
        _propose(miner, ownerId, 0, 0);
        _changeBeneficiary(_lender(), miner, ownerId, 0, 0);
    }

    function _offer(Case memory c) private returns (bool ok) {
        uint256 amount = sys.book.takeoverOf(c.loanId, c.miner).amount;
        if (amount > c.amount) c.amount = amount; // it is never lowered
        bytes memory data = abi.encodeCall(sys.book.openTakeover, (c.loanId, c.miner, c.amount, ledger.epoch() + 1));
        (ok, ) = _try("offer", who.sp, address(sys.book), data);
    }

    function _take(Case memory c) private {
        _propose(c.miner, c.accountId, QUOTA, type(int64).max);
        bytes memory data = abi.encodeCall(sys.book.takeover, (c.loanId, c.miner));
        (bool early, ) = _try("takeoverUnapproved", who.keeper, address(sys.book), data);
        assertFalse(early, "I5: paid a lender that had not approved");
        _changeBeneficiary(_lender(), c.miner, c.accountId, QUOTA, type(int64).max);
        c.wealth = _lender().balance;
        ledger.allow(_lender(), c.amount);
        (bool ok, ) = _try("takeover", who.keeper, address(sys.book), data);
        if (!ok) return _checkUntouched(c);
        assertEq(_lender().balance, c.wealth + c.amount, "I5: the lender gets its pay-off");
        assertEq(sys.book.loanOfMiner(c.miner), c.loanId, "I13: the miner secures the loan");
        Loan memory loan = sys.book.loanOf(c.loanId);
        assertEq(loan.drawnCount, loan.provenCount, "I7: a pay-off leaves nothing to prove");
        _checkDrawTest(c.loanId);
    }

    function _checkUntouched(Case memory c) private view {
        BeneficiaryTerm memory term = sys.facts.beneficiaryTerm(c.miner);
        assertEq(term.beneficiary, world.idOf(_lender()), "I8: the lender keeps its lien");
        assertEq(_lender().balance, c.wealth, "I5: nothing was paid");
        assertEq(sys.book.loanOfMiner(c.miner), 0, "I13: nothing is attached");
    }
}
