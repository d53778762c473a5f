// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";

import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {Covenant, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice What a provider could try so that leaving a fixed rate early costs it less than the lenders.
contract FixedAttacksTest is FixedTest {
    function _tier(uint8 tier) private {
        vm.mockCall(address(reputation), abi.encodeWithSignature("tierOf(address)", sp), abi.encode(tier));
    }

    function _ratesFall(uint256 loanId) private {
        depositFil(alice, 500_000 ether);
        for (uint256 i = 0; i < 30; ++i) {
            advanceDays(1);
            vault.accrue();
        }
        payInterest(loanId);
        assertGt(terms(loanId).fee, 0, "fixture: fee");
    }

    /// @dev Drawn at the rate of tier 3, whose spread is 1.5 % a year below that of tier 0.
    function _bestTier() private returns (uint256 loanId) {
        (loanId, , ) = preparedLoan(100 ether);
        _tier(3);
        book.refreshTier(loanId);
        uint256 maturity = inDays(360);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(book.minersOf(loanId)[0].minerId, 100, false, 1 ether);
        book.prove(loanId);
        _ratesFall(loanId);
    }

    /// @dev A token that is handed on loses its tier, if only from one pocket to the other.
    function test_fee_doesNotFallWithTheTier() public {
        uint256 loanId = _bestTier();
        uint256 fee = terms(loanId).fee;
        vm.prank(sp);
        IERC721(address(book)).transferFrom(sp, sp, loanId);
        assertEq(loanOf(loanId).tier, 0, "fixture: tier lost");
        assertEq(terms(loanId).fee, fee);
    }

    /// @dev Lenders lose nothing by what a provider has earned since.
    function test_fee_doesNotRiseWithTheTier() public {
        (uint256 loanId, , ) = provenFixed(100 ether, TERM);
        _ratesFall(loanId);
        uint256 fee = terms(loanId).fee;
        _tier(3);
        book.refreshTier(loanId);
        assertEq(terms(loanId).fee, fee);
    }

    /// @dev Known and accepted: a loan that is called pays no fee, and who is near the limit can have itself called. It costs the tier and
    /// a mark; all that lies in the account is collected.
    function test_fee_whoHasItselfCalledPaysNoneAndIsMarked() public {
        (uint256 loanId, , uint64 minerId) = nearlyFullFixed(TERM);
        _tier(3);
        book.refreshTier(loanId);
        _ratesFall(loanId);
        assertGt(terms(loanId).fee, 10 ether, "fixture: a fee worth speaking of");
        shock(loanId, 1.06e18);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None), "fixture: healthy");
        int256 available = facts.snapshot(minerId).availableBalance;
        assertGt(available, 60 ether, "fixture: something to put aside");
        _ownerWithdraws(minerId, uint256(available));
        (LoanState state, Covenant reason) = book.review(loanId);
        assertEq(uint8(state), uint8(LoanState.Call));
        assertEq(uint8(reason), uint8(Covenant.CallHealth));
        assertEq(terms(loanId).fee, 0, "repaying is what is asked for");
        assertEq(loanOf(loanId).tier, 0, "the tier is lost");
        uint256 debt = book.debtOf(loanId);
        book.sweep(loanId, 0);
        assertLt(book.debtOf(loanId), debt, "what was put aside is collected");
    }

    function _ownerWithdraws(uint64 minerId, uint256 amount) private {
        bytes memory params = abi.encodePacked(hex"814d00", uint96(amount));
        while (params[3] == 0) {
            bytes memory shorter = new bytes(params.length - 1);
            (shorter[0], shorter[1], shorter[2]) = (params[0], bytes1(uint8(params[1]) - 1), 0);
            for (uint256 i = 3; i < shorter.length; ++i) shorter[i] = params[i + 1];
            params = shorter;
        }
        nativeCall(sp, minerId, FilecoinMethods.WITHDRAW_BALANCE, params);
    }

    /// @dev A first draw at the worst tier does not make the fee for a second at the best one smaller; a roll starts anew.
    function test_fee_isByTheBestTierOfTheTerm() public {
        (uint256 loanId, address account) = _twoTranches();
        uint64 minerId = newMiner(1_000, 50 ether);
        attach(loanId, account, minerId);
        uint256 maturity = inDays(360);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 50, false, 1 ether);
        book.prove(loanId);
        _tier(3);
        book.refreshTier(loanId);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, ANY_RATE);
        seal(minerId, 50, false, 1 ether);
        book.prove(loanId);
        _ratesFall(loanId);
        vm.prank(sp);
        IERC721(address(book)).transferFrom(sp, sp, loanId);
        assertApproxEqRel(terms(loanId).fee, _feeByTier(loanId, 0), 0.001e18, "no spread in what lenders get anew");
        _liveTo(loanId, terms(loanId).maturity - 20 * DAY);
        vm.prank(sp);
        book.roll(loanId, inDays(360), ANY_RATE);
        _ratesFall(loanId);
        assertApproxEqRel(terms(loanId).fee, _feeByTier(loanId, 15_000), 0.001e18, "rolled over at tier 0");
    }

    function _twoTranches() private returns (uint256 loanId, address account) {
        vm.prank(sp);
        return book.open(tranches(2, 50 ether), payee);
    }

    function _liveTo(uint256 loanId, uint256 epoch) private {
        while (vm.getBlockNumber() < epoch) {
            uint256 left = (epoch - vm.getBlockNumber()) / DAY;
            if (left == 0) return;
            advanceDays(left < 20 ? left : 20);
            payInterest(loanId);
        }
    }

    /// @param spread hundredths of a basis point a year
    function _feeByTier(uint256 loanId, uint256 spread) private view returns (uint256) {
        uint256 left = terms(loanId).maturity - vm.getBlockNumber();
        uint256 premium = 8_000 + (12_000 * (left - 180 * DAY)) / (360 * DAY);
        return feeRef(100 ether, terms(loanId).ratePerEpochRay, targetRef(premium + spread), left);
    }
}
