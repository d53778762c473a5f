// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IControlAuction, IControlTaker} from "../../../../../contracts/loans/interfaces/IControlAuction.sol";

/// @notice Tries calls from inside `onControlTake`, then leaves the price, or not. It may hold the loan's token too.
contract ControlTaker is IControlTaker {
    IControlAuction private immutable AUCTION;
    IERC20 private immutable WFIL;

    address public target;
    bytes public attack;
    uint256 public attackValue;
    bool public succeeded;
    bytes public answer;
    uint256 public shortBy;
    bytes4 public reply = IControlTaker.onControlTake.selector;
    bytes public seen;
    uint256 public woken;

    constructor(IControlAuction auction, IERC20 wfil) {
        AUCTION = auction;
        WFIL = wfil;
    }

    function arm(address to, bytes calldata data, uint256 value) external {
        (target, attack, attackValue) = (to, data, value);
    }

    function setShortBy(uint256 amount) external {
        shortBy = amount;
    }

    function setReply(bytes4 reply_) external {
        reply = reply_;
    }

    function take(uint64 minerId, uint64 newOwner, bytes calldata data) external returns (uint256) {
        return AUCTION.take(minerId, type(uint256).max, newOwner, data);
    }

    function takeFor(uint64 minerId, uint64 newOwner) external payable returns (uint256) {
        return AUCTION.take{value: msg.value}(minerId, type(uint256).max, newOwner, "");
    }

    function run(address to, bytes calldata data) external returns (bool ok, bytes memory result) {
        (ok, result) = to.call(data);
    }

    function onControlTake(
        uint64 minerId,
        uint256 loanId,
        uint256 price,
        bytes calldata data
    ) external returns (bytes4) {
        require(msg.sender == address(AUCTION), "only the auction calls");
        seen = abi.encode(minerId, loanId, price, data);
        if (target != address(0)) (succeeded, answer) = target.call{value: attackValue}(attack);
        WFIL.approve(address(AUCTION), price - shortBy);
        return reply;
    }

    receive() external payable {
        ++woken;
    }
}
