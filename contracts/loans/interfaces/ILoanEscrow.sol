// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the sale of one miner rests on, all read in the same call. All zero but the health for a miner that secures no loan.
struct ControlFacts {
    uint256 loanId; // 0 when the miner secures no loan
    address account; // of that loan: who owns the miner while it is in escrow
    bool escrowed; // the account owns the miner, and no other owner is proposed
    uint256 debt; // of the loan, rounded up [attoFIL]
    uint256 strips; // outstanding face, senior to the debt [attoFIL]
    uint256 healthWad; // of the loan; max when there is no debt [wad]
    uint256 cash; // available in the loan's miners and free in its account: what a par sweep can take now [attoFIL]
    uint256 coolOffSince; // last draw, attach or escrow [epoch]
    uint256 orderlyValue; // of this miner [attoFIL]
    uint256 walkAwayValue; // of this miner: what the pool could collect of it without a buyer [attoFIL]
    uint256 weightWad; // liquidation weight of the lien, by which strips count [wad]
    uint256 escrowWeightWad; // liquidation weight of escrow, by which this miner counts [wad]
}

/// @title Events and errors of owner escrow, beside those of the loan book
interface ILoanEscrowEvents {
    /// @notice Emitted when the loan's account has become owner of a miner.
    event MinerEscrowed(uint256 indexed loanId, uint64 indexed minerId, uint64 previousOwner);
    /// @notice Emitted when a miner has left escrow for the lien, and `newOwner` may take it.
    event MinerReleased(uint256 indexed loanId, uint64 indexed minerId, uint64 newOwner);
    /// @notice Emitted when the SP gives an escrowed miner other keys.
    event ControlChanged(uint256 indexed loanId, uint64 indexed minerId, uint64 worker, uint64[] controls);
    /// @notice Emitted when the ownership of a miner is sold: where its price went, and the debt that is left.
    event MinerSold(
        uint256 indexed loanId,
        uint64 indexed minerId,
        uint64 indexed newOwner,
        uint256 toStrips,
        uint256 toDebt,
        uint256 surplus,
        uint256 debt
    );

    /// @notice Thrown when a miner's owner has not proposed the loan's account as the new one.
    error LoanBook_OwnerNotProposed(uint64 minerId, uint64 expected, uint64 pendingOwner);
    /// @notice Thrown when after a change of ownership the miner's owner or proposed owner is not who it must be.
    error LoanBook_BadOwner(
        uint64 minerId,
        uint64 expectedOwner,
        uint64 owner,
        uint64 expectedPending,
        uint64 pendingOwner
    );
    /// @notice Thrown when a new owner is the null actor, the loan's account or the loan book itself.
    error LoanBook_InvalidOwner(uint64 actual);
    /// @notice Thrown when a miner is neither owned by the loan's account nor on its way out of escrow.
    error LoanBook_NotEscrowed(uint256 loanId, uint64 minerId, uint64 owner, uint64 pendingOwner);
    /// @notice Thrown when a miner is to leave the loan while its account, or the loan book, owns it.
    error LoanBook_Escrowed(uint256 loanId, uint64 minerId, uint64 owner);
    /// @notice Thrown when the price of a miner has not arrived in the loan's account.
    error LoanBook_NotPaid(uint256 price, uint256 actual);
}

/// @title Owner escrow: a miner whose ownership lies in the loan's account
/// @notice Reached through the loan book's address, which hands these calls on. An escrowed miner counts at its orderly value and by the
/// escrow weights, because its ownership can be sold (loans F3, F7.3).
interface ILoanEscrow is ILoanEscrowEvents {
    /// @notice Takes the ownership of an attached miner, whose owner has proposed the loan's account as new owner; or takes back into
    /// escrow a miner that `releaseMiner` has let go and that the new owner has not accepted. Only the SP. Stopped with attaches. Where it
    /// lowers what may be drawn, the draw test must hold afterwards.
    function escrowMiner(uint256 loanId, uint256 minerIndex) external;

    /// @notice Lets an escrowed miner go: the lien stays, and `newOwner` is proposed as owner, who must accept by itself
    /// (ChangeOwnerAddress with its own id). Only the SP, without debt, or in a healthy state when the draw test holds with the miner
    /// valued by its lien; not while strips are outstanding. Never paused. Until the new owner accepts, the pending change bars draws, and
    /// the SP may call again to propose another, or `escrowMiner` to take it back.
    /// @dev Until then the loan book owns the miner. Nobody should withdraw the miner's balance in the market actor meanwhile: that pays
    /// the owner.
    /// @param newOwner [actor id]
    function releaseMiner(uint256 loanId, uint256 minerIndex, uint64 newOwner) external;

    /// @notice Replaces the control addresses of an escrowed miner at once, and its worker in 900 epochs. Only the SP; without debt, or
    /// while the loan is not called and not due to be. Keys run the miner; none of them receives FIL.
    /// @dev While another change of worker is pending, the actor ignores `worker` without an error. A pending change cannot be read.
    /// @param worker a BLS account; the present one for no change [actor id]
    /// @param controls at most 10, all of them: those left out are dismissed [actor ids]
    function setControl(uint256 loanId, uint256 minerIndex, uint64 worker, uint64[] calldata controls) external;

    /// @notice Puts a change of worker into force whose 900 epochs are over, for a miner whose own cron does not. Only the SP.
    function confirmWorker(uint256 loanId, uint256 minerIndex) external;

    // ---------------------------------------------------------------- the control auction
    /// @notice Books the sale of an escrowed miner, whose price has arrived in the loan's account: strips first, then the debt, the rest
    /// to the SP's payee. The miner leaves the loan, the account gives up its lien and proposes `newOwner`. Only the control auction.
    function settleControl(uint64 minerId, uint256 price, uint64 newOwner) external;

    /// @notice Proposes another owner of a miner that was sold out of a loan and that its new owner has not accepted. Only the control
    /// auction.
    function nameOwner(uint256 loanId, uint64 minerId, uint64 newOwner) external;

    /// @notice What the sale of a miner rests on.
    function controlOf(uint64 minerId) external view returns (ControlFacts memory);
}
