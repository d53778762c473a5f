// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";

import {EPOCHS_PER_DAY, RAY, WAD} from "../../../../contracts/libraries/Units.sol";
import {PledgeVault} from "../../../../contracts/loans/PledgeVault.sol";
import {RateModel} from "../../../../contracts/loans/RateModel.sol";
import {ReserveFund} from "../../../../contracts/loans/ReserveFund.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRateModel, RateModelParams} from "../../../../contracts/loans/interfaces/IRateModel.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../../../contracts/loans/interfaces/IWFIL.sol";
import {Parcel, SendToAddress, SendToId} from "./doubles/SendPrecompiles.sol";
import {VaultManager, VaultProxy} from "./doubles/VaultProxy.sol";
import {WFIL9} from "./doubles/WFIL9.sol";

/// @notice A pool with its counterparts; the loan book is an account of the test's. `_makeUgly` gives it a history, so
/// that no conversion comes out even.
abstract contract VaultTest is Test {
    uint256 internal constant FIL = 1e18;
    uint256 internal constant VIRTUAL_SHARES = 1e6;
    uint64 internal constant MINER = 1_234;
    uint64 internal constant RISK_ROLE = 7;
    uint256 internal constant START_EPOCH = 5_000_000;

    address internal immutable LOAN_BOOK = makeAddr("loanBook");
    address internal immutable STRIP_AUCTION = makeAddr("stripAuction");
    address internal immutable RISK = makeAddr("risk");
    address internal immutable ALICE = makeAddr("alice");
    address internal immutable BOB = makeAddr("bob");
    address internal immutable CAROL = makeAddr("carol");

    WFIL9 internal wfil;
    VaultManager internal manager;
    IRateModel internal rateModel;
    ReserveFund internal reserve;
    PledgeVault internal vault;

    /// Scaled debt that the test's loan book has outstanding.
    uint256 internal scaled;

    function setUp() public virtual {
        vm.roll(START_EPOCH);
        vm.etch(0xfe00000000000000000000000000000000000003, type(SendToAddress).runtimeCode);
        vm.etch(0xfe00000000000000000000000000000000000005, type(SendToId).runtimeCode);
        wfil = _newWfil();
        manager = new VaultManager(address(this));
        rateModel = _newRateModel();
        vault = _newVault();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = PledgeVault.setVaultParams.selector;
        manager.setTargetFunctionRole(address(vault), selectors, RISK_ROLE);
        manager.grantRole(RISK_ROLE, RISK, 0);
        _giveWfil(address(vault), 1); // as the deployment does
        address[3] memory lenders = [ALICE, BOB, CAROL];
        for (uint256 i = 0; i < lenders.length; ++i) {
            vm.deal(lenders[i], 1_000_000_000 * FIL);
            _giveWfil(lenders[i], 1_000_000_000 * FIL);
            vm.prank(lenders[i]);
            wfil.approve(address(vault), type(uint256).max);
        }
    }

    // ---------------------------------------------------------------- deployment

    function _newWfil() internal virtual returns (WFIL9) {
        return new WFIL9();
    }

    function _newRateModel() internal virtual returns (IRateModel) {
        return new RateModel(_rateParams());
    }

    function _newVault() internal virtual returns (PledgeVault) {
        address proxy = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2);
        reserve = new ReserveFund(proxy, STRIP_AUCTION);
        address implementation = address(_newImplementation());
        return
            PledgeVault(
                payable(new VaultProxy(implementation, abi.encodeCall(PledgeVault.initialize, (address(manager)))))
            );
    }

    function _newImplementation() internal virtual returns (PledgeVault) {
        return new PledgeVault(IWFIL(address(wfil)), LOAN_BOOK, rateModel, IReserveFund(address(reserve)));
    }

    function _rateParams() internal pure returns (RateModelParams memory) {
        return
            RateModelParams({
                targetUtilisationWad: 0.9e18,
                steepnessWad: 2.5e18,
                initialRatePerYearWad: 0.12e18,
                minRatePerYearWad: 0.01e18,
                maxRatePerYearWad: 0.6e18,
                speedPerYearWad: 30e18
            });
    }

    // ---------------------------------------------------------------- history

    /// Three lenders, a loan, interest for five weeks, a part repaid, a provision that the reserve fund cannot bear, a
    /// recovery whose gain still drips, and FIL that nobody asked for.
    function _makeUgly() internal {
        _deposit(ALICE, 1_000 * FIL + 123_456_789);
        _deposit(BOB, 317 * FIL + 987_654_321_987);
        _lend(1, 900 * FIL + 77_777);
        skip_(100_003);
        _deposit(CAROL, 41 * FIL + 1_111_111_111_111);
        _repay(1, 203 * FIL + 3);
        skip_(7_919);
        _impair(2, scaled / 10, 31 * FIL + 7);
        skip_(2_003);
        _recover(2, 11 * FIL + 13, 5 * FIL + 17, 3);
        skip_(4_999);
        _force(address(vault), 7);
        _giveWfil(address(vault), 11);
    }

    function _deposit(address who, uint256 assets) internal returns (uint256 shares) {
        vm.prank(who);
        return vault.deposit(assets, who);
    }

    function _redeem(address who, uint256 shares) internal returns (uint256 assets) {
        vm.prank(who);
        return vault.redeem(shares, who, who);
    }

    function _lend(uint256 loanId, uint256 amount) internal returns (uint256 scaledDebt) {
        vm.prank(LOAN_BOOK);
        scaledDebt = vault.lend(loanId, MINER, amount);
        scaled += scaledDebt;
    }

    /// Pays by call with value and burns what the loan book would.
    function _repay(uint256 loanId, uint256 amount) internal returns (uint256 scaledDebt) {
        uint256 index = vault.borrowIndex();
        scaledDebt = amount >= Math.ceilDiv(scaled * index, RAY) ? scaled : (amount * RAY) / index;
        scaled -= scaledDebt;
        vm.deal(LOAN_BOOK, amount);
        vm.prank(LOAN_BOOK);
        vault.bookRepayment{value: amount}(loanId, amount, scaledDebt);
    }

    function _impair(
        uint256 loanId,
        uint256 scaledDebt,
        uint256 carrying
    ) internal returns (uint256 loss, uint256 covered) {
        scaled -= scaledDebt;
        vm.prank(LOAN_BOOK);
        return vault.bookImpairment(loanId, scaledDebt, carrying);
    }

    /// Pays by method 0.
    function _recover(uint256 loanId, uint256 carryingPaid, uint256 gain, uint256 toReserve) internal {
        _force(address(vault), carryingPaid + gain + toReserve);
        vm.prank(LOAN_BOOK);
        vault.bookRecovery(loanId, carryingPaid, gain, toReserve);
    }

    /// FIL that arrives without code running, as by method 0.
    function _force(address to, uint256 amount) internal {
        vm.deal(address(this), amount);
        new Parcel{value: amount}(payable(to));
    }

    function _giveWfil(address to, uint256 amount) internal {
        vm.deal(address(this), amount);
        wfil.deposit{value: amount}();
        wfil.transfer(to, amount);
    }

    /// Epochs pass. Reads the epoch from the test environment, because the compiler may take it for constant.
    function skip_(uint256 epochs) internal {
        vm.roll(vm.getBlockNumber() + epochs);
    }

    // ---------------------------------------------------------------- expectations

    /// FIL and WFIL that lie in the vault.
    function _held() internal view returns (uint256) {
        return address(vault).balance + wfil.balanceOf(address(vault));
    }

    function _miner() internal pure returns (address) {
        return address(uint160((uint256(0xff) << 152) | MINER));
    }

    function _sharesRef(uint256 assets, Math.Rounding rounding) internal view returns (uint256) {
        return Math.mulDiv(assets, vault.totalSupply() + VIRTUAL_SHARES, vault.totalAssets() + 1, rounding);
    }

    function _assetsRef(uint256 shares, Math.Rounding rounding) internal view returns (uint256) {
        return Math.mulDiv(shares, vault.totalAssets() + 1, vault.totalSupply() + VIRTUAL_SHARES, rounding);
    }

    /// I3: the parts add up to the whole, and what is booked is there.
    function _assertLedger() internal view {
        PoolState memory s = vault.poolState();
        uint256 gross = s.cash + s.debt + s.impairedCarrying;
        uint256 owed = s.reserveOwed + s.lockedGain;
        assertEq(s.totalAssets + owed, gross, "I3: total assets");
        assertEq(vault.totalAssets(), s.totalAssets, "I3: view");
        assertGe(_held(), s.cash, "I3: funded");
        assertEq(s.debt, (scaled * s.borrowIndexRay) / RAY, "I2: debt");
        uint256 lent = s.debt + s.impairedCarrying;
        assertEq(s.utilisationWad, lent == 0 ? 0 : Math.ceilDiv(lent * WAD, lent + s.cash), "utilisation");
    }

    /// Price of 10^24 shares, the unit of a FIL at the start [attoFIL x 10^18].
    function _priceWad() internal view returns (uint256) {
        return Math.mulDiv(1e42, vault.totalAssets() + 1, vault.totalSupply() + VIRTUAL_SHARES);
    }

    function _dayEpochs() internal pure returns (uint256) {
        return EPOCHS_PER_DAY;
    }
}
