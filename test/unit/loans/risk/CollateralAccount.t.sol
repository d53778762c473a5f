// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ExitCode} from "../../../../contracts/filecoin/ExitCode.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {MinerActor} from "../../../../contracts/filecoin/MinerActor.sol";
import {BeneficiaryTerm} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {CollateralAccount} from "../../../../contracts/loans/CollateralAccount.sol";
import {ICollateralAccount} from "../../../../contracts/loans/interfaces/ICollateralAccount.sol";
import {LienTest} from "./LienTest.sol";

/// @notice Refuses every payment that runs its code.
contract Refuser {
    receive() external payable {
        revert();
    }
}

contract CollateralAccountTest is LienTest {
    address private constant STRANGER = address(0x5742);

    function test_actorId_isTheProxysOwn() public {
        assertEq(account.actorId(), world.idOf(address(account)));
        assertNotEq(account.actorId(), world.register(address(implementation)));
    }

    function test_constructor_keepsTheLoanBook() public view {
        assertEq(account.LOAN_BOOK(), address(this));
    }

    // ---------------------------------------------------------------- approveBeneficiary

    function test_approveBeneficiary_takesTheLienAsNominee() public {
        uint64 miner = pledgedMiner(100 ether);
        BeneficiaryTerm memory expected = BeneficiaryTerm(account.actorId(), QUOTA, 0, FOREVER, false);
        assertEq(abi.encode(MinerActor.getBeneficiary(miner)), abi.encode(expected));
    }

    function test_approveBeneficiary_givesTheLienBackAsBeneficiary() public {
        uint64 miner = pledgedMiner(100 ether);
        uint64 owner = world.idOf(address(this));
        MinerActor.changeBeneficiary(miner, owner, 0, 0);
        assertEq(MinerActor.getBeneficiary(miner).beneficiary, account.actorId(), "only with approval");
        account.approveBeneficiary(miner, owner, 0, 0);
        assertEq(MinerActor.getBeneficiary(miner).beneficiary, owner);
    }

    function test_approveBeneficiary_handsTheLienToAnotherAccount() public {
        uint64 miner = pledgedMiner(100 ether);
        CollateralAccount other = newAccount();
        uint64 id = other.actorId();
        MinerActor.changeBeneficiary(miner, id, QUOTA, FOREVER);
        other.approveBeneficiary(miner, id, QUOTA, FOREVER);
        account.approveBeneficiary(miner, id, QUOTA, FOREVER);
        assertEq(MinerActor.getBeneficiary(miner).beneficiary, id);
    }

    function test_RevertWhen_theTermsAreNotTheProposed() public {
        uint64 miner = createMiner(address(this));
        uint64 id = account.actorId();
        MinerActor.changeBeneficiary(miner, id, QUOTA, FOREVER);
        bytes memory failure = actorFailed(miner, FilecoinMethods.CHANGE_BENEFICIARY, ExitCode.USR_ILLEGAL_ARGUMENT);
        vm.expectRevert(failure);
        account.approveBeneficiary(miner, id, QUOTA - 1, FOREVER);
        vm.expectRevert(failure);
        account.approveBeneficiary(miner, id, QUOTA, FOREVER - 1);
    }

    function test_RevertWhen_nothingIsProposed() public {
        uint64 miner = createMiner(address(this));
        uint64 id = account.actorId();
        vm.expectRevert(actorFailed(miner, FilecoinMethods.CHANGE_BENEFICIARY, ExitCode.USR_FORBIDDEN));
        account.approveBeneficiary(miner, id, QUOTA, FOREVER);
    }

    // ---------------------------------------------------------------- withdraw

    function test_withdraw_bringsFilToTheAccount() public {
        uint64 miner = pledgedMiner(100 ether);
        assertEq(account.withdraw(miner, 40 ether), 40 ether);
        assertEq(address(account).balance, 40 ether);
        assertEq(masked(miner).balance, 60 ether);
        assertEq(MinerActor.getBeneficiary(miner).usedQuota, 40 ether);
    }

    function test_withdraw_returnsWhatWasSentNotWhatWasAsked() public {
        uint64 miner = pledgedMiner(100 ether);
        assertEq(account.withdraw(miner, 140 ether), 100 ether);
        assertEq(address(account).balance, 100 ether);
        assertEq(account.withdraw(miner, 1 ether), 0);
    }

    function test_withdraw_leavesThePledge() public {
        uint64 miner = pledgedMiner(100 ether);
        seal(miner, 2, false, 30 ether);
        uint256 available = uint256(MinerActor.getAvailableBalance(miner));
        assertLt(available, 40 ether + 1);
        assertEq(account.withdraw(miner, type(uint128).max), available);
        assertEq(MinerActor.initialPledge(miner), 60 ether);
    }

    function test_RevertWhen_theAccountIsNotBeneficiary() public {
        uint64 miner = createMiner(address(this));
        fundMiner(miner, 100 ether);
        vm.expectRevert(actorFailed(miner, FilecoinMethods.WITHDRAW_BALANCE, ExitCode.USR_FORBIDDEN));
        account.withdraw(miner, 1 ether);
    }

    /// The owner may withdraw at any time; it still pays the account, and runs nothing there.
    function test_ownersWithdrawalArrivesToo() public {
        uint64 miner = pledgedMiner(100 ether);
        assertEq(MinerActor.withdrawBalance(miner, 25 ether), 25 ether);
        assertEq(address(account).balance, 25 ether);
    }

    // ---------------------------------------------------------------- pay

    function test_pay_sendsToAnEthereumAddress() public {
        vm.deal(address(account), 10 ether);
        account.pay(STRANGER, 4 ether);
        assertEq(STRANGER.balance, 4 ether);
        assertEq(address(account).balance, 6 ether);
    }

    function test_pay_sendsToAMaskedId() public {
        vm.deal(address(account), 10 ether);
        uint64 miner = createMiner(address(this));
        account.pay(masked(miner), 4 ether);
        assertEq(masked(miner).balance, 4 ether);
    }

    function test_pay_cannotBeRefused() public {
        vm.deal(address(account), 10 ether);
        Refuser refuser = new Refuser();
        account.pay(address(refuser), 4 ether);
        assertEq(address(refuser).balance, 4 ether);
    }

    function test_pay_paysTheLastAttoFil() public {
        vm.deal(address(account), 10 ether);
        account.pay(STRANGER, 10 ether);
        assertEq(address(account).balance, 0);
    }

    function test_RevertWhen_theAccountHoldsLess() public {
        vm.deal(address(account), 10 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralAccount.CollateralAccount_InsufficientFunds.selector,
                10 ether,
                10 ether + 1
            )
        );
        account.pay(STRANGER, 10 ether + 1);
    }

    // ---------------------------------------------------------------- as owner

    function test_changeOwner_takesTheOwnershipAndPassesItOn() public {
        uint64 miner = pledgedMiner(100 ether);
        uint64 id = account.actorId();
        vm.expectRevert(actorFailed(miner, FilecoinMethods.CHANGE_OWNER_ADDRESS, ExitCode.USR_FORBIDDEN));
        account.changeOwner(miner, id);
        MinerActor.changeOwnerAddress(miner, id);
        account.changeOwner(miner, id);
        (uint64 owner, uint64 pending) = MinerActor.getOwner(miner);
        assertEq(owner, id);
        assertEq(pending, 0);
        assertEq(MinerActor.getBeneficiary(miner).beneficiary, id, "stays");
        account.changeOwner(miner, 1_234);
        (owner, pending) = MinerActor.getOwner(miner);
        assertEq(owner, id);
        assertEq(pending, 1_234);
    }

    /// Owner and beneficiary in one: its proposal is its approval, and the term is gone.
    function test_approveBeneficiary_asOwnerEndsItsOwnTerm() public {
        uint64 miner = pledgedMiner(100 ether);
        uint64 id = account.actorId();
        MinerActor.changeOwnerAddress(miner, id);
        account.changeOwner(miner, id);
        account.approveBeneficiary(miner, id, 0, 0);
        assertEq(abi.encode(MinerActor.getBeneficiary(miner)), abi.encode(BeneficiaryTerm(id, 0, 0, 0, false)));
        assertEq(account.withdraw(miner, 40 ether), 40 ether, "the owner is paid without one");
    }

    function test_changeWorker_andConfirmIt() public {
        uint64 miner = pledgedMiner(100 ether);
        uint64 id = account.actorId();
        uint64 worker = world.createAccount();
        vm.expectRevert(actorFailed(miner, FilecoinMethods.CHANGE_WORKER_ADDRESS, ExitCode.USR_FORBIDDEN));
        account.changeWorker(miner, worker, new uint64[](0));
        vm.expectRevert(actorFailed(miner, FilecoinMethods.CONFIRM_CHANGE_WORKER_ADDRESS, ExitCode.USR_FORBIDDEN));
        account.confirmWorker(miner);
        MinerActor.changeOwnerAddress(miner, id);
        account.changeOwner(miner, id);
        account.changeWorker(miner, worker, new uint64[](0));
        vm.roll(block.number + 899);
        account.confirmWorker(miner);
        assertNotEq(world.minerState(miner).worker, worker, "not yet");
        vm.roll(block.number + 1);
        account.confirmWorker(miner);
        assertEq(world.minerState(miner).worker, worker);
    }

    // ---------------------------------------------------------------- who may call

    function test_RevertWhen_anyoneElseCalls() public {
        uint64 miner = pledgedMiner(100 ether);
        vm.deal(address(account), 10 ether);
        bytes memory refusal = abi.encodeWithSelector(
            ICollateralAccount.CollateralAccount_NotLoanBook.selector,
            address(this),
            STRANGER
        );
        uint64 id = account.actorId();
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        account.approveBeneficiary(miner, id, QUOTA, FOREVER);
        vm.expectRevert(refusal);
        account.withdraw(miner, 1 ether);
        vm.expectRevert(refusal);
        account.pay(STRANGER, 1 ether);
        vm.expectRevert(refusal);
        account.changeOwner(miner, id);
        vm.expectRevert(refusal);
        account.changeWorker(miner, id, new uint64[](0));
        vm.expectRevert(refusal);
        account.confirmWorker(miner);
    }

    function test_refusesPlainTransfers() public {
        vm.deal(address(this), 3 ether);
        (bool ok, ) = address(account).call{value: 1 ether}("");
        assertFalse(ok);
        (ok, ) = address(account).call{value: 1 ether}(abi.encodeCall(ICollateralAccount.pay, (STRANGER, 0)));
        assertFalse(ok);
        (ok, ) = address(implementation).call{value: 1 ether}("");
        assertFalse(ok);
    }

    // ---------------------------------------------------------------- proxies

    function test_accountsShareNothing() public {
        CollateralAccount other = newAccount();
        uint64 miner = pledgedMiner(100 ether);
        account.withdraw(miner, 40 ether);
        assertEq(address(other).balance, 0);
        vm.expectRevert(actorFailed(miner, FilecoinMethods.WITHDRAW_BALANCE, ExitCode.USR_FORBIDDEN));
        other.withdraw(miner, 1 ether);
    }

    function test_upgradeOfTheBeaconKeepsLiensAndMoney() public {
        uint64 miner = pledgedMiner(100 ether);
        account.withdraw(miner, 40 ether);
        uint64 id = account.actorId();
        beacon.upgradeTo(address(new CollateralAccount(STRANGER)));
        assertEq(account.LOAN_BOOK(), STRANGER);
        assertEq(account.actorId(), id);
        vm.startPrank(STRANGER);
        account.withdraw(miner, 10 ether);
        account.pay(STRANGER, 50 ether);
        assertEq(STRANGER.balance, 50 ether);
    }
}
