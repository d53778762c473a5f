// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeaconRandomness} from "../../../contracts/filecoin/BeaconRandomness.sol";
import {EncodingTest} from "./EncodingTest.sol";
import {FilecoinHarness} from "./FilecoinHarness.sol";

contract BeaconRandomnessTest is EncodingTest {
    bytes32 private constant DIGEST = keccak256("drand");
    uint256 private constant NOW = 6_052_800;

    FilecoinHarness private harness = new FilecoinHarness();

    function setUp() public override {
        super.setUp();
        vm.roll(NOW);
    }

    function _beacon(uint256 epoch, bool fails, bytes memory output) private {
        REGISTRY.set(BeaconRandomness.GET_BEACON_RANDOMNESS, abi.encode(epoch), fails, output);
    }

    function test_at_pastAndPresentEpoch() public {
        _beacon(NOW - 150, false, abi.encode(DIGEST));
        assertEq(harness.randomnessAt(NOW - 150), DIGEST);
        _beacon(NOW, false, abi.encode(DIGEST));
        assertEq(harness.randomnessAt(NOW), DIGEST);
    }

    /// Even where the precompile would answer.
    function test_RevertWhen_EpochInTheFuture() public {
        _beacon(NOW + 1, false, abi.encode(DIGEST));
        vm.expectRevert(abi.encodeWithSelector(BeaconRandomness.BeaconRandomness_FutureEpoch.selector, NOW, NOW + 1));
        harness.randomnessAt(NOW + 1);
        vm.expectRevert(
            abi.encodeWithSelector(BeaconRandomness.BeaconRandomness_FutureEpoch.selector, NOW, type(uint256).max)
        );
        harness.randomnessAt(type(uint256).max);
    }

    /// None of these may come out as the epoch, which lies in memory as the question.
    function test_E07_RevertWhen_BeaconUnavailable() public {
        bytes memory reason = abi.encodeWithSelector(BeaconRandomness.BeaconRandomness_Unavailable.selector, NOW);
        _beacon(NOW, true, "");
        vm.expectRevert(reason);
        harness.randomnessAt(NOW);
        _beacon(NOW, false, "");
        vm.expectRevert(reason);
        harness.randomnessAt(NOW);
        _beacon(NOW, false, abi.encodePacked(bytes31(DIGEST)));
        vm.expectRevert(reason);
        harness.randomnessAt(NOW);
        _beacon(NOW, false, abi.encode(DIGEST, DIGEST));
        vm.expectRevert(reason);
        harness.randomnessAt(NOW);
        vm.etch(BeaconRandomness.GET_BEACON_RANDOMNESS, "");
        vm.expectRevert(reason);
        harness.randomnessAt(NOW);
    }
}
