// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @notice Proves that the layout checks see what they must see: the first layout, and three successors of it.
contract LayoutFirst is UUPSUpgradeable {
    /// @custom:storage-location erc7201:plimsoll.storage.Fixture
    struct FixtureStorage {
        uint96 cash;
        uint96 debt;
        mapping(address account => uint256 shares) shares;
    }

    function _authorizeUpgrade(address) internal override {}
}

/// @notice A field more at the end: allowed.
contract LayoutAppended is UUPSUpgradeable {
    /// @custom:storage-location erc7201:plimsoll.storage.Fixture
    struct FixtureStorage {
        uint96 cash;
        uint96 debt;
        mapping(address account => uint256 shares) shares;
        uint256 added;
    }

    function _authorizeUpgrade(address) internal override {}
}

/// @notice A field more in the middle: everything behind it moves.
contract LayoutInserted is UUPSUpgradeable {
    /// @custom:storage-location erc7201:plimsoll.storage.Fixture
    struct FixtureStorage {
        uint96 cash;
        uint96 added;
        uint96 debt;
        mapping(address account => uint256 shares) shares;
    }

    function _authorizeUpgrade(address) internal override {}
}

/// @notice Two fields of one slot in the other order.
contract LayoutReordered is UUPSUpgradeable {
    /// @custom:storage-location erc7201:plimsoll.storage.Fixture
    struct FixtureStorage {
        uint96 debt;
        uint96 cash;
        mapping(address account => uint256 shares) shares;
    }

    function _authorizeUpgrade(address) internal override {}
}

/// @notice Keeps state from its construction, which a proxy would not see.
contract StatefulImplementation is UUPSUpgradeable {
    uint256 public limit = 7;

    function _authorizeUpgrade(address) internal override {}
}
