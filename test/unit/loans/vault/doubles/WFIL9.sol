// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IWFIL} from "../../../../../contracts/loans/interfaces/IWFIL.sol";

/// @notice Wrapped FIL that behaves as WETH9: the supply is the balance, and a withdrawal leaves its receiver 2,300 gas,
/// so that whoever can be paid by this one can be paid by any other.
contract WFIL9 is IWFIL {
    error WFIL9_InsufficientBalance(address owner, uint256 balance, uint256 amount);
    error WFIL9_InsufficientAllowance(address spender, uint256 allowance, uint256 amount);
    error WFIL9_PaymentRefused(address receiver, uint256 amount);

    event Deposited(address indexed owner, uint256 amount);
    event Withdrawn(address indexed owner, uint256 amount);

    string public constant name = "Wrapped FIL";
    string public constant symbol = "WFIL";
    uint8 public constant decimals = 18;

    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    receive() external payable {
        deposit();
    }

    function deposit() public payable virtual {
        balanceOf[msg.sender] += msg.value;
        emit Deposited(msg.sender, msg.value);
    }

    function withdraw(uint256 amount) public virtual {
        _take(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        (bool ok, ) = msg.sender.call{value: amount, gas: 0}(""); // the stipend alone
        if (!ok) revert WFIL9_PaymentRefused(msg.sender, amount);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return transferFrom(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public virtual returns (bool) {
        uint256 allowed = from == msg.sender ? type(uint256).max : allowance[from][msg.sender];
        if (allowed < amount) revert WFIL9_InsufficientAllowance(msg.sender, allowed, amount);
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
        _take(from, amount);
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
        return true;
    }

    function totalSupply() public view virtual returns (uint256) {
        return address(this).balance;
    }

    function _take(address owner, uint256 amount) private {
        uint256 held = balanceOf[owner];
        if (held < amount) revert WFIL9_InsufficientBalance(owner, held, amount);
        balanceOf[owner] = held - amount;
    }
}
