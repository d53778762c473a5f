// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinAddress} from "../../../../../contracts/filecoin/FilecoinAddress.sol";
import {FilecoinSend} from "../../../../../contracts/filecoin/FilecoinSend.sol";
import {MinerActor} from "../../../../../contracts/filecoin/MinerActor.sol";
import {ILienAdapter} from "../../../../../contracts/loans/interfaces/ILienAdapter.sol";
import {ILoanTakeover} from "../../../../../contracts/loans/interfaces/ILoanTakeover.sol";

uint256 constant FULL_QUOTA = 1 << 120;
int64 constant LAST_EPOCH = type(int64).max;

/// @notice A lender by contract, beneficiary of miners. It has no receive function: FIL must come by method 0.
contract OldLender {
    error OldLender_Underpaid(uint256 owed, uint256 paid);

    mapping(uint64 minerId => uint256) public owed;

    function lend(uint64 minerId, uint256 quota, int64 expiration, uint256 debt) external {
        owed[minerId] = debt;
        MinerActor.changeBeneficiary(minerId, FilecoinAddress.toId(address(this)), quota, expiration);
    }

    function approve(uint64 minerId, uint64 nominee) external {
        MinerActor.changeBeneficiary(minerId, nominee, FULL_QUOTA, LAST_EPOCH);
    }

    /// @notice Approves and is paid in one transaction: it needs to trust nobody.
    function leave(ILoanTakeover book, uint256 loanId, uint64 minerId, uint64 nominee) external {
        uint256 before = address(this).balance;
        MinerActor.changeBeneficiary(minerId, nominee, FULL_QUOTA, LAST_EPOCH);
        book.takeover(loanId, minerId);
        uint256 paid = address(this).balance - before;
        if (paid < owed[minerId]) revert OldLender_Underpaid(owed[minerId], paid);
        owed[minerId] = 0;
    }

    /// @notice Takes what is owed, gives the rest back, and lets the miner go: a lender that approves only once it is paid.
    function settle(uint64 minerId, uint64 nominee) external payable {
        uint256 debt = owed[minerId];
        if (msg.value < debt) revert OldLender_Underpaid(debt, msg.value);
        owed[minerId] = 0;
        MinerActor.changeBeneficiary(minerId, nominee, FULL_QUOTA, LAST_EPOCH);
        if (msg.value > debt) FilecoinSend.toAddress(msg.sender, msg.value - debt);
    }
}

/// @notice Pays an `OldLender` off and passes the rest on, as an adapter should.
contract OldLenderAdapter is ILienAdapter {
    OldLender private immutable LENDER;

    constructor(OldLender lender) {
        LENDER = lender;
    }

    function payOff(uint64 minerId, uint64, uint64 account, uint256 amount) external {
        LENDER.settle{value: amount}(minerId, account);
        if (address(this).balance != 0) FilecoinSend.toActor(account, address(this).balance);
    }

    receive() external payable {}
}

/// @notice An adapter that does as it is told first, and then its work, or not.
contract HostileAdapter is ILienAdapter {
    OldLender private immutable LENDER;

    address public target;
    bytes public attack;
    uint256 public value;
    bool public honest = true;
    bool public called;
    bool public succeeded;
    bytes public answer;

    constructor(OldLender lender) {
        LENDER = lender;
    }

    function arm(address target_, bytes calldata attack_, uint256 value_) external {
        (target, attack, value) = (target_, attack_, value_);
    }

    function setHonest(bool honest_) external {
        honest = honest_;
    }

    function payOff(uint64 minerId, uint64, uint64 account, uint256 amount) external {
        called = true;
        if (target != address(0)) (succeeded, answer) = target.call{value: value}(attack);
        if (honest) LENDER.settle{value: amount}(minerId, account);
    }

    receive() external payable {}
}
