// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemQueue, IRedeemRequests} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {RedeemQueueTest} from "./RedeemQueueTest.sol";

/// @notice A lender that refuses money and runs into the ground whoever calls it.
contract Refuser {
    function request(IRedeemQueue queue, uint256 shares) external {
        queue.requestRedeem(shares, address(this), address(this));
    }

    function claim(IRedeemQueue queue, uint256 shares, bool inFil) external {
        queue.claimShares(shares, address(this), address(this), inFil);
    }

    receive() external payable {
        revert();
    }

    fallback() external payable {
        assembly {
            invalid()
        }
    }
}

/// @notice What somebody might try with the queue.
contract RedeemQueueAttacksTest is RedeemQueueTest {
    Math.Rounding private constant DOWN = Math.Rounding.Floor;

    /// A thousand requests, one of them by a contract that reverts: filling is one step, and everybody is paid, the contract too.
    function test_queue_aThousandRequestsOneOfThemReverts() public {
        Refuser refuser = new Refuser();
        vm.prank(ALICE);
        vault.transfer(address(refuser), 0.2e24);
        // What one request costs, and filling it alone: the measure for a thousand.
        uint256 oneRequest = _gasOfRequest(0.2e24);
        uint256 oneFilling = _gasOfFilling();
        uint256 first = queue.claimableAssets(_id(ALICE, 1), ALICE);
        for (uint256 i = 0; i < 999; ++i) {
            if (i == 500) refuser.request(queue, 0.2e24);
            else _request(ALICE, 0.2e24);
        }
        assertLe(_gasOfRequest(0.2e24), oneRequest, "the thousandth request costs what the first does");
        _repay(1, 250 * FIL);
        uint256 waiting = vault.poolState().waitingShares;
        assertEq(waiting, 200e24, "fixture: a thousand");
        uint256 setAside = vault.poolState().setAside;
        assertLe(_gasOfFilling(), oneFilling, "filling a thousand costs what filling one does");
        uint256 assets = vault.poolState().setAside - setAside + first;
        assertEq(vault.poolState().waitingShares, 0, "all of them");
        uint256 before = address(refuser).balance;
        refuser.claim(queue, 0.2e24, true);
        uint256 paid = address(refuser).balance - before;
        assertGt(paid, 0.19e18, "paid all the same");
        while (queue.claimableRedeemRequest(_id(ALICE, 1_000), ALICE) != 0) paid += _claimAll(ALICE);
        assertEq(paid, assets, "to the attoFIL");
        assertEq(vault.poolState().setAside, 0);
        _assertQueue();
    }

    function _gasOfRequest(uint256 shares) private returns (uint256 gas) {
        vm.prank(ALICE);
        gas = gasleft();
        queue.requestRedeem(shares, ALICE, ALICE);
        gas -= gasleft();
    }

    function _gasOfFilling() private returns (uint256 gas) {
        gas = gasleft();
        queue.fulfil();
        gas -= gasleft();
    }

    /// What the deployment leaves in the pool's own balance, so that no request pays for filling that slot, is nobody's: it is not
    /// requested, redeemed, filled or skimmed away, and takes no part in anything but the supply.
    function test_V06_sharesInThePoolsOwnBalanceStay() public {
        vm.prank(ALICE);
        vault.transfer(address(vault), 5e6);
        _deposit(BOB, 500 * FIL); // so that one could leave
        uint256 price = _priceWad();
        bytes memory expected = abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, CAROL, 0, 5e6);
        vm.startPrank(CAROL);
        vm.expectRevert(expected);
        queue.requestRedeem(5e6, CAROL, address(vault));
        vm.expectRevert(expected);
        vault.redeem(5e6, CAROL, address(vault));
        vm.expectRevert(expected);
        vault.transferFrom(address(vault), CAROL, 5e6);
        vm.stopPrank();
        _request(ALICE, 20e24);
        queue.fulfil();
        _claimAll(ALICE);
        vault.skim();
        assertEq(vault.balanceOf(address(vault)), 5e6, "still there");
        assertGe(_priceWad(), price, "I4");
        _assertQueue();
    }

    /// More requests do not make a filling dearer.
    function test_queue_fillingCostsTheSameForOneAndForMany() public {
        _request(ALICE, 1e24);
        uint256 gas = gasleft();
        queue.fulfil();
        uint256 one = gas - gasleft();
        for (uint256 i = 0; i < 100; ++i) _request(ALICE, 0.2e24);
        gas = gasleft();
        queue.fulfil();
        assertLe(gas - gasleft(), one + 1_000);
    }

    /// Requesting before a loss is booked saves nothing: shares that wait bear it like all others.
    function test_V08_requestingBeforeAWriteDownSavesNothing() public {
        _request(ALICE, 100e24);
        uint256 worth = vault.poolState().waitingAssets;
        uint256 shares = vault.balanceOf(BOB);
        uint256 others = _assetsRef(shares, DOWN);
        _impair(1, scaled / 5, 0);
        uint256 worthAfter = vault.poolState().waitingAssets;
        assertLt(worthAfter, worth, "bears the loss");
        assertApproxEqRel(
            Math.mulDiv(worthAfter, 1e18, worth),
            Math.mulDiv(_assetsRef(shares, DOWN), 1e18, others),
            1e3,
            "as all do"
        );
        (uint256 filled, uint256 assets) = queue.fulfil();
        assertApproxEqRel(Math.mulDiv(assets, 100e24, filled), worthAfter, 1e6, "and is filled at what is left");
    }

    /// A profit between request and filling is theirs too.
    function test_V08_waitingSharesEarn() public {
        _request(ALICE, 100e24);
        uint256 worth = vault.poolState().waitingAssets;
        skip_(100_000);
        assertGt(vault.poolState().waitingAssets, worth);
    }

    function test_RevertWhen_sharesThatWaitAreTransferred() public {
        uint256 held = vault.balanceOf(ALICE);
        _request(ALICE, held);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ALICE, 0, 1));
        vm.prank(ALICE);
        vault.transfer(BOB, 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ALICE, 0, held));
        _request(ALICE, held);
        assertEq(vault.maxRedeem(ALICE), 0);
    }

    /// Coming in just before a filling and leaving after it gains nothing: it happens at the price of the moment.
    function testFuzz_I16_sandwichingAFillingGainsNothing(uint256 amount, uint256 shares) public {
        amount = _bound(amount, 1, 10_000 * FIL);
        _request(ALICE, _bound(shares, 0.2e24, 500e24));
        uint256 wealth = wfil.balanceOf(CAROL);
        uint256 held = vault.balanceOf(CAROL);
        uint256 price = _priceWad();
        uint256 got = _deposit(CAROL, amount);
        queue.fulfil();
        assertGe(_priceWad(), price, "I4: not lower");
        vm.prank(CAROL);
        if (vault.poolState().waitingShares == 0 && vault.maxRedeem(CAROL) >= got && vault.previewRedeem(got) != 0) {
            vault.redeem(got, CAROL, CAROL);
            assertLe(wfil.balanceOf(CAROL), wealth, "I16");
        }
        assertGe(vault.balanceOf(CAROL), held, "I16: shares");
        _assertQueue();
    }

    /// A round trip through the queue gains nothing either.
    function testFuzz_I16_roundTripThroughTheQueue(uint256 amount) public {
        amount = _bound(amount, FIL, 10_000 * FIL);
        uint256 wealth = wfil.balanceOf(DAVE);
        _giveWfil(DAVE, amount);
        vm.startPrank(DAVE);
        wfil.approve(address(vault), amount);
        uint256 shares = vault.deposit(amount, DAVE);
        queue.requestRedeem(shares, DAVE, DAVE);
        vm.stopPrank();
        queue.fulfil();
        _claimAll(DAVE);
        assertLe(wfil.balanceOf(DAVE), wealth + amount, "I16");
        assertGe(wfil.balanceOf(DAVE) + 2, wealth + amount, "I16: rounding alone");
        _assertQueue();
    }

    /// Filling by the attoFIL takes less than one from those who wait each time, and nothing from those who stay.
    function test_V03_fillingInBitsCannotDrain() public {
        _request(ALICE, 100e24);
        queue.fulfil();
        uint256 price = _priceWad();
        uint256 worth = vault.poolState().waitingAssets;
        uint256 sum;
        for (uint256 i = 0; i < 200; ++i) {
            _deposit(BOB, 2 + (i % 5));
            (, uint256 assets) = queue.fulfil();
            sum += assets;
        }
        assertGe(_priceWad(), price, "V-03: those who stay");
        assertGe(vault.poolState().waitingAssets + sum + 600, worth, "V-03: those who wait");
        _assertQueue();
    }

    /// The desk at its own address has nothing: no request, no money, no parameter of the pool's.
    function test_desk_atItsOwnAddressIsEmpty() public {
        address desk = vm.computeCreateAddress(_implementation(), 1);
        assertGt(desk.code.length, 0, "fixture");
        _request(ALICE, 10e24);
        queue.fulfil();
        assertEq(IRedeemQueue(desk).queueState().requestedShares, 0);
        (uint256 shares, ) = IRedeemQueue(desk).claimable(ALICE);
        assertEq(shares, 0);
        PoolState memory before = vault.poolState();
        vm.startPrank(RISK);
        (bool ok, ) = desk.call(abi.encodeWithSignature("setVaultParams(uint256,uint256)", 0, 0));
        vm.stopPrank();
        ok; // whether or not it is let: it is the desk's own storage
        assertEq(keccak256(abi.encode(vault.poolState())), keccak256(abi.encode(before)), "the pool's is another");
        (uint256 reserveShareWad, ) = vault.vaultParams();
        assertEq(reserveShareWad, 0.1e18);
    }

    function _implementation() private view returns (address) {
        bytes32 slot = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
        return address(uint160(uint256(vm.load(address(vault), slot))));
    }

    /// Nobody can push a request upon another, to turn his exits into claims.
    function test_V10_nobodyGetsARequestHeDidNotWant() public {
        vm.expectRevert(abi.encodeWithSelector(IRedeemRequests.PledgeVault_NotController.selector, BOB, ALICE));
        vm.prank(ALICE);
        queue.requestRedeem(1e24, BOB, ALICE);
    }
}
