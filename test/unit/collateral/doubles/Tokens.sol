// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A token by the book.
contract TokenDouble is ERC20 {
    uint8 internal immutable DECIMALS;

    constructor(uint8 decimals_) ERC20("Token", "TKN") {
        DECIMALS = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}

/// Does on a transfer what a test says; by the book until then.
contract HostileToken is TokenDouble(18) {
    enum Manner {
        Honest,
        Stall, // reverts
        BurnGas,
        Lie, // returns true, moves nothing
        ReturnFalse, // moves, returns false
        Bomb, // reverts with a megabyte
        FeeOnReceiver, // 1 %
        FeeOnSender, // 1 % on top
        RefuseZero
    }

    error HostileToken_Stalled();
    error HostileToken_Blacklisted(address account);
    error HostileToken_CallFailed(bytes reason);
    error HostileToken_Zero();

    Manner public manner;
    mapping(address => bool) public blacklisted;
    bool public balanceFails;
    address public target;
    bytes public call;
    bool public needsSuccess;

    function setManner(Manner manner_) external {
        manner = manner_;
    }

    function setBlacklisted(address account, bool value) external {
        blacklisted[account] = value;
    }

    function setBalanceFails(bool fails) external {
        balanceFails = fails;
    }

    /// Called inside the next transfers, from here.
    function setCall(address target_, bytes calldata call_, bool needsSuccess_) external {
        (target, call, needsSuccess) = (target_, call_, needsSuccess_);
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (balanceFails) revert HostileToken_Stalled();
        return super.balanceOf(account);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (blacklisted[from]) revert HostileToken_Blacklisted(from);
        if (blacklisted[to]) revert HostileToken_Blacklisted(to);
        if (manner == Manner.Stall) revert HostileToken_Stalled();
        if (manner == Manner.RefuseZero && amount == 0) revert HostileToken_Zero();
        if (manner == Manner.BurnGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (manner == Manner.Bomb) {
            assembly ("memory-safe") {
                revert(0, 1000000)
            }
        }
        if (target != address(0)) {
            (bool ok, bytes memory reason) = target.call(call);
            if (!ok && needsSuccess) revert HostileToken_CallFailed(reason);
        }
        if (manner == Manner.Lie) return true;
        _transfer(from, to, amount);
        if (manner == Manner.FeeOnReceiver) _burn(to, amount / 100);
        if (manner == Manner.FeeOnSender) _burn(from, amount / 100);
        return manner != Manner.ReturnFalse;
    }
}

/// Returns nothing from its transfers, like Tether's on Ethereum, and does not let an allowance be changed but over zero.
contract SilentToken {
    uint8 public constant decimals = 6;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        require(amount == 0 || allowance[msg.sender][spender] == 0, "reset first");
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// A second address of a token: the same balances, moved by either.
contract SecondEntry {
    TokenDouble internal immutable TOKEN;

    constructor(TokenDouble token) {
        TOKEN = token;
    }

    function decimals() external view returns (uint8) {
        return TOKEN.decimals();
    }

    function balanceOf(address account) external view returns (uint256) {
        return TOKEN.balanceOf(account);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        TOKEN.burn(msg.sender, amount);
        TOKEN.mint(to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        TOKEN.burn(from, amount);
        TOKEN.mint(to, amount);
        return true;
    }
}
