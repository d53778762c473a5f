// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {CampaignCounter} from "./CampaignCounter.sol";

/// @notice Base of invariant tests. At the end of each run it appends the counts of all handlers to
/// <name>.jsonl in cache/campaigns, or in the folder that PLIMSOLL_CAMPAIGN_LOGS names, where the test runner and `npm run fuzz` sum them
/// up, print them, and fail on a zero.
abstract contract CampaignTest is Test {
    string private _campaign;
    CampaignCounter[] private _handlers;

    constructor(string memory campaign) {
        _campaign = campaign;
    }

    /// @dev The fuzzers call it after the last call of each run.
    function afterInvariant() public virtual {
        string memory line = "";
        for (uint256 i = 0; i < _handlers.length; ++i) {
            (bytes32[] memory names, uint256[] memory counts) = _handlers[i].campaignCounts();
            for (uint256 j = 0; j < names.length; ++j) {
                string memory separator = bytes(line).length == 0 ? "" : ",";
                line = string.concat(line, separator, '"', _text(names[j]), '":', vm.toString(counts[j]));
            }
        }
        string memory folder = vm.envOr("PLIMSOLL_CAMPAIGN_LOGS", string("cache/campaigns"));
        vm.writeLine(string.concat(folder, "/", _campaign, ".jsonl"), string.concat("{", line, "}"));
    }

    /// @dev Call it in `setUp` for each handler.
    function _watch(CampaignCounter handler) internal {
        _handlers.push(handler);
    }

    function _text(bytes32 name) private pure returns (string memory) {
        uint256 length = 0;
        while (length < 32 && name[length] != 0) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            text[i] = name[i];
        }
        return string(text);
    }
}
