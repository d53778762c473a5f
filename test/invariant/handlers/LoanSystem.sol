// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {WFIL} from "../../../contracts/devnet/WFIL.sol";
import {PostedCollateral} from "../../../contracts/collateral/PostedCollateral.sol";
import {MinerFacts} from "../../../contracts/filecoin/MinerFacts.sol";
import {ControlAuction} from "../../../contracts/loans/ControlAuction.sol";
import {PledgeVault} from "../../../contracts/loans/PledgeVault.sol";
import {ReserveFund} from "../../../contracts/loans/ReserveFund.sol";
import {RiskEngine} from "../../../contracts/loans/RiskEngine.sol";
import {StripAuction} from "../../../contracts/loans/StripAuction.sol";
import {ILoanBook} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {FeedDouble} from "../../unit/collateral/doubles/FeedDouble.sol";
import {TokenDouble} from "../../unit/collateral/doubles/Tokens.sol";

/// @notice All contracts of the loan system.
struct LoanSystem {
    PledgeVault vault;
    ILoanBook book;
    StripAuction auction;
    RiskEngine risk;
    MinerFacts facts;
    ReserveFund reserve;
    WFIL wfil;
    ControlAuction control;
    PostedCollateral posted;
    TokenDouble token; // that can be posted, and
    FeedDouble feed; // its price
}

/// @notice All who act on it. Their FIL is dealt once, before the campaign.
struct Cast {
    address[3] lenders;
    address[2] takers;
    address sp;
    address payee;
    address keeper;
    address guardian;
    address stranger; // gives FIL away
    address network; // pays block rewards
}
