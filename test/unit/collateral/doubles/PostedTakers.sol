// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IPostedAuction} from "../../../../contracts/collateral/interfaces/IPostedAuction.sol";
import {IPostedTaker} from "../../../../contracts/collateral/interfaces/IPostedTaker.sol";

/// Has no capital: sells the tokens in the callback to whoever pays the price for them. Does one more call there, if a
/// test says so.
contract CallbackPostedTaker is IPostedTaker {
    error CallbackPostedTaker_CallFailed(bytes reason);
    error CallbackPostedTaker_Unwilling();

    struct Seen {
        uint256 loanId;
        address token;
        uint256 amount;
        uint256 price;
        bytes data;
        uint256 balance;
    }

    IPostedAuction internal immutable AUCTION;
    IERC20 internal immutable WFIL;

    Seen internal _seen;
    uint256 public shortBy; // how much less than the price is allowed
    bytes4 public answer = IPostedTaker.onPostedTake.selector;
    bool public unwilling;
    address public target;
    bytes public call;
    address public buyer;

    constructor(IPostedAuction auction, IERC20 wfil) {
        (AUCTION, WFIL) = (auction, wfil);
    }

    /// Refuses plain FIL.
    receive() external payable {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function setShortBy(uint256 amount) external {
        shortBy = amount;
    }

    function setAnswer(bytes4 answer_) external {
        answer = answer_;
    }

    function setUnwilling(bool unwilling_) external {
        unwilling = unwilling_;
    }

    function setCall(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function setBuyer(address buyer_) external {
        buyer = buyer_;
    }

    function seen() external view returns (Seen memory) {
        return _seen;
    }

    function take(
        uint256 loanId,
        address token,
        uint256 maxAmount,
        address receiver,
        bytes calldata data
    ) external payable returns (uint256 amount, uint256 price) {
        return AUCTION.take{value: msg.value}(loanId, token, maxAmount, type(uint256).max, receiver, data);
    }

    function onPostedTake(
        uint256 loanId,
        address token,
        uint256 amount,
        uint256 price,
        bytes calldata data
    ) external returns (bytes4) {
        _seen = Seen(loanId, token, amount, price, data, IERC20(token).balanceOf(address(this)));
        if (unwilling) revert CallbackPostedTaker_Unwilling();
        if (target != address(0)) {
            (bool ok, bytes memory reason) = target.call(call);
            if (!ok) revert CallbackPostedTaker_CallFailed(reason);
        }
        if (buyer != address(0)) {
            WFIL.transferFrom(buyer, address(this), price);
            IERC20(token).transfer(buyer, amount);
        }
        WFIL.approve(address(AUCTION), price - shortBy);
        return answer;
    }
}
