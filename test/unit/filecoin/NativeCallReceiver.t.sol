// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {PieceChange, SectorChange} from "../../../contracts/filecoin/FilecoinTypes.sol";
import {NativeCallReceiver} from "../../../contracts/filecoin/NativeCallReceiver.sol";
import {INativeCallReceiver} from "../../../contracts/filecoin/interfaces/INativeCallReceiver.sol";
import {EncodingTest} from "./EncodingTest.sol";

/// Keeps what it is notified of.
contract ReceiverHarness is NativeCallReceiver {
    struct Sector {
        uint64 number;
        int64 minimumCommitmentEpoch;
        PieceChange[] pieces;
    }

    uint256 public notices;
    uint64 public minerId;
    Sector[] private _sectors;

    function sector(uint256 i) external view returns (uint64 number, int64 epoch, uint256 pieces) {
        return (_sectors[i].number, _sectors[i].minimumCommitmentEpoch, _sectors[i].pieces.length);
    }

    function piece(
        uint256 i,
        uint256 j
    ) external view returns (bytes32 commP, uint64 paddedSize, bytes memory payload) {
        PieceChange storage p = _sectors[i].pieces[j];
        return (p.commP, p.paddedSize, p.payload);
    }

    function _onSectorContentChanged(uint64 miner, SectorChange[] memory changes) internal override {
        ++notices;
        minerId = miner;
        for (uint256 i = 0; i < changes.length; ++i) {
            Sector storage s = _sectors.push();
            (s.number, s.minimumCommitmentEpoch) = (changes[i].sector, changes[i].minimumCommitmentEpoch);
            for (uint256 j = 0; j < changes[i].added.length; ++j) s.pieces.push(changes[i].added[j]);
        }
    }
}

