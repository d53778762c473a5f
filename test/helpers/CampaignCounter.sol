// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Counts what a handler of an invariant campaign really did, because a campaign whose calls all return early proves
/// nothing. Handlers inherit it, announce in their constructor what must happen (`_expect`), and count what did (`_count`):
/// successful actions under the name of the action, states under `state:Name`.
abstract contract CampaignCounter {
    bytes32[] private _names;
    mapping(bytes32 name => uint256) private _counts;
    mapping(bytes32 name => bool) private _known;

    /// @notice What was announced or counted, and how often it happened in this run. A view, so no fuzzer calls it.
    function campaignCounts() external view returns (bytes32[] memory names, uint256[] memory counts) {
        names = _names;
        counts = new uint256[](names.length);
        for (uint256 i = 0; i < names.length; ++i) {
            counts[i] = _counts[names[i]];
        }
    }

    /// @dev Announces something that the campaign must do at least once, over all its runs.
    function _expect(bytes32 name) internal {
        if (_known[name]) return;
        _known[name] = true;
        _names.push(name);
    }

    function _count(bytes32 name) internal {
        _expect(name);
        ++_counts[name];
    }
}
