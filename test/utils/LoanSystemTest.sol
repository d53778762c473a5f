// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {WFIL} from "../../contracts/devnet/WFIL.sol";
import {FilecoinMethods} from "../../contracts/filecoin/FilecoinMethods.sol";
import {Economics} from "../../contracts/devnet/Types.sol";
import {MinerFacts} from "../../contracts/filecoin/MinerFacts.sol";
import {AccountBeacon} from "../../contracts/governance/AccountBeacon.sol";
import {Bootstrap} from "../../contracts/governance/Bootstrap.sol";
import {PlimsollManager} from "../../contracts/governance/PlimsollManager.sol";
import {PlimsollProxy} from "../../contracts/governance/PlimsollProxy.sol";
import {Roles} from "../../contracts/governance/Roles.sol";
import {CollateralAccount} from "../../contracts/loans/CollateralAccount.sol";
import {ControlAuction} from "../../contracts/loans/ControlAuction.sol";
import {LoanBook} from "../../contracts/loans/LoanBook.sol";
import {LoanDesk} from "../../contracts/loans/LoanDesk.sol";
import {Tranche} from "../../contracts/loans/LoanTypes.sol";
import {PledgeVault} from "../../contracts/loans/PledgeVault.sol";
import {RateModel} from "../../contracts/loans/RateModel.sol";
import {ReserveFund} from "../../contracts/loans/ReserveFund.sol";
import {RiskEngine} from "../../contracts/loans/RiskEngine.sol";
import {StripAuction} from "../../contracts/loans/StripAuction.sol";
import {ILoanBook, ILoanLedger, Position} from "../../contracts/loans/interfaces/ILoanBook.sol";
import {ILoanTakeover} from "../../contracts/loans/interfaces/ILoanTakeover.sol";
import {ILoanTerms} from "../../contracts/loans/interfaces/ILoanTerms.sol";
import {RateModelParams} from "../../contracts/loans/interfaces/IRateModel.sol";
import {RiskParams} from "../../contracts/loans/interfaces/IRiskEngine.sol";
import {IPostedValues} from "../../contracts/loans/interfaces/IPostedValues.sol";
import {ISectorConditions} from "../../contracts/loans/interfaces/ISectorConditions.sol";
import {Reputation} from "../../contracts/reputation/Reputation.sol";
import {ICollateralLedger} from "../../contracts/collateral/interfaces/ICollateralLedger.sol";
import {IPostedAuction} from "../../contracts/collateral/interfaces/IPostedAuction.sol";
import {IPostedCollateral} from "../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {PostedCollateral} from "../../contracts/collateral/PostedCollateral.sol";
import {FilecoinTest} from "./FilecoinTest.sol";

