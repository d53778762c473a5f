// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FuturesClearing} from "../../contracts/futures/FuturesClearing.sol";
import {IFuturesIndex} from "../../contracts/futures/interfaces/IFuturesIndex.sol";

/// @notice The clearing of futures with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer missing-initializer-call
contract FuturesClearingNext is FuturesClearing {
    constructor(IFuturesIndex index_, address desk) FuturesClearing(index_, desk) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
