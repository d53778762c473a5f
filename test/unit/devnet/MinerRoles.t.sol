// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {ActorCbor} from "../../../contracts/devnet/ActorCbor.sol";
import {DevnetTest} from "./DevnetTest.sol";

/// @dev Has code, and nothing else.
contract F410Lender {}

/// @title Owner, worker and beneficiary of a miner: filecoin.md 2.1 and 2.2, E-08
contract MinerRolesTest is DevnetTest {
    bytes private constant PROPOSE_F03000 = hex"834300b81749000de0b6b3a76400001a006acfc0";
    uint64 private owner; // f01000, as in the vectors
    uint64 private miner; // f01001
    address private ownerKey;

    function setUp() public override {
        super.setUp();
        owner = world.createAccount();
        assertEq(owner, 1000);
        ownerKey = masked(owner);
        miner = createMiner(ownerKey);
        vm.deal(address(this), 10_000 ether);
    }

    function accountsUpTo(uint64 id) private {
        while (world.nextId() <= id) world.createAccount();
    }

    function asOwner(uint64 method, bytes memory params) private returns (int256) {
        return sendAs(ownerKey, miner, method, params);
    }

    function changeParams(uint64 nominee, uint256 quota, int64 expiration) private pure returns (bytes memory) {
        return
            bytes.concat(
                hex"83",
                ActorCbor.writeAddress(nominee),
                ActorCbor.writeBigInt(quota),
                ActorCbor.writeInt(expiration)
            );
    }

    // ------------------------------------------------------------------------------------------------ owner

    function test_Owner_vectors() public {
        assertAnswer(call(miner, GET_OWNER, ""), 0, hex"824300e807f6");
        assertEq(asOwner(CHANGE_OWNER, hex"4300d00f"), 0);
        assertAnswer(call(miner, GET_OWNER, ""), 0, hex"824300e8074300d00f");
        assertEq(asOwner(CHANGE_OWNER, hex"4300e807"), 0); // revoked
        assertAnswer(call(miner, GET_OWNER, ""), 0, hex"824300e807f6");
    }

    function test_Owner_acceptedByTheProposed() public {
        uint64 me = idOf(address(this));
        assertEq(asOwner(CHANGE_OWNER, ActorCbor.writeAddress(me)), 0);
        assertAnswer(call(miner, CHANGE_OWNER, hex"4300e807"), 16, ""); // not what was proposed
        assertEq(sendAs(address(0xbad), miner, CHANGE_OWNER, ActorCbor.writeAddress(me)), 18);
        assertAnswer(call(miner, CHANGE_OWNER, ActorCbor.writeAddress(me)), 0, "");
        assertEq(minerState(miner).owner, me);
        assertEq(minerState(miner).beneficiary, me, "the owner's own beneficiary moves with it");
        assertEq(minerState(miner).pendingOwner, 0);
    }

    function test_Owner_onlyOwnerProposes() public {
        assertAnswer(call(miner, CHANGE_OWNER, hex"4300d00f"), 18, "");
    }

    function test_Owner_mustBeAnIdAddress() public {
        bytes memory raw = bytes.concat(hex"040a", bytes20(address(this)));
        assertEq(asOwner(CHANGE_OWNER, ActorCbor.writeBytes(raw)), 16);
        assertEq(asOwner(CHANGE_OWNER, hex"41ff"), 21);
        assertEq(asOwner(CHANGE_OWNER, hex"4300e80700"), 21); // trailing byte
    }

    function test_Owner_changeKeepsThirdPartyBeneficiaryAndDropsProposal() public {
        uint64 lender = idOf(address(0x1e4de1));
        assertEq(asOwner(CHANGE_BENEFICIARY, changeParams(lender, 1 ether, 6_000_000)), 0);
        assertEq(sendAs(address(0x1e4de1), miner, CHANGE_BENEFICIARY, changeParams(lender, 1 ether, 6_000_000)), 0);
        assertEq(asOwner(CHANGE_BENEFICIARY, changeParams(owner, 0, 0)), 0);
        assertTrue(minerState(miner).proposal.exists);
        uint64 me = idOf(address(this));
        asOwner(CHANGE_OWNER, ActorCbor.writeAddress(me));
        assertAnswer(call(miner, CHANGE_OWNER, ActorCbor.writeAddress(me)), 0, "");
        assertEq(minerState(miner).beneficiary, lender);
        assertFalse(minerState(miner).proposal.exists);
    }

    // ------------------------------------------------------------------------------------------------ beneficiary

    function test_Beneficiary_vectorsOfAWholeTerm() public {
        accountsUpTo(3000);
        fundMiner(miner, 50 ether);
        assertAnswer(call(miner, GET_BENEFICIARY, ""), 0, hex"82824300e80783404000f6");

        // proposed: f03000, 1 FIL, until 7,000,000; the owner as beneficiary has approved
        assertEq(asOwner(CHANGE_BENEFICIARY, PROPOSE_F03000), 0);
        bytes memory proposed = hex"82824300e80783404000854300b81749000de0b6b3a76400001a006acfc0f5f4";
        assertAnswer(call(miner, GET_BENEFICIARY, ""), 0, proposed);

        // instead: f02000, 1000 FIL, until 6,000,000, approved by its nominee, 5 FIL used
        bytes memory term = hex"834300d00f4a003635c9adc5dea000001a005b8d80";
        assertEq(term, changeParams(2000, 1000 ether, 6_000_000));
        assertEq(asOwner(CHANGE_BENEFICIARY, term), 0);
        assertEq(sendAs(masked(2000), miner, CHANGE_BENEFICIARY, term), 0);
        assertEq(sendAs(masked(2000), miner, WITHDRAW, hex"8149004563918244f40000"), 0);
        bytes memory active = hex"82824300d00f834a003635c9adc5dea0000049004563918244f400001a005b8d80f6";
        assertAnswer(call(miner, GET_BENEFICIARY, ""), 0, active);
        assertEq(masked(2000).balance, 5 ether);
    }

    function test_Beneficiary_vectorsOfParameters() public {
        // f01000 with 1000 FIL until 6,000,000 is refused to the owner itself, and given back with nothing
        assertEq(asOwner(CHANGE_BENEFICIARY, hex"834300e8074a003635c9adc5dea000001a005b8d80"), 16);
        assertEq(asOwner(CHANGE_BENEFICIARY, hex"834300e8074000"), 0);
        assertFalse(minerState(miner).proposal.exists, "owner is beneficiary and nominee: effective at once");
    }

    function test_Beneficiary_quotaOfThirdPartyMustBePositive() public {
        assertEq(asOwner(CHANGE_BENEFICIARY, changeParams(2000, 0, 6_000_000)), 16);
        assertEq(asOwner(CHANGE_BENEFICIARY, hex"834300d00f4201011a005b8d80"), 16); // negative
    }

    function test_Beneficiary_currentOneMustApproveWhileItsTermLives() public {
        uint64 me = idOf(address(this));
        bytes memory mine = changeParams(me, 1 ether, 6_000_000);
        assertEq(asOwner(CHANGE_BENEFICIARY, mine), 0);
        assertAnswer(call(miner, CHANGE_BENEFICIARY, changeParams(me, 2 ether, 6_000_000)), 16, "");
        assertAnswer(call(miner, CHANGE_BENEFICIARY, changeParams(me, 1 ether, 6_000_001)), 16, "");
        assertEq(sendAs(address(0xbad), miner, CHANGE_BENEFICIARY, mine), 18);
        assertAnswer(call(miner, CHANGE_BENEFICIARY, mine), 0, "");
        assertEq(minerState(miner).beneficiary, me);

        bytes memory back = changeParams(owner, 0, 0);
        assertEq(asOwner(CHANGE_BENEFICIARY, back), 0);
        assertEq(minerState(miner).beneficiary, me, "its approval is missing");
        assertFalse(minerState(miner).proposal.byBeneficiary);
        assertTrue(minerState(miner).proposal.byNominee, "the owner is the nominee");
        assertEq(asOwner(CHANGE_BENEFICIARY, back), 0);
        assertEq(minerState(miner).beneficiary, me, "proposing again does not help");
        assertAnswer(call(miner, CHANGE_BENEFICIARY, back), 0, "");
        assertEq(minerState(miner).beneficiary, owner);
        assertEq(minerState(miner).term.quota, 0);
    }

    /// @dev A contract that no one has resolved yet is proposed by its f410 address, and is paid.
    function test_Beneficiary_byF410Address() public {
        address lender = address(new F410Lender());
        bytes memory raw = ActorCbor.writeBytes(bytes.concat(hex"040a", bytes20(lender)));
        bytes memory params = bytes.concat(hex"83", raw, hex"49000de0b6b3a76400001a005b8d80");
        assertEq(asOwner(CHANGE_BENEFICIARY, params), 0);
        assertEq(sendAs(lender, miner, CHANGE_BENEFICIARY, params), 0);
        fundMiner(miner, 1 ether);
        assertEq(sendAs(lender, miner, WITHDRAW, hex"81420001"), 0);
        assertEq(lender.balance, 1);
        assertEq(asOwner(CHANGE_BENEFICIARY, bytes.concat(hex"8356040a", bytes20(address(0xdead)), hex"42000100")), 16);
    }

    function test_Beneficiary_expiredTermNeedsNoApproval() public {
        uint64 me = idOf(address(this));
        int64 soon = int64(int256(block.number + 100));
        asOwner(CHANGE_BENEFICIARY, changeParams(me, 1 ether, soon));
        assertAnswer(call(miner, CHANGE_BENEFICIARY, changeParams(me, 1 ether, soon)), 0, "");
        fundMiner(miner, 10 ether);
        advanceEpochs(99);
        assertAnswer(call(miner, WITHDRAW, hex"814107"), 21, ""); // sign byte 7
        assertEq(call(miner, WITHDRAW, hex"81420001").code, 0);
        advanceEpochs(1); // expiration > now no longer holds
        assertAnswer(call(miner, WITHDRAW, hex"81420001"), 18, "");
        assertEq(asOwner(WITHDRAW, hex"81420001"), 18, "nobody can withdraw now");
        assertEq(asOwner(CHANGE_BENEFICIARY, hex"834300e8074000"), 0);
        assertEq(minerState(miner).beneficiary, owner);
    }

    function test_Beneficiary_usedQuotaSurvivesARenewal() public {
        uint64 me = idOf(address(this));
        fundMiner(miner, 10 ether);
        asOwner(CHANGE_BENEFICIARY, changeParams(me, 3 ether, 6_000_000));
        call(miner, CHANGE_BENEFICIARY, changeParams(me, 3 ether, 6_000_000));
        assertAnswer(call(miner, WITHDRAW, hex"8149000de0b6b3a7640000"), 0, hex"49000de0b6b3a7640000");
        asOwner(CHANGE_BENEFICIARY, changeParams(me, 9 ether, 6_500_000));
        call(miner, CHANGE_BENEFICIARY, changeParams(me, 9 ether, 6_500_000));
        assertEq(minerState(miner).term.quota, 9 ether);
        assertEq(minerState(miner).term.used, 1 ether);
    }

    // ------------------------------------------------------------------------------------------------ worker

    function test_Worker_vectors() public {
        accountsUpTo(1005);
        assertEq(asOwner(CHANGE_WORKER, hex"824300e807824300e9074300ea07"), 0);
        assertEq(minerState(miner).newWorker, 1000);
        uint64[] memory controls = minerState(miner).controls;
        assertEq(controls.length, 2);
        assertEq(controls[0], 1001);
        assertEq(controls[1], 1002);
        assertEq(asOwner(CHANGE_WORKER, hex"824300e80780"), 0);
        assertEq(minerState(miner).controls.length, 0, "control addresses change at once");
        assertAnswer(call(miner, IS_CONTROLLING, hex"4300e807"), 0, hex"f5"); // the owner
        assertAnswer(call(miner, IS_CONTROLLING, hex"4300e907"), 0, hex"f4");
    }

    function test_Worker_secondChangeWaitsForNothingAndIsIgnored() public {
        uint64 a = world.createAccount();
        uint64 b = world.createAccount();
        assertEq(asOwner(CHANGE_WORKER, bytes.concat(hex"82", ActorCbor.writeAddress(a), hex"80")), 0);
        advanceEpochs(10);
        assertEq(asOwner(CHANGE_WORKER, bytes.concat(hex"82", ActorCbor.writeAddress(b), hex"80")), 0);
        assertEq(minerState(miner).newWorker, a);
        advanceEpochs(889);
        asOwner(CONFIRM_WORKER, "");
        assertEq(minerState(miner).newWorker, a, "900 epochs have not passed");
        advanceEpochs(1);
        assertEq(sendAs(address(0xbad), miner, CONFIRM_WORKER, ""), 18);
        assertEq(asOwner(CONFIRM_WORKER, ""), 0);
        assertEq(minerState(miner).worker, a);
        assertEq(minerState(miner).newWorker, 0);
    }

    function test_Worker_appliedByCronOfAnActiveMiner() public {
        fundMiner(miner, 10 ether);
        seal(miner, 1);
        uint64 a = world.createAccount();
        asOwner(CHANGE_WORKER, bytes.concat(hex"82", ActorCbor.writeAddress(a), hex"80"));
        advanceEpochs(900 + 61);
        assertEq(minerState(miner).worker, a);
    }

    function test_Worker_mustBeANativeAccount() public {
        uint64 evm = idOf(address(this));
        assertEq(asOwner(CHANGE_WORKER, bytes.concat(hex"82", ActorCbor.writeAddress(evm), hex"80")), 16);
        assertAnswer(call(miner, CHANGE_WORKER, hex"824300e80780"), 18, "");
        bytes memory eleven =
            hex"8b4300e9074300e9074300e9074300e9074300e9074300e9074300e9074300e9074300e9074300e9074300e907";
        assertEq(asOwner(CHANGE_WORKER, bytes.concat(hex"824300e807", eleven)), 16);
    }

    function test_Peer_changedByOwnerWorkerOrControl() public {
        assertEq(asOwner(1236548004, hex"8143010203"), 0);
        assertAnswer(call(miner, 2812875329, ""), 0, hex"8143010203");
        assertEq(sendAs(masked(minerState(miner).worker), miner, 1063480576, hex"818241014102"), 0);
        assertAnswer(call(miner, 1332909407, ""), 0, hex"818241014102");
        assertAnswer(call(miner, 1236548004, hex"8140"), 18, "");
    }

    function test_Devnet_masksIds() public pure {
        assertEq(Devnet.masked(1234), 0xFF000000000000000000000000000000000004d2);
        assertTrue(Devnet.isMasked(Devnet.masked(type(uint64).max)));
        assertFalse(Devnet.isMasked(0xFE00000000000000000000000000000000000001));
    }
}
