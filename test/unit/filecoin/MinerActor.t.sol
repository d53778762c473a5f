// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {FilecoinAddress} from "../../../contracts/filecoin/FilecoinAddress.sol";
import {FilecoinMethods} from "../../../contracts/filecoin/FilecoinMethods.sol";
import {BeneficiaryProposal, BeneficiaryTerm} from "../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {EncodingTest} from "./EncodingTest.sol";
import {FilecoinHarness} from "./FilecoinHarness.sol";

contract MinerActorTest is EncodingTest {
    address private constant ALICE = 0xd388aB098ed3E84c0D808776440B48F685198498;
    bytes private constant ALICE_F410 = hex"040ad388ab098ed3e84c0d808776440b48f685198498";
    address private constant F01000 = 0xFf000000000000000000000000000000000003E8;
    uint256 private constant GIB = 2 ** 30;

    FilecoinHarness private harness = new FilecoinHarness();

    function _returns(uint64 method, bytes memory result) private {
        _answer(MINER, method, "", result);
    }

    function _truncated(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_Truncated.selector, expected, actual);
    }

    function _trailing(uint256 count) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_TrailingBytes.selector, count);
    }

    function _length(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, expected, actual);
    }

    // OWNER

    function test_getOwner_vectors() public {
        _returns(FilecoinMethods.GET_OWNER, hex"824300e807f6");
        (uint64 owner, uint64 pending) = harness.getOwner(MINER);
        assertEq(owner, 1000);
        assertEq(pending, 0);
        _returns(FilecoinMethods.GET_OWNER, hex"824300e8074300d00f");
        (owner, pending) = harness.getOwner(MINER);
        assertEq(owner, 1000);
        assertEq(pending, 2000);
    }

    /// Actors answer ids; were it otherwise, the address would be resolved, not misread.
    function test_getOwner_resolvesOtherForms() public {
        _resolvesTo(ALICE_F410, 1001);
        _returns(FilecoinMethods.GET_OWNER, abi.encodePacked(hex"8256", ALICE_F410, hex"f6"));
        (uint64 owner, ) = harness.getOwner(MINER);
        assertEq(owner, 1001);
    }

    function test_E07_RevertWhen_OwnerMalformed() public {
        _returns(FilecoinMethods.GET_OWNER, hex"814300e807");
        vm.expectRevert(_length(2, 1));
        harness.getOwner(MINER);
        _returns(FilecoinMethods.GET_OWNER, hex"824300e807");
        vm.expectRevert(_truncated(1, 0));
        harness.getOwner(MINER);
        _returns(FilecoinMethods.GET_OWNER, hex"824300e807f6f6");
        vm.expectRevert(_trailing(1));
        harness.getOwner(MINER);
        _returns(FilecoinMethods.GET_OWNER, hex"82f6f6");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 2, 7));
        harness.getOwner(MINER);
        _returns(FilecoinMethods.GET_OWNER, hex"824300e887f6");
        vm.expectRevert(abi.encodeWithSelector(FilecoinAddress.FilecoinAddress_BadIdAddress.selector, hex"00e887"));
        harness.getOwner(MINER);
    }

    function test_changeOwnerAddress_vector() public {
        _answer(MINER, FilecoinMethods.CHANGE_OWNER_ADDRESS, hex"4300e807", "");
        harness.changeOwnerAddress(MINER, 1000);
    }

    function test_E07_RevertWhen_ChangeOwnerForbidden() public {
        _answerExit(MINER, FilecoinMethods.CHANGE_OWNER_ADDRESS, hex"4300e807", 18);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.CHANGE_OWNER_ADDRESS, 18));
        harness.changeOwnerAddress(MINER, 1000);
    }

    function test_E02_isControllingAddress_vectors() public {
        _answer(MINER, FilecoinMethods.IS_CONTROLLING_ADDRESS, hex"4300e807", hex"f5");
        assertTrue(harness.isControllingAddress(MINER, F01000));
        _answer(
            MINER,
            FilecoinMethods.IS_CONTROLLING_ADDRESS,
            hex"56040ad388ab098ed3e84c0d808776440b48f685198498",
            hex"f4"
        );
        assertFalse(harness.isControllingAddress(MINER, ALICE));
    }

    function test_E07_RevertWhen_ControllingAnswerMalformed() public {
        _answer(MINER, FilecoinMethods.IS_CONTROLLING_ADDRESS, hex"4300e807", hex"f6");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_NotBoolean.selector, 0xf6));
        harness.isControllingAddress(MINER, F01000);
        _answer(MINER, FilecoinMethods.IS_CONTROLLING_ADDRESS, hex"4300e807", hex"f5f5");
        vm.expectRevert(_trailing(1));
        harness.isControllingAddress(MINER, F01000);
        _answer(MINER, FilecoinMethods.IS_CONTROLLING_ADDRESS, hex"4300e807", "");
        vm.expectRevert(_truncated(1, 0));
        harness.isControllingAddress(MINER, F01000);
    }

    function test_changeWorkerAddress_vectors() public {
        uint64[] memory controls = new uint64[](2);
        (controls[0], controls[1]) = (1001, 1002);
        bytes memory params = hex"824300e807824300e9074300ea07";
        _answer(MINER, FilecoinMethods.CHANGE_WORKER_ADDRESS, params, "");
        harness.changeWorkerAddress(MINER, 1000, controls);
        _answer(MINER, FilecoinMethods.CHANGE_WORKER_ADDRESS, hex"824300e80780", "");
        harness.changeWorkerAddress(MINER, 1000, new uint64[](0));
        _answerExit(MINER, FilecoinMethods.CHANGE_WORKER_ADDRESS, params, 18);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.CHANGE_WORKER_ADDRESS, 18));
        harness.changeWorkerAddress(MINER, 1000, controls);
    }

    // BENEFICIARY

    function _term(bytes memory result) private returns (BeneficiaryTerm memory) {
        _returns(FilecoinMethods.GET_BENEFICIARY, result);
        return harness.getBeneficiary(MINER);
    }

    function _assertTerm(BeneficiaryTerm memory actual, BeneficiaryTerm memory expected) private pure {
        assertEq(abi.encode(actual), abi.encode(expected));
    }

    function test_getBeneficiary_vectors() public {
        _assertTerm(_term(hex"82824300e80783404000f6"), BeneficiaryTerm(1000, 0, 0, 0, false));
        _assertTerm(
            _term(hex"82824300d00f834a003635c9adc5dea0000049004563918244f400001a005b8d80f6"),
            BeneficiaryTerm(2000, 1000 ether, 5 ether, 6_000_000, false)
        );
        _assertTerm(
            _term(hex"82824300e80783404000854300b81749000de0b6b3a76400001a006acfc0f5f4"),
            BeneficiaryTerm(1000, 0, 0, 0, true)
        );
    }

    /// Quotas that other lenders use: 1e68 attoFIL, and no end.
    function test_getBeneficiary_unlimitedTerm() public {
        bytes memory quota = abi.encodePacked(hex"581e00", bytes29(uint232(1e68)));
        _assertTerm(
            _term(abi.encodePacked(hex"82824300d00f83", quota, hex"40", hex"1b7fffffffffffffff", hex"f6")),
            BeneficiaryTerm(2000, 1e68, 0, type(int64).max, false)
        );
    }

    /// The owner alone fills a proposal: whatever it holds must not stop the term in force from being read.
    function test_E08_getBeneficiary_hostileProposalReadable() public {
        bytes memory active = hex"82824300d00f834a003635c9adc5dea0000049004563918244f400001a005b8d80";
        bytes memory huge = abi.encodePacked(hex"588000", bytes1(0xff), new bytes(126)); // the largest there is
        bytes memory proposal = abi.encodePacked(hex"854300b817", huge, hex"3b7fffffffffffffff", hex"f5f5");
        _assertTerm(
            _term(abi.encodePacked(active, proposal)),
            BeneficiaryTerm(2000, 1000 ether, 5 ether, 6_000_000, true)
        );
    }

    function _proposal(bytes memory result) private returns (BeneficiaryProposal memory) {
        _returns(FilecoinMethods.GET_BENEFICIARY, result);
        return harness.getBeneficiaryProposal(MINER);
    }

    function test_getBeneficiaryProposal_vectors() public {
        BeneficiaryProposal memory none;
        assertEq(abi.encode(_proposal(hex"82824300e80783404000f6")), abi.encode(none));
        assertEq(
            abi.encode(_proposal(hex"82824300e80783404000854300b81749000de0b6b3a76400001a006acfc0f5f4")),
            abi.encode(BeneficiaryProposal(3000, 1 ether, 7_000_000, true, false))
        );
        assertEq(
            abi.encode(_proposal(hex"82824300e80783404000854300b81749000de0b6b3a76400001a006acfc0f4f5")),
            abi.encode(BeneficiaryProposal(3000, 1 ether, 7_000_000, false, true))
        );
    }

    /// @dev What the old lender has agreed on with the owner before is no business of the reader.
    function test_getBeneficiaryProposal_whateverTheTermIs() public {
        bytes memory huge = abi.encodePacked(hex"588000", bytes1(0xff), new bytes(126));
        bytes memory active = abi.encodePacked(hex"82824300d00f83", huge, huge, hex"3b7fffffffffffffff");
        bytes memory proposal = hex"854300b81749000de0b6b3a76400001a006acfc0f5f5";
        assertEq(
            abi.encode(_proposal(abi.encodePacked(active, proposal))),
            abi.encode(BeneficiaryProposal(3000, 1 ether, 7_000_000, true, true))
        );
    }

    function test_E07_RevertWhen_BeneficiaryMalformed() public {
        bytes[15] memory text = [
            bytes(""),
            hex"81824300e80783404000", // no proposal field
            hex"83824300e80783404000f6f6",
            hex"82814300e807f6", // no term
            hex"82824300e807824040f6", // term of two
            hex"82824300e8078440400000f6", // term of four
            hex"82824300e80783404000", // ends before the proposal
            hex"82824300e80783404000f600", // goes on after it
            hex"82824300e8078342010140f6", // quota of -1
            hex"82824300e80783404000844300b8174000f5", // proposal of four
            hex"82824300e80783404000854300b8174000f5f6", // a flag that is null
            hex"82824300e80783404000854300b8174000f5", // a flag missing
            hex"82824300e80783404000854300b81742020100f5f4", // sign byte of two
            hex"82824300e8078340404000f6", // an expiration in bytes
            hex"82824300e80783404000f4" // false in the proposal's place
        ];
        bytes[15] memory reason = [
            _truncated(1, 0),
            _length(2, 1),
            _length(2, 3),
            _length(2, 1),
            _length(3, 2),
            _length(3, 4),
            _truncated(1, 0),
            _trailing(1),
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 1),
            _length(5, 4),
            abi.encodeWithSelector(CborReader.CborReader_NotBoolean.selector, 0xf6),
            _truncated(1, 0),
            abi.encodeWithSelector(CborReader.CborReader_BadSign.selector, 2),
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 0, 2),
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 4, 7)
        ];
        for (uint256 i = 0; i < text.length; ++i) {
            _returns(FilecoinMethods.GET_BENEFICIARY, text[i]);
            vm.expectRevert(reason[i]);
            harness.getBeneficiary(MINER);
            if (i == 8) continue; // the reader of the proposal steps over the quota in force
            vm.expectRevert(reason[i]);
            harness.getBeneficiaryProposal(MINER);
        }
    }

    function test_changeBeneficiary_vectors() public {
        bytes memory params = hex"834300e8074a003635c9adc5dea000001a005b8d80";
        _answer(MINER, FilecoinMethods.CHANGE_BENEFICIARY, params, "");
        harness.changeBeneficiary(MINER, 1000, 1000 ether, 6_000_000);
        _answer(MINER, FilecoinMethods.CHANGE_BENEFICIARY, hex"834300e8074000", "");
        harness.changeBeneficiary(MINER, 1000, 0, 0);
        _answerExit(MINER, FilecoinMethods.CHANGE_BENEFICIARY, params, 16);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.CHANGE_BENEFICIARY, 16));
        harness.changeBeneficiary(MINER, 1000, 1000 ether, 6_000_000);
    }

    // MONEY

    function test_withdrawBalance_vector() public {
        bytes memory params = hex"8149000de0b6b3a7640000";
        _answer(MINER, FilecoinMethods.WITHDRAW_BALANCE, params, hex"49000de0b6b3a7640000");
        assertEq(harness.withdrawBalance(MINER, 1 ether), 1 ether);
        _answer(MINER, FilecoinMethods.WITHDRAW_BALANCE, params, hex"420001");
        assertEq(harness.withdrawBalance(MINER, 1 ether), 1); // less than asked
        _answer(MINER, FilecoinMethods.WITHDRAW_BALANCE, params, hex"40");
        assertEq(harness.withdrawBalance(MINER, 1 ether), 0);
    }

    function test_E07_RevertWhen_WithdrawFails() public {
        bytes memory params = hex"8149000de0b6b3a7640000";
        int256[4] memory codes = [int256(16), 18, 19, 20];
        for (uint256 i = 0; i < codes.length; ++i) {
            _answerExit(MINER, FilecoinMethods.WITHDRAW_BALANCE, params, codes[i]);
            vm.expectRevert(_actorFailed(MINER, FilecoinMethods.WITHDRAW_BALANCE, codes[i]));
            harness.withdrawBalance(MINER, 1 ether);
        }
        _answer(MINER, FilecoinMethods.WITHDRAW_BALANCE, params, ""); // no amount
        vm.expectRevert(_truncated(1, 0));
        harness.withdrawBalance(MINER, 1 ether);
        _answer(MINER, FilecoinMethods.WITHDRAW_BALANCE, params, hex"420101");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 1));
        harness.withdrawBalance(MINER, 1 ether);
    }

    function test_repayDebt_sendsValueWithoutParams() public {
        bytes memory ok = abi.encode(int256(0), uint64(0), "");
        _answerRaw(MINER, FilecoinMethods.REPAY_DEBT, 3 ether, "", ok);
        harness.repayDebt(MINER, 3 ether);
        _answerRaw(MINER, FilecoinMethods.REPAY_DEBT, 3 ether, "", abi.encode(int256(18), uint64(0), ""));
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.REPAY_DEBT, 18));
        harness.repayDebt(MINER, 3 ether);
    }

    function test_E11_getAvailableBalance_ofEitherSign() public {
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, hex"4a0006b14bd1e6eea00000");
        assertEq(harness.getAvailableBalance(MINER), 123.456 ether);
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, hex"49014563918244f40000");
        assertEq(harness.getAvailableBalance(MINER), -5 ether);
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, hex"40");
        assertEq(harness.getAvailableBalance(MINER), 0);
    }

    function test_E11_RevertWhen_BalanceMalformed() public {
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, "");
        vm.expectRevert(_truncated(1, 0));
        harness.getAvailableBalance(MINER);
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, hex"4040");
        vm.expectRevert(_trailing(1));
        harness.getAvailableBalance(MINER);
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, abi.encodePacked(hex"582101", type(uint256).max));
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_BigIntTooLarge.selector, 16, 32));
        harness.getAvailableBalance(MINER);
        _answerExit(MINER, FilecoinMethods.GET_AVAILABLE_BALANCE, "", 20);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.GET_AVAILABLE_BALANCE, 20));
        harness.getAvailableBalance(MINER);
    }

    /// Whoever answers with 100 kB pays for it, and is refused by name.
    function test_E07_RevertWhen_AnswerHuge() public {
        bytes memory huge = new bytes(100_000);
        huge[0] = 0x40;
        _returns(FilecoinMethods.GET_AVAILABLE_BALANCE, huge);
        vm.expectRevert(_trailing(99_999));
        harness.getAvailableBalance(MINER);
        _returns(FilecoinMethods.GET_OWNER, huge);
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 4, 2));
        harness.getOwner(MINER);
        huge[0] = 0x81;
        huge[1] = 0x80;
        _returns(FilecoinMethods.GET_VESTING_FUNDS, huge);
        vm.expectRevert(_trailing(99_998));
        harness.getVestingFunds(MINER);
    }

    function test_E11_initialPledge_vector() public {
        _returns(FilecoinMethods.INITIAL_PLEDGE, hex"49000de0b6b3a7640000");
        assertEq(harness.initialPledge(MINER), 1 ether);
        _returns(FilecoinMethods.INITIAL_PLEDGE, hex"49010de0b6b3a7640000");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 1 ether));
        harness.initialPledge(MINER);
    }

    function test_maxTerminationFee_vectors() public {
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"824600500000000049000de0b6b3a7640000", hex"420007");
        assertEq(harness.maxTerminationFee(MINER, 320 * GIB, 1 ether), 7);
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"824600500000000040", hex"420008");
        assertEq(harness.maxTerminationFee(MINER, 320 * GIB, 0), 8);
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"8240420001", hex"40");
        assertEq(harness.maxTerminationFee(MINER, 0, 1), 0);
    }

    // VESTING

    function _vesting(bytes memory result) private returns (uint256) {
        _returns(FilecoinMethods.GET_VESTING_FUNDS, result);
        return harness.getVestingFunds(MINER);
    }

    function _vestingFails(bytes memory result, bytes memory reason) private {
        _returns(FilecoinMethods.GET_VESTING_FUNDS, result);
        vm.expectRevert(reason);
        harness.getVestingFunds(MINER);
    }

    function test_getVestingFunds_vectors() public {
        assertEq(_vesting(hex"8181821a005b8d8049004563918244f40000"), 5 ether);
        assertEq(_vesting(hex"8180"), 0);
    }

    function test_getVestingFunds_everyForm() public {
        assertEq(_vesting(hex"81818200420001"), 1); // epoch 0
        assertEq(_vesting(hex"81818217420001"), 1);
        assertEq(_vesting(hex"8181821818420001"), 1);
        assertEq(_vesting(hex"818182190b40420002"), 2); // epoch 2,880
        assertEq(_vesting(hex"8181821a00010000420003"), 3);
        assertEq(_vesting(hex"8181821affffffff420004"), 4);
        assertEq(_vesting(hex"8181821b0000000100000000420005"), 5);
        assertEq(_vesting(hex"81818220420006"), 6); // epoch -1
        assertEq(_vesting(hex"8181821a005b8d8040"), 0); // an amount of zero
        assertEq(_vesting(hex"8182821a005b8d80420001821a005b8d81420002"), 3);
        assertEq(_vesting(hex"8181821a005b8d805100ffffffffffffffffffffffffffffffff"), type(uint128).max);
    }

    /// Both ways of reading an entry, at every size of the amount.
    function test_getVestingFunds_everyAmountSize() public {
        for (uint256 size = 1; size <= 16; ++size) {
            uint256 amount = uint256(0x01020304050607080910111213141516) >> (8 * (16 - size));
            bytes memory payload = new bytes(size);
            for (uint256 i = 0; i < size; ++i) payload[i] = bytes1(uint8(amount >> (8 * (size - 1 - i))));
            bytes memory item = abi.encodePacked(uint8(0x41 + size), uint8(0), payload);
            assertEq(_vesting(abi.encodePacked(hex"8182821a005b8d80", item, hex"821a005b8d80", item)), 2 * amount);
            assertEq(_vesting(abi.encodePacked(hex"81828200", item, hex"8201", item)), 2 * amount);
        }
    }

    function _table(uint256 count) private pure returns (bytes memory entries) {
        for (uint256 i = 0; i < count; ++i) {
            entries = abi.encodePacked(entries, hex"821a", uint32(6_000_000 + i), hex"49004563918244f40000");
        }
    }

    function test_getVestingFunds_longestTable() public {
        assertEq(_vesting(abi.encodePacked(hex"81990169", _table(361))), 361 * 5 ether);
        assertEq(_vesting(abi.encodePacked(hex"81990190", _table(400))), 400 * 5 ether);
    }

    function test_E07_RevertWhen_VestingTableTooLong() public {
        _vestingFails(
            abi.encodePacked(hex"81990191", _table(401)),
            abi.encodeWithSelector(CborReader.CborReader_ArrayTooLong.selector, 400, 401)
        );
    }

    function test_E07_RevertWhen_VestingTableMalformed() public {
        _vestingFails("", _truncated(1, 0));
        _vestingFails(hex"81", _truncated(1, 0));
        _vestingFails(hex"80", _length(1, 0));
        _vestingFails(hex"828080", _length(1, 2));
        _vestingFails(
            hex"81821a005b8d8049004563918244f40000",
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 4, 0)
        ); // entries without their array
        _vestingFails(hex"8181831a005b8d8049004563918244f40000f6", _length(2, 3));
        _vestingFails(hex"8181821a005b8d8049004563918244f4000000", _trailing(1));
        _vestingFails(hex"8182821a005b8d8049004563918244f40000", _truncated(1, 0));
    }

    /// Entries in the usual form but for one fault: the quick way must not take them.
    function test_E11_RevertWhen_VestingEntryMalformed() public {
        _vestingFails(hex"8181821a005b8d8049004563918244f400", _truncated(9, 8));
        _vestingFails(hex"8181821b00000000420001", _truncated(9, 8)); // an epoch of eight bytes, of which one is missing
        _vestingFails(
            hex"8181821a005b8d80420101",
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 1)
        );
        _vestingFails(
            hex"8181821a005b8d8049014563918244f40000",
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedNegative.selector, 5 ether)
        );
        _vestingFails(
            hex"8181821a005b8d8049024563918244f40000",
            abi.encodeWithSelector(CborReader.CborReader_BadSign.selector, 2)
        );
        _vestingFails(
            hex"8181821a005b8d8049000063918244f40000",
            abi.encodeWithSelector(CborReader.CborReader_BigIntNotCanonical.selector)
        );
        _vestingFails(
            hex"8181821a005b8d804100",
            abi.encodeWithSelector(CborReader.CborReader_BigIntNotCanonical.selector)
        );
        _vestingFails(
            hex"8181821a0000ffff420001",
            abi.encodeWithSelector(CborReader.CborReader_NotShortestForm.selector, 0xffff)
        );
        _vestingFails(
            abi.encodePacked(hex"8181821a005b8d8052", hex"00", bytes17(type(uint136).max)),
            abi.encodeWithSelector(CborReader.CborReader_BigIntTooLarge.selector, 16, 17)
        );
        _vestingFails(
            hex"8181821a005b8d80182a",
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 2, 0)
        );
    }

    /// The same with bytes behind that could be taken for the missing ones.
    function test_E11_RevertWhen_VestingEntryMalformedBeforeAnother() public {
        _vestingFails(
            hex"8182821a005b8d804100821a005b8d81420001",
            abi.encodeWithSelector(CborReader.CborReader_BigIntNotCanonical.selector)
        );
        _vestingFails(
            hex"8182821a005b8d803f0001821a005b8d81420001",
            abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 2, 1)
        );
    }

    // SECTORS

    function test_validateSectorStatus_vectors() public {
        _answer(MINER, FilecoinMethods.VALIDATE_SECTOR_STATUS, hex"83182a0143820307", hex"f5");
        assertTrue(harness.validateSectorStatus(MINER, 42, 1, hex"820307"));
        _answer(MINER, FilecoinMethods.VALIDATE_SECTOR_STATUS, hex"83182a0043822020", hex"f4");
        assertFalse(harness.validateSectorStatus(MINER, 42, 0, hex"822020"));
        _answerExit(MINER, FilecoinMethods.VALIDATE_SECTOR_STATUS, hex"83182a0243822020", 17);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.VALIDATE_SECTOR_STATUS, 17));
        harness.validateSectorStatus(MINER, 42, 2, hex"822020");
    }

    function test_generateSectorLocation_vectors() public {
        _answer(MINER, FilecoinMethods.GENERATE_SECTOR_LOCATION, hex"81182a", hex"820143820307");
        assertEq(harness.generateSectorLocation(MINER, 42), hex"820307");
        _answer(MINER, FilecoinMethods.GENERATE_SECTOR_LOCATION, hex"81182a", hex"820043822020");
        assertEq(harness.generateSectorLocation(MINER, 42), hex"822020");
        _answer(MINER, FilecoinMethods.GENERATE_SECTOR_LOCATION, hex"81182a", hex"82014382030700");
        vm.expectRevert(_trailing(1));
        harness.generateSectorLocation(MINER, 42);
        _answerExit(MINER, FilecoinMethods.GENERATE_SECTOR_LOCATION, hex"81182a", 22);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.GENERATE_SECTOR_LOCATION, 22));
        harness.generateSectorLocation(MINER, 42);
    }

    function test_getNominalSectorExpiration_vectors() public {
        _answer(MINER, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, hex"182a", hex"1a005b8d80");
        assertEq(harness.getNominalSectorExpiration(MINER, 42), 6_000_000);
        _answer(MINER, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, hex"1a000186a0", hex"20");
        assertEq(harness.getNominalSectorExpiration(MINER, 100_000), -1);
        _answer(MINER, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, hex"182a", hex"1a005b8d8000");
        vm.expectRevert(_trailing(1));
        harness.getNominalSectorExpiration(MINER, 42);
        _answerExit(MINER, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, hex"182a", 17);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, 17));
        harness.getNominalSectorExpiration(MINER, 42);
    }

    function test_getSectorSize_vector() public {
        _returns(FilecoinMethods.GET_SECTOR_SIZE, hex"1b0000000800000000");
        assertEq(harness.getSectorSize(MINER), 32 * GIB);
        _returns(FilecoinMethods.GET_SECTOR_SIZE, hex"20");
        vm.expectRevert(abi.encodeWithSelector(CborReader.CborReader_UnexpectedType.selector, 0, 1));
        harness.getSectorSize(MINER);
    }
}
