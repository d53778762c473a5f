// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesClearing} from "./IFuturesClearing.sol";
import {IFuturesDefaults} from "./IFuturesDefaults.sol";
import {IFuturesDesk} from "./IFuturesDesk.sol";
import {IFuturesEvents} from "./IFuturesEvents.sol";
import {IFuturesSettlement} from "./IFuturesSettlement.sol";

/// @title All of the clearing, at one address
interface IFutures is IFuturesClearing, IFuturesDesk, IFuturesDefaults, IFuturesSettlement, IFuturesEvents {}
