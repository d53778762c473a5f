// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IStripTaker} from "../../../../contracts/loans/interfaces/IStripAuction.sol";

/// @notice Tries one call from inside `onStripTake`, and counts every time that FIL runs its code. It may hold the loan's token too.
contract HostileTaker is IStripTaker {
    address private immutable AUCTION;

    address public target;
    bytes public attack;
    uint256 public attackValue;
    bool public succeeded;
    bytes public answer;
    uint256 public woken;

    constructor(address auction) {
        AUCTION = auction;
    }

    function arm(address to, bytes calldata data, uint256 value) external {
        (target, attack, attackValue, succeeded, answer) = (to, data, value, false, "");
    }

    function onStripTake(uint256, uint256, uint256, uint256, bytes calldata) external returns (bytes4) {
        require(msg.sender == AUCTION, "only the auction calls");
        (succeeded, answer) = target.call{value: attackValue}(attack);
        return IStripTaker.onStripTake.selector;
    }

    function run(
        address to,
        bytes calldata data,
        uint256 value
    ) external payable returns (bool ok, bytes memory result) {
        (ok, result) = to.call{value: value}(data);
    }

    /// @dev Were it run by a payment, it would try the attack from there.
    receive() external payable {
        ++woken;
        if (attack.length != 0) (succeeded, answer) = target.call(attack);
    }
}