contract NativeCallReceiverTest is EncodingTest {
    uint64 private constant METHOD = 2034386435;
    address private constant F01234 = 0xFF000000000000000000000000000000000004d2;
    bytes32 private constant COMM_P = 0xcdf33e17483f8397390b0a963ded6e34a18f2fce6daa671716057f905f645b36;
    /// Tag 42, byte string of 40, 0x00, piece CID.
    bytes private constant CID =
        hex"d82a5828000181e203922020cdf33e17483f8397390b0a963ded6e34a18f2fce6daa671716057f905f645b36";
    uint64 private constant SIZE = 2048;

    ReceiverHarness private receiver = new ReceiverHarness();

    function setUp() public override {
        super.setUp();
        _answer(4, 36284446, hex"1904d2", hex"824040");
    }

    function _piece(bytes memory payload) private pure returns (bytes memory) {
        return abi.encodePacked(hex"83", CID, hex"190800", payload);
    }

    /// Sector 42, committed until 6,000,000, one piece with payload 0xaabb.
    function _notice() private pure returns (bytes memory) {
        return abi.encodePacked(hex"8183182a1a005b8d8081", _piece(hex"42aabb"));
    }

    function _rejects(bytes memory params, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(F01234);
        receiver.handle_filecoin_method(METHOD, CBOR, params);
        assertEq(receiver.notices(), 0);
    }

    function _assertSector(uint256 i, uint64 number, int64 epoch, uint256 pieces) private view {
        (uint64 actualNumber, int64 actualEpoch, uint256 actualPieces) = receiver.sector(i);
        assertEq(actualNumber, number);
        assertEq(actualEpoch, epoch);
        assertEq(actualPieces, pieces);
    }

    function _truncated(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_Truncated.selector, expected, actual);
    }

    function test_E10_selector() public pure {
        assertEq(INativeCallReceiver.handle_filecoin_method.selector, bytes4(0x868e10c4));
    }

    function test_E10_notice_decodedAndAccepted() public {
        vm.prank(F01234);
        (uint32 exitCode, uint64 codec, bytes memory answer) = receiver.handle_filecoin_method(METHOD, CBOR, _notice());
        assertEq(exitCode, 0);
        assertEq(codec, CBOR);
        assertEq(answer, hex"8181f5");
        assertEq(receiver.notices(), 1);
        assertEq(receiver.minerId(), 1234);
        _assertSector(0, 42, 6_000_000, 1);
        (bytes32 commP, uint64 paddedSize, bytes memory payload) = receiver.piece(0, 0);
        assertEq(commP, COMM_P);
        assertEq(paddedSize, SIZE);
        assertEq(payload, hex"aabb");
    }

    function test_E10_notice_answerHasTheNoticesShape() public {
        bytes memory three = abi.encodePacked(
            hex"8307",
            hex"20",
            hex"83",
            _piece(hex"40"),
            _piece(hex"40"),
            _piece(hex"40")
        );
        bytes memory none =
            hex"830800"
            hex"80";
        vm.prank(F01234);
        (, , bytes memory answer) = receiver.handle_filecoin_method(
            METHOD,
            CBOR,
            abi.encodePacked(hex"82", three, none)
        );
        assertEq(answer, hex"8283f5f5f580");
        _assertSector(0, 7, -1, 3);
        _assertSector(1, 8, 0, 0);
        (bytes32 commP, , ) = receiver.piece(0, 2);
        assertEq(commP, COMM_P);
    }

    function test_E10_notice_many() public {
        bytes memory pieces;
        for (uint256 i = 0; i < 30; ++i) pieces = abi.encodePacked(pieces, _piece(hex"40"));
        vm.prank(F01234);
        (, , bytes memory answer) = receiver.handle_filecoin_method(
            METHOD,
            CBOR,
            abi.encodePacked(hex"81830000", hex"981e", pieces)
        );
        assertEq(answer.length, 1 + 2 + 30);
        _assertSector(0, 0, 0, 30);
    }

    function test_E10_notice_empty() public {
        vm.prank(F01234);
        (, , bytes memory answer) = receiver.handle_filecoin_method(METHOD, CBOR, hex"80");
        assertEq(answer, hex"80");
        assertEq(receiver.notices(), 1);
    }

    function test_E10_notice_dagCborToo() public {
        vm.prank(F01234);
        receiver.handle_filecoin_method(METHOD, 0x71, _notice());
        assertEq(receiver.notices(), 1);
    }

    // WHO

    function test_E10_RevertWhen_CallerIsEvmAddress() public {
        address evm = address(0xA11CE);
        bytes memory reason = abi.encodeWithSelector(
            INativeCallReceiver.NativeCallReceiver_NotNativeActor.selector,
            evm
        );
        vm.expectRevert(reason);
        vm.prank(evm);
        receiver.handle_filecoin_method(METHOD, CBOR, _notice());
        assertEq(receiver.notices(), 0);
    }

    function test_E10_RevertWhen_CallerIsNoMiner() public {
        _answerExit(4, 36284446, hex"1904d2", 17);
        _rejects(
            _notice(),
            abi.encodeWithSelector(INativeCallReceiver.NativeCallReceiver_NotMiner.selector, uint64(1234))
        );
    }

    function test_E10_RevertWhen_PowerActorFails() public {
        _answerExit(4, 36284446, hex"1904d2", 7);
        _rejects(_notice(), _actorFailed(4, 36284446, 7));
    }

    // WHAT

    function test_E10_RevertWhen_MethodUnknown() public {
        uint64[5] memory methods = [uint64(0), 1, 3726118371, 4186741094, METHOD + 1];
        for (uint256 i = 0; i < methods.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    INativeCallReceiver.NativeCallReceiver_UnknownMethod.selector,
                    METHOD,
                    methods[i]
                )
            );
            vm.prank(F01234);
            receiver.handle_filecoin_method(methods[i], CBOR, _notice());
        }
    }

    function test_E10_RevertWhen_CodecNotCbor() public {
        uint64[2] memory codecs = [uint64(0), 0x55];
        for (uint256 i = 0; i < codecs.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(INativeCallReceiver.NativeCallReceiver_UnexpectedCodec.selector, CBOR, codecs[i])
            );
            vm.prank(F01234);
            receiver.handle_filecoin_method(METHOD, codecs[i], _notice());
        }
    }

    function test_E10_RevertWhen_PaidFor() public {
        vm.deal(F01234, 1 ether);
        vm.prank(F01234);
        (bool ok, ) = address(receiver).call{value: 1}(
            abi.encodeCall(INativeCallReceiver.handle_filecoin_method, (METHOD, CBOR, _notice()))
        );
        assertFalse(ok);
    }

    function test_E10_RevertWhen_ParamsMalformed() public {
        _rejects("", _truncated(1, 0));
        _rejects(hex"a0", abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 4, 5));
        // the same notice inside one more array
        _rejects(
            abi.encodePacked(hex"81", _notice()),
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 3, 1)
        );
        _rejects(
            abi.encodePacked(_notice(), hex"00"),
            abi.encodeWithSelector(CborReader.CborReader_TrailingBytes.selector, 1)
        );
        _rejects(hex"8182182a00", abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 3, 2));
        // a negative sector
        _rejects(hex"8183200080", abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 0, 1));
        _rejects(hex"9bffffffffffffffff83182a0080", _truncated(type(uint64).max, 5)); // more sectors than bytes
        _rejects(hex"8183182a009a0001000083", _truncated(65_536, 1)); // more pieces than bytes
        _rejects(hex"8183182a008183d82a58280001", _truncated(44, 6)); // a CID cut short
        _rejects(
            abi.encodePacked(hex"8183182a008182", CID, hex"190800"),
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 3, 2)
        ); // a piece without payload
        _rejects(
            abi.encodePacked(hex"8183182a0081", _piece(hex"f6")),
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 2, 7)
        );
    }

    /// Each byte of the head that makes a CID a piece CID.
    function test_E10_RevertWhen_CidIsNoPieceCid() public {
        for (uint256 i = 0; i < 12; ++i) {
            bytes memory cid = bytes.concat(CID);
            cid[i] ^= 0x01;
            _rejects(
                abi.encodePacked(hex"8183182a008183", cid, hex"190800", hex"40"),
                abi.encodeWithSelector(INativeCallReceiver.NativeCallReceiver_NotPieceCid.selector, cid)
            );
        }
    }
}
