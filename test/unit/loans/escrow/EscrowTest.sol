// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Economics} from "../../../../contracts/devnet/Types.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {ILoanEscrowEvents} from "../../../../contracts/loans/interfaces/ILoanEscrow.sol";
import {BeneficiaryTerm} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {AttackTest} from "../attacks/AttackTest.sol";

/// @notice Base of the tests of owner escrow.
abstract contract EscrowTest is AttackTest, ILoanEscrowEvents {
    address internal buyer = makeAddr("buyer");

    uint64 internal bookId;

    function setUp() public virtual override {
        super.setUp();
        bookId = idOf(address(book));
    }

    function assertOwner(uint64 minerId, uint64 expectedOwner, uint64 expectedPending) internal view {
        (uint64 owner, uint64 pending) = facts.owner(minerId);
        assertEq(owner, expectedOwner, "owner");
        assertEq(pending, expectedPending, "proposed owner");
    }

    /// @notice The lien as it must be: beneficiary, quota and expiration, no proposal.
    function assertLien(uint64 minerId, address account) internal {
        BeneficiaryTerm memory term = facts.beneficiaryTerm(minerId);
        assertEq(term.beneficiary, idOf(account), "beneficiary");
        assertGe(term.quota - term.usedQuota, 1 << 100, "quota");
        assertEq(term.expiration, type(int64).max, "expiration");
        assertFalse(term.hasPending, "no proposal");
    }

    /// @notice A loan of one tranche on a miner with 1,000 FIL of pledge, in escrow, not drawn.
    function escrowedLoan(uint96 amount) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = preparedLoan(amount);
        escrow(loanId, account, 0);
    }

    /// @notice The same, drawn, sealed and proven.
    function provenEscrow(uint96 amount) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = escrowedLoan(amount);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
        seal(minerId, uint32(amount / 1 ether), false, 1 ether);
        book.prove(loanId);
    }

    /// @notice A loan of two tranches whose first, 2,500 FIL on 1,000 of its own, is drawn and pledged: escrow carries it with room for
    /// more, the lien does not carry it.
    function stretchedLoan() internal returns (uint256 loanId, address account, uint64 minerId) {
        Tranche[] memory list = new Tranche[](2);
        (list[0], list[1]) = (tranche(2_500 ether), tranche(100 ether));
        vm.prank(sp);
        (loanId, account) = book.open(list, payee);
        minerId = newMiner(1_000, 1 ether, 30 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(minerId, 2_500, false, 1 ether);
        book.prove(loanId);
    }

    /// @notice As `shock`, further: an escrowed miner's value falls by the termination fee alone. Ends just below `healthWad`.
    function fall(uint256 loanId, uint256 healthWad) internal returns (Position memory p) {
        p = book.positionOf(loanId);
        if (p.healthWad < healthWad) return p;
        uint256 low = world.economics().rewardPerEpoch;
        uint256 high = low;
        while (healthAt(loanId, high) >= healthWad) (low, high) = (high, high * 2);
        while (high - low > high / 400) {
            uint256 middle = (low + high) / 2;
            if (healthAt(loanId, middle) < healthWad) high = middle;
            else low = middle;
        }
        healthAt(loanId, high);
        return book.positionOf(loanId);
    }

    function healthAt(uint256 loanId, uint256 rewardPerEpoch) private returns (uint256) {
        Economics memory e = world.economics();
        (e.rewardPerEpoch, e.configured) = (rewardPerEpoch, true);
        world.setEconomics(e);
        return book.positionOf(loanId).healthWad;
    }

    function release(uint256 loanId, uint256 minerIndex, uint64 newOwner) internal {
        vm.prank(sp);
        book.releaseMiner(loanId, minerIndex, newOwner);
    }

    function repayAll(uint256 loanId) internal {
        uint256 debt = book.debtOf(loanId);
        vm.deal(bob, debt);
        vm.prank(bob);
        book.repay{value: debt}(loanId);
    }
}
