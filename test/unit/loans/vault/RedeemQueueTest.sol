// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemQueue, QueueState} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice A pool whose money is lent out but for the buffer, so that exits have to wait.
abstract contract RedeemQueueTest is VaultTest {
    address internal immutable DAVE = makeAddr("dave");

    IRedeemQueue internal queue;

    function setUp() public virtual override {
        super.setUp();
        queue = IRedeemQueue(address(vault));
        _makeUgly();
        _lend(1, vault.lendable());
    }

    function _request(address who, uint256 shares) internal returns (uint256 requestId) {
        vm.prank(who);
        return queue.requestRedeem(shares, who, who);
    }

    function _claimShares(address who, uint256 shares) internal returns (uint256 assets) {
        vm.prank(who);
        return queue.claimShares(shares, who, who, false);
    }

    function _claimAll(address who) internal returns (uint256 assets) {
        (uint256 shares, ) = queue.claimable(who);
        return _claimShares(who, shares);
    }

    function _id(address controller, uint256 number) internal pure returns (uint256) {
        return (uint256(uint160(controller)) << 96) | number;
    }

    /// I3 and I11 as far as the queue's own books go.
    function _assertQueue() internal view {
        _assertLedger();
        QueueState memory q = queue.queueState();
        PoolState memory s = vault.poolState();
        assertEq(s.setAside, q.setAside, "I11: set aside");
        assertEq(s.waitingShares, q.requestedShares - q.filledShares, "I11: waiting");
        assertGe(vault.balanceOf(address(vault)), s.waitingShares, "I11: shares are in custody");
        uint256 worth = Math.mulDiv(s.waitingShares, vault.totalAssets() + 1, vault.totalSupply() + VIRTUAL_SHARES);
        assertEq(s.waitingAssets, worth, "I11: worth");
    }
}
