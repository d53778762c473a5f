// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {FilecoinSend} from "../../../../../contracts/filecoin/FilecoinSend.sol";
import {Position, Standing} from "../../../../../contracts/loans/interfaces/ILoanBook.sol";
import {IRiskEngine} from "../../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {RiskMath} from "../../../../../contracts/loans/libraries/RiskMath.sol";
import {Loan, LoanState} from "../../../../../contracts/loans/LoanTypes.sol";

/// The part of a loan book that the auction sees: debts and values that a test sets, and a strict line of strips. It
/// holds the FIL of all loans' accounts itself, and keeps the vault's cash, to see that every price has arrived
/// before it is booked.
contract LoanBookDouble {
    error LoanBookDouble_NotAuction();
    error LoanBookDouble_Unfunded(uint256 balance, uint256 cash);
    error LoanBookDouble_UnknownLoan(uint256 loanId);
    error LoanBookDouble_AheadOfLine(uint256 paid, uint256 claimed);

    struct Facts {
        uint256 debt;
        uint256 walkAwayValue;
        uint256 available;
        uint256 freeFunds;
    }

    mapping(uint256 loanId => Facts) public facts;
    mapping(uint256 loanId => Loan) internal _loans;
    mapping(uint256 loanId => uint256) public claimed;
    uint256 public vaultCash;
    uint256 public lineOffset; // a fault that a test injects: where the book thinks a strip starts, off by this

    IRiskEngine internal immutable RISK_ENGINE;
    address internal immutable VAULT;
    IERC20 internal immutable WFIL;
    address internal _auction;

    constructor(IRiskEngine riskEngine, address vault, IERC20 wfil) {
        RISK_ENGINE = riskEngine;
        VAULT = vault;
        WFIL = wfil;
    }

    receive() external payable {}

    // ---------------------------------------------------------------- a test's hands

    function setAuction(address auction) external {
        _auction = auction;
    }

    function set(uint256 loanId, uint256 debt, uint256 walkAwayValue) external {
        facts[loanId].debt = debt;
        facts[loanId].walkAwayValue = walkAwayValue;
        if (_loans[loanId].state == LoanState.None) _loans[loanId].state = LoanState.Healthy;
    }

    function setCash(uint256 loanId, uint256 available, uint256 freeFunds) external {
        facts[loanId].available = available;
        facts[loanId].freeFunds = freeFunds;
    }

    function setCoolOff(uint256 loanId, uint32 since) external {
        _loans[loanId].coolOffSince = since;
    }

    function setLineOffset(uint256 offset) external {
        lineOffset = offset;
    }

    /// A payment from outside, as `repay` would book it.
    function repay(uint256 loanId, uint256 amount) external {
        facts[loanId].debt -= amount;
    }

    /// What miners bring in: strips first, then the debt. Value falls by what has left the miners.
    function inflow(uint256 loanId) external payable {
        Loan storage loan = _loans[loanId];
        uint256 outstanding = loan.stripSold - loan.stripPaid;
        uint256 toStrips = msg.value < outstanding ? msg.value : outstanding;
        loan.stripPaid += uint96(toStrips);
        facts[loanId].walkAwayValue -= msg.value;
        facts[loanId].debt -= msg.value - toStrips;
    }

    // ---------------------------------------------------------------- what the auction asks

    function positionOf(uint256 loanId) public view returns (Position memory p) {
        if (_loans[loanId].state == LoanState.None) revert LoanBookDouble_UnknownLoan(loanId);
        Facts memory f = facts[loanId];
        Loan memory loan = _loans[loanId];
        uint256 outstanding = loan.stripSold - loan.stripPaid;
        p.debt = f.debt;
        p.value = f.walkAwayValue > outstanding ? f.walkAwayValue - outstanding : 0;
        p.healthWad = RiskMath.healthDown(p.value * RISK_ENGINE.params().liquidationWeightWad, p.debt);
        p.assessment.walkAwayValue = f.walkAwayValue;
        p.assessment.available = f.available;
    }

    function standingOf(uint256 loanId) external view returns (Standing memory s) {
        Position memory p = positionOf(loanId);
        (s.debt, s.value, s.healthWad) = (p.debt, p.value, p.healthWad);
        s.collateralWad = p.value * RISK_ENGINE.params().liquidationWeightWad;
        s.cash = p.assessment.available + facts[loanId].freeFunds;
        s.coolOffSince = _loans[loanId].coolOffSince;
        (s.weightWad, s.targetHealthWad, s.minDebt) = RISK_ENGINE.liquidationTerms();
    }

    function loanOf(uint256 loanId) external view returns (Loan memory) {
        return _loans[loanId];
    }

    function debtOf(uint256 loanId) external view returns (uint256) {
        return facts[loanId].debt;
    }

    function freeFundsOf(uint256 loanId) external view returns (uint256) {
        return facts[loanId].freeFunds;
    }

    function settleStrip(uint256 loanId, uint256 face, uint256 price) external returns (uint256 start) {
        if (msg.sender != _auction) revert LoanBookDouble_NotAuction();
        vaultCash += price;
        uint256 held = VAULT.balance + WFIL.balanceOf(VAULT);
        if (held < vaultCash) revert LoanBookDouble_Unfunded(held, vaultCash);
        Loan storage loan = _loans[loanId];
        start = loan.stripSold + lineOffset;
        loan.stripSold += uint96(face);
        facts[loanId].debt -= price;
    }

    function payStrip(uint256 loanId, address to, uint256 amount) external {
        if (msg.sender != _auction) revert LoanBookDouble_NotAuction();
        claimed[loanId] += amount;
        if (claimed[loanId] > _loans[loanId].stripPaid) {
            revert LoanBookDouble_AheadOfLine(_loans[loanId].stripPaid, claimed[loanId]);
        }
        FilecoinSend.toAddress(to, amount);
    }
}
