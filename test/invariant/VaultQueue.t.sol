// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PoolState} from "../../contracts/loans/interfaces/IPledgeVault.sol";
import {QueueState} from "../../contracts/loans/interfaces/IRedeemQueue.sol";
import {RedeemQueueTest} from "../unit/loans/vault/RedeemQueueTest.sol";

/// @notice The queue against a model that keeps a list, as one would on paper: each request with its shares, each filling walking
/// the list
/// from its head at the price of the moment. Random orders of everything that moves the pool.
contract VaultQueueTest is RedeemQueueTest {
    struct Paper {
        address controller;
        uint256 number;
        uint256 waiting; // [shares]
        uint256 filled; // not claimed [shares]
        uint256 due; // for them, exactly [attoFIL x 2^64]
    }

    Paper[] private _list;
    mapping(address => uint256) private _made;
    uint256 private _paid;

    /// I11: the queue is FIFO and each part was filled at the price of its filling; I3, I4 and I16 besides.
    /// hardhat-config: fuzz.runs = 64
    function testFuzz_I11_queueIsAListFilledInOrder(uint256[48] memory seeds) public {
        for (uint256 i = 0; i < seeds.length; ++i) {
            _step(seeds[i]);
            _assertQueue();
            _assertPaper();
        }
        // I12: whatever happened, all of it can be claimed.
        address[3] memory who = [ALICE, BOB, CAROL];
        for (uint256 i = 0; i < 3; ++i) {
            for ((uint256 shares, ) = queue.claimable(who[i]); shares != 0; (shares, ) = queue.claimable(who[i])) {
                _claim(who[i], shares, false);
            }
        }
        assertEq(vault.poolState().setAside, 0, "I11: all that was set aside was somebody's");
    }

    function _step(uint256 seed) private {
        uint256 kind = seed % 10;
        uint256 amount = uint256(keccak256(abi.encode(seed))) % (50 * FIL);
        address who = [ALICE, BOB, CAROL][(seed >> 8) % 3];
        uint256 price = _priceWad();
        if (kind < 2) _askFor(who, amount * 1e6 + 0.2e24);
        else if (kind < 4) _fill();
        else if (kind == 4) _deposit(who, amount + 1);
        else if (kind == 5) _payBack(amount + 1);
        else if (kind == 6) skip_((seed >> 16) % 5_000);
        else if (kind == 7) _claimSome(who, seed >> 16);
        else if (kind == 8) _lendSome(amount);
        else {
            if (scaled != 0) _impair(3, scaled / 20 + 1, 0);
            return; // I4: the one that may lower the price
        }
        assertGe(_priceWad(), price, "I4");
    }

    function _askFor(address who, uint256 shares) private {
        shares = Math.min(shares, vault.balanceOf(who));
        if (shares == 0) return;
        uint256 id = _request(who, shares);
        assertEq(id, _id(who, ++_made[who]), "id");
        _list.push(Paper(who, _made[who], shares, 0, 0));
    }

    function _fill() private {
        uint256 cash = vault.poolState().cash;
        (uint256 shares, uint256 assets) = queue.fulfil();
        assertLe(assets, cash, "I11: not more than there is");
        if (shares == 0) return;
        uint256 left = shares;
        for (uint256 i = 0; i < _list.length && left != 0; ++i) {
            uint256 taken = Math.min(left, _list[i].waiting);
            _list[i].waiting -= taken;
            _list[i].filled += taken;
            _list[i].due += Math.mulDiv(taken, assets << 64, shares);
            left -= taken;
        }
        assertEq(left, 0, "I11: nobody else's shares");
    }

    function _payBack(uint256 amount) private {
        uint256 debt = vault.poolState().debt;
        if (debt != 0) _repay(1, Math.min(amount, debt));
    }

    function _lendSome(uint256 amount) private {
        amount = Math.min(amount, vault.lendable());
        if (amount != 0) _lend(1, amount);
    }

    function _claimSome(address who, uint256 seed) private {
        (uint256 shares, uint256 assets) = queue.claimable(who);
        if (shares == 0) return;
        if (seed & 1 == 0) return _claim(who, 1 + (seed % shares), seed & 2 == 0);
        if (assets == 0) return;
        assets = 1 + (seed % assets);
        vm.prank(who);
        uint256 used = queue.claimAssets(assets, who, who, seed & 2 == 0);
        _cross(who, used, assets);
    }

    function _claim(address who, uint256 shares, bool inFil) private {
        vm.prank(who);
        uint256 assets = queue.claimShares(shares, who, who, inFil);
        _cross(who, shares, assets);
    }

    /// Takes a claim off the list. What is paid is what the list says, to 2 attoFIL for each request and part of one.
    function _cross(address who, uint256 shares, uint256 assets) private {
        uint256 due;
        uint256 parts;
        for (uint256 i = 0; i < _list.length && shares != 0; ++i) {
            if (_list[i].controller != who || _list[i].filled == 0) continue;
            uint256 taken = Math.min(shares, _list[i].filled);
            // On paper the parts of a request that was filled at several prices are mixed; what is left of it says which of them was
            // claimed.
            uint256 part = _list[i].due;
            if (taken != _list[i].filled) {
                uint256 rest = queue.claimableAssets(_id(who, _list[i].number), who) << 64;
                part = part > rest ? part - rest : 0;
            }
            due += part;
            _list[i].due -= part;
            _list[i].filled -= taken;
            shares -= taken;
            ++parts;
        }
        assertEq(shares, 0, "I11: claimed what was not filled");
        assertApproxEqAbs(assets, due >> 64, 2 * parts + 1, "I11: price");
        _paid += assets;
    }

    function _assertPaper() private view {
        uint256 due;
        bool open;
        for (uint256 i = 0; i < _list.length; ++i) {
            Paper memory p = _list[i];
            uint256 id = _id(p.controller, p.number);
            assertEq(queue.pendingRedeemRequest(id, p.controller), p.waiting, "I11: waiting");
            assertEq(queue.claimableRedeemRequest(id, p.controller), p.filled, "I11: filled");
            uint256 owed = queue.claimableAssets(id, p.controller);
            assertApproxEqAbs(owed, p.due >> 64, 2, "I11: at the price of its filling");
            assertTrue(!open || p.filled == 0, "I11: overtaken");
            open = open || p.waiting != 0;
            due += owed;
        }
        QueueState memory q = queue.queueState();
        PoolState memory s = vault.poolState();
        assertEq(q.setAside, due, "I11: set aside is what is owed");
        assertEq(q.filledAssets, _paid + q.setAside, "I11: paid or set aside");
        assertEq(s.waitingShares, q.requestedShares - q.filledShares, "I11");
    }
}