/// @title Base of every Solidity test of the loan system as a whole
/// @notice `setUp` deploys all of it over the simulated Filecoin the way the deploy scripts do (proxies on Bootstrap, implementations with
/// immutables, upgrade and initialise), then makes the share price uneven: interest has been earned and the last digits are not zeros.
abstract contract LoanSystemTest is FilecoinTest {
    uint256 internal constant QUOTA = 1 << 120;
    uint72 internal constant GIB = 1 << 30;

    PlimsollManager internal manager;
    WFIL internal wfil;
    PledgeVault internal vault;
    ILoanBook internal book;
    StripAuction internal auction;
    ControlAuction internal control;
    PostedCollateral internal posted;
    Reputation internal reputation;
    ISectorConditions internal conditions;
    RiskEngine internal risk;
    MinerFacts internal facts;
    ReserveFund internal reserve;
    RateModel internal rateModel;
    AccountBeacon internal beacon;

    address internal alice = makeAddr("alice"); // lender
    address internal bob = makeAddr("bob"); // lender
    address internal sp = makeAddr("storage provider");
    address internal payee = makeAddr("payee");
    address internal keeper = makeAddr("keeper");
    address internal guardian = makeAddr("guardian");
    address internal riskAdmin = makeAddr("risk admin");
    address internal governor = makeAddr("governor");

    function setUp() public virtual override {
        super.setUp();
        _deploySystem();
    }

    // ------------------------------------------------------------------------------------------------ the system

    function defaultRiskParams() internal pure returns (RiskParams memory) {
        return
            RiskParams({
                drawWeightWad: 0.88e18,
                callWeightWad: 0.93e18,
                liquidationWeightWad: 0.96e18,
                targetHealthWad: 1.03e18,
                provisionDiscountWad: 0.02e18,
                proofPledgeWad: 0.9e18,
                maxFaultRatioWad: 0.05e18,
                minFaultFeePerPledgeWad: 0.003e18,
                leakBuffer: 30 ether,
                minDebt: 10 ether,
                watchGrace: 14 * 2_880,
                interestGrace: 30 * 2_880,
                escrowDrawWeightWad: 0.86e18,
                escrowCallWeightWad: 0.9e18,
                escrowLiquidationWeightWad: 0.94e18
            });
    }

    function defaultRateParams() internal pure returns (RateModelParams memory) {
        return
            RateModelParams({
                targetUtilisationWad: 0.9e18,
                steepnessWad: 2.5e18,
                minRatePerYearWad: 0.01e18,
                maxRatePerYearWad: 0.6e18,
                initialRatePerYearWad: 0.12e18,
                speedPerYearWad: 10e18
            });
    }

    function _deploySystem() private {
        manager = new PlimsollManager();
        wfil = new WFIL();
        Bootstrap bootstrap = new Bootstrap(address(this));
        vault = PledgeVault(payable(new PlimsollProxy(address(bootstrap), "")));
        LoanBook bookProxy = LoanBook(payable(new PlimsollProxy(address(bootstrap), "")));
        auction = StripAuction(payable(new PlimsollProxy(address(bootstrap), "")));
        control = ControlAuction(payable(new PlimsollProxy(address(bootstrap), "")));
        posted = PostedCollateral(payable(new PlimsollProxy(address(bootstrap), "")));
        reputation = new Reputation(ILoanBook(address(bookProxy)));
        book = ILoanBook(address(bookProxy));

        facts = new MinerFacts();
        conditions = ISectorConditions(
            deployCode("contracts/loans/SectorConditions.sol:SectorConditions", abi.encode(manager, book, facts))
        );
        rateModel = new RateModel(defaultRateParams());
        reserve = new ReserveFund(address(vault), address(auction));
        risk = new RiskEngine(address(manager), facts, defaultRiskParams());
        beacon = new AccountBeacon(address(new CollateralAccount(address(book))), address(manager));

        vault.upgradeToAndCall(
            address(new PledgeVault(wfil, address(book), rateModel, reserve)),
            abi.encodeCall(PledgeVault.initialize, (address(manager)))
        );
        _deployBook(bookProxy);
        auction.upgradeToAndCall(
            address(new StripAuction(book, address(vault), reserve, wfil)),
            abi.encodeCall(StripAuction.initialize, (address(manager)))
        );
        control.upgradeToAndCall(
            deployCode("contracts/loans/ControlAuction.sol:ControlAuction", abi.encode(book, wfil)),
            abi.encodeCall(ControlAuction.initialize, (address(manager)))
        );
        posted.upgradeToAndCall(
            address(new PostedCollateral(ICollateralLedger(address(book)), address(vault), wfil)),
            abi.encodeCall(PostedCollateral.initialize, (address(manager)))
        );
        _grantRoles();
    }

    function _deployBook(LoanBook proxy) private {
        proxy.upgradeToAndCall(
            address(newLedger()),
            abi.encodeCall(LoanBook.initialize, (address(manager), 1_000_000 ether))
        );
    }

    /// @notice The loan book's first half, over a second half of its own, with the system's counterparts.
    function newLedger() internal returns (LoanBook) {
        IPostedValues values = IPostedValues(address(posted));
        address desk = address(newDesk());
        return new LoanBook(vault, risk, facts, address(beacon), address(auction), values, reputation, desk);
    }

    function newDesk() internal returns (LoanDesk) {
        IPostedValues values = IPostedValues(address(posted));
        address third = newEscrow();
        return new LoanDesk(vault, risk, facts, address(beacon), address(auction), values, reputation, third);
    }

    /// @dev By its artifact: `new` would put its code into every test contract, and all of them into one output of the compiler.
    function newEscrow() internal returns (address) {
        bytes memory args = abi.encode(vault, risk, facts, beacon, auction, posted, reputation, conditions);
        address fifth = deployCode("contracts/loans/LoanTakeover.sol:LoanTakeover", args);
        args = abi.encode(vault, risk, facts, beacon, auction, posted, reputation, fifth);
        address terms = deployCode("contracts/loans/LoanTerms.sol:LoanTerms", args);
        args = abi.encode(vault, risk, facts, beacon, auction, posted, reputation, conditions, control, terms);
        return deployCode("contracts/loans/LoanEscrow.sol:LoanEscrow", args);
    }

    function _grantRoles() private {
        bytes4[] memory pauses = new bytes4[](2);
        pauses[0] = ILoanLedger.pauseDraws.selector;
        pauses[1] = ILoanLedger.pauseAttaches.selector;
        manager.setTargetFunctionRole(address(book), pauses, Roles.GUARDIAN);
        bytes4[] memory one = new bytes4[](1);
        one[0] = StripAuction.pauseAuctions.selector;
        manager.setTargetFunctionRole(address(auction), one, Roles.GUARDIAN);
        manager.setTargetFunctionRole(address(control), one, Roles.GUARDIAN); // the same name
        one[0] = IPostedAuction.pausePostedAuctions.selector;
        manager.setTargetFunctionRole(address(posted), one, Roles.GUARDIAN);
        bytes4[] memory terms = new bytes4[](3);
        terms[0] = IPostedCollateral.list.selector;
        terms[1] = IPostedCollateral.setTerms.selector;
        terms[2] = IPostedCollateral.delist.selector;
        manager.setTargetFunctionRole(address(posted), terms, Roles.RISK);
        one[0] = RiskEngine.setParams.selector;
        manager.setTargetFunctionRole(address(risk), one, Roles.RISK);
        one[0] = PledgeVault.setVaultParams.selector;
        manager.setTargetFunctionRole(address(vault), one, Roles.RISK);
        one[0] = ILoanLedger.setMaxFacility.selector;
        manager.setTargetFunctionRole(address(book), one, Roles.RISK);
        one[0] = ILoanTerms.setFixedRates.selector;
        manager.setTargetFunctionRole(address(book), one, Roles.RISK);
        one[0] = ILoanTakeover.setLienholder.selector;
        manager.setTargetFunctionRole(address(book), one, Roles.RISK);
        one[0] = ISectorConditions.setPolicy.selector;
        manager.setTargetFunctionRole(address(conditions), one, Roles.RISK);
        manager.grantRole(Roles.GUARDIAN, guardian, Roles.GUARDIAN_DELAY);
        manager.grantRole(Roles.RISK, riskAdmin, Roles.RISK_DELAY);
    }

    /// @notice Does as RISK: schedules, waits, executes.
    function asRisk(address target, bytes memory data) internal {
        vm.prank(riskAdmin);
        manager.schedule(target, data, 0);
        advanceDays(2);
        vm.prank(riskAdmin);
        manager.execute(target, data);
    }

    // ------------------------------------------------------------------------------------------------ people

    function depositFil(address lender, uint256 amount) internal returns (uint256 shares) {
        vm.deal(lender, lender.balance + amount);
        vm.prank(lender);
        return vault.depositFil{value: amount}(lender);
    }

    function oneTranche(uint96 amount) internal view returns (Tranche[] memory list) {
        list = new Tranche[](1);
        list[0] = tranche(amount);
    }

    /// @notice A tranche drawn within 30 days and proven within 10 by at least one sector.
    function tranche(uint96 amount) internal view returns (Tranche memory) {
        return
            Tranche({
                amount: amount,
                minPowerDelta: 32 * GIB,
                drawDeadline: uint32(vm.getBlockNumber() + 30 * 2_880),
                proveEpochs: 10 * 2_880
            });
    }

    function tranches(uint256 count, uint96 amount) internal view returns (Tranche[] memory list) {
        list = new Tranche[](count);
        for (uint256 i; i < count; ++i) list[i] = tranche(amount);
    }

    function openLoan(uint96 amount) internal returns (uint256 loanId, address account) {
        vm.prank(sp);
        return book.open(oneTranche(amount), payee);
    }

    /// @notice A miner of the SP with `sectors` sealed sectors of 1 FIL pledge and `spare` FIL available.
    function newMiner(uint32 sectors, uint256 spare) internal returns (uint64 id) {
        return newMiner(sectors, 1 ether, spare);
    }

    function newMiner(uint32 sectors, uint128 pledge, uint256 spare) internal returns (uint64 id) {
        id = createMiner(sp);
        fundMiner(id, uint256(sectors) * pledge + 10 ether + spare);
        if (sectors != 0) seal(id, sectors, false, pledge);
    }

    /// @notice Encodes ChangeBeneficiary's parameters by hand, as a provider's own tool does.
    function beneficiaryParams(uint64 id, uint256 quota, int64 expiration) internal pure returns (bytes memory) {
        bytes memory f0 = _f0(id);
        bytes memory q = quota == 0 ? bytes(hex"40") : _bigint(quota);
        bytes memory e = _int(uint64(expiration));
        return abi.encodePacked(hex"83", uint8(0x40 + f0.length), f0, q, e);
    }

    /// @notice A bare ID address, as ChangeOwnerAddress takes it.
    function idParams(uint64 id) internal pure returns (bytes memory) {
        bytes memory f0 = _f0(id);
        return abi.encodePacked(uint8(0x40 + f0.length), f0);
    }

    function _int(uint64 v) private pure returns (bytes memory) {
        if (v < 24) return abi.encodePacked(uint8(v));
        if (v <= type(uint8).max) return abi.encodePacked(hex"18", uint8(v));
        if (v <= type(uint16).max) return abi.encodePacked(hex"19", uint16(v));
        if (v <= type(uint32).max) return abi.encodePacked(hex"1a", uint32(v));
        return abi.encodePacked(hex"1b", v);
    }

    function _f0(uint64 id) private pure returns (bytes memory out) {
        out = hex"00";
        do {
            uint8 low = uint8(id & 0x7f);
            id >>= 7;
            out = abi.encodePacked(out, id == 0 ? low : low | 0x80);
        } while (id != 0);
    }

    function _bigint(uint256 v) private pure returns (bytes memory) {
        uint256 n;
        for (uint256 x = v; x != 0; x >>= 8) ++n;
        bytes memory mag = new bytes(n);
        for (uint256 i; i < n; ++i) mag[n - 1 - i] = bytes1(uint8(v >> (8 * i)));
        bytes memory body = abi.encodePacked(hex"00", mag);
        return
            body.length < 24
                ? abi.encodePacked(uint8(0x40 + body.length), body)
                : abi.encodePacked(hex"58", uint8(body.length), body);
    }

    /// @notice A native message that must succeed.
    function nativeCall(address from, uint64 to, uint64 method, bytes memory params) internal {
        (int256 exitCode, ) = callAs(from, to, method, params);
        assertEq(exitCode, 0, "exit code");
    }

    function propose(uint64 minerId, address account) internal {
        nativeCall(
            sp,
            minerId,
            FilecoinMethods.CHANGE_BENEFICIARY,
            beneficiaryParams(idOf(account), QUOTA, type(int64).max)
        );
    }

    function proposeBack(uint64 minerId) internal {
        nativeCall(sp, minerId, FilecoinMethods.CHANGE_BENEFICIARY, beneficiaryParams(idOf(sp), 0, 0));
    }

    /// @notice ChangeOwnerAddress, sent by `from` with its own key: a proposal by the owner, an acceptance by the proposed.
    function changeOwner(address from, uint64 minerId, uint64 newOwner) internal {
        nativeCall(from, minerId, FilecoinMethods.CHANGE_OWNER_ADDRESS, idParams(newOwner));
    }

    /// @notice The SP proposes the account as owner and has the loan book accept.
    function escrow(uint256 loanId, address account, uint256 minerIndex) internal {
        uint64 minerId = book.minersOf(loanId)[minerIndex].minerId;
        changeOwner(sp, minerId, idOf(account));
        vm.prank(sp);
        book.escrowMiner(loanId, minerIndex);
    }

    function attach(uint256 loanId, address account, uint64 minerId) internal {
        propose(minerId, account);
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
    }

    /// @notice A loan of one tranche on a miner with 1,000 FIL of pledge, attached but not drawn.
    function preparedLoan(uint96 amount) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account) = openLoan(amount);
        minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
    }

    /// @notice The same, drawn; one epoch later, so that no cool-off is on.
    function drawnLoan(uint96 amount) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = preparedLoan(amount);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
    }

    /// @notice The same, sealed and proven. The drawn FIL is pledged, 1 FIL a sector.
    function provenLoan(uint96 amount) internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = drawnLoan(amount);
        seal(minerId, uint32(amount / 1 ether), false, 1 ether);
        book.prove(loanId);
    }

    /// @notice Raises the network's reward, and with it every fault fee, by 3 % a step until the loan's health is below `healthWad`: value
    /// falls at once, without time and without faults.
    function shock(uint256 loanId, uint256 healthWad) internal returns (Position memory p) {
        Economics memory e = world.economics();
        for (uint256 i; i < 120; ++i) {
            p = book.positionOf(loanId);
            if (p.healthWad < healthWad) return p;
            e.rewardPerEpoch = (e.rewardPerEpoch * 103) / 100;
            e.configured = true;
            world.setEconomics(e);
        }
        revert("no shock is large enough");
    }
}
