// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../../../../contracts/devnet/ActorCbor.sol";
import {IFilecoinWorld} from "../../../../contracts/devnet/IFilecoinWorld.sol";
import {
    Conditions,
    ISectorConditions,
    Policy,
    SectorRange
} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {LoanSystemTest} from "../../../utils/LoanSystemTest.sol";

/// @title Base of the tests of sector covenants, on the whole system
abstract contract SectorTest is LoanSystemTest {
    uint64 internal constant GENERATE_LOCATION = 1321604665;
    uint256 internal constant LOOKAHEAD = 150;
    uint256 internal constant ANSWER_WINDOW = 240;
    uint256 internal constant COOL_OFF = 2_880;
    uint256 internal constant MAX_COMMITMENT = 1_278 * 2_880;
    bytes internal constant NOWHERE = hex"822020";
    bytes internal constant PIECE_HEAD = hex"0181e203922020";

    function setUp() public virtual override {
        super.setUp();
        depositFil(alice, 10_000 ether);
    }

    function setPolicy(uint96 fromAmount, uint8 spotChecks, uint32 minLifetime) internal {
        Policy memory next = Policy(fromAmount, spotChecks, minLifetime, 0);
        asRisk(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (next)));
        advanceEpochs(1);
    }

    function promise_(uint256 loanId, uint8 spotChecks, uint32 minExpiration, uint128 minDataBytes) internal {
        vm.prank(sp);
        conditions.promiseMore(loanId, 0, Conditions(spotChecks, minExpiration, minDataBytes));
    }

    /// @notice A loan of 100 FIL that has to pass so many spot checks; drawn into a miner of 20 sectors, sealed into 100 more.
    function checkedLoan(uint8 spotChecks, uint32 minExpiration) internal returns (uint256 loanId, uint64 minerId) {
        (loanId, minerId) = promisedLoan(spotChecks, minExpiration);
        seal(minerId, 100, false, 1 ether);
    }

    function promisedLoan(uint8 spotChecks, uint32 minExpiration) internal returns (uint256 loanId, uint64 minerId) {
        address account;
        (loanId, account) = openLoan(100 ether);
        promise_(loanId, spotChecks, minExpiration, 0);
        minerId = newMiner(20, 100 ether, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
    }

    function range(uint64 first, uint32 count) internal pure returns (SectorRange[] memory list) {
        list = new SectorRange[](1);
        list[0] = SectorRange(first, count);
    }

    function commitRange(uint256 loanId, SectorRange[] memory ranges) internal returns (uint256 sampleEpoch) {
        vm.prank(sp);
        return conditions.commit(loanId, ranges);
    }

    /// @notice Names sectors 0 to `count` - 1 and waits until the answer may be given.
    function committed(uint256 loanId, uint32 count) internal returns (SectorRange[] memory ranges) {
        ranges = range(0, count);
        uint256 sampleEpoch = commitRange(loanId, ranges);
        advanceEpochs(sampleEpoch + 1 - vm.getBlockNumber());
    }

    /// @notice Where a sector is, asked of the miner as a keeper does.
    function locationOf(uint64 minerId, uint64 sector) internal returns (bytes memory location) {
        (int256 exitCode, bytes memory answer) = callAs(
            keeper,
            minerId,
            GENERATE_LOCATION,
            bytes.concat(hex"81", ActorCbor.writeUint(sector))
        );
        assertEq(exitCode, 0, "location");
        location = new bytes(uint8(answer[2]) - 0x40);
        for (uint256 i; i < location.length; ++i) location[i] = answer[3 + i];
    }

    function locationsOf(uint64 minerId, uint64[] memory sectors) internal returns (bytes[] memory list) {
        list = new bytes[](sectors.length);
        for (uint256 i; i < sectors.length; ++i) list[i] = locationOf(minerId, sectors[i]);
    }

    /// @notice Answers an open spot check, as anyone may.
    function answer(uint256 loanId, uint64 minerId, SectorRange[] memory ranges) internal returns (bool) {
        (uint64[] memory sectors, bytes[] memory locations) = conditions.locate(loanId, ranges);
        assertEq(abi.encode(sectors), abi.encode(conditions.sampleOf(loanId, ranges)), "one sample");
        assertEq(abi.encode(locations), abi.encode(locationsOf(minerId, sectors)), "as the miner says");
        vm.prank(keeper);
        return conditions.check(loanId, ranges, locations);
    }

    function passCheck(uint256 loanId, uint64 minerId, uint32 count) internal {
        assertTrue(answer(loanId, minerId, committed(loanId, count)), "passed");
    }

    function piece(
        uint64 sector,
        uint256 commP,
        uint64 size
    ) internal view returns (IFilecoinWorld.PieceNotice memory) {
        bytes memory to = bytes.concat(hex"040a", bytes20(address(conditions)));
        return IFilecoinWorld.PieceNotice(sector, to, bytes.concat(PIECE_HEAD, bytes32(commP)), size, "");
    }
}
