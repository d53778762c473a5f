// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";

import {
    IPostedCollateral,
    PostedTerms,
    PostedToken
} from "../../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {PostedCollateral} from "../../../contracts/collateral/PostedCollateral.sol";
import {IWFIL} from "../../../contracts/loans/interfaces/IWFIL.sol";
import {FeedDouble} from "./doubles/FeedDouble.sol";
import {TokenDouble} from "./doubles/Tokens.sol";
import {PostedTest} from "./PostedTest.sol";

contract PostedTermsTest is PostedTest {
    TokenDouble internal fresh;
    FeedDouble internal freshFeed;

    function setUp() public override {
        super.setUp();
        fresh = new TokenDouble(8);
        freshFeed = new FeedDouble(30_000e18);
    }

    function _good() private view returns (PostedTerms memory) {
        return _terms(freshFeed, 100e8, 4);
    }

    function _listFresh(PostedTerms memory terms) private {
        vm.prank(risk);
        posted.list(address(fresh), terms, 30_000e18);
    }

    // ---------------------------------------------------------------- list

    function test_List_keepsAllTerms() public {
        PostedTerms memory terms = PostedTerms(freshFeed, 77e8, 0.61e18, 0.62e18, 0.63e18, 0.97e18, 777, 5);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.TokenListed(address(fresh), 4, 8, terms);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.PriceStored(address(fresh), 0, 30_000e18, NOW + 1 hours);
        _listFresh(terms);
        PostedToken memory t = posted.tokenOf(address(fresh));
        assertEq(t.id, 4);
        assertTrue(t.open);
        assertEq(t.decimals, 8);
        assertEq(t.total, 0);
        assertEq(t.backingWad, 1e18);
        assertEq(t.lastPrice, 30_000e18);
        assertEq(t.lastFreshUntil, NOW + 1 hours);
        assertEq(abi.encode(t.terms), abi.encode(terms));
        assertEq(posted.tokenAt(4), address(fresh));
        assertEq(posted.tokenCount(), 4);
    }

    function test_RevertWhen_ListedTwice() public {
        _expect(abi.encodeWithSelector(IPostedCollateral.PostedCollateral_AlreadyListed.selector, address(eth)));
        vm.prank(risk);
        posted.list(address(eth), _terms(ethFeed, 1e18, 1), 500e18);
    }

    function _tryBad(
        PostedTerms memory terms,
        bytes32 parameter,
        uint256 lower,
        uint256 upper,
        uint256 actual
    ) private {
        bytes memory error = abi.encodeWithSelector(
            IPostedCollateral.PostedCollateral_OutOfBounds.selector,
            parameter,
            lower,
            upper,
            actual
        );
        _expect(error);
        _listFresh(terms);
        vm.prank(risk);
        _expect(error);
        posted.setTerms(address(odd), terms, 30_000e18);
    }

    function test_RevertWhen_WeightsAreOutOfOrder() public {
        PostedTerms memory terms = _good();
        terms.liquidationWeightWad = 0.9e18 + 1;
        terms.floorWad = 0.95e18;
        _tryBad(terms, "liquidationWeightWad", 0, 0.9e18, 0.9e18 + 1);
        terms.liquidationWeightWad = 0.9e18;
        terms.callWeightWad = 0.9e18 + 1;
        _tryBad(terms, "callWeightWad", 0, 0.9e18, 0.9e18 + 1);
        terms.callWeightWad = 0.9e18;
        terms.drawWeightWad = 0.9e18 + 1;
        _tryBad(terms, "drawWeightWad", 0, 0.9e18, 0.9e18 + 1);
        terms.drawWeightWad = 0.9e18;
        _listFresh(terms);
    }

    function test_L20_RevertWhen_ASaleAtTheFloorWouldTakeMoreThanItBrings() public {
        PostedTerms memory terms = _good();
        terms.floorWad = 0.8e18; // the liquidation weight
        _tryBad(terms, "floorWad", 0.8e18 + 1, 1e18, 0.8e18);
        terms.floorWad = 1e18 + 1;
        _tryBad(terms, "floorWad", 0.8e18 + 1, 1e18, 1e18 + 1);
        terms.floorWad = 0.8e18 + 1;
        _listFresh(terms);
    }

    function test_L20_RevertWhen_TheFloorIsBelowAWeightOnItsWayDown() public {
        PostedTerms memory terms = _terms(ethFeed, 1_000e18, 16);
        (terms.drawWeightWad, terms.callWeightWad, terms.liquidationWeightWad) = (0.5e18, 0.5e18, 0.5e18);
        terms.floorWad = 0.8e18; // not above 0.8, which it is in this epoch
        vm.startPrank(risk);
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_OutOfBounds.selector,
                bytes32("floorWad"),
                0.8e18 + 1,
                1e18,
                0.8e18
            )
        );
        posted.setTerms(address(eth), terms, 500e18);
        terms.floorWad = 0.8e18 + 1;
        posted.setTerms(address(eth), terms, 500e18);
        _forward(30 * DAY);
        ethFeed.setPrice(500e18);
        terms.floorWad = 0.7e18 - 1;
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_OutOfBounds.selector,
                bytes32("floorWad"),
                0.7e18,
                1e18,
                0.7e18 - 1
            )
        );
        posted.setTerms(address(eth), terms, 500e18);
        terms.floorWad = 0.7e18;
        posted.setTerms(address(eth), terms, 500e18);
    }

    function test_RevertWhen_OtherTermsAreOutOfBounds() public {
        PostedTerms memory terms = _good();
        terms.roundEpochs = 59;
        _tryBad(terms, "roundEpochs", 60, 2_880, 59);
        terms.roundEpochs = 2_881;
        _tryBad(terms, "roundEpochs", 60, 2_880, 2_881);
        terms.roundEpochs = 60;
        terms.dustExponent = 34;
        _tryBad(terms, "dustExponent", 0, 33, 34);
        terms.dustExponent = 33;
        terms.cap = 1e33 - 1;
        _tryBad(terms, "cap", 1e33, type(uint112).max, 1e33 - 1);
        terms.cap = 1e33;
        _listFresh(terms);
    }

    function test_T06_RevertWhen_DecimalsAreOutOfBounds() public {
        uint8[5] memory decimals = [0, 2, 5, 19, 27];
        for (uint256 i; i < decimals.length; ++i) {
            TokenDouble token = new TokenDouble(decimals[i]);
            vm.prank(risk);
            _expect(
                abi.encodeWithSelector(
                    IPostedCollateral.PostedCollateral_OutOfBounds.selector,
                    bytes32("decimals"),
                    6,
                    18,
                    decimals[i]
                )
            );
            posted.list(address(token), _good(), 30_000e18);
        }
    }

    function test_O09_RevertWhen_TheFeedIsNotTheExpectedOne() public {
        PostedTerms memory terms = _good();
        uint256[2] memory prices = [uint256(24_000e18 - 1), 36_000e18 + 1];
        for (uint256 i; i < 2; ++i) {
            freshFeed.setPrice(prices[i]);
            _expect(
                abi.encodeWithSelector(
                    IPostedCollateral.PostedCollateral_UnexpectedPrice.selector,
                    address(fresh),
                    30_000e18,
                    prices[i]
                )
            );
            _listFresh(terms);
        }
        freshFeed.setPrice(24_000e18);
        _listFresh(terms);
        freshFeed.setPrice(36_000e18);
        vm.prank(risk);
        posted.setTerms(address(fresh), terms, 30_000e18);
    }

    function test_O09_RevertWhen_TheFeedHasNoFreshPrice() public {
        bytes memory error = abi.encodeWithSelector(
            IPostedCollateral.PostedCollateral_NoFreshPrice.selector,
            address(fresh)
        );
        freshFeed.set(30_000e18, NOW - 1);
        _expect(error);
        _listFresh(_good());
        freshFeed.set(0, 0);
        _expect(error);
        _listFresh(_good());
        freshFeed.setPrice(1e36 + 1);
        _expect(error);
        _listFresh(_good());
    }

    // ---------------------------------------------------------------- setTerms and delist

    function test_SetTerms_risesAtOnce() public {
        _post(sp, LOAN, address(eth), 2e18);
        PostedTerms memory terms = _terms(ethFeed, 1_000e18, 16);
        (terms.drawWeightWad, terms.callWeightWad, terms.liquidationWeightWad) = (0.8e18, 0.82e18, 0.85e18);
        PostedTerms memory previous = _terms(ethFeed, 1_000e18, 16);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.TermsChanged(address(eth), previous, terms);
        vm.prank(risk);
        posted.setTerms(address(eth), terms, 500e18);
        _assertValues(LOAN, 800e18, 820e18, 850e18);
    }

    function test_L21_weightsForCallsAndLiquidationsFallIn30Days() public {
        _post(sp, LOAN, address(eth), 2e18);
        PostedTerms memory terms = _terms(ethFeed, 1_000e18, 16);
        (terms.drawWeightWad, terms.callWeightWad, terms.liquidationWeightWad) = (0.1e18, 0.45e18, 0.5e18);
        vm.prank(risk);
        posted.setTerms(address(eth), terms, 500e18);
        _assertValues(LOAN, 100e18, 750e18, 800e18);
        _forwardFresh(1);
        _assertValues(LOAN, 100e18, _ramp(0.75e18, 0.45e18, 1), _ramp(0.8e18, 0.5e18, 1));
        _forwardFresh(15 * DAY - 1);
        _assertValues(LOAN, 100e18, 600e18, 650e18);
        _forwardFresh(15 * DAY - 1);
        _assertValues(LOAN, 100e18, _ramp(0.75e18, 0.45e18, 30 * DAY - 1), _ramp(0.8e18, 0.5e18, 30 * DAY - 1));
        _forwardFresh(1);
        _assertValues(LOAN, 100e18, 450e18, 500e18);
        _forwardFresh(100 * DAY);
        _assertValues(LOAN, 100e18, 450e18, 500e18);
    }

    /// 1000 FIL times the weight at so many epochs.
    function _ramp(uint256 before, uint256 target, uint256 elapsed) private pure returns (uint256) {
        return 1_000 * (target + ((before - target) * (30 * DAY - elapsed)) / (30 * DAY));
    }

    function _forwardFresh(uint256 epochs) private {
        _forward(epochs);
        ethFeed.setPrice(500e18);
    }

    function test_L21_aSecondCutStartsFromWhereTheFirstOneIs() public {
        _post(sp, LOAN, address(eth), 2e18);
        vm.prank(risk);
        posted.delist(address(eth));
        _forwardFresh(15 * DAY);
        _assertValues(LOAN, 0, 375e18, 400e18);
        PostedTerms memory terms = _terms(ethFeed, 1_000e18, 16);
        // The weight for calls rises above where it is, that for liquidations goes on falling.
        (terms.drawWeightWad, terms.callWeightWad, terms.liquidationWeightWad) = (0.2e18, 0.38e18, 0.38e18);
        vm.prank(risk);
        posted.setTerms(address(eth), terms, 500e18);
        _assertValues(LOAN, 200e18, 380e18, 400e18);
        _forwardFresh(15 * DAY);
        _assertValues(LOAN, 200e18, 380e18, 390e18);
        _forwardFresh(15 * DAY);
        _assertValues(LOAN, 200e18, 380e18, 380e18);
    }

    function test_Delist_countsForNoDrawAtOnceAndForNothingIn30Days() public {
        _post(sp, LOAN, address(eth), 2e18);
        vm.expectEmit(address(posted));
        emit IPostedCollateral.TokenDelisted(address(eth));
        vm.prank(risk);
        posted.delist(address(eth));
        assertFalse(posted.tokenOf(address(eth)).open);
        _assertValues(LOAN, 0, 750e18, 800e18);
        _forwardFresh(30 * DAY);
        _assertValues(LOAN, 0, 0, 0);
        // Accepted again, at once.
        vm.prank(risk);
        posted.setTerms(address(eth), _terms(ethFeed, 1_000e18, 16), 500e18);
        assertTrue(posted.tokenOf(address(eth)).open);
        _assertValues(LOAN, 700e18, 750e18, 800e18);
    }

    function test_SetTerms_aNewFeedAtOnce() public {
        _post(sp, LOAN, address(eth), 2e18);
        vm.prank(risk);
        posted.setTerms(address(eth), _terms(freshFeed, 1_000e18, 16), 30_000e18);
        _assertValues(LOAN, 42_000e18, 45_000e18, 48_000e18);
    }

    function test_SetTerms_aCapBelowTheTotalStopsPostsAlone() public {
        _post(sp, LOAN, address(eth), 20e18);
        vm.prank(risk);
        posted.setTerms(address(eth), _terms(ethFeed, 10e18, 16), 500e18);
        _expect(
            abi.encodeWithSelector(
                IPostedCollateral.PostedCollateral_CapExceeded.selector,
                address(eth),
                10e18,
                20e18 + 1
            )
        );
        _post(sp, LOAN, address(eth), 1);
        vm.prank(sp);
        posted.unpost(LOAN, address(eth), 15e18, sp);
        _post(sp, LOAN, address(eth), 5e18);
    }

    function test_RevertWhen_ChangingWhatIsNotListed() public {
        bytes memory error = abi.encodeWithSelector(
            IPostedCollateral.PostedCollateral_NotListed.selector,
            address(fresh)
        );
        vm.startPrank(risk);
        _expect(error);
        posted.setTerms(address(fresh), _good(), 30_000e18);
        _expect(error);
        posted.delist(address(fresh));
    }

    // ---------------------------------------------------------------- who may

    function test_RevertWhen_AnotherThanRiskSetsTerms() public {
        address[3] memory callers = [sp, guardian, address(this)];
        for (uint256 i; i < callers.length; ++i) {
            bytes memory error = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, callers[i]);
            vm.startPrank(callers[i]);
            _expect(error);
            posted.list(address(fresh), _good(), 30_000e18);
            _expect(error);
            posted.setTerms(address(eth), _good(), 30_000e18);
            _expect(error);
            posted.delist(address(eth));
            vm.stopPrank();
        }
    }

    function test_RevertWhen_AStrangerUpgrades() public {
        PostedCollateral next = new PostedCollateral(book, vault, IWFIL(address(wfil)));
        vm.prank(alice);
        _expect(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        posted.upgradeToAndCall(address(next), "");
        posted.upgradeToAndCall(address(next), ""); // the manager's admin
        assertEq(posted.tokenCount(), 3);
    }

    function test_RevertWhen_InitializedTwice() public {
        _expect(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        posted.initialize(address(manager));
        PostedCollateral implementation = new PostedCollateral(book, vault, IWFIL(address(wfil)));
        _expect(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        implementation.initialize(address(manager));
    }

    function test_U03_storageIsWhereItsNameSays() public view {
        bytes32 slot = SlotDerivation.erc7201Slot("plimsoll.storage.PostedCollateral");
        // ledgers[eth]: id 1, open, dust 16, total 0, cap 1000e18
        bytes32 ledger = vm.load(address(posted), SlotDerivation.deriveMapping(slot, address(eth)));
        assertEq(uint256(ledger), 1 | (1 << 16) | (16 << 24) | (uint256(1_000e18) << 144));
    }

    function testFuzz_List_keepsTheOrderOfWeights(uint64 draw, uint64 call, uint64 liquidation, uint64 floor) public {
        PostedTerms memory terms = _good();
        terms.liquidationWeightWad = uint64(bound(liquidation, 0, 1.1e18));
        terms.callWeightWad = uint64(bound(call, 0, 1.1e18));
        terms.drawWeightWad = uint64(bound(draw, 0, 1.1e18));
        terms.floorWad = uint64(bound(floor, 0.5e18, 1.1e18));
        vm.prank(risk);
        try posted.list(address(fresh), terms, 30_000e18) {
            assertLe(terms.drawWeightWad, terms.callWeightWad);
            assertLe(terms.callWeightWad, terms.liquidationWeightWad);
            assertLe(terms.liquidationWeightWad, 0.9e18);
            assertLt(terms.liquidationWeightWad, terms.floorWad);
            assertGe(terms.floorWad, 0.7e18);
            assertLe(terms.floorWad, 1e18);
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IPostedCollateral.PostedCollateral_OutOfBounds.selector);
        }
    }
}
