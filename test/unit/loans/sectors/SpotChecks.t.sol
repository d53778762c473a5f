// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeaconRandomness} from "../../../../contracts/filecoin/BeaconRandomness.sol";
import {ILoanBookEvents} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {ILoanTerms} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {
    ISectorConditions,
    SectorRange,
    SpotCheck,
    Unmet
} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {FixedRates} from "../../../../contracts/loans/LoanTypes.sol";
import {SectorTest} from "./SectorTest.sol";

/// @title Spot checks of sectors, from naming to proof
contract SpotChecksTest is SectorTest {
    function expectOther(bytes4 selector, uint256 loanId) private {
        vm.expectRevert(abi.encodeWithSelector(selector, loanId, uint256(0)));
    }

    // ---------------------------------------------------------------- the way it goes

    function test_check_provesTheTranche() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILoanBookEvents.LoanBook_ConditionsUnmet.selector,
                loanId,
                uint256(0),
                Unmet.SpotCheck
            )
        );
        book.prove(loanId);
        passCheck(loanId, minerId, 120);
        book.prove(loanId);
        assertEq(book.loanOf(loanId).provenCount, 1);
    }

    function test_check_drawsFromTheBeaconOfTheEpochFixedBefore() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        SectorRange[] memory ranges = range(0, 120);
        uint256 sampleEpoch = commitRange(loanId, ranges);
        assertEq(sampleEpoch, vm.getBlockNumber() + LOOKAHEAD);
        world.setRandomness(uint64(sampleEpoch), keccak256("one"));
        advanceEpochs(LOOKAHEAD + 1);
        uint64[] memory one = conditions.sampleOf(loanId, ranges);
        advanceEpochs(50);
        assertEq(abi.encode(conditions.sampleOf(loanId, ranges)), abi.encode(one), "does not move");
        world.setRandomness(uint64(sampleEpoch), keccak256("two"));
        assertTrue(keccak256(abi.encode(conditions.sampleOf(loanId, ranges))) != keccak256(abi.encode(one)));
    }

    /// @dev Two loans that name the same sectors in the same epoch have each a lot of its own.
    function test_check_eachLoanHasItsOwnLot() public {
        (uint256 one, ) = checkedLoan(8, 0);
        (uint256 other, ) = checkedLoan(8, 0);
        SectorRange[] memory ranges = range(0, 120);
        assertEq(commitRange(one, ranges), commitRange(other, ranges), "fixture: one epoch");
        advanceEpochs(LOOKAHEAD + 1);
        bytes memory sample = abi.encode(conditions.sampleOf(one, ranges));
        assertNotEq(keccak256(abi.encode(conditions.sampleOf(other, ranges))), keccak256(sample));
    }

    function test_commit_keepsWhatWasNamed() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(3, 0);
        SectorRange[] memory ranges = new SectorRange[](2);
        (ranges[0], ranges[1]) = (SectorRange(0, 20), SectorRange(20, 100));
        vm.expectEmit(address(conditions));
        emit ISectorConditions.SpotCheckOpened(loanId, 0, minerId, 1, vm.getBlockNumber() + LOOKAHEAD, ranges);
        uint256 sampleEpoch = commitRange(loanId, ranges);
        SpotCheck memory spot = conditions.spotCheckOf(loanId, 0);
        assertEq(spot.minerId, minerId);
        assertEq(spot.sectors, 120);
        assertEq(spot.sampleEpoch, sampleEpoch);
        assertEq(spot.retryFrom, sampleEpoch + ANSWER_WINDOW + COOL_OFF);
        assertEq(spot.attempts, 1);
        assertFalse(spot.passed);
        assertEq(spot.rangesHash, keccak256(abi.encode(ranges)));
    }

    // ---------------------------------------------------------------- sectors that do not hold

    function assertFails(uint256 loanId, uint64 minerId, SectorRange[] memory ranges, bool active) private {
        vm.recordLogs();
        assertFalse(answer(loanId, minerId, ranges));
        bytes memory data = vm.getRecordedLogs()[0].data;
        (uint64 sector, uint256 least, int64 expiration) = abi.decode(data, (uint64, uint256, int64));
        assertLt(sector, 120);
        if (active) assertLt(uint64(expiration), least);
        else assertEq(expiration, 0);
        SpotCheck memory spot = conditions.spotCheckOf(loanId, 0);
        assertFalse(spot.passed);
        assertEq(spot.sampleEpoch, 0);
        assertEq(spot.retryFrom, vm.getBlockNumber() + COOL_OFF);
        assertEq(uint8(conditions.unmet(loanId, 0, 100 ether, 0)), uint8(Unmet.SpotCheck));
    }

    function test_check_faultySectorsFail() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        SectorRange[] memory ranges = committed(loanId, 120);
        fault(minerId, 0, 100);
        assertFails(loanId, minerId, ranges, false);
    }

    function test_check_terminatedSectorsFail() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        SectorRange[] memory ranges = committed(loanId, 120);
        terminate(minerId, 0, 100);
        assertFails(loanId, minerId, ranges, false);
    }

    function test_check_sectorsThatNeverWereFail() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        SectorRange[] memory ranges = range(5_000, 120);
        commitRange(loanId, ranges);
        advanceEpochs(LOOKAHEAD + 1);
        uint64[] memory sectors = conditions.sampleOf(loanId, ranges);
        assertEq(locationOf(minerId, sectors[0]), NOWHERE);
        assertFalse(answer(loanId, minerId, ranges));
    }

    function test_check_sectorsThatExpireTooEarlyFail() public {
        uint32 least = uint32(vm.getBlockNumber() + 1_000 * 2_880);
        (uint256 loanId, uint64 minerId) = checkedLoan(8, least);
        assertFails(loanId, minerId, committed(loanId, 120), true);
    }

    /// @dev All sectors end in the same epoch, `late` epochs before which the promise does.
    function expiring(uint256 late) private returns (uint256 loanId, uint64 minerId) {
        address account;
        (loanId, account) = openLoan(100 ether);
        uint256 end = vm.getBlockNumber() + 1 + SECTOR_LIFE;
        promise_(loanId, 8, uint32(end + late), 0);
        minerId = newMiner(0, 0, 500 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
        seal(minerId, 100, false, 1 ether);
    }

    function test_check_expirationIsMetToTheEpoch() public {
        (uint256 loanId, uint64 minerId) = expiring(0);
        passCheck(loanId, minerId, 100);
        (loanId, minerId) = expiring(1);
        assertFails(loanId, minerId, committed(loanId, 100), true);
    }

    /// @dev The debt's maturity counts as well: sectors that end before it leave nothing to be paid from.
    function test_check_maturityOfAFixedTermCounts() public {
        FixedRates memory rates = FixedRates(100, 200, 300, 200, 150, 100, 50, 540, 8_000);
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (rates)));
        (uint256 loanId, address account) = openLoan(100 ether);
        promise_(loanId, 8, 0, 0);
        uint64 minerId = newMiner(20, 100 ether, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.drawFixed(loanId, 0, vm.getBlockNumber() + 540 * 2_880, type(uint256).max);
        advanceEpochs(1);
        uint64 first = world.preCommit(minerId, 100, false, uint64(vm.getBlockNumber()) + 300 * 2_880);
        advanceEpochs(151);
        world.proveCommit(minerId, first, 100, ANY_DEADLINE, 1 ether);
        for (uint8 d; d < 48; ++d) world.submitPost(minerId, d);
        assertFails(loanId, minerId, committed(loanId, 120), true);
    }

    // ---------------------------------------------------------------- attempts

    function test_commit_afterAFailureOnlyAfterTheCoolOffAndThreeTimesInAll() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, uint32(vm.getBlockNumber() + 1_000 * 2_880));
        SectorRange[] memory ranges = range(0, 120);
        for (uint256 attempt = 1; attempt <= 3; ++attempt) {
            commitRange(loanId, ranges);
            advanceEpochs(LOOKAHEAD + 1);
            assertFalse(answer(loanId, minerId, ranges));
            uint256 retryFrom = vm.getBlockNumber() + COOL_OFF;
            advanceEpochs(COOL_OFF - 1);
            if (attempt < 3) refusedUntil(loanId, retryFrom);
            advanceEpochs(1);
        }
        vm.expectRevert(
            abi.encodeWithSelector(
                ISectorConditions.SectorConditions_NoAttemptLeft.selector,
                loanId,
                uint256(0),
                uint256(3)
            )
        );
        commitRange(loanId, ranges);
    }

    function refusedUntil(uint256 loanId, uint256 retryFrom) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ISectorConditions.SectorConditions_CoolOff.selector,
                loanId,
                uint256(0),
                retryFrom,
                vm.getBlockNumber()
            )
        );
        commitRange(loanId, range(0, 120));
    }

    /// @dev Who dislikes the sample cannot have another by keeping silent.
    function test_commit_silenceIsAFailedAttempt() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        uint256 sampleEpoch = commitRange(loanId, range(0, 120));
        uint256 retryFrom = sampleEpoch + ANSWER_WINDOW + COOL_OFF;
        refusedUntil(loanId, retryFrom);
        advanceEpochs(retryFrom - 1 - vm.getBlockNumber());
        refusedUntil(loanId, retryFrom);
        advanceEpochs(1);
        commitRange(loanId, range(0, 120));
        assertEq(conditions.spotCheckOf(loanId, 0).attempts, 2);
    }

    function test_reclaim_whenTheCheckWasNotPassedInTime() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        advanceDays(11);
        uint256 debt = book.debtOf(loanId);
        vm.expectEmit(true, true, false, false, address(book));
        emit ILoanBookEvents.TrancheReclaimed(loanId, 0, 0, 0);
        book.reclaim(loanId);
        assertTrue(book.loanOf(loanId).frozen);
        assertEq(book.loanOf(loanId).provenCount, 0);
        assertLt(book.debtOf(loanId), debt);
    }

    function test_reclaim_provesWhatHadPassed() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        passCheck(loanId, minerId, 120);
        advanceDays(11);
        book.reclaim(loanId);
        assertFalse(book.loanOf(loanId).frozen);
        assertEq(book.loanOf(loanId).provenCount, 1);
    }

    // ---------------------------------------------------------------- naming

    function test_RevertWhen_strangerNames() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ISectorConditions.SectorConditions_NotAuthorised.selector, loanId, keeper)
        );
        vm.prank(keeper);
        conditions.commit(loanId, range(0, 120));
    }

    function test_RevertWhen_nothingIsInProof() public {
        (uint256 loanId, ) = openLoan(100 ether);
        bytes memory reason = abi.encodeWithSelector(
            ISectorConditions.SectorConditions_NothingToProve.selector,
            loanId
        );
        vm.expectRevert(reason);
        commitRange(loanId, range(0, 120));
        vm.expectRevert(reason);
        conditions.check(loanId, range(0, 120), new bytes[](0));
        vm.expectRevert(reason);
        conditions.sampleOf(loanId, range(0, 120));
    }

    function test_RevertWhen_noCheckIsAsked() public {
        (uint256 loanId, , ) = drawnLoan(100 ether);
        expectOther(ISectorConditions.SectorConditions_NothingToCheck.selector, loanId);
        commitRange(loanId, range(0, 1_100));
    }

    function test_RevertWhen_namedAgainAfterPassing() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        SectorRange[] memory ranges = committed(loanId, 120);
        assertTrue(answer(loanId, minerId, ranges));
        expectOther(ISectorConditions.SectorConditions_NotCommitted.selector, loanId);
        conditions.check(loanId, ranges, new bytes[](8));
        advanceDays(2);
        expectOther(ISectorConditions.SectorConditions_AlreadyPassed.selector, loanId);
        commitRange(loanId, ranges);
    }

    function test_RevertWhen_rangesAreNoneOrTooMany() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        bytes4 selector = ISectorConditions.SectorConditions_RangeCount.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, uint256(64), uint256(0)));
        commitRange(loanId, new SectorRange[](0));
        SectorRange[] memory ranges = new SectorRange[](65);
        for (uint64 i; i < 65; ++i) ranges[i] = SectorRange(2 * i, 2);
        vm.expectRevert(abi.encodeWithSelector(selector, uint256(64), uint256(65)));
        commitRange(loanId, ranges);
    }

    function badRange(
        uint256 loanId,
        SectorRange memory a,
        SectorRange memory b,
        uint256 at,
        uint256 earliest
    ) private {
        SectorRange[] memory ranges = new SectorRange[](2);
        (ranges[0], ranges[1]) = (a, b);
        bytes4 selector = ISectorConditions.SectorConditions_BadRange.selector;
        uint256 first = ranges[at].first;
        vm.expectRevert(abi.encodeWithSelector(selector, at, earliest, first, uint256(ranges[at].count)));
        commitRange(loanId, ranges);
    }

    function test_RevertWhen_rangesOverlapAreEmptyOrOutOfBounds() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        uint64 largest = uint64(type(int64).max);
        badRange(loanId, SectorRange(0, 0), SectorRange(1, 119), 0, 0);
        badRange(loanId, SectorRange(0, 60), SectorRange(59, 60), 1, 60);
        badRange(loanId, SectorRange(60, 60), SectorRange(0, 60), 1, 120);
        badRange(loanId, SectorRange(0, 120), SectorRange(largest, 2), 1, 120);
        badRange(loanId, SectorRange(0, 120), SectorRange(type(uint64).max, 1), 1, 120);
        badRange(loanId, SectorRange(largest + 1, 1), SectorRange(0, 1), 0, 0);
    }

    function test_commit_theLargestSectorNumberIsOne() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        SectorRange[] memory ranges = new SectorRange[](2);
        (ranges[0], ranges[1]) = (SectorRange(0, 120), SectorRange(uint64(type(int64).max), 1));
        commitRange(loanId, ranges);
        assertEq(conditions.spotCheckOf(loanId, 0).sectors, 121);
    }

    /// @dev A provider cannot name its good sectors alone.
    function test_RevertWhen_sectorsDoNotCoverThePower() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISectorConditions.SectorConditions_NotCovered.selector,
                minerId,
                uint256(120),
                uint256(119)
            )
        );
        commitRange(loanId, range(1, 119));
    }

    /// @dev To the attoFIL and to the byte what `prove` asks for: 90 FIL more than the 2,000 before, and one sector more than 20.
    function test_RevertWhen_theDrawIsNotSealed() public {
        (uint256 loanId, uint64 minerId) = promisedLoan(8, 0);
        notGrown(loanId, minerId, 2_000 ether, 20);
        commit(minerId, 89, false, 1 ether);
        notGrown(loanId, minerId, 2_089 ether, 20);
        for (uint8 d; d < 48; ++d) world.submitPost(minerId, d);
        notGrown(loanId, minerId, 2_089 ether, 109);
        commit(minerId, 1, false, 1 ether);
        commitRange(loanId, range(0, 110));
    }

    function test_RevertWhen_whatWasSealedHasNoPower() public {
        (uint256 loanId, uint64 minerId) = promisedLoan(8, 0);
        uint64 first = commit(minerId, 100, false, 1 ether);
        notGrown(loanId, minerId, 2_100 ether, 20);
        for (uint8 d; d < 48; ++d) world.submitPost(minerId, d);
        fault(minerId, first, 100);
        notGrown(loanId, minerId, 2_100 ether, 20);
    }

    function notGrown(uint256 loanId, uint64 minerId, uint256 pledge, uint256 sectors) private {
        bytes4 selector = ISectorConditions.SectorConditions_NotGrown.selector;
        uint256 sector = 32 * uint256(GIB);
        vm.expectRevert(abi.encodeWithSelector(selector, minerId, 2_090 ether, pledge, 21 * sector, sectors * sector));
        commitRange(loanId, range(0, 120));
    }

    // ---------------------------------------------------------------- answering

    function test_RevertWhen_answerIsEarlyOrLate() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        SectorRange[] memory ranges = range(0, 120);
        uint256 sampleEpoch = commitRange(loanId, ranges);
        advanceEpochs(LOOKAHEAD);
        outside(loanId, ranges, sampleEpoch);
        advanceEpochs(ANSWER_WINDOW);
        conditions.sampleOf(loanId, ranges); // the last epoch
        advanceEpochs(1);
        outside(loanId, ranges, sampleEpoch);
    }

    function outside(uint256 loanId, SectorRange[] memory ranges, uint256 sampleEpoch) private {
        bytes memory reason = abi.encodeWithSelector(
            ISectorConditions.SectorConditions_OutsideWindow.selector,
            sampleEpoch + 1,
            sampleEpoch + ANSWER_WINDOW,
            vm.getBlockNumber()
        );
        vm.expectRevert(reason);
        conditions.check(loanId, ranges, new bytes[](8));
        vm.expectRevert(reason);
        conditions.sampleOf(loanId, ranges);
    }

    function test_RevertWhen_nothingWasNamed() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        expectOther(ISectorConditions.SectorConditions_NotCommitted.selector, loanId);
        conditions.check(loanId, range(0, 120), new bytes[](8));
    }

    function test_RevertWhen_rangesAreOthers() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        bytes32 named = keccak256(abi.encode(committed(loanId, 120)));
        SectorRange[] memory others = range(0, 121);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISectorConditions.SectorConditions_OtherRanges.selector,
                named,
                keccak256(abi.encode(others))
            )
        );
        conditions.check(loanId, others, new bytes[](8));
    }

    function test_RevertWhen_locationsAreMissing() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        SectorRange[] memory ranges = committed(loanId, 120);
        vm.expectRevert(
            abi.encodeWithSelector(ISectorConditions.SectorConditions_LocationCount.selector, uint256(8), uint256(7))
        );
        conditions.check(loanId, ranges, new bytes[](7));
    }

    /// @dev A wrong location is the caller's mistake, never the sector's: nobody can make an attempt fail with it.
    function test_RevertWhen_locationIsWrong() public {
        (uint256 loanId, uint64 minerId) = checkedLoan(8, 0);
        SectorRange[] memory ranges = committed(loanId, 120);
        uint64[] memory sectors = conditions.sampleOf(loanId, ranges);
        bytes[4] memory wrong = [NOWHERE, bytes(hex"822000"), bytes(hex"82182f1864"), bytes(hex"ff")];
        int256[4] memory codes = [int256(17), 16, 17, 21];
        for (uint256 i; i < 4; ++i) {
            bytes[] memory locations = locationsOf(minerId, sectors);
            locations[0] = wrong[i];
            badLocation(loanId, minerId, ranges, locations, sectors[0], codes[i]);
        }
        assertEq(conditions.spotCheckOf(loanId, 0).attempts, 1);
        assertTrue(answer(loanId, minerId, ranges));
    }

    function badLocation(
        uint256 loanId,
        uint64 minerId,
        SectorRange[] memory ranges,
        bytes[] memory locations,
        uint64 sector,
        int256 code
    ) private {
        bytes memory reason = abi.encodeWithSignature(
            "ActorCall_ActorFailed(uint64,uint64,int256)",
            minerId,
            uint64(3092458564),
            code
        );
        bytes4 selector = ISectorConditions.SectorConditions_BadLocation.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, minerId, sector, reason));
        conditions.check(loanId, ranges, locations);
    }

    function test_RevertWhen_beaconIsSilent() public {
        (uint256 loanId, ) = checkedLoan(8, 0);
        SectorRange[] memory ranges = committed(loanId, 120);
        uint256 sampleEpoch = conditions.spotCheckOf(loanId, 0).sampleEpoch;
        vm.etch(BeaconRandomness.GET_BEACON_RANDOMNESS, hex"fe");
        vm.expectRevert(abi.encodeWithSelector(BeaconRandomness.BeaconRandomness_Unavailable.selector, sampleEpoch));
        conditions.check(loanId, ranges, new bytes[](8));
    }
}
