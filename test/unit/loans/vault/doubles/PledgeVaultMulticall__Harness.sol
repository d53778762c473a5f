// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PledgeVault} from "../../../../../contracts/loans/PledgeVault.sol";
import {IRateModel} from "../../../../../contracts/loans/interfaces/IRateModel.sol";
import {IReserveFund} from "../../../../../contracts/loans/interfaces/IReserveFund.sol";
import {IWFIL} from "../../../../../contracts/loans/interfaces/IWFIL.sol";

/// @notice What a careless upgrade could look like: one `msg.value`, seen by several calls.
contract PledgeVaultMulticall__Harness is PledgeVault {
    constructor(
        IWFIL wfil,
        address loanBook,
        IRateModel rateModel,
        IReserveFund reserveFund
    ) PledgeVault(wfil, loanBook, rateModel, reserveFund) {}

    /// Runs calls to itself in the context of one payment.
    function batch(bytes[] calldata calls) external payable {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok, bytes memory answer) = address(this).delegatecall(calls[i]);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
    }
}
