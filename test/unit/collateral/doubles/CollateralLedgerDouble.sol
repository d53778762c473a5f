// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ICollateralLedger} from "../../../../contracts/collateral/interfaces/ICollateralLedger.sol";
import {IPostedCollateral} from "../../../../contracts/collateral/interfaces/IPostedCollateral.sol";

/// The part of a loan book that posted collateral sees: debts and values that a test sets. Keeps the vault's cash, to see
/// that every price has arrived before it is booked.
contract CollateralLedgerDouble is ICollateralLedger {
    error LedgerDouble_UnknownLoan(uint256 loanId);
    error LedgerDouble_OnlyPosted(address caller);
    error LedgerDouble_DrawTest(uint256 loanId, uint256 value, uint256 debt);
    error LedgerDouble_Unfunded(uint256 balance, uint256 cash);
    error LedgerDouble_Overpaid(uint256 debt, uint256 price);

    struct Loan {
        address owner;
        bool noted; // beside something else, as a loan book would have it
        address operator;
        uint256 debt;
        uint256 minersDrawValue;
        uint256 minersLiquidationValue;
        uint256 coolOffSince;
    }

    mapping(uint256 loanId => Loan) public loans;
    uint256 public targetHealthWad = 1.03e18;
    uint256 public minDebt = 10e18;
    uint256 public vaultCash;

    address internal immutable VAULT;
    IERC20 internal immutable WFIL;
    IPostedCollateral public posted;

    constructor(address vault, IERC20 wfil) {
        VAULT = vault;
        WFIL = wfil;
    }

    modifier known(uint256 loanId) {
        if (loans[loanId].owner == address(0)) revert LedgerDouble_UnknownLoan(loanId);
        _;
    }

    modifier onlyPosted() {
        if (msg.sender != address(posted)) revert LedgerDouble_OnlyPosted(msg.sender);
        _;
    }

    // ---------------------------------------------------------------- a test's hands

    function setPosted(IPostedCollateral posted_) external {
        posted = posted_;
    }

    function open(uint256 loanId, address owner) external {
        loans[loanId].owner = owner;
    }

    function setOperator(uint256 loanId, address operator) external {
        loans[loanId].operator = operator;
    }

    function set(uint256 loanId, uint256 debt, uint256 minersDrawValue, uint256 minersLiquidationValue) external {
        Loan storage loan = loans[loanId];
        (loan.debt, loan.minersDrawValue, loan.minersLiquidationValue) = (
            debt,
            minersDrawValue,
            minersLiquidationValue
        );
    }

    function setCoolOff(uint256 loanId, uint256 since) external {
        loans[loanId].coolOffSince = since;
    }

    function setParams(uint256 targetHealthWad_, uint256 minDebt_) external {
        (targetHealthWad, minDebt) = (targetHealthWad_, minDebt_);
    }

    /// As a draw would: asks what is posted, then adds debt.
    function draw(uint256 loanId, uint256 amount) external {
        (uint256 value, , ) = posted.weightedValues(loanId);
        loans[loanId].debt += amount;
        requireDrawTest(loanId, value);
    }

    function repay(uint256 loanId, uint256 amount) external {
        loans[loanId].debt -= amount;
    }

    /// As a loan book would value a loan for a provision.
    function liquidationValueOf(uint256 loanId) external view returns (uint256) {
        uint256 value;
        if (loans[loanId].noted) (, , value) = posted.weightedValues(loanId);
        return loans[loanId].minersLiquidationValue + value;
    }

    // ---------------------------------------------------------------- what posted collateral asks

    function isAuthorised(uint256 loanId, address who) external view known(loanId) returns (bool) {
        return who == loans[loanId].owner || who == loans[loanId].operator;
    }

    function debtOf(uint256 loanId) external view known(loanId) returns (uint256) {
        return loans[loanId].debt;
    }

    function coolOffSince(uint256 loanId) external view returns (uint256) {
        return loans[loanId].coolOffSince;
    }

    function requireDrawTest(uint256 loanId, uint256 postedDrawValue) public view known(loanId) {
        Loan storage loan = loans[loanId];
        uint256 value = loan.minersDrawValue + postedDrawValue;
        if (value < loan.debt) revert LedgerDouble_DrawTest(loanId, value, loan.debt);
    }

    function positionSummary(uint256 loanId) external view known(loanId) returns (uint256, uint256, uint256, uint256) {
        Loan storage loan = loans[loanId];
        return (loan.debt, loan.minersLiquidationValue, targetHealthWad, minDebt);
    }

    function notePosted(uint256 loanId, bool any) external onlyPosted known(loanId) {
        require(loans[loanId].noted != any, "noted already");
        loans[loanId].noted = any;
    }

    function settlePosted(uint256 loanId, uint256 price) external onlyPosted known(loanId) {
        vaultCash += price;
        uint256 held = VAULT.balance + WFIL.balanceOf(VAULT);
        if (held < vaultCash) revert LedgerDouble_Unfunded(held, vaultCash);
        if (price > loans[loanId].debt) revert LedgerDouble_Overpaid(loans[loanId].debt, price);
        loans[loanId].debt -= price;
    }
}
