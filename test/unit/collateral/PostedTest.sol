// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Test} from "forge-std/Test.sol";

import {PostedTerms} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {PostedCollateral} from "../../../contracts/collateral/PostedCollateral.sol";
import {ActorCall} from "../../../contracts/filecoin/ActorCall.sol";
import {IWFIL} from "../../../contracts/loans/interfaces/IWFIL.sol";
import {IPriceFeed} from "../../../contracts/oracles/interfaces/IPriceFeed.sol";
import {SendPrecompileDouble} from "../loans/strips/doubles/SendPrecompileDouble.sol";
import {WfilDouble} from "../loans/strips/doubles/WfilDouble.sol";
import {CollateralLedgerDouble} from "./doubles/CollateralLedgerDouble.sol";
import {FeedDouble} from "./doubles/FeedDouble.sol";
import {HostileToken, TokenDouble} from "./doubles/Tokens.sol";

/// Posted collateral behind its proxy, among doubles, with a loan of the SP's and another's. Three tokens: `eth` at 500 FIL
/// (18 decimals), `usd` at 0.25 FIL (6 decimals), and one that can be hostile, at 1 FIL.
abstract contract PostedTest is Test {
    uint64 internal constant RISK = 6;
    uint64 internal constant GUARDIAN = 7;
    uint256 internal constant LOAN = 11;
    uint256 internal constant OTHER = 12;
    uint256 internal constant START = 1_000_003;
    uint256 internal constant NOW = 1_800_000_000;
    uint256 internal constant DAY = 2_880;

    AccessManager internal manager;
    PostedCollateral internal posted;
    CollateralLedgerDouble internal book;
    WfilDouble internal wfil;
    TokenDouble internal eth;
    TokenDouble internal usd;
    HostileToken internal odd;
    FeedDouble internal ethFeed;
    FeedDouble internal usdFeed;
    FeedDouble internal oddFeed;
    address internal vault = makeAddr("vault");
    address internal risk = makeAddr("risk");
    address internal guardian = makeAddr("guardian");
    address internal keeper = makeAddr("keeper");
    address internal sp = makeAddr("sp");
    address internal rival = makeAddr("rival");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    function setUp() public virtual {
        vm.roll(START);
        vm.warp(NOW);
        vm.etch(ActorCall.CALL_ACTOR_ADDRESS, address(new SendPrecompileDouble(false)).code);
        vm.etch(ActorCall.CALL_ACTOR_ID, address(new SendPrecompileDouble(true)).code);
        vm.etch(vault, hex"fe"); // a contract: no code of it may run
        manager = new AccessManager(address(this));
        wfil = new WfilDouble();
        book = new CollateralLedgerDouble(vault, wfil);
        address implementation = address(new PostedCollateral(book, vault, IWFIL(address(wfil))));
        posted = PostedCollateral(
            payable(new ERC1967Proxy(implementation, abi.encodeCall(PostedCollateral.initialize, (address(manager)))))
        );
        book.setPosted(posted);
        book.open(LOAN, sp);
        book.open(OTHER, rival);
        _grant();
        (eth, usd, odd) = (new TokenDouble(18), new TokenDouble(6), new HostileToken());
        (ethFeed, usdFeed, oddFeed) = (new FeedDouble(500e18), new FeedDouble(0.25e18), new FeedDouble(1e18));
        _list(address(eth), ethFeed, 500e18, 1_000e18, 16);
        _list(address(usd), usdFeed, 0.25e18, 4_000_000e6, 7);
        _list(address(odd), oddFeed, 1e18, 1_000_000e18, 18);
        address[4] memory holders = [sp, rival, alice, bob];
        for (uint256 i; i < holders.length; ++i) {
            eth.mint(holders[i], 100_000e18);
            usd.mint(holders[i], 100_000_000e6);
            odd.mint(holders[i], 10_000_000e18);
            vm.deal(holders[i], 1e27);
            vm.startPrank(holders[i]);
            eth.approve(address(posted), type(uint256).max);
            usd.approve(address(posted), type(uint256).max);
            odd.approve(address(posted), type(uint256).max);
            vm.stopPrank();
        }
    }

    function _grant() private {
        bytes4[] memory selectors = new bytes4[](3);
        selectors[0] = posted.list.selector;
        selectors[1] = posted.setTerms.selector;
        selectors[2] = posted.delist.selector;
        manager.setTargetFunctionRole(address(posted), selectors, RISK);
        manager.grantRole(RISK, risk, 0);
        selectors = new bytes4[](1);
        selectors[0] = posted.pausePostedAuctions.selector;
        manager.setTargetFunctionRole(address(posted), selectors, GUARDIAN);
        manager.grantRole(GUARDIAN, guardian, 0);
    }

    /// Weights 0.7, 0.75 and 0.8, floor 0.9, rounds of 480 epochs.
    function _terms(IPriceFeed feed, uint112 cap, uint8 dustExponent) internal pure returns (PostedTerms memory) {
        return PostedTerms(feed, cap, 0.7e18, 0.75e18, 0.8e18, 0.9e18, 480, dustExponent);
    }

    function _list(address token, IPriceFeed feed, uint256 price, uint112 cap, uint8 dustExponent) internal {
        vm.prank(risk);
        posted.list(token, _terms(feed, cap, dustExponent), price);
    }

    function _post(address from, uint256 loanId, address token, uint256 amount) internal {
        vm.prank(from);
        posted.post(loanId, token, amount);
    }

    function _postedAmount(uint256 loanId, address token) internal view returns (uint256) {
        (address[] memory tokens, uint256[] memory amounts) = posted.postedOf(loanId);
        for (uint256 i; i < tokens.length; ++i) if (tokens[i] == token) return amounts[i];
        return 0;
    }

    function _noted(uint256 loanId) internal view returns (bool noted) {
        (, noted, , , , , ) = book.loans(loanId);
    }

    function _debt(uint256 loanId) internal view returns (uint256) {
        return book.debtOf(loanId);
    }

    function _assertValues(uint256 loanId, uint256 draw, uint256 call, uint256 liquidation) internal view {
        (uint256 drawValue, uint256 callValue, uint256 liquidationValue) = posted.weightedValues(loanId);
        assertEq(drawValue, draw, "draw");
        assertEq(callValue, call, "call");
        assertEq(liquidationValue, liquidation, "liquidation");
    }

    function _expect(bytes memory error) internal {
        vm.expectRevert(error);
    }

    function _forward(uint256 epochs) internal {
        vm.roll(block.number + epochs);
        vm.warp(block.timestamp + 30 * epochs);
    }
}
