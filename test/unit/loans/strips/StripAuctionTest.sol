// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Test} from "forge-std/Test.sol";

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {ILoanBook} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {IRiskEngine} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {IWFIL} from "../../../../contracts/loans/interfaces/IWFIL.sol";
import {StripAuction} from "../../../../contracts/loans/StripAuction.sol";
import {LoanBookDouble} from "./doubles/LoanBookDouble.sol";
import {ReserveFundDouble} from "./doubles/ReserveFundDouble.sol";
import {RiskEngineDouble} from "./doubles/RiskEngineDouble.sol";
import {SendPrecompileDouble} from "./doubles/SendPrecompileDouble.sol";
import {WfilDouble} from "./doubles/WfilDouble.sol";

/// The auction behind its proxy, among doubles, with one unhealthy loan whose figures divide by nothing.
abstract contract StripAuctionTest is Test {
    uint64 internal constant GUARDIAN = 7;
    uint256 internal constant LOAN = 11;
    uint256 internal constant W = 0.96e18;
    uint256 internal constant TARGET = 1.03e18;
    uint256 internal constant MIN_DEBT = 10e18;
    uint256 internal constant START = 1_000_003;
    uint256 internal constant DEBT = 1234_567890123456789013;
    /// Health 0.98..: the bonus may reach 1.02...
    uint256 internal constant VALUE = 1261_234567890123456781;

    AccessManager internal manager;
    StripAuction internal auction;
    LoanBookDouble internal book;
    RiskEngineDouble internal risk;
    ReserveFundDouble internal reserve;
    WfilDouble internal wfil;
    address internal vault = makeAddr("vault");
    address internal guardian = makeAddr("guardian");
    address internal keeper = makeAddr("keeper");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    function setUp() public virtual {
        vm.roll(START);
        vm.etch(ActorCall.CALL_ACTOR_ADDRESS, address(new SendPrecompileDouble(false)).code);
        vm.etch(ActorCall.CALL_ACTOR_ID, address(new SendPrecompileDouble(true)).code);
        vm.etch(vault, hex"fe"); // a contract: no code of it may run
        manager = new AccessManager(address(this));
        risk = new RiskEngineDouble();
        reserve = new ReserveFundDouble();
        wfil = new WfilDouble();
        book = new LoanBookDouble(IRiskEngine(address(risk)), vault, wfil);
        StripAuction implementation = _implementation();
        auction = StripAuction(
            payable(
                new ERC1967Proxy(address(implementation), abi.encodeCall(StripAuction.initialize, (address(manager))))
            )
        );
        book.setAuction(address(auction));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = StripAuction.pauseAuctions.selector;
        manager.setTargetFunctionRole(address(auction), selectors, GUARDIAN);
        manager.grantRole(GUARDIAN, guardian, 0);
        vm.deal(address(reserve), 1_000e18);
        vm.deal(alice, 1e27);
        vm.deal(bob, 1e27);
        book.set(LOAN, DEBT, VALUE);
    }

    function _implementation() internal returns (StripAuction) {
        return new StripAuction(ILoanBook(address(book)), vault, IReserveFund(address(reserve)), IWFIL(address(wfil)));
    }

    function _health() internal view returns (uint256) {
        return book.positionOf(LOAN).healthWad;
    }

    function _kick() internal {
        vm.prank(keeper);
        auction.kick(LOAN);
    }

    function _forward(uint256 epochs) internal {
        vm.roll(block.number + epochs);
    }

    /// Everything on sale, paid exactly.
    function _takeAll(address taker) internal returns (uint256 stripId, uint256 face, uint256 price) {
        return _take(taker, type(uint256).max);
    }

    function _take(address taker, uint256 maxFace) internal returns (uint256 stripId, uint256 face, uint256 price) {
        (, uint256 most, , ) = auction.quote(LOAN);
        vm.prank(taker);
        return auction.take{value: most}(LOAN, maxFace, 0, taker, "");
    }

    function _giveWfil(address to, uint256 amount) internal {
        vm.deal(address(this), amount);
        wfil.deposit{value: amount}();
        require(wfil.transfer(to, amount));
    }
}
