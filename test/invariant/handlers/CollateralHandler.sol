// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Position} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Posted tokens: posted, taken back, falling in price, without a price, sold
contract CollateralHandler is LoanHandler {
    uint256 private constant MIN_PRICE = 0.5 ether; // of a whole token [attoFIL]
    uint256 private constant MAX_PRICE = 60 ether;
    uint256 private constant WEIGHT = 0.8e18; // liquidation weight, as listed [wad]

    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("post");
        _expect("unpost");
        _expect("price");
        _expect("feedCrash");
        _expect("feedOutage");
        _expect("kickPosted");
        _expect("takePosted");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](6);
        list[0] = this.post.selector;
        list[1] = this.unpost.selector;
        list[2] = this.price.selector;
        list[3] = this.outage.selector;
        list[4] = this.kickPosted.selector;
        list[5] = this.takePosted.selector;
    }

    function _claim(uint256 loanId) private view returns (uint256) {
        (, uint256[] memory amounts) = sys.posted.postedOf(loanId);
        return amounts.length == 0 ? 0 : amounts[0];
    }

    // ------------------------------------------------------------------------------------------------ in and out

    function post(uint256 seed, uint256 amount) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0) return _refused("post");
        amount = _bound(amount, 0.001e18, 8e18);
        uint256 had = _claim(loanId);
        sys.token.mint(who.sp, amount);
        vm.prank(who.sp);
        sys.token.approve(address(sys.posted), amount);
        bytes memory data = abi.encodeCall(sys.posted.post, (loanId, address(sys.token), amount));
        (bool ok, ) = _try("post", who.sp, address(sys.posted), data);
        if (ok) assertEq(_claim(loanId), had + amount, "I19: what is posted is credited");
    }

    function unpost(uint256 seed, uint256 amount) external step {
        uint256 loanId = _withTokens(seed);
        if (loanId == 0) return _refused("unpost");
        uint256 had = _claim(loanId);
        amount = amount % 2 == 0 ? had : _bound(amount, 1, had);
        bytes memory data = abi.encodeCall(sys.posted.unpost, (loanId, address(sys.token), amount, who.sp));
        (bool ok, ) = _try("unpost", who.sp, address(sys.posted), data);
        if (!ok) return;
        assertEq(_claim(loanId), had - amount, "I19: what is taken back is debited");
        _checkDrawTest(loanId);
    }

    function _withTokens(uint256 seed) private view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (_claim(id) != 0) return id;
        }
        return 0;
    }

    // ------------------------------------------------------------------------------------------------ the price

    /// @notice Anywhere, and now and then 40 % down at once.
    function price(uint256 seed) external step {
        bool crash = seed % 4 == 0;
        uint256 next = crash ? (sys.feed.price() * 60) / 100 : _bound(seed, MIN_PRICE, MAX_PRICE);
        _setPrice(next);
        _count(crash ? bytes32("feedCrash") : bytes32("price"));
    }

    function _setPrice(uint256 next) private {
        sys.feed.set(_bound(next, MIN_PRICE, MAX_PRICE), type(uint40).max);
    }

    /// @notice The feed falls silent: first its last price is late, from then on nothing is known but what was stored.
    function outage(uint256 seed) external step {
        if (seed % 3 == 0) sys.posted.poke(address(sys.token));
        sys.feed.set(seed % 2 == 0 ? 0 : sys.feed.price(), block.timestamp - 1);
        _count("feedOutage");
    }

    // ------------------------------------------------------------------------------------------------ sales

    /// @notice Where no loan with tokens is ripe, the price makes one so.
    function kickPosted(uint256 seed, uint256 health) external step {
        _kick(seed, _bound(health, 0.9e18, 0.999e18));
    }

    function _kick(uint256 seed, uint256 healthWad) private returns (uint256 loanId) {
        loanId = _withTokens(seed);
        if (loanId == 0 || sys.book.debtOf(loanId) == 0) {
            _refused("kickPosted");
            return 0;
        }
        if (sys.feed.freshUntil() < block.timestamp) _setPrice(sys.feed.price());
        if (sys.book.positionOf(loanId).healthWad >= 1e18) _ripen(loanId, healthWad);
        bytes memory data = abi.encodeCall(sys.posted.kick, (loanId, address(sys.token)));
        (bool ok, ) = _try("kickPosted", who.keeper, address(sys.posted), data);
        if (!ok) return 0;
    }

    /// @dev By the token's price if that can do it, else by the network's reward.
    function _ripen(uint256 loanId, uint256 healthWad) private {
        Position memory p = sys.book.positionOf(loanId);
        uint256 wanted = (p.debt * healthWad) / 1e18;
        // Strips may be more than the miners count for; then the tokens stand for them too.
        if (p.liquidationLimit < p.posted.liquidation) return _shock(loanId, healthWad);
        uint256 miners_ = p.liquidationLimit - p.posted.liquidation;
        if (p.posted.liquidation == 0 || wanted <= miners_) return _shock(loanId, healthWad);
        _setPrice((sys.feed.price() * (wanted - miners_)) / p.posted.liquidation);
    }

    /// @dev One purchase.
    struct Purchase {
        uint256 loanId;
        address taker;
        uint256 had; // of the token, before
        uint256 amount;
        uint256 price; // [attoFIL]
        uint256 wealth; // before [attoFIL]
    }

    function takePosted(uint256 seed, uint256 maxAmount, uint256 wait) external step {
        Purchase memory b;
        b.loanId = _round(seed);
        if (b.loanId == 0) {
            b.loanId = _kick(seed, _bound(wait, 0.9e18, 0.999e18));
            if (b.loanId == 0) return;
        }
        ledger.advance(_bound(wait, 1, 300));
        b.taker = who.takers[seed % 2];
        Position memory before = sys.book.positionOf(b.loanId);
        if (!_buy(b, maxAmount % 2 == 0 ? type(uint256).max : _bound(maxAmount, 1e15, 8e18))) return;
        Position memory p = sys.book.positionOf(b.loanId);
        assertEq(sys.token.balanceOf(b.taker), b.had + b.amount, "I19: a taker gets what it buys");
        assertEq(b.taker.balance, b.wealth - b.price, "I5: a taker pays the price and no more");
        assertGe(p.debt + b.price, before.debt, "I2: a price burns no more debt than it is");
        assertLe(p.debt + b.price, before.debt + 2, "I2: a price burns its debt");
        if (before.healthWad > WEIGHT) _checkHealthNotLower(before, p, "I10: a sale of tokens lowered health");
    }

    function _buy(Purchase memory b, uint256 maxAmount) private returns (bool ok) {
        ledger.allow(address(sys.vault), type(uint256).max);
        (b.had, b.wealth) = (sys.token.balanceOf(b.taker), b.taker.balance);
        bytes memory answer;
        (ok, answer) = _try(
            "takePosted",
            b.taker,
            address(sys.posted),
            5_000 ether,
            abi.encodeCall(sys.posted.take, (b.loanId, address(sys.token), maxAmount, type(uint256).max, b.taker, ""))
        );
        if (ok) (b.amount, b.price) = abi.decode(answer, (uint256, uint256));
    }

    /// @dev The first loan from the seed's on with a round running, or 0.
    function _round(uint256 seed) private view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            (, uint256 endsAt) = sys.posted.roundOf(id, address(sys.token));
            if (endsAt > ledger.epoch()) return id;
        }
        return 0;
    }
}
