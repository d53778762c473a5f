// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for local chains
/// @notice Anyone may mint it: it stands in for what providers post beside their miners. 18 decimals.
contract DevToken is ERC20 {
    /// @param name_ of the token
    /// @param symbol_ of the token
    constructor(string memory name_, string memory symbol_) ERC20(name_, symbol_) {}

    /// @notice Makes `amount` for `to`. Anyone.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
