// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {IFilecoinWorld} from "../../../contracts/devnet/IFilecoinWorld.sol";
import {DevnetTest} from "./DevnetTest.sol";

/// @dev Receives plain calls and native messages, and notes whether its code ran.
contract Recipient {
    uint256 public ran;
    bytes public lastParams;
    uint64 public lastMethod;
    address public lastSender;

    receive() external payable {
        ++ran;
    }

    function echo(uint256 x) external payable returns (uint256) {
        ++ran;
        lastSender = msg.sender;
        if (x == 0) revert("zero");
        return x;
    }

    function handle_filecoin_method(
        uint64 method,
        uint64 codec,
        bytes calldata params
    ) external payable returns (uint32, uint64, bytes memory) {
        ++ran;
        (lastMethod, lastParams, lastSender) = (method, params, msg.sender);
        return (method == 5000 ? 77 : 0, codec, params);
    }
}

/// @dev Asks for its own id while it is being constructed and has neither code nor balance.
contract SelfResolver {
    uint256 public id;

    constructor() {
        (, bytes memory out) = Devnet.RESOLVE_ADDRESS.call(bytes.concat(hex"040a", bytes20(address(this))));
        id = abi.decode(out, (uint256));
    }
}

contract PrecompilesTest is DevnetTest {
    uint64 private miner;
    Recipient private recipient;

    function setUp() public override {
        super.setUp();
        miner = createMiner(address(this));
        recipient = new Recipient();
        vm.deal(address(this), 100 ether);
    }

    function f410(address a) private pure returns (bytes memory) {
        return bytes.concat(hex"040a", bytes20(a));
    }

    function resolve(bytes memory raw) private returns (bool ok, bytes memory out) {
        (ok, out) = Devnet.RESOLVE_ADDRESS.call(raw);
    }

    // ------------------------------------------------------------------------------------------------ resolve_address

    function test_Resolve_idAddressWithoutAskingWhetherItExists() public {
        (bool ok, bytes memory out) = resolve(hex"0080d2be01");
        assertTrue(ok);
        assertEq(out, abi.encode(uint256(3_123_456)));
    }

    function test_Resolve_vectors() public {
        bytes[5] memory raws = [bytes(hex"0001"), hex"0063", hex"008001", hex"00e807", hex"0080d2be01"];
        uint256[5] memory ids = [uint256(1), 99, 128, 1000, 3_123_456];
        for (uint256 i; i < 5; ++i) {
            (, bytes memory out) = resolve(raws[i]);
            assertEq(abi.decode(out, (uint256)), ids[i]);
        }
    }

    function test_Resolve_neverSeenAddressGivesNothing() public {
        (bool ok, bytes memory out) = resolve(f410(address(0xdead01)));
        assertTrue(ok);
        assertEq(out.length, 0);
    }

    function test_Resolve_fundedAddressHasAnId() public {
        vm.deal(address(0xdead01), 1);
        (, bytes memory out) = resolve(f410(address(0xdead01)));
        assertEq(abi.decode(out, (uint256)), world.idOf(address(0xdead01)));
    }

    function test_Resolve_isStableBetweenStaticAndOrdinaryCalls() public {
        address fresh = address(new Recipient());
        (, bytes memory first) = Devnet.RESOLVE_ADDRESS.staticcall(f410(fresh));
        (, bytes memory second) = Devnet.RESOLVE_ADDRESS.call(f410(fresh));
        (, bytes memory third) = Devnet.RESOLVE_ADDRESS.delegatecall(f410(fresh));
        assertEq(first, second);
        assertEq(first, third);
        assertEq(abi.decode(first, (uint256)), world.idOf(fresh));
    }

    function test_Resolve_contractUnderConstruction() public {
        SelfResolver r = new SelfResolver();
        assertEq(r.id(), world.idOf(address(r)));
    }

    function test_Resolve_unparsableFails() public {
        bytes[4] memory bad = [bytes(hex""), hex"00", hex"0700", hex"0102"];
        for (uint256 i; i < 4; ++i) {
            (bool ok, bytes memory out) = resolve(bad[i]);
            assertFalse(ok);
            assertEq(out.length, 0);
        }
    }

    function test_Resolve_foreignNamespaceGivesNothing() public {
        (bool ok, bytes memory out) = resolve(bytes.concat(hex"040b", bytes20(address(this))));
        assertTrue(ok);
        assertEq(out.length, 0);
    }

    // ------------------------------------------------------------------------------------------------ lookup_delegated_address

    function lookup(uint256 id) private returns (bool ok, bytes memory out) {
        (ok, out) = Devnet.LOOKUP_DELEGATED_ADDRESS.staticcall(abi.encode(id));
    }

    function test_Lookup_vector() public {
        address eth = 0xd388aB098ed3E84c0D808776440B48F685198498;
        (bool ok, bytes memory out) = lookup(world.register(eth));
        assertTrue(ok);
        assertEq(out, hex"040ad388ab098ed3e84c0d808776440b48f685198498");
        assertEq(out.length, 22);
    }

    function test_Lookup_isInverseOfResolve() public {
        (, bytes memory id) = resolve(f410(address(recipient)));
        (, bytes memory out) = lookup(abi.decode(id, (uint256)));
        assertEq(out, f410(address(recipient)));
    }

    function test_Lookup_nativeAndUnknownGiveNothing() public {
        (bool ok, bytes memory out) = lookup(miner);
        assertTrue(ok);
        assertEq(out.length, 0);
        (ok, out) = lookup(123_456_789);
        assertTrue(ok);
        assertEq(out.length, 0);
    }

    function test_Lookup_beyondUint64Fails() public {
        (bool ok, bytes memory out) = lookup(uint256(type(uint64).max) + 1);
        assertFalse(ok);
        assertEq(out.length, 0);
    }

    // ------------------------------------------------------------------------------------------------ disabled, randomness

    function test_ActorType_isDisabled() public {
        (bool ok, bytes memory out) = address(0xFe00000000000000000000000000000000000004).call(abi.encode(uint64(4)));
        assertTrue(ok);
        assertEq(out.length, 0);
    }

    function test_Randomness_perEpoch() public {
        world.setRandomness(uint64(block.number), bytes32(uint256(7)));
        (bool ok, bytes memory out) = Devnet.BEACON_RANDOMNESS.staticcall(abi.encode(block.number));
        assertTrue(ok);
        assertEq(out, abi.encode(uint256(7)));
        (, bytes memory before) = Devnet.BEACON_RANDOMNESS.staticcall(abi.encode(block.number - 1));
        assertEq(before.length, 32);
        assertTrue(keccak256(before) != keccak256(out));
    }

    function test_Randomness_futureEpochFails() public {
        (bool ok, bytes memory out) = Devnet.BEACON_RANDOMNESS.staticcall(abi.encode(block.number + 1));
        assertFalse(ok);
        assertEq(out.length, 0);
        (ok, ) = Devnet.BEACON_RANDOMNESS.staticcall(abi.encode(int256(-1)));
        assertFalse(ok);
    }

    // ------------------------------------------------------------------------------------------------ call rules

    function refuse(uint64 method, uint64 flags, uint64 codec, bytes memory params) private {
        (bool ok, ) = callRaw(abi.encode(method, uint256(0), flags, codec, params, miner));
        assertFalse(ok);
    }

    function test_Call_byDelegatecallOnly() public {
        bytes memory input = abi.encode(GET_OWNER, uint256(0), uint64(0), uint64(0), "", miner);
        (bool ok, bytes memory out) = Devnet.CALL_ACTOR_ID.call(input);
        assertFalse(ok);
        assertEq(out.length, 0);
        (ok, out) = Devnet.CALL_ACTOR_ID.staticcall(input);
        assertFalse(ok);
        (ok, ) = callRaw(input);
        assertTrue(ok);
    }

    function test_Call_reservedMethodsFail() public {
        refuse(1, 0, 0, "");
        refuse(9, 0, 0, "");
        refuse(1023, 0, 0, "");
    }

    function test_Call_methodsBelow2To24AreForbidden() public {
        assertAnswer(call(miner, 1024, ""), 18, "");
        assertAnswer(call(miner, (1 << 24) - 1, ""), 18, "");
        assertAnswer(call(4, 1024, ""), 18, "");
        assertAnswer(call(99, 1024, ""), 18, "");
        assertAnswer(call(miner, 1 << 24, ""), 22, "");
    }

    function test_Call_unknownFlagsFail() public {
        refuse(GET_OWNER, 2, 0, "");
        refuse(GET_OWNER, 3, 0, "");
    }

    function test_Call_codecRules() public {
        refuse(GET_OWNER, 0, 0x71, "");
        refuse(GET_OWNER, 0, 0x55, "");
        refuse(WITHDRAW, 0, 0x71, hex"8140");
        refuse(WITHDRAW, 0, 0, hex"8140"); // parameters without a codec
        (bool ok, Answer memory a) = callRaw(abi.encode(GET_OWNER, uint256(0), uint64(0), uint64(0x51), "", miner));
        assertTrue(ok);
        assertEq(a.code, 16, "an empty block is still a block");
        assertAnswer(call(miner, WITHDRAW, ""), 16, "");
    }

    function test_Call_unknownActor() public {
        assertAnswer(call(987_654_321, GET_OWNER, ""), -6, "");
        assertAnswer(callWith(987_654_321, 0, 1, 0, ""), -6, "");
        assertEq(address(this).balance, 100 ether);
    }

    function test_Call_malformedInputFails() public {
        (bool ok, ) = callRaw(hex"01");
        assertFalse(ok);
        (ok, ) = callRaw("");
        assertFalse(ok);
        uint256 wide = uint256(type(uint64).max) + 1;
        (ok, ) = callRaw(abi.encode(GET_OWNER, uint256(0), uint64(0), uint64(0), "", wide));
        assertFalse(ok);
    }

    function test_Call_singletonsWithoutMethodsHere() public {
        assertAnswer(call(5, 822473126, hex"4300e807"), 22, "");
    }

    // ------------------------------------------------------------------------------------------------ read-only

    function test_ReadOnly_getterAnswers() public {
        Answer memory a = callWith(miner, GET_SECTOR_SIZE, 0, 1, "");
        assertAnswer(a, 0, hex"1b0000000800000000");
    }

    function test_ReadOnly_stateChangeIsRefused() public {
        assertAnswer(callWith(miner, WITHDRAW, 0, 1, hex"8140"), 25, "");
        assertAnswer(callWith(miner, REPAY_DEBT, 0, 1, ""), 25, "");
    }

    function test_ReadOnly_valueIsRefused() public {
        assertAnswer(callWith(miner, 0, 1, 1, ""), -13, "");
        assertEq(masked(miner).balance, 0);
    }

    function inStatic(uint64 method, uint256 value, bytes memory params) external returns (Answer memory) {
        return callWith(miner, method, value, 0, params);
    }

    function test_Static_contextIsReadOnlyToo() public {
        seal10();
        bytes memory ask = abi.encodeCall(this.inStatic, (INITIAL_PLEDGE, 0, ""));
        (bool ok, bytes memory out) = address(this).staticcall(ask);
        assertTrue(ok);
        assertEq(abi.decode(out, (Answer)).code, 0);
        (ok, out) = address(this).staticcall(abi.encodeCall(this.inStatic, (WITHDRAW, 0, hex"8140")));
        assertTrue(ok);
        assertEq(abi.decode(out, (Answer)).code, 25);
        (ok, out) = address(this).staticcall(abi.encodeCall(this.inStatic, (0, 1, "")));
        assertTrue(ok);
        assertEq(abi.decode(out, (Answer)).code, -13);
    }

    function seal10() private {
        fundMiner(miner, 10 ether);
        seal(miner, 10);
    }

    // ------------------------------------------------------------------------------------------------ value

    function test_Send_toMinerMovesItsBalance() public {
        assertAnswer(callWith(miner, 0, 3 ether, 0, ""), 0, "");
        assertEq(masked(miner).balance, 3 ether);
        assertEq(address(this).balance, 97 ether);
    }

    function test_Send_runsNoCode() public {
        uint64 id = world.register(address(recipient));
        assertAnswer(callWith(id, 0, 3 ether, 0, ""), 0, "");
        assertEq(address(recipient).balance, 3 ether);
        assertEq(recipient.ran(), 0);
    }

    function test_Send_beyondBalance() public {
        assertAnswer(callWith(miner, 0, 101 ether, 0, ""), -5, "");
        assertEq(masked(miner).balance, 0);
    }

    function test_Send_isUndoneWithTheMessage() public {
        uint64 other = createMiner(address(0xbeef));
        vm.deal(address(this), 100 ether);
        assertAnswer(callWith(other, REPAY_DEBT, 2 ether, 0, ""), 18, "");
        assertEq(masked(other).balance, 0);
        assertEq(address(this).balance, 100 ether);
    }

    function test_Send_burn() public {
        assertAnswer(callWith(99, 0, 1 ether, 0, ""), 0, "");
        assertEq(masked(99).balance, 1 ether);
    }

    function byAddress(
        bytes memory raw,
        uint64 method,
        uint256 value,
        bytes memory params
    ) private returns (bool ok, Answer memory a) {
        bytes memory out;
        uint64 codec = params.length == 0 ? 0 : 0x51;
        (ok, out) = Devnet.CALL_ACTOR.delegatecall(abi.encode(method, value, uint64(0), codec, params, raw));
        if (ok) (a.code, a.codec, a.data) = abi.decode(out, (int256, uint64, bytes));
    }

    function test_SendByAddress_createsAccounts() public {
        (bool ok, Answer memory a) = byAddress(f410(address(0xdead02)), 0, 1 ether, "");
        assertTrue(ok);
        assertEq(a.code, 0);
        assertEq(address(0xdead02).balance, 1 ether);
        bytes memory f3 = bytes.concat(hex"03", new bytes(48));
        (ok, a) = byAddress(f3, 0, 1 ether, "");
        assertEq(a.code, 0);
        (, bytes memory out) = resolve(f3);
        assertEq(masked(uint64(abi.decode(out, (uint256)))).balance, 1 ether);
    }

    function test_SendByAddress_unknownIdOrActorAddress() public {
        (bool ok, Answer memory a) = byAddress(hex"0080d2be01", 0, 1 ether, "");
        assertTrue(ok);
        assertEq(a.code, -6);
        (ok, a) = byAddress(bytes.concat(hex"02", new bytes(20)), 0, 1 ether, "");
        assertTrue(ok);
        assertEq(a.code, -6);
        (ok, ) = byAddress(hex"ff", 0, 0, "");
        assertFalse(ok);
    }

    function test_CallByAddress_reachesTheMiner() public {
        (bool ok, Answer memory a) = byAddress(hex"00e807", GET_SECTOR_SIZE, 0, "");
        assertTrue(ok);
        assertEq(a.code, 0);
        assertEq(a.data, hex"1b0000000800000000");
    }

    /// @dev The hazard of encoding a masked id as f410: the FIL goes to another account for ever.
    function test_SendByAddress_maskedIdAsF410IsLost() public {
        (, Answer memory a) = byAddress(f410(masked(miner)), 0, 1 ether, "");
        assertEq(a.code, 0);
        assertEq(masked(miner).balance, 0);
        assertEq(address(this).balance, 99 ether);
    }

    // ------------------------------------------------------------------------------------------------ EVM receivers

    function test_InvokeEvm_runsCodeAsTheCaller() public {
        uint64 id = world.register(address(recipient));
        bytes memory inner = abi.encodeCall(Recipient.echo, (5));
        Answer memory a = callWith(id, INVOKE_EVM, 1 ether, 0, bytes.concat(hex"5824", inner));
        assertAnswer(a, 0, bytes.concat(hex"5820", abi.encode(uint256(5))));
        assertEq(recipient.lastSender(), address(this));
        assertEq(address(recipient).balance, 1 ether);
    }

    function test_InvokeEvm_revertIs33() public {
        uint64 id = world.register(address(recipient));
        Answer memory a = callWith(id, INVOKE_EVM, 0, 0, bytes.concat(hex"5824", abi.encodeCall(Recipient.echo, (0))));
        assertEq(a.code, 33);
        assertEq(a.codec, 0x51);
        assertEq(a.data, bytes.concat(hex"5864", abi.encodeWithSignature("Error(string)", "zero")));
        assertAnswer(callWith(id, INVOKE_EVM, 0, 0, hex"5824"), 21, "");
    }

    function test_NativeMethod_isHandedOver() public {
        uint64 id = world.register(address(recipient));
        assertAnswer(callWith(id, 4186741094, 0, 0, hex"8101"), 0, hex"8101");
        assertEq(recipient.lastMethod(), 4186741094);
        assertEq(recipient.lastSender(), address(this));
        assertEq(callWith(id, 5000, 0, 0, hex"8101").code, 77);
    }

    function test_Account_acceptsAnythingExported() public {
        uint64 id = world.register(address(0xdead03));
        assertAnswer(callWith(id, 1 << 24, 1 ether, 0, hex"8101"), 0, "");
        assertEq(address(0xdead03).balance, 1 ether);
    }

    function test_Account_noNativeSignatureIsValid() public {
        assertAnswer(callWith(world.createAccount(), 2643134072, 0, 0, hex"824040"), 16, "");
    }

    // ------------------------------------------------------------------------------------------------ E-02 to E-06

    function test_E03_balanceOfMaskedIdIsTheActors() public {
        fundMiner(miner, 7 ether);
        assertEq(masked(miner).balance, 7 ether);
    }

    function test_E05_nativeActorsHaveCodeAndAccountsNone() public {
        assertGt(masked(miner).code.length, 0);
        for (uint64 id; id <= 7; ++id) assertGt(masked(id).code.length, 0);
        assertGt(masked(10).code.length, 0);
        assertEq(masked(99).code.length, 0);
        assertEq(masked(world.createAccount()).code.length, 0);
        assertEq(Devnet.masked(4_000_000).code.length, 0);
    }

    function test_E06_plainCallToNativeActorFails() public {
        (bool ok, bytes memory out) = masked(miner).call("");
        assertFalse(ok);
        assertEq(out.length, 0);
        (ok, ) = masked(miner).call{value: 1 ether}("");
        assertFalse(ok);
        (ok, out) = masked(4).call(abi.encodeWithSignature("pay(address,uint256)", address(this), 0));
        assertFalse(ok);
        assertEq(out.length, 0);
        (ok, ) = masked(miner).delegatecall("");
        assertFalse(ok);
    }

    function test_E06_plainCallToNothingSucceeds() public {
        (bool ok, bytes memory out) = Devnet.masked(4_000_000).call("");
        assertTrue(ok);
        assertEq(out.length, 0);
    }

    function test_E02_secondAddressOfAContract() public {
        address alias_ = installAlias(address(recipient));
        assertTrue(alias_ != address(recipient));
        assertEq(Recipient(payable(alias_)).echo(9), 9);
        assertEq(recipient.ran(), 1);
        (bool ok, ) = alias_.call{value: 1 ether}("");
        assertTrue(ok);
        assertEq(address(recipient).balance, 1 ether);
    }

    // ------------------------------------------------------------------------------------------------ the world itself

    function test_RevertWhen_minerHasNoNativeActor() public {
        uint64 id = world.nextId();
        vm.expectRevert(abi.encodeWithSelector(IFilecoinWorld.World_NoNativeActor.selector, id, Devnet.masked(id)));
        world.createMiner(address(this));
    }

    function test_RevertWhen_invokeAsIsCalledFromOutside() public {
        vm.expectRevert(abi.encodeWithSelector(IFilecoinWorld.World_OnlySelf.selector, address(world), address(this)));
        world.invokeAs(miner, miner, GET_OWNER, "");
    }

    function test_RevertWhen_driverIsGivenNoMiner() public {
        vm.expectRevert(abi.encodeWithSelector(IFilecoinWorld.World_NotAMiner.selector, uint64(5)));
        world.fund(5);
    }

    function test_CallAs_givesTheValueBackWhenTheActorFails() public {
        (int256 code, ) = world.callAs{value: 1 ether}(address(0xdead04), miner, REPAY_DEBT, "");
        assertEq(code, 18);
        assertEq(address(this).balance, 100 ether);
    }
}
