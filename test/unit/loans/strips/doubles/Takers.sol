// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IStripAuction, IStripTaker} from "../../../../../contracts/loans/interfaces/IStripAuction.sol";

/// A contract that refuses plain FIL, burning what gas it is given, and knows no token hook: nothing may depend on
/// its consent.
contract HostileAccount {
    receive() external payable {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function take(
        IStripAuction auction,
        uint256 loanId,
        uint256 maxFace,
        address receiver
    ) external payable returns (uint256 stripId, uint256 face, uint256 price) {
        return auction.take{value: msg.value}(loanId, maxFace, 0, receiver, "");
    }

    function kick(IStripAuction auction, uint256 loanId) external {
        auction.kick(loanId);
    }
}

/// Does inside the callback what a test says: one call, after which the price is made available, or not.
contract CallbackTaker is IStripTaker {
    error CallbackTaker_CallFailed(bytes reason);

    struct Seen {
        uint256 stripId;
        uint256 loanId;
        uint256 face;
        uint256 price;
        bytes data;
        address holder;
        uint256 start;
        uint256 stripFace;
    }

    IStripAuction internal immutable AUCTION;
    IERC20 internal immutable WFIL;

    Seen internal _seen;
    uint256 public shortBy; // how much less than the price is allowed
    bytes4 public answer = IStripTaker.onStripTake.selector;
    address public target;
    bytes public call;
    address public buyer; // when set, pays the price for the strip

    constructor(IStripAuction auction, IERC20 wfil) {
        AUCTION = auction;
        WFIL = wfil;
    }

    function setShortBy(uint256 amount) external {
        shortBy = amount;
    }

    function setAnswer(bytes4 answer_) external {
        answer = answer_;
    }

    function setCall(address target_, bytes calldata call_) external {
        target = target_;
        call = call_;
    }

    function setBuyer(address buyer_) external {
        buyer = buyer_;
    }

    function seen() external view returns (Seen memory) {
        return _seen;
    }

    function take(
        uint256 loanId,
        uint256 maxFace,
        address receiver,
        bytes calldata data
    ) external payable returns (uint256 stripId, uint256 face, uint256 price) {
        return AUCTION.take{value: msg.value}(loanId, maxFace, 0, receiver, data);
    }

    function onStripTake(
        uint256 stripId,
        uint256 loanId,
        uint256 face,
        uint256 price,
        bytes calldata data
    ) external returns (bytes4) {
        uint96 start = AUCTION.stripOf(stripId).start;
        _seen = Seen(
            stripId,
            loanId,
            face,
            price,
            data,
            AUCTION.ownerOf(stripId),
            start,
            AUCTION.stripOf(stripId).face
        );
        if (target != address(0)) {
            (bool ok, bytes memory reason) = target.call(call);
            if (!ok) revert CallbackTaker_CallFailed(reason);
        }
        if (buyer != address(0)) {
            WFIL.transferFrom(buyer, address(this), price);
            AUCTION.transferFrom(address(this), buyer, stripId);
        }
        WFIL.approve(address(AUCTION), price - shortBy);
        return answer;
    }
}
