// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PoolState} from "../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemQueue, IRedeemRequests, QueueState} from "../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Lenders who wait: requests, fillings, claims, operators, and those who try to leave ahead
/// @notice Keeps the queue on paper: a list of requests in their order, each filling walked down from its head at the share price of its
/// moment. What the contract says is compared with that list after every step of the campaign (I11).
contract QueueHandler is LoanHandler {
    /// @dev A request as it stands on paper.
    struct Paper {
        address controller;
        uint64 number; // among the controller's
        uint256 waiting; // [shares]
        uint256 filled; // not claimed [shares]
        uint256 due; // for them, exactly [attoFIL x 2^64]
        uint256 parts; // fillings that it took part in: each may round by 1 attoFIL
    }

    uint256 private constant VIRTUAL_SHARES = 1e6;
    uint256 private constant MIN_REQUEST = 1e23; // [shares]
    /// @dev Requests that the list holds at most in a run, so that walking it stays cheap.
    uint256 private constant MOST = 60;

    IRedeemQueue private queue;
    Paper[] private _list;
    mapping(address => uint64) private _made;
    uint256 private _first; // all before it are claimed in full
    /// @notice Of what was set aside, what was claimed [attoFIL].
    uint256 public paid;
    /// @notice What fillings were worth by the share price of their moment [attoFIL].
    uint256 public filledAssets;

    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        queue = IRedeemQueue(address(sys.vault));
        _expect("requestRedeem");
        _expect("rush");
        _expect("fulfil");
        _expect("fulfil in part");
        _expect("claimShares");
        _expect("claimAssets");
        _expect("claim by redeem");
        _expect("claim by operator");
        _expect("setOperator");
        _expect("claim by stranger refused");
        _expect("exit ahead refused");
        _expect("state:Waiting");
        _expect("state:SetAside");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](6);
        list[0] = this.requestRedeem.selector;
        list[1] = this.fulfil.selector;
        list[2] = this.claim.selector;
        list[3] = this.setOperator.selector;
        list[4] = this.jump.selector;
        list[5] = this.rush.selector;
    }

    // ------------------------------------------------------------------------------------------------ requests

    function requestRedeem(uint256 seed, uint256 shares, bool byOperator) external step {
        address owner = who.lenders[seed % 3];
        uint256 held = sys.vault.balanceOf(owner);
        if (_list.length >= MOST || held == 0) return _refused("requestRedeem");
        bool all = held <= MIN_REQUEST || seed % 4 == 0;
        _request(owner, all ? held : _bound(shares, MIN_REQUEST, held), byOperator);
    }

    /// @notice A run on the pool: all want everything, and then more comes in than goes out.
    function rush(uint256 seed) external step {
        if (_list.length >= MOST || seed % 2 != 0) return _refused("rush");
        for (uint256 i; i < 3; ++i) {
            address owner = who.lenders[((seed % 3) + i) % 3];
            uint256 held = sys.vault.balanceOf(owner);
            if (held != 0) _request(owner, held, false);
        }
        _count("rush");
    }

    function _request(address owner, uint256 shares, bool byOperator) private {
        address sender = byOperator && queue.isOperator(owner, who.keeper) ? who.keeper : owner;
        uint256 held = sys.vault.balanceOf(owner);
        uint256 custody = sys.vault.balanceOf(address(sys.vault));
        uint256 total = sys.vault.totalAssets();
        bytes memory data = abi.encodeCall(queue.requestRedeem, (shares, owner, owner));
        _must("requestRedeem", sender, address(sys.vault), 0, data, "a lender can join the queue");
        uint64 number = ++_made[owner];
        _list.push(Paper(owner, number, shares, 0, 0, 0));
        assertEq(sys.vault.balanceOf(owner), held - shares, "I11: shares that wait left their owner");
        assertEq(sys.vault.balanceOf(address(sys.vault)), custody + shares, "I11: and are in custody");
        assertEq(sys.vault.totalAssets(), total, "I4: a request moves no price");
        _countStates();
    }

    // ------------------------------------------------------------------------------------------------ fillings

    /// @notice Anyone. Not a step for nothing: mostly cash or requests are missing.
    function fulfil(uint256 seed) external step {
        PoolState memory pool = sys.vault.poolState();
        uint256 supply = sys.vault.totalSupply();
        vm.prank(seed % 2 == 0 ? who.keeper : who.stranger);
        (uint256 shares, uint256 assets) = queue.fulfil();
        if (shares == 0) {
            _checkNothingToFill(pool, supply);
            return _refused("fulfil");
        }
        _checkFilling(pool, supply, shares, assets);
        _walk(shares, assets);
        filledAssets += assets;
        _count("fulfil");
        if (shares != pool.waitingShares) _count("fulfil in part");
        _countStates();
    }

    /// @dev assets = floor(shares x (total + 1) / (supply + 10^6)), as a redemption at this moment would be paid.
    function _checkFilling(PoolState memory pool, uint256 supply, uint256 shares, uint256 assets) private view {
        uint256 worth = Math.mulDiv(shares, pool.totalAssets + 1, supply + VIRTUAL_SHARES);
        assertEq(assets, worth, "I11: filled at another price than the share price");
        assertLe(assets, pool.cash, "I11: filled with what is not there");
        PoolState memory now_ = sys.vault.poolState();
        assertEq(now_.cash, pool.cash - assets, "I3: what is set aside left cash");
        assertEq(now_.setAside, pool.setAside + assets, "I3: and is set aside");
        assertEq(sys.vault.totalSupply(), supply - shares, "I11: filled shares are burnt");
        // All who can be filled are: who waits still is short of cash.
        if (now_.waitingShares != 0) assertLe(now_.cash, 2, "I11: filling stopped short");
        assertEq(now_.utilisationWad, pool.utilisationWad, "I11: filling moved utilisation");
    }

    function _checkNothingToFill(PoolState memory pool, uint256 supply) private pure {
        if (pool.waitingShares == 0) return;
        uint256 forCash = Math.mulDiv(pool.cash, supply + VIRTUAL_SHARES, pool.totalAssets + 1);
        uint256 fills = Math.min(forCash, pool.waitingShares);
        uint256 worth = Math.mulDiv(fills, pool.totalAssets + 1, supply + VIRTUAL_SHARES);
        assertEq(worth, 0, "I11: filling refused although cash is there");
    }

    /// @dev First come, first served.
    function _walk(uint256 shares, uint256 assets) private {
        uint256 left = shares;
        for (uint256 i = _first; i < _list.length && left != 0; ++i) {
            Paper storage p = _list[i];
            uint256 taken = Math.min(left, p.waiting);
            if (taken == 0) continue;
            p.waiting -= taken;
            p.filled += taken;
            p.due += Math.mulDiv(taken, assets << 64, shares);
            ++p.parts;
            left -= taken;
        }
        assertEq(left, 0, "I11: more filled than waits");
    }

    // ------------------------------------------------------------------------------------------------ claims

    /// @notice By shares, by assets, through the doors of ERC-4626, by an operator; whatever is paused.
    function claim(uint256 seed, uint256 amount, uint256 way) external step {
        address controller = _claimant(seed);
        if (controller == address(0)) return _refused("claim");
        (uint256 most, uint256 worth) = queue.claimable(controller);
        if (way % 7 == 0) return _claimAsStranger(controller, most);
        // Filled shares that were worth less than an attoFIL are claimed for nothing, and do not close the doors of ERC-4626.
        if (worth == 0) return _claimShares(controller, most, 2);
        assertEq(sys.vault.maxRedeem(controller), most, "I11: maxRedeem says what can be claimed");
        assertEq(sys.vault.maxWithdraw(controller), worth, "I11: maxWithdraw says what can be claimed");
        ledger.allow(controller, worth);
        ledger.allow(address(sys.wfil), worth);
        if (way % 5 == 0) _claimAssets(controller, _bound(amount, 1, worth), way);
        else _claimShares(controller, way % 4 == 0 ? most : _bound(amount, 1, most), way);
        _unwrapAll(controller);
    }

    /// @dev The first lender from the seed's on with something to claim.
    function _claimant(uint256 seed) private view returns (address) {
        for (uint256 i; i < 3; ++i) {
            address lender = who.lenders[((seed % 3) + i) % 3];
            (uint256 shares, ) = queue.claimable(lender);
            if (shares != 0) return lender;
        }
        return address(0);
    }

    function _claimShares(address controller, uint256 shares, uint256 way) private {
        address vault = address(sys.vault);
        string memory why = "I12: what is set aside can be claimed";
        bytes memory answer;
        if (way % 3 == 0) {
            bytes memory data =
                way % 2 == 0
                    ? abi.encodeCall(sys.vault.redeem, (shares, controller, controller))
                    : abi.encodeCall(sys.vault.redeemFil, (shares, controller, controller));
            answer = _must("claim by redeem", controller, vault, 0, data, why);
        } else {
            bool operated = way % 3 == 1;
            if (operated) _appoint(controller);
            bytes memory data = abi.encodeCall(queue.claimShares, (shares, controller, controller, way % 2 == 0));
            bytes32 name = operated ? bytes32("claim by operator") : bytes32("claimShares");
            answer = _must(name, operated ? who.keeper : controller, vault, 0, data, why);
        }
        _cross(controller, shares, abi.decode(answer, (uint256)));
    }

    function _appoint(address controller) private {
        vm.prank(controller);
        queue.setOperator(who.keeper, true);
    }

    function _claimAssets(address controller, uint256 assets, uint256 way) private {
        bytes memory data = abi.encodeCall(queue.claimAssets, (assets, controller, controller, way % 2 == 0));
        string memory why = "I12: what is set aside can be claimed";
        bytes memory answer = _must("claimAssets", controller, address(sys.vault), 0, data, why);
        _cross(controller, abi.decode(answer, (uint256)), assets);
    }

    function _claimAsStranger(address controller, uint256 shares) private {
        bytes memory data = abi.encodeCall(queue.claimShares, (shares, who.stranger, controller, true));
        (bool ok, ) = _try("claim by stranger", who.stranger, address(sys.vault), data);
        assertFalse(ok, "I5: a stranger claimed");
    }

    /// @dev Takes a claim off the list, oldest first. What is paid is what the list says, but for rounding.
    function _cross(address controller, uint256 shares, uint256 assets) private {
        uint256 due;
        uint256 slack = 1;
        for (uint256 i = _first; i < _list.length && shares != 0; ++i) {
            Paper storage p = _list[i];
            if (p.controller != controller || p.filled == 0) continue;
            uint256 taken = Math.min(shares, p.filled);
            uint256 part = p.due;
            if (taken != p.filled) {
                // Filled at several prices, the parts are mixed on paper; what is left says which of them were claimed.
                uint256 rest = queue.claimableAssets(_id(p), controller) << 64;
                part = part > rest ? part - rest : 0;
            }
            due += part;
            p.due -= part;
            p.filled -= taken;
            shares -= taken;
            slack += p.parts + 1;
        }
        assertEq(shares, 0, "I11: claimed what was not filled");
        assertApproxEqAbs(assets, due >> 64, slack, "I11: paid at another price than that of the filling");
        paid += assets;
        while (_first < _list.length && _list[_first].waiting + _list[_first].filled == 0) ++_first;
    }

    function setOperator(uint256 seed, bool approved) external step {
        address controller = who.lenders[seed % 3];
        vm.prank(controller);
        queue.setOperator(who.keeper, approved);
        assertEq(queue.isOperator(controller, who.keeper), approved, "operator");
        _count("setOperator");
    }

    // ------------------------------------------------------------------------------------------------ jumping the queue

    /// @notice Nobody leaves at once while others wait, cash or not.
    function jump(uint256 seed, bool inFil) external step {
        address lender = who.lenders[seed % 3];
        (uint256 claimable, ) = queue.claimable(lender);
        uint256 waiting = sys.vault.poolState().waitingShares;
        uint256 shares = sys.vault.balanceOf(lender);
        if (waiting == 0 || claimable != 0 || sys.vault.previewRedeem(shares) == 0) return _refused("jump");
        assertEq(sys.vault.maxRedeem(lender), 0, "I11: maxRedeem while others wait");
        assertEq(sys.vault.maxWithdraw(lender), 0, "I11: maxWithdraw while others wait");
        bytes memory data =
            inFil
                ? abi.encodeCall(sys.vault.redeemFil, (shares, lender, lender))
                : abi.encodeCall(sys.vault.redeem, (shares, lender, lender));
        (bool ok, bytes memory answer) = _try("exit ahead", lender, address(sys.vault), data);
        assertFalse(ok, "I11: left ahead of those who wait");
        bytes memory expected = abi.encodeWithSelector(IRedeemRequests.PledgeVault_Queued.selector, waiting);
        assertEq(answer, expected, "I11: refused because others wait");
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    function _countStates() private {
        PoolState memory pool = sys.vault.poolState();
        if (pool.waitingShares != 0) _count("state:Waiting");
        if (pool.setAside != 0) _count("state:SetAside");
    }

    /// @notice The queue's own books against the list; after every step of the campaign.
    function check() external view {
        PoolState memory pool = sys.vault.poolState();
        QueueState memory q = queue.queueState();
        assertEq(q.requestedShares - q.filledShares, pool.waitingShares, "I11: what waits");
        assertGe(sys.vault.balanceOf(address(sys.vault)), pool.waitingShares, "I11: what waits is in custody");
        assertEq(q.setAside, pool.setAside, "I11: what is set aside");
        assertEq(q.filledAssets, filledAssets, "I11: all that was set aside");
        assertEq(filledAssets, paid + pool.setAside, "I11: set aside is claimed or claimable");
    }

    /// @notice Request by request.
    function checkRequests() external view {
        uint256 owed;
        uint256 waiting;
        bool open;
        for (uint256 i = _first; i < _list.length; ++i) {
            Paper memory p = _list[i];
            uint256 id = _id(p);
            assertEq(queue.pendingRedeemRequest(id, p.controller), p.waiting, "I11: a request's waiting shares");
            assertEq(queue.claimableRedeemRequest(id, p.controller), p.filled, "I11: a request's filled shares");
            uint256 assets = queue.claimableAssets(id, p.controller);
            assertApproxEqAbs(assets, p.due >> 64, 2 + p.parts, "I11: filled at another price than that of its moment");
            assertTrue(!open || p.filled == 0, "I11: overtaken");
            if (p.waiting != 0 && p.filled == 0) {
                assertEq(queue.sharesAhead(id, p.controller), waiting, "I11: shares ahead");
            }
            open = open || p.waiting != 0;
            waiting += p.waiting;
            owed += assets;
        }
        assertEq(owed, queue.queueState().setAside, "I11: what can be claimed is what is set aside");
    }

    function _id(Paper memory p) private pure returns (uint256) {
        return (uint256(uint160(p.controller)) << 96) | p.number;
    }

    /// @notice For the end of a run: whatever is left to claim by `controller` in one call is claimed.
    function claimAll(address controller) external returns (bool more) {
        (uint256 shares, uint256 worth) = queue.claimable(controller);
        if (shares == 0) return false;
        uint256 wealth = controller.balance;
        vm.prank(controller);
        assertEq(queue.claimShares(shares, controller, controller, true), worth, "I12: who waits is paid");
        assertEq(controller.balance, wealth + worth, "I12: in FIL");
        _cross(controller, shares, worth);
        return true;
    }

    /// @notice For the end of a run: fills, and notes it.
    function fulfilAll() external {
        (uint256 shares, uint256 assets) = queue.fulfil();
        if (shares == 0) return;
        _walk(shares, assets);
        filledAssets += assets;
    }

    function _unwrapAll(address lender) private {
        uint256 amount = sys.wfil.balanceOf(lender);
        if (amount == 0) return;
        vm.prank(lender);
        sys.wfil.withdraw(amount);
    }
}
