// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinSend} from "../../../../../contracts/filecoin/FilecoinSend.sol";

/// Pays tips out of what it holds, to whomever the auction names.
contract ReserveFundDouble {
    uint256 public constant TIP = 0.1e18;

    function payTip(address keeper) external returns (uint256 amount) {
        amount = TIP < address(this).balance ? TIP : address(this).balance;
        if (amount > 0) FilecoinSend.toAddress(keeper, amount);
    }

    receive() external payable {}
}
