// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {RiskParams} from "../../../../../contracts/loans/interfaces/IRiskEngine.sol";

/// Parameters that a test sets; the defaults of the design until then.
contract RiskEngineDouble {
    RiskParams internal _params;

    constructor() {
        _params.drawWeightWad = 0.88e18;
        _params.callWeightWad = 0.93e18;
        _params.liquidationWeightWad = 0.96e18;
        _params.targetHealthWad = 1.03e18;
        _params.minDebt = 10e18;
    }

    function set(uint64 liquidationWeightWad, uint64 targetHealthWad, uint96 minDebt) external {
        _params.liquidationWeightWad = liquidationWeightWad;
        _params.targetHealthWad = targetHealthWad;
        _params.minDebt = minDebt;
    }

    function liquidationTerms() external view returns (uint256, uint256, uint256) {
        return (_params.liquidationWeightWad, _params.targetHealthWad, _params.minDebt);
    }

    function params() public view returns (RiskParams memory) {
        return _params;
    }
}
