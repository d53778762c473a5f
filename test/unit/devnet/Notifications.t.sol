// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../../../contracts/devnet/ActorCbor.sol";
import {IFilecoinWorld} from "../../../contracts/devnet/IFilecoinWorld.sol";
import {DevnetTest} from "./DevnetTest.sol";

/// @dev Answers SectorContentChanged with whatever it was told to.
contract Notifee {
    bytes public answer;
    uint32 public code;
    bool public reverting;
    address public sender;
    uint64 public method;
    bytes public params;
    uint256 public calls;

    function set(bytes calldata answer_, uint32 code_, bool reverting_) external {
        (answer, code, reverting) = (answer_, code_, reverting_);
    }

    function handle_filecoin_method(
        uint64 method_,
        uint64 codec,
        bytes calldata params_
    ) external returns (uint32, uint64, bytes memory) {
        if (reverting) revert("no");
        require(codec == 0x51, "codec");
        (sender, method, params) = (msg.sender, method_, params_);
        ++calls;
        return (code, 0x51, answer);
    }
}

/// @title SectorContentChanged and CreateMiner: filecoin.md 2.4 and 2.5
contract NotificationsTest is DevnetTest {
    bytes private constant CID = hex"0181e203922020cdf33e17483f8397390b0a963ded6e34a18f2fce6daa671716057f905f645b36";
    uint64 private miner;
    uint64 private first;
    Notifee private notifee;

    function setUp() public override {
        super.setUp();
        miner = createMiner(address(this));
        fundMiner(miner, 100 ether);
        first = world.preCommit(miner, 3, true, uint64(block.number) + SECTOR_LIFE);
        advanceEpochs(151);
        notifee = new Notifee();
    }

    function f410(address a) private pure returns (bytes memory) {
        return bytes.concat(hex"040a", bytes20(a));
    }

    function notice(uint64 sector, bytes memory to) private pure returns (IFilecoinWorld.PieceNotice memory) {
        return IFilecoinWorld.PieceNotice(sector, to, CID, 32 << 30, hex"cafe");
    }

    function prove(IFilecoinWorld.PieceNotice[] memory notices, bool requireSuccess) private {
        world.proveCommitNotifying(miner, first, 3, ANY_DEADLINE, 0, notices, requireSuccess);
    }

    function one() private view returns (IFilecoinWorld.PieceNotice[] memory notices) {
        notices = new IFilecoinWorld.PieceNotice[](1);
        notices[0] = notice(first, f410(address(notifee)));
    }

    function piece() private pure returns (bytes memory) {
        return bytes.concat(hex"83d82a582800", CID, hex"1b000000080000000042cafe");
    }

    function sectorHead(uint64 sector) private view returns (bytes memory) {
        return bytes.concat(hex"83", ActorCbor.writeUint(sector), ActorCbor.writeUint(START_EPOCH + SECTOR_LIFE));
    }

    function test_Notify_comesFromTheMinerInTheActorsBytes() public {
        notifee.set(hex"8181f5", 0, false);
        vm.expectEmit(address(world));
        emit IFilecoinWorld.ContentNotified(miner, f410(address(notifee)), 0);
        prove(one(), true);
        assertEq(notifee.sender(), masked(miner));
        assertEq(notifee.method(), 2034386435);
        assertEq(notifee.params(), bytes.concat(hex"81", sectorHead(first), hex"81", piece()));
        assertGt(minerState(miner).pledge, 0);
    }

    function test_Notify_oneMessagePerRawAddressGroupedBySector() public {
        notifee.set(hex"8282f5f581f5", 0, false);
        IFilecoinWorld.PieceNotice[] memory notices = new IFilecoinWorld.PieceNotice[](4);
        notices[0] = notice(first, f410(address(notifee)));
        notices[1] = notice(first + 1, f410(address(notifee)));
        notices[2] = notice(first, f410(address(notifee)));
        notices[3] = notice(first + 2, ActorCbor.idAddress(idOf(address(notifee)))); // another raw address
        vm.expectEmit(address(world));
        emit IFilecoinWorld.ContentNotified(miner, notices[0].notifee, 0);
        vm.expectEmit(address(world));
        emit IFilecoinWorld.ContentNotified(miner, notices[3].notifee, 1002); // the answer has the other's shape
        prove(notices, false);
        assertEq(notifee.calls(), 2);
    }

    function refused(int256 code) private {
        uint256 snapshot = vm.snapshotState();
        expectExit(code);
        prove(one(), true);
        assertEq(minerState(miner).pledge, 0, "the commit is undone");
        vm.expectEmit(address(world));
        emit IFilecoinWorld.ContentNotified(miner, f410(address(notifee)), code);
        prove(one(), false);
        assertGt(minerState(miner).pledge, 0, "without the requirement the commit stands");
        vm.revertToState(snapshot);
    }

    function test_Notify_refusals() public {
        notifee.set(hex"8181f4", 0, false);
        refused(1003);
        notifee.set(hex"8180", 0, false);
        refused(1002);
        notifee.set(hex"", 0, false);
        refused(1002);
        notifee.set(hex"8181f5", 5, false);
        refused(1001);
        notifee.set(hex"8181f5", 0, true);
        refused(1001);
    }

    function test_Notify_unknownReceiver() public {
        IFilecoinWorld.PieceNotice[] memory notices = one();
        notices[0].notifee = hex"0080d2be01";
        expectExit(1000);
        prove(notices, true);
    }

    function test_RevertWhen_pieceIsInNoSector() public {
        IFilecoinWorld.PieceNotice[] memory notices = one();
        notices[0].sector = 777;
        vm.expectRevert(abi.encodeWithSelector(IFilecoinWorld.World_NoSuchSector.selector, miner, uint64(777)));
        prove(notices, false);
    }

    // ------------------------------------------------------------------------------------------------ CreateMiner

    function createParams(uint64 owner, uint64 worker, uint8 proof) private pure returns (bytes memory) {
        bytes memory roles = bytes.concat(hex"85", ActorCbor.writeAddress(owner), ActorCbor.writeAddress(worker));
        return bytes.concat(roles, ActorCbor.writeUint(proof), hex"420102", hex"814103");
    }

    function test_CreateMiner_locksATenthOfThePledgeForTenTiB() public {
        uint64 worker = world.createAccount();
        uint64 me = idOf(address(this));
        vm.deal(address(this), 100 ether);
        assertEq(callWith(4, 1173380165, 1 ether, 0, createParams(me, worker, 13)).code, 19);
        installNativeActor(world.nextId());
        uint64 id = world.nextId();
        Answer memory a = callWith(4, 1173380165, 10 ether, 0, createParams(me, worker, 13));
        assertEq(a.code, 0);
        assertEq(bytes1(a.data), bytes1(hex"82"));
        assertEq(minerState(id).owner, me);
        assertEq(minerState(id).worker, worker);
        assertEq(minerState(id).balance, 10 ether);
        assertApproxEqRel(minerState(id).locked, 32 * world.pledgeFor(false), 1e6);
        assertEq(call(4, MINER_POWER, ActorCbor.writeUint(id)).code, 0);
        assertAnswer(call(id, 2812875329, ""), 0, hex"81420102");
    }

    function test_CreateMiner_refusals() public {
        uint64 worker = world.createAccount();
        uint64 me = idOf(address(this));
        vm.deal(address(this), 100 ether);
        assertAnswer(callWith(4, 1173380165, 10 ether, 0, createParams(me, worker, 8)), 16, "");
        assertAnswer(callWith(4, 1173380165, 10 ether, 0, createParams(me, me, 13)), 16, "");
        assertAnswer(callWith(4, 1173380165, 0, 1, createParams(me, worker, 13)), 25, "");
        assertEq(address(this).balance, 100 ether);
    }
}
