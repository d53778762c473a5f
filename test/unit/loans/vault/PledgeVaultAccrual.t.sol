// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR, RAY, WAD} from "../../../../contracts/libraries/Units.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemRequests} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../../../contracts/loans/interfaces/IWFIL.sol";
import {PledgeVaultFixedRate__Harness} from "./doubles/PledgeVaultFixedRate__Harness.sol";
import {VaultTest} from "./VaultTest.sol";

contract PledgeVaultAccrualTest is VaultTest {
    function setUp() public override {
        super.setUp();
        _makeUgly();
    }

    /// e^x - 1 by three terms, the formula of the design, with its own arithmetic.
    function _growthRef(uint256 rateRay, uint256 elapsed) private pure returns (uint256) {
        uint256 x = rateRay * elapsed;
        uint256 x2 = Math.mulDiv(x, x, 2 * RAY);
        return x + x2 + Math.mulDiv(x2, x, 3 * RAY);
    }

    function _stored() private view returns (uint256 index, uint256 rate, uint256 target, uint256 last) {
        PoolState memory s = vault.poolState();
        bytes32 slot0 = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;
        uint256 slot1 = uint256(vm.load(address(vault), bytes32(uint256(slot0) + 1)));
        return (uint112(slot1), s.ratePerEpochRay, s.rateAtTargetRay, s.lastAccrual);
    }

    // ---------------------------------------------------------------- the index

    function test_accrue_growsTheIndexByTheSeriesRoundedDown() public {
        (uint256 index, uint256 rate, , uint256 last) = _stored();
        uint256 growth = _growthRef(rate, vm.getBlockNumber() - last);
        uint256 expected = index + Math.mulDiv(index, growth, RAY);
        assertGt(mulmod(index, growth, RAY), 0, "even");
        assertEq(vault.borrowIndex(), expected, "view");
        assertEq(vault.accrue(), expected, "returned");
        (index, , , last) = _stored();
        assertEq(index, expected, "stored");
        assertEq(last, vm.getBlockNumber(), "epoch");
        _assertLedger();
    }

    function test_accrue_sharesInterestWithTheReserveRoundedDown() public {
        PoolState memory a = vault.poolState();
        vault.accrue();
        skip_(7_001);
        PoolState memory b = vault.poolState();
        uint256 interest = b.debt - a.debt;
        assertGt(interest % 10, 0, "even");
        assertEq(b.reserveOwed, a.reserveOwed + interest / 10, "reserve");
        assertEq(b.totalAssets, a.totalAssets + interest - interest / 10 + a.lockedGain - b.lockedGain, "lenders");
        uint256 index = b.borrowIndexRay;
        uint256 rate = _quoted(b);
        vm.expectEmit(address(vault));
        emit IPledgeVault.InterestAccrued(index, interest, interest / 10, rate);
        vault.accrue();
    }

    function _quoted(PoolState memory s) private view returns (uint256 rate) {
        (rate, ) = rateModel.quote(s.utilisationWad, s.rateAtTargetRay, vm.getBlockNumber() - s.lastAccrual);
    }

    function test_accrue_setsTheRateByUtilisation() public {
        PoolState memory s = vault.poolState();
        uint256 rate = _quoted(s);
        assertNotEq(rate, s.ratePerEpochRay, "fixture");
        vault.accrue();
        assertEq(vault.poolState().ratePerEpochRay, rate);
    }

    /// I15: a second accrual in the same epoch changes nothing, not even after a deposit.
    function test_I15_accrueTwiceIsAccrueOnce() public {
        vault.accrue();
        _deposit(ALICE, 1_000 * FIL);
        bytes32 before = keccak256(abi.encode(vault.poolState()));
        vm.recordLogs();
        vault.accrue();
        assertEq(vm.getRecordedLogs().length, 0, "silent");
        assertEq(keccak256(abi.encode(vault.poolState())), before);
    }

    function test_accrue_growsTheIndexWithoutDebt() public {
        _repay(1, Math.ceilDiv(scaled * vault.borrowIndex(), RAY));
        uint256 index = vault.borrowIndex();
        uint256 total = vault.totalAssets();
        uint256 locked = vault.poolState().lockedGain;
        skip_(1_000);
        assertGt(vault.borrowIndex(), index, "impaired loans still owe");
        assertEq(vault.totalAssets(), total + locked - vault.poolState().lockedGain, "no debt, no interest");
    }

    // ---------------------------------------------------------------- L-12

    function test_L12_debtGrowsFromTheNextEpoch() public {
        uint256 scaledDebt = _lend(9, 10 * FIL);
        uint256 debt = Math.ceilDiv(scaledDebt * vault.borrowIndex(), RAY);
        assertGe(debt, 10 * FIL, "same epoch: not a FIL less");
        skip_(1);
        assertGt(Math.ceilDiv(scaledDebt * vault.borrowIndex(), RAY), debt, "one epoch: interest");
    }

    /// A thousand accruals and one give the same to within their floors, and never more than e^x.
    function test_L12_manyAccrualsAreOne() public {
        _withFixedRate(uint256(0.3e27) / EPOCHS_PER_YEAR);
        uint256 start = vault.borrowIndex();
        uint256 snapshot = vm.snapshotState();
        uint256 last = start;
        for (uint256 i = 0; i < 1_000; ++i) {
            skip_(10);
            uint256 index = vault.accrue();
            assertGt(index, last, "monotone");
            last = index;
        }
        vm.revertToState(snapshot);
        skip_(10_000);
        uint256 once = vault.accrue();
        assertGe(last, once, "the series is short of e^x, less so in small steps");
        // 0.3 a year for 10,000 epochs: x = 0.00285; x^4 / 24 = 2.8e-12
        assertApproxEqRel(last, once, 2.8e6, "2.8e-12");
        assertEq(vault.poolState().ratePerEpochRay, uint256(0.3e27) / EPOCHS_PER_YEAR);
    }

    /// The curve is the implementation's, so another one takes an upgrade.
    function _withFixedRate(uint256 rateRay) private {
        _upgradeToFixedRate(rateRay);
        skip_(1);
        vault.accrue();
    }

    function _upgradeToFixedRate(uint256 rateRay) private {
        address next = address(
            new PledgeVaultFixedRate__Harness(
                IWFIL(address(wfil)),
                LOAN_BOOK,
                rateModel,
                IReserveFund(address(reserve)),
                rateRay
            )
        );
        vault.upgradeToAndCall(next, "");
    }

    // ---------------------------------------------------------------- L-13

    function test_L13_aHundredYearsAtTheMaximumRate() public {
        _withFixedRate(type(uint72).max); // more than any model of ours can answer
        for (uint256 i = 0; i < 10; ++i) {
            skip_(10 * EPOCHS_PER_YEAR);
            vault.accrue();
            _assertSaturated();
        }
        assertEq(vault.borrowIndex(), type(uint112).max, "stopped");
        assertEq(vault.totalAssets(), vault.poolState().totalAssets);
    }

    function test_L13_aHundredYearsUntouched() public {
        _withFixedRate(type(uint72).max);
        skip_(100 * EPOCHS_PER_YEAR);
        uint256 total = vault.totalAssets();
        assertEq(vault.borrowIndex(), type(uint112).max, "stopped");
        vault.accrue();
        assertEq(vault.totalAssets(), total, "as seen before");
        _assertSaturated();
    }

    function test_L13_theEndOfTime() public {
        _withFixedRate(type(uint72).max);
        vm.roll(type(uint32).max - 30_000); // in 4,000 years
        vault.accrue();
        _assertSaturated();
    }

    /// Everything still works: in, out, lend, repay, provision, recover.
    function _assertSaturated() private {
        vm.prank(RISK);
        vault.setVaultParams(0.1e18, 0); // no buffer: 5 % of such a debt is more than all cash
        uint256 index = vault.borrowIndex();
        vault.maxDeposit(ALICE);
        vault.maxMint(ALICE);
        uint256 shares = _depositWorth();
        vm.prank(ALICE);
        vault.redeemFil(shares, ALICE, ALICE);
        _depositWorth(); // the reserve fund was paid all cash in the round before
        _lend(77, FIL);
        _repay(77, FIL);
        uint256 part = scaled / 1_000;
        uint256 debt = (part * index) / RAY;
        _impair(78, part, Math.min(debt, FIL));
        _recover(78, Math.min(debt, FIL), 1, 1);
        vault.payReserve();
        _assertLedger();
    }

    /// Shares may be dear by now; a deposit buys at least some.
    function _depositWorth() private returns (uint256) {
        uint256 assets = Math.max(FIL, vault.previewMint(1e12));
        _giveWfil(ALICE, assets);
        return _deposit(ALICE, assets);
    }

    function test_L13_reserveOwedStopsAtItsLargest() public {
        _withFixedRate(type(uint72).max);
        _deposit(ALICE, 900_000_000 * FIL);
        _lend(5, 800_000_000 * FIL);
        skip_(100 * EPOCHS_PER_YEAR);
        uint256 total = vault.totalAssets();
        assertEq(vault.poolState().reserveOwed, type(uint96).max, "view");
        vault.accrue();
        assertEq(vault.poolState().reserveOwed, type(uint96).max, "stored");
        assertEq(vault.totalAssets(), total, "the same");
        _force(address(vault), FIL);
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(1, 0, 0, FIL);
        assertEq(vault.poolState().reserveOwed, type(uint96).max, "no overflow");
        scaled += type(uint80).max;
        vm.prank(LOAN_BOOK);
        vault.bookRestoration(1, type(uint80).max, 0, 0);
        _assertLedger();
    }

    /// A gain larger than the ledger can lock is locked as far as it goes.
    function test_L13_lockedGainStopsAtItsLargest() public {
        _withFixedRate(type(uint72).max);
        skip_(100 * EPOCHS_PER_YEAR);
        uint256 part = type(uint96).max / 2;
        scaled += part;
        vm.prank(LOAN_BOOK);
        vault.bookRestoration(1, part, 0, 0);
        assertEq(vault.poolState().lockedGain, type(uint96).max);
        _assertLedger();
    }

    // ---------------------------------------------------------------- the reserve fund's share

    function test_payReserve_paysAndEmits() public {
        PoolState memory a = vault.poolState();
        assertGt(a.reserveOwed, 0, "fixture");
        vm.expectEmit(address(vault));
        emit IPledgeVault.ReservePaid(a.reserveOwed);
        vm.prank(CAROL);
        assertEq(vault.payReserve(), a.reserveOwed, "amount");
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, 0, "nothing owed");
        assertEq(b.cash, a.cash - a.reserveOwed, "cash");
        assertEq(b.totalAssets, a.totalAssets, "lenders");
        assertEq(address(reserve).balance, a.reserveOwed, "arrived");
        reserve.skim();
        assertEq(reserve.balance(), a.reserveOwed, "booked");
        assertEq(vault.payReserve(), 0, "again");
        _assertLedger();
    }

    function test_payReserve_asFarAsCashGoes() public {
        _keepNoBuffer();
        uint256 owed = vault.poolState().reserveOwed;
        uint256 most = vault.maxWithdraw(ALICE) - owed / 3;
        vm.prank(ALICE);
        vault.withdraw(most, ALICE, ALICE);
        assertEq(vault.payReserve(), owed / 3, "what there is");
        assertEq(vault.poolState().reserveOwed, owed - owed / 3, "the rest stays owed");
        assertEq(vault.payReserve(), 0, "nothing left");
        _assertLedger();
    }

    // ---------------------------------------------------------------- what arrives unasked

    function test_skim_sendsFilAndWfilToTheReserve() public {
        PoolState memory a = vault.poolState();
        assertEq(_held() - a.cash, 7 + 11 + 1, "fixture: by force, by transfer, the seed");
        vm.expectEmit(address(vault));
        emit IPledgeVault.SurplusSkimmed(18);
        assertEq(vault.skim(), 18, "7 FIL, 11 WFIL");
        assertEq(address(reserve).balance, 18, "arrived");
        assertEq(_held(), a.cash + 1, "the seed stays");
        assertEq(keccak256(abi.encode(vault.poolState())), keccak256(abi.encode(a)), "ledger untouched");
        vm.recordLogs();
        assertEq(vault.skim(), 0, "again");
        assertEq(vm.getRecordedLogs().length, 0, "silent");
        _assertLedger();
    }

    function test_skim_withoutSeed() public {
        vm.prank(address(vault));
        wfil.transfer(RISK, 12);
        assertEq(_held() - vault.poolState().cash, 7, "fixture: beyond the ledger");
        assertEq(vault.skim(), 6, "one stays as the seed");
        assertEq(vault.skim(), 0, "again");
        _assertLedger();
    }

    function test_skim_withoutAnyWfil() public {
        uint256 wrapped = wfil.balanceOf(address(vault));
        vm.prank(address(vault));
        wfil.transfer(RISK, wrapped);
        vm.deal(address(vault), address(vault).balance + wrapped);
        assertEq(vault.skim(), 19, "7, 11 and the seed, all of it FIL");
        assertEq(wfil.balanceOf(address(vault)), 0);
        _assertLedger();
    }

    /// What is booked as WFIL is never taken for a donation, and a donation never for what is booked.
    function test_skim_leavesDepositedWfil() public {
        vault.skim();
        _deposit(ALICE, 9 * FIL + 1);
        assertEq(vault.skim(), 0, "booked");
        _giveWfil(address(vault), 5);
        _deposit(BOB, 3 * FIL);
        vm.deal(address(vault), 0); // all the FIL is gone, so that the donation must be unwrapped
        uint256 short = vault.poolState().cash + 5 - _held();
        _giveWfil(address(vault), short + 1);
        assertEq(vault.skim(), 5, "unwrapped");
        assertEq(_held(), vault.poolState().cash + 1);
        _assertLedger();
    }

    // ---------------------------------------------------------------- parameters

    function test_setVaultParams_sharesPastInterestAsItWas() public {
        vault.accrue();
        skip_(5_000);
        PoolState memory a = vault.poolState();
        vm.expectEmit(address(vault));
        emit IPledgeVault.VaultParamsChanged(0.2e18, 0.0123e18);
        vm.prank(RISK);
        vault.setVaultParams(0.2e18, 0.0123e18);
        PoolState memory b = vault.poolState();
        assertEq(b.reserveOwed, a.reserveOwed, "past interest");
        assertEq(b.totalAssets, a.totalAssets, "past interest");
        assertEq(vault.lendable(), b.cash - Math.ceilDiv(b.totalAssets * 123, 10_000), "buffer");
        skip_(5_000);
        PoolState memory c = vault.poolState();
        assertEq(c.reserveOwed, b.reserveOwed + (c.debt - b.debt) / 5, "future interest");
        _assertLedger();
    }

    function test_setVaultParams_toTheBounds() public {
        vm.startPrank(RISK);
        vault.setVaultParams(0.2e18, 0.5e18);
        vault.setVaultParams(0, 0);
        vm.stopPrank();
        assertEq(vault.lendable(), vault.poolState().cash, "no buffer");
        PoolState memory a = vault.poolState();
        skip_(1_000);
        assertEq(vault.poolState().reserveOwed, a.reserveOwed, "no share");
    }

    function test_RevertWhen_paramsAreOutOfBounds() public {
        vm.startPrank(RISK);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPledgeVault.PledgeVault_OutOfBounds.selector,
                bytes32("reserveShareWad"),
                0,
                0.2e18,
                0.2e18 + 1
            )
        );
        vault.setVaultParams(0.2e18 + 1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPledgeVault.PledgeVault_OutOfBounds.selector,
                bytes32("liquidityBufferWad"),
                0,
                0.5e18,
                0.5e18 + 1
            )
        );
        vault.setVaultParams(0, 0.5e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPledgeVault.PledgeVault_NotWholeBps.selector,
                bytes32("reserveShareWad"),
                0.1e18 + 1
            )
        );
        vault.setVaultParams(0.1e18 + 1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPledgeVault.PledgeVault_NotWholeBps.selector,
                bytes32("liquidityBufferWad"),
                0.00005e18
            )
        );
        vault.setVaultParams(0, 0.00005e18);
        vm.stopPrank();
    }

    function test_RevertWhen_paramsAreSetByAnother() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        vault.setVaultParams(0, 0);
    }

    // ---------------------------------------------------------------- losses beyond everything

    /// After a total loss nothing is left, not less. Shares would be minted in numbers that no request for redemption could hold, so
    /// deposits are refused in words; a pool that regains something has a price again, and who deposits then owns what he brought.
    function test_deposit_afterATotalLossWaitsForAPrice() public {
        _loseAll();
        uint256 room = vault.maxDeposit(CAROL);
        assertLt(room, 1e10, "hardly anything");
        vm.expectRevert(
            abi.encodeWithSignature("ERC4626ExceededMaxDeposit(address,uint256,uint256)", CAROL, FIL, room)
        );
        _deposit(CAROL, FIL);
        uint256 most = vault.maxMint(CAROL);
        assertEq(vault.totalSupply() + most, 1 << 120, "as many shares as there may be");
        vm.expectRevert(
            abi.encodeWithSignature("ERC4626ExceededMaxMint(address,uint256,uint256)", CAROL, most + 1, most)
        );
        vm.prank(CAROL);
        vault.mint(most + 1, CAROL);

        _recover(2, 0, 3 * FIL, 0);
        skip_(7 * EPOCHS_PER_DAY);
        assertEq(vault.totalAssets(), 3 * FIL, "a price again");
        _deposit(CAROL, 10 * FIL);
        assertGe(vault.maxWithdraw(CAROL), 10 * FIL - 2, "what she brought is hers");
        _assertLedger();
    }

    /// The campaign's find: whoever may mint shares may also wait with them.
    function test_requestRedeem_holdsAllSharesThatCanBe() public {
        _loseAll();
        uint256 most = vault.maxMint(CAROL);
        vm.startPrank(CAROL);
        vault.mint(most, CAROL);
        IRedeemRequests(address(vault)).requestRedeem(most, CAROL, CAROL);
        vm.stopPrank();
        assertEq(vault.maxMint(CAROL), 0);
        assertEq(vault.maxDeposit(CAROL), 0);
    }

    function _loseAll() private {
        _keepNoBuffer();
        uint256 most = vault.maxWithdraw(ALICE);
        vm.prank(ALICE);
        vault.withdraw(most, ALICE, ALICE);
        PoolState memory s = vault.poolState();
        assertGt(s.lockedGain, FIL, "fixture");
        vm.prank(LOAN_BOOK);
        vault.bookWriteDown(2, s.impairedCarrying);
        _impair(1, scaled, 0);
        assertEq(vault.totalAssets(), 0, "nothing is left");
        assertEq(vault.maxWithdraw(ALICE), 0, "nothing to withdraw");
        assertEq(vault.maxRedeem(ALICE), 0, "nothing to redeem");
    }

    // ---------------------------------------------------------------- the counterpart

    function test_RevertWhen_rateDoesNotFit() public {
        uint256 tooMuch = uint256(type(uint72).max) + 1;
        _upgradeToFixedRate(tooMuch);
        vm.expectRevert(abi.encodeWithSignature("SafeCastOverflowedUintDowncast(uint8,uint256)", 72, tooMuch));
        vault.accrue();
    }

    function test_rateIsBoundedByTheModel() public view {
        (, , uint256 maximum) = rateModel.bounds();
        assertLe((maximum * 5) / 2 + 1, type(uint72).max);
        assertEq(WAD, 1e18);
    }
}
