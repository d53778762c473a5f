// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fill, IFuturesVenues, Skip, Taker} from "../../../../contracts/futures/interfaces/IFuturesVenues.sol";

/// Hands in whatever it is told to.
contract VenueDouble {
    IFuturesVenues private immutable CLEARING;

    constructor(IFuturesVenues clearing) {
        CLEARING = clearing;
    }

    function trade(bytes32 seriesId, Taker calldata taker, Fill[] calldata fills) external returns (Skip[] memory) {
        return CLEARING.trade(seriesId, taker, fills);
    }
}
