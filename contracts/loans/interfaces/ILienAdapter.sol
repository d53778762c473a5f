// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title What pays off one kind of lender that approves only once it is paid
/// @notice Listed by the RISK role for single lenders. It is trusted with nothing: whatever it does with the FIL, the loan book reads the
/// miner's beneficiary afterwards, and without the lien the payment is undone with all the rest.
interface ILienAdapter {
    /// @notice Pays `lender` off and makes it approve the open proposal that names `account` as the miner's beneficiary (ChangeBeneficiary
    /// with the proposal's own values). `amount` has just arrived here by method 0, without this contract's code running. What the lender
    /// does not take, this contract sends to `account` by method 0, where it is the loan's. Called by the loan book alone, in a takeover.
    /// @param minerId the miner whose lien is paid off [actor id]
    /// @param lender its beneficiary [actor id]
    /// @param account the loan's account, the nominee [actor id]
    /// @param amount most that the lender gets [attoFIL]
    function payOff(uint64 minerId, uint64 lender, uint64 account, uint256 amount) external;
}
