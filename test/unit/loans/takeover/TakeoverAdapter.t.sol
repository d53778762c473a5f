// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {Covenant} from "../../../../contracts/loans/LoanTypes.sol";
import {IControlAuction} from "../../../../contracts/loans/interfaces/IControlAuction.sol";
import {IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {TakeoverQuote} from "../../../../contracts/loans/interfaces/ILoanTakeover.sol";
import {FULL_QUOTA, HostileAdapter, LAST_EPOCH, OldLender, OldLenderAdapter} from "./doubles/Lenders.sol";
import {TakeoverTest} from "./TakeoverTest.sol";

/// @notice Lenders that approve only once they are paid, through adapters, honest and hostile.
contract TakeoverAdapterTest is TakeoverTest {
    OldLenderAdapter private adapter;
    HostileAdapter private hostile;
    uint256 private loanId;
    address private account;
    uint64 private minerId;

    function setUp() public override {
        super.setUp();
        adapter = new OldLenderAdapter(house);
        hostile = new HostileAdapter(house);
        idOf(address(adapter)); // on Filecoin a contract has its id from birth
        idOf(address(hostile));
        list(houseId, address(adapter));
        minerId = houseMiner(1_000, 400 ether);
        (loanId, account) = openLoan(600 ether);
        offer(loanId, minerId, 450 ether);
        propose(minerId, account);
    }

    function _assertNothingHappened() private view {
        assertEq(address(house).balance, 0);
        assertEq(house.owed(minerId), 400 ether);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, houseId, "the lender keeps its lien");
        assertEq(loanOf(loanId).principal, 0);
        assertEq(loanOf(loanId).minerCount, 0);
        assertEq(book.loanOfMiner(minerId), 0);
    }

    // ---------------------------------------------------------------- honest

    function test_adapter_paysAndTheLenderApproves() public {
        TakeoverQuote memory q = book.quoteTakeover(loanId, minerId);
        assertEq(q.lender, houseId);
        assertEq(q.payee, idOf(address(adapter)));
        book.takeover(loanId, minerId);
        assertEq(address(house).balance, 400 ether, "what it is owed");
        assertEq(house.owed(minerId), 0);
        assertEq(account.balance, 50 ether, "the rest is the loan's");
        assertEq(address(adapter).balance, 0);
        assertEq(book.freeFundsOf(loanId), 50 ether);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(account));
        assertEq(book.debtOf(loanId), q.debt);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
    }

    function test_adapter_RevertWhen_theLenderIsOwedMore() public {
        minerId = houseMiner(1_000, 500 ether);
        offer(loanId, minerId, 499 ether);
        propose(minerId, account);
        vm.expectRevert(abi.encodeWithSelector(OldLender.OldLender_Underpaid.selector, 500 ether, 499 ether));
        book.takeover(loanId, minerId);
    }

    function test_adapter_RevertWhen_proposalIsAnother() public {
        propose(minerId, bob);
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(
                LoanBook_NotProposed.selector,
                minerId,
                idOf(account),
                idOf(bob),
                FULL_QUOTA,
                FULL_QUOTA,
                LAST_EPOCH,
                LAST_EPOCH
            )
        );
    }

    function test_adapter_RevertWhen_calledAboveTheDrawLimit() public {
        minerId = houseMiner(500, 400 ether);
        offer(loanId, minerId, 450 ether);
        propose(minerId, account);
        bytes memory reason;
        try book.quoteTakeover(loanId, minerId) {} catch (bytes memory thrown) {
            reason = thrown;
        }
        assertEq(bytes4(reason), LoanBook_DrawTest.selector);
        assertBarred(loanId, minerId, reason);
        assertEq(address(house).balance, 0);
    }

    // ---------------------------------------------------------------- hostile

    function _hostile(address target, bytes memory attack, uint256 value) private {
        list(houseId, address(hostile));
        hostile.arm(target, attack, value);
    }

    function test_hostile_RevertWhen_itKeepsTheMoney() public {
        list(houseId, address(hostile));
        hostile.setHonest(false);
        uint256 left = OLD_QUOTA;
        int64 expiration = facts.beneficiaryTerm(minerId).expiration;
        // The quota that is left suffices for nothing; whose it is comes first.
        vm.expectRevert(
            abi.encodeWithSelector(LoanBook_BadTerm.selector, minerId, idOf(account), houseId, left, expiration, true)
        );
        book.takeover(loanId, minerId);
        _assertNothingHappened();
    }

    function test_hostile_RevertWhen_itReverts() public {
        _hostile(address(hostile), "", 0);
        hostile.setHonest(true);
        vm.prank(sp);
        (uint256 other, address its) = book.open(oneTranche(300 ether), payee);
        offer(other, minerId, 300 ether); // below what is owed
        propose(minerId, its);
        vm.expectRevert(abi.encodeWithSelector(OldLender.OldLender_Underpaid.selector, 400 ether, 300 ether));
        book.takeover(other, minerId);
        _assertNothingHappened();
    }

    /// Inside the payment the loan has its debt and not yet the lien: it looks worthless. No auction may start from that.
    function test_V09_hostile_startsNoAuction() public {
        _hostile(address(auction), abi.encodeCall(IStripAuction.kick, (loanId)), 0);
        vm.deal(address(hostile), 0);
        book.takeover(loanId, minerId);
        assertTrue(hostile.called());
        assertFalse(hostile.succeeded());
        assertEq(
            hostile.answer(),
            abi.encodeWithSelector(IStripAuction.StripAuction_CoolOff.selector, loanId, vm.getBlockNumber())
        );
        assertFalse(auction.auctionOf(loanId).active);
    }

    function test_V09_hostile_sellsNoMinerOfTheLoan() public {
        uint64 own = newMiner(300, 50 ether);
        attach(loanId, account, own);
        escrow(loanId, account, 0);
        advanceEpochs(1);
        _hostile(address(control), abi.encodeCall(IControlAuction.kick, (own)), 0);
        book.takeover(loanId, minerId);
        assertTrue(hostile.called());
        assertFalse(hostile.succeeded());
        assertEq(
            hostile.answer(),
            abi.encodeWithSelector(IControlAuction.ControlAuction_CoolOff.selector, loanId, vm.getBlockNumber())
        );
    }

    function test_G10_hostile_cannotEnterTheBookAgain() public {
        bytes[] memory calls = new bytes[](7);
        calls[0] = abi.encodeCall(book.takeover, (loanId, minerId));
        calls[1] = abi.encodeCall(book.review, (loanId));
        calls[2] = abi.encodeCall(book.impair, (loanId));
        calls[3] = abi.encodeCall(book.sweep, (loanId, 0));
        calls[4] = abi.encodeCall(book.repay, (loanId));
        calls[5] = abi.encodeCall(book.refreshTier, (loanId));
        calls[6] = abi.encodeCall(book.raiseReference, (loanId, 0));
        list(houseId, address(hostile));
        for (uint256 i; i < calls.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            hostile.arm(address(book), calls[i], 0);
            book.takeover(loanId, minerId);
            assertFalse(hostile.succeeded(), "entered");
            assertEq(
                bytes4(hostile.answer()),
                ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
                "by the guard"
            );
            vm.revertToState(snapshot);
        }
    }

    /// The owner and the adapter are one: a weaker proposal in the middle of it is not what the account approves.
    function test_hostile_RevertWhen_theProposalIsSwappedMeanwhile() public {
        bytes memory params = beneficiaryParams(idOf(account), FULL_QUOTA, 10_000_000);
        _hostile(
            address(world),
            abi.encodeCall(world.callAs, (sp, minerId, FilecoinMethods.CHANGE_BENEFICIARY, params)),
            0
        );
        hostile.setHonest(false);
        vm.expectRevert(
            abi.encodeWithSelector(
                ActorCall.ActorCall_ActorFailed.selector,
                minerId,
                FilecoinMethods.CHANGE_BENEFICIARY,
                int256(16)
            )
        );
        book.takeover(loanId, minerId);
        _assertNothingHappened();
    }

    /// An owner change that is proposed meanwhile breaks a covenant, and no draw passes with a broken one.
    function test_hostile_RevertWhen_anotherOwnerIsProposedMeanwhile() public {
        _hostile(
            address(world),
            abi.encodeCall(world.callAs, (sp, minerId, FilecoinMethods.CHANGE_OWNER_ADDRESS, idParams(idOf(bob)))),
            0
        );
        vm.expectRevert(abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.OwnerChangePending));
        book.takeover(loanId, minerId);
        _assertNothingHappened();
    }
}
