// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FuturesIndex} from "../../contracts/futures/FuturesIndex.sol";

/// @notice The futures' index with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer missing-initializer-call
contract FuturesIndexNext is FuturesIndex {
    function release() external pure returns (uint256) {
        return 2;
    }
}
