// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title First implementation of every proxy
interface IBootstrap {
    /// @notice Thrown when anyone but the deployer upgrades the proxy.
    error Bootstrap_NotDeployer(address expected, address actual);
    /// @notice Thrown when the deployer would be the zero address.
    error Bootstrap_InvalidDeployer(address actual);
}
