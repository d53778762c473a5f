// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMinerFacts} from "../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {IPledgeVault} from "../../contracts/loans/interfaces/IPledgeVault.sol";
import {IReputation} from "../../contracts/reputation/interfaces/IReputation.sol";
import {IPostedValues} from "../../contracts/loans/interfaces/IPostedValues.sol";
import {IRiskEngine} from "../../contracts/loans/interfaces/IRiskEngine.sol";
import {LoanBook} from "../../contracts/loans/LoanBook.sol";

/// @notice The loan book with one function more: an upgrade that keeps the layout.
/// @custom:oz-upgrades-unsafe-allow missing-initializer missing-initializer-call
contract LoanBookNext is LoanBook {
    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation,
        address desk
    ) LoanBook(vault, riskEngine, minerFacts, accountBeacon, stripAuction, posted, reputation, desk) {}

    function release() external pure returns (uint256) {
        return 2;
    }
}
