// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../../../../contracts/devnet/ActorCbor.sol";
import {IFilecoinWorld} from "../../../../contracts/devnet/IFilecoinWorld.sol";
import {INativeCallReceiver} from "../../../../contracts/filecoin/interfaces/INativeCallReceiver.sol";
import {ILoanBookEvents} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {ISectorConditions, Unmet} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {SectorTest} from "./SectorTest.sol";

/// @title Data that miners tell of, counted towards a tranche
contract SectorDataTest is SectorTest {
    uint64 private constant METHOD = 2034386435;
    uint64 private constant SIZE = 32 << 30;

    uint256 private loanId;
    uint64 private minerId;

    /// @dev A loan of 100 FIL that has to bring 3 sectors' worth of data, drawn, with `count` sectors pre-committed and due.
    function dataLoan(uint32 minExpiration, uint32 count) private returns (uint64 first) {
        address account;
        (loanId, account) = openLoan(100 ether);
        promise_(loanId, 0, minExpiration, 3 * SIZE);
        minerId = newMiner(20, 100 ether, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
        first = world.preCommit(minerId, count, true, uint64(vm.getBlockNumber()) + SECTOR_LIFE);
        advanceEpochs(151);
    }

    function prove(uint64 first, uint32 count, IFilecoinWorld.PieceNotice[] memory notices) private {
        world.proveCommitNotifying(minerId, first, count, ANY_DEADLINE, 1 ether, notices, true);
        for (uint8 d; d < 48; ++d) world.submitPost(minerId, d);
    }

    function pieces(uint64 first, uint256 count) private view returns (IFilecoinWorld.PieceNotice[] memory list) {
        list = new IFilecoinWorld.PieceNotice[](count);
        for (uint64 i; i < count; ++i) list[i] = piece(first + i, i + 1, SIZE);
    }

    function counted() private view returns (uint256) {
        return conditions.dataOf(loanId, 0);
    }

    /// @dev A notice of one sector with one piece, in the name of a miner.
    function notice(uint64 from, uint64 sector, uint256 commP, uint256 until) private returns (bytes memory answer_) {
        bytes memory one = bytes.concat(
            hex"83d82a5828",
            hex"00",
            PIECE_HEAD,
            bytes32(commP),
            ActorCbor.writeUint(SIZE),
            hex"40"
        );
        return
            told(
                from,
                bytes.concat(hex"83", ActorCbor.writeUint(sector), ActorCbor.writeUint(uint64(until)), hex"81", one)
            );
    }

    function told(uint64 from, bytes memory change) private returns (bytes memory answer_) {
        vm.prank(masked(from));
        uint32 code;
        uint64 codec;
        (code, codec, answer_) = conditions.handle_filecoin_method(METHOD, 0x51, bytes.concat(hex"81", change));
        assertEq(code, 0);
        assertEq(codec, 0x51);
    }

    // ---------------------------------------------------------------- the way it goes

    function test_data_provesTheTranche() public {
        uint64 first = dataLoan(0, 100);
        vm.expectEmit(address(conditions));
        emit ISectorConditions.DataCounted(loanId, 0, minerId, 2 * SIZE, 2 * SIZE);
        prove(first, 50, pieces(first, 2));
        prove(first + 50, 49, new IFilecoinWorld.PieceNotice[](0));
        vm.expectRevert(
            abi.encodeWithSelector(ILoanBookEvents.LoanBook_ConditionsUnmet.selector, loanId, uint256(0), Unmet.Data)
        );
        book.prove(loanId);
        prove(first + 99, 1, pieces(first + 99, 1));
        assertEq(counted(), 3 * SIZE);
        book.prove(loanId);
    }

    function test_data_reclaimWithoutIt() public {
        uint64 first = dataLoan(0, 100);
        prove(first, 100, pieces(first, 2));
        advanceDays(11);
        book.reclaim(loanId);
        assertTrue(book.loanOf(loanId).frozen);
        assertEq(book.loanOf(loanId).provenCount, 0);
    }

    // ---------------------------------------------------------------- what counts once

    function test_data_ofASectorToldOfTwiceCountsOnce() public {
        dataLoan(0, 1);
        notice(minerId, 500, 1, vm.getBlockNumber() + 1);
        notice(minerId, 500, 1, vm.getBlockNumber() + 1);
        notice(minerId, 500, 2, vm.getBlockNumber() + 1);
        assertEq(counted(), SIZE);
    }

    /// @dev Under both addresses of the contract, which the actor takes for two receivers.
    function test_data_underBothAddressesCountsOnce() public {
        uint64 first = dataLoan(0, 1);
        IFilecoinWorld.PieceNotice[] memory notices = new IFilecoinWorld.PieceNotice[](2);
        (notices[0], notices[1]) = (piece(first, 1, SIZE), piece(first, 1, SIZE));
        notices[1].notifee = ActorCbor.idAddress(idOf(address(conditions)));
        prove(first, 1, notices);
        assertEq(counted(), SIZE);
    }

    function test_data_ofAPieceNamedTwiceCountsOnce() public {
        uint64 first = dataLoan(0, 1);
        IFilecoinWorld.PieceNotice[] memory notices = new IFilecoinWorld.PieceNotice[](3);
        (notices[0], notices[1], notices[2]) = (piece(first, 1, 2048), piece(first, 2, 4096), piece(first, 1, 2048));
        prove(first, 1, notices);
        assertEq(counted(), 2048 + 4096);
    }

    function test_data_ofMorePiecesThanAreComparedIsNotCounted() public {
        uint64 first = dataLoan(0, 1);
        IFilecoinWorld.PieceNotice[] memory notices = new IFilecoinWorld.PieceNotice[](70);
        for (uint256 i; i < 70; ++i) notices[i] = piece(first, i + 1, 2048);
        prove(first, 1, notices);
        assertEq(counted(), 64 * 2048);
    }

    function test_data_committedTooShortlyDoesNotCount() public {
        uint32 least = uint32(vm.getBlockNumber() + 200 * 2_880);
        dataLoan(least, 1);
        notice(minerId, 1, 1, least - 1);
        assertEq(counted(), 0);
        notice(minerId, 2, 1, least);
        assertEq(counted(), SIZE);
        // before the first epoch there is
        told(minerId, bytes.concat(hex"830320", hex"80"));
        assertEq(counted(), SIZE);
    }

    // ---------------------------------------------------------------- accepted all the same

    function test_notice_acceptedFromMinersThatSecureNoLoan() public {
        uint64 other = newMiner(0, 0, 0);
        assertEq(notice(other, 1, 1, 1_000_000), hex"8181f5");
    }

    function test_notice_acceptedFromMinersWhoseLoanAsksNoData() public {
        (uint256 plain, , uint64 miner) = drawnLoan(100 ether);
        assertEq(notice(miner, 1, 1, 1_000_000), hex"8181f5");
        assertEq(conditions.dataOf(plain, 0), 0);
    }

    function test_notice_acceptedBeforeTheDrawAndNotCounted() public {
        address account;
        (loanId, account) = openLoan(100 ether);
        promise_(loanId, 0, 0, SIZE);
        minerId = newMiner(20, 100 ether, 50 ether);
        attach(loanId, account, minerId);
        assertEq(notice(minerId, 1, 1, 1_000_000), hex"8181f5");
        assertEq(counted(), 0);
    }

    function test_notice_acceptedFromAnotherMinerOfTheLoanAndNotCounted() public {
        dataLoan(0, 1);
        uint64 second = newMiner(20, 100 ether, 50 ether);
        attach(loanId, book.loanOf(loanId).account, second);
        assertEq(notice(second, 1, 1, 1_000_000), hex"8181f5");
        assertEq(counted(), 0);
    }

    function test_notice_acceptedAfterTheDrawWasTakenBack() public {
        dataLoan(0, 1);
        advanceDays(11);
        book.reclaim(loanId);
        assertEq(notice(minerId, 1, 1, 1_000_000), hex"8181f5");
        assertEq(counted(), 0);
    }

    // ---------------------------------------------------------------- refused

    function test_RevertWhen_noticeComesFromNoMiner() public {
        uint64 account = idOf(sp);
        vm.expectRevert(abi.encodeWithSelector(INativeCallReceiver.NativeCallReceiver_NotMiner.selector, account));
        vm.prank(masked(account));
        conditions.handle_filecoin_method(METHOD, 0x51, hex"80");
    }

    function test_RevertWhen_noticeComesFromAContract() public {
        vm.expectRevert(abi.encodeWithSelector(INativeCallReceiver.NativeCallReceiver_NotNativeActor.selector, sp));
        vm.prank(sp);
        conditions.handle_filecoin_method(METHOD, 0x51, hex"80");
    }

    function test_RevertWhen_methodIsAnother() public {
        uint64 other = newMiner(0, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                INativeCallReceiver.NativeCallReceiver_UnknownMethod.selector,
                METHOD,
                uint64(3726118371)
            )
        );
        vm.prank(masked(other));
        conditions.handle_filecoin_method(3726118371, 0x51, hex"80");
    }
}
