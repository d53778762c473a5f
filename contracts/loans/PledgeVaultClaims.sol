// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PledgeVaultCash} from "./PledgeVaultCash.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IRedeemClaims, QueueState} from "./interfaces/IRedeemQueue.sol";

/// @title Claims of the redeem queue, operators, views
/// @dev What a share got is read off the line through the fillings: assets(x) is what was set aside for the first x shares of the
/// queue, and
/// whoever holds the interval from a to b gets assets(b) - assets(a). Rounding cancels out along the line, so that what is claimed
/// and what
/// can be claimed always add up to what was set aside.
abstract contract PledgeVaultClaims is PledgeVaultCash, IRedeemClaims {
    using SafeCast for uint256;

    /// @dev Requests that one call looks at when it is not told how much to claim.
    uint256 private constant MOST_REQUESTS = 32;
    bytes4 private constant ERC7540_OPERATOR = 0xe3bc4e65;
    bytes4 private constant ERC7540_REDEEM = 0x620ee8e4;
    bytes4 private constant ERC7575_VAULT = 0x2f0a18c5;

    // ---------------------------------------------------------------- claims

    /// @inheritdoc IRedeemClaims
    function claimShares(
        uint256 shares,
        address receiver,
        address controller,
        bool inFil
    ) external returns (uint256 assets) {
        _requireClaim(shares, receiver, controller);
        Queue storage q = _queue();
        uint256 left = shares;
        while (left != 0) {
            (Request storage request, uint256 to) = _next(q, controller);
            uint256 taken = Math.min(left, Math.saturatingSub(to, request.claimed));
            if (taken == 0) revert ERC4626Upgradeable.ERC4626ExceededMaxRedeem(controller, shares, shares - left);
            left -= taken;
            assets += _take(q, controller, request, request.claimed + taken);
        }
        _pay(assets, shares, receiver, controller, inFil);
    }

    /// @inheritdoc IRedeemClaims
    function claimAssets(
        uint256 assets,
        address receiver,
        address controller,
        bool inFil
    ) external returns (uint256 shares) {
        _requireClaim(assets, receiver, controller);
        Queue storage q = _queue();
        uint256 left = assets;
        while (left != 0) {
            (Request storage request, uint256 to) = _next(q, controller);
            if (to <= request.claimed) {
                revert ERC4626Upgradeable.ERC4626ExceededMaxWithdraw(controller, assets, assets - left);
            }
            uint256 from = request.claimed;
            uint256 start = _assetsAt(q, from);
            uint256 there = _assetsAt(q, to) - start;
            if (there > left) to = _sharesAt(q, start + left);
            _take(q, controller, request, to);
            shares += to - from;
            left -= Math.min(there, left);
        }
        _pay(assets, shares, receiver, controller, inFil);
    }

    /// @inheritdoc IRedeemClaims
    function setOperator(address operator, bool approved) external returns (bool) {
        _queue().operators[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IRedeemClaims
    function isOperator(address controller, address operator) external view returns (bool) {
        return _queue().operators[controller][operator];
    }

    /// @inheritdoc IRedeemClaims
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        Request memory request = _requestOf(requestId, controller);
        return request.end - Math.max(request.claimed, Math.min(request.end, _queue().filled));
    }

    /// @inheritdoc IRedeemClaims
    function sharesAhead(uint256 requestId, address controller) external view returns (uint256) {
        // Nothing is claimed before it is filled: until then this is where the request begins.
        return Math.saturatingSub(_requestOf(requestId, controller).claimed, _queue().filled);
    }

    /// @inheritdoc IRedeemClaims
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        Request memory request = _requestOf(requestId, controller);
        return Math.saturatingSub(Math.min(request.end, _queue().filled), request.claimed);
    }

    /// @inheritdoc IRedeemClaims
    function claimableAssets(uint256 requestId, address controller) external view returns (uint256) {
        Request memory request = _requestOf(requestId, controller);
        Queue storage q = _queue();
        uint256 to = Math.min(request.end, q.filled);
        return to <= request.claimed ? 0 : _assetsAt(q, to) - _assetsAt(q, request.claimed);
    }

    /// @inheritdoc IRedeemClaims
    function claimable(address controller) external view returns (uint256 shares, uint256 assets) {
        Queue storage q = _queue();
        Line memory line = q.lines[controller];
        uint256 last = Math.min(line.made, line.claimed + MOST_REQUESTS);
        for (uint256 number = line.claimed + 1; number <= last; ++number) {
            Request memory request = q.requests[controller][number];
            uint256 to = Math.min(request.end, q.filled);
            if (to <= request.claimed) break;
            shares += to - request.claimed;
            assets += _assetsAt(q, to) - _assetsAt(q, request.claimed);
        }
    }

    /// @inheritdoc IRedeemClaims
    function requestsOf(address controller) external view returns (uint256 made, uint256 claimed) {
        Line storage line = _queue().lines[controller];
        return (line.made, line.claimed);
    }

    /// @inheritdoc IRedeemClaims
    function queueState() external view returns (QueueState memory) {
        Queue storage q = _queue();
        return QueueState(q.requested, q.filled, q.filledAssets, q.setAside, q.fills.length);
    }

    /// @inheritdoc IRedeemClaims
    function share() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IRedeemClaims
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == ERC7540_OPERATOR ||
            interfaceId == ERC7540_REDEEM ||
            interfaceId == ERC7575_VAULT;
    }

    // ---------------------------------------------------------------- how

    function _requireClaim(uint256 amount, address receiver, address controller) private view {
        _requireValidReceiver(receiver);
        if (amount == 0) revert IPledgeVault.PledgeVault_ZeroAmount();
        if (msg.sender != controller && !_queue().operators[controller][msg.sender]) {
            revert PledgeVault_NotOperator(controller, msg.sender);
        }
    }

    /// The controller's oldest request that is not claimed in full, and up to where it is filled; 0 when there is none.
    function _next(Queue storage q, address controller) private view returns (Request storage request, uint256 to) {
        request = q.requests[controller][q.lines[controller].claimed + 1];
        to = Math.min(request.end, q.filled);
    }

    /// Moves the claim on to `to`. A request that is claimed in full is forgotten.
    function _take(
        Queue storage q,
        address controller,
        Request storage request,
        uint256 to
    ) private returns (uint256 assets) {
        assets = _assetsAt(q, to) - _assetsAt(q, request.claimed);
        if (to == request.end) {
            ++q.lines[controller].claimed;
            delete q.requests[controller][q.lines[controller].claimed];
        } else {
            request.claimed = to.toUint128();
        }
    }

    function _pay(uint256 assets, uint256 shares, address receiver, address controller, bool inFil) private {
        Queue storage q = _queue();
        uint96 rest = q.setAside - assets.toUint96();
        q.setAside = rest;
        if (rest == 0 && q.requested == q.filled) _ledger().queueActive = false;
        emit IERC4626.Withdraw(msg.sender, receiver, controller, assets, shares);
        if (assets == 0) return; // shares that were worth less than an attoFIL
        if (inFil) _pushFil(receiver, assets);
        else _pushWfil(receiver, assets);
    }

    function _requestOf(uint256 requestId, address controller) private view returns (Request memory) {
        if (requestId >> 96 != uint160(controller)) return Request(0, 0);
        return _queue().requests[controller][uint96(requestId)];
    }

    /// What was set aside for the first `x` shares of the queue, rounded down. `x` must not be more than what is filled.
    function _assetsAt(Queue storage q, uint256 x) private view returns (uint256) {
        uint256 low = 0;
        uint256 high = q.fills.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (q.fills[middle].shares < x) low = middle + 1;
            else high = middle;
        }
        if (x == 0) return 0;
        Fill memory before = low == 0 ? Fill(0, 0) : q.fills[low - 1];
        Fill memory at = q.fills[low];
        return before.assets + Math.mulDiv(x - before.shares, at.assets - before.assets, at.shares - before.shares);
    }

    /// The fewest shares of the queue for which `y` was set aside. `y` must be more than 0 and not more than what was set aside.
    function _sharesAt(Queue storage q, uint256 y) private view returns (uint256) {
        uint256 low = 0;
        uint256 high = q.fills.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (q.fills[middle].assets < y) low = middle + 1;
            else high = middle;
        }
        Fill memory before = low == 0 ? Fill(0, 0) : q.fills[low - 1];
        Fill memory at = q.fills[low];
        return
            before.shares +
            Math.mulDiv(y - before.assets, at.shares - before.shares, at.assets - before.assets, Math.Rounding.Ceil);
    }
}
