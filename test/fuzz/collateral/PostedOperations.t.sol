// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PostedTest} from "../../unit/collateral/PostedTest.sol";
import {FeedDouble} from "../../unit/collateral/doubles/FeedDouble.sol";
import {TokenDouble} from "../../unit/collateral/doubles/Tokens.sol";

/// Long random lives of two loans with up to ten tokens; after each step the books are compared with what is there.
contract PostedOperationsFuzz is PostedTest {
    uint256 internal constant TOKENS = 10;
    uint256 internal constant STEPS = 60;
    uint256 internal constant ALL = type(uint256).max;

    address[TOKENS] internal tokens;
    FeedDouble[TOKENS] internal feeds;
    uint256[2] internal loans = [LOAN, OTHER];
    address[2] internal owners;
    mapping(uint256 loanId => mapping(address token => uint256)) internal ghost;
    uint256 internal paid; // by takers
    uint256[8] internal done; // how often each kind of step succeeded

    function setUp() public override {
        super.setUp();
        owners = [sp, rival];
        (tokens[0], tokens[1], tokens[2]) = (address(eth), address(usd), address(odd));
        (feeds[0], feeds[1], feeds[2]) = (ethFeed, usdFeed, oddFeed);
        for (uint256 i = 3; i < TOKENS; ++i) {
            TokenDouble token = new TokenDouble(uint8(6 + i));
            uint256 unit = 10 ** (6 + i);
            (tokens[i], feeds[i]) = (address(token), new FeedDouble(i * 1e18));
            _list(tokens[i], feeds[i], i * 1e18, uint112(1_000_000 * unit), uint8(6 + i));
            address[2] memory holders = [sp, rival];
            for (uint256 k; k < 2; ++k) {
                token.mint(holders[k], 1_000_000_000 * unit);
                vm.prank(holders[k]);
                token.approve(address(posted), type(uint256).max);
            }
        }
    }

    function testFuzz_Operations_keepTheBooks(uint256 seed) public {
        _live(seed);
    }

    /// None of the kinds of steps is only ever refused.
    function test_Operations_happen() public {
        for (uint256 seed = 1; seed <= 20; ++seed) _live(seed);
        for (uint256 i; i < done.length; ++i) assertGt(done[i], 0, vm.toString(i));
    }

    function _live(uint256 seed) private {
        for (uint256 i; i < STEPS; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            _step(r % 8, r >> 8);
            _check();
        }
    }

    function _step(uint256 kind, uint256 r) private {
        uint256 who = r % 2;
        uint256 loanId = loans[who];
        uint256 t = (r >> 8) % TOKENS;
        address token = tokens[t];
        uint256 amount = (r >> 64) % (20 * 10 ** TokenDouble(token).decimals());
        if (kind == 0) _doPost(kind, loanId, token, amount, owners[(r >> 16) % 2]);
        if (kind == 1) _doUnpost(kind, who, token, amount);
        if (kind == 2) {
            vm.prank(owners[who]);
            try posted.abandon(loanId, token) {
                ghost[loanId][token] = 0;
                ++done[kind];
            } catch {}
        }
        if (kind == 3) {
            try posted.kick(loanId, token) {
                ++done[kind];
            } catch {}
        }
        if (kind == 4) _doTake(kind, loanId, token, amount);
        if (kind == 5) {
            feeds[t].setPrice((feeds[t].price() * (50 + ((r >> 200) % 100))) / 100 + 1);
            ++done[kind];
        }
        if (kind == 6) {
            // Debt up to half as much again as what is posted counts for.
            (, , uint256 value) = posted.weightedValues(loanId);
            book.set(loanId, (value * ((r >> 128) % 150)) / 100, 0, 0);
            ++done[kind];
        }
        if (kind == 7) {
            _forward((r >> 128) % 600);
            for (uint256 i; i < TOKENS; ++i) feeds[i].setPrice(feeds[i].price());
            ++done[kind];
        }
    }

    function _doPost(uint256 kind, uint256 loanId, address token, uint256 amount, address from) private {
        vm.prank(from);
        try posted.post(loanId, token, amount) returns (uint256 received) {
            ghost[loanId][token] += received;
            ++done[kind];
        } catch {}
    }

    function _doUnpost(uint256 kind, uint256 who, address token, uint256 amount) private {
        if (amount % 3 == 0) amount = ghost[loans[who]][token];
        uint256 debt = _debt(loans[who]);
        vm.prank(owners[who]);
        try posted.unpost(loans[who], token, amount, owners[who]) returns (uint256 sent) {
            assertEq(sent, amount);
            ghost[loans[who]][token] -= amount;
            ++done[kind];
            // I6: whatever left, the rest passes the draw test.
            (uint256 value, , ) = posted.weightedValues(loans[who]);
            assertGe(value, debt, "I6");
        } catch {}
    }

    function _doTake(uint256 kind, uint256 loanId, address token, uint256 amount) private {
        uint256 debt = _debt(loanId);
        (, , uint256 value) = posted.weightedValues(loanId);
        vm.deal(alice, 1e32);
        vm.prank(alice);
        try posted.take{value: 1e32}(loanId, token, amount, ALL, alice, "") returns (uint256 sold, uint256 price) {
            ghost[loanId][token] -= sold;
            paid += price;
            ++done[kind];
            assertEq(alice.balance, 1e32 - price, "refund");
            assertEq(_debt(loanId), debt - price, "debt");
            assertLt(value, debt, "L-03: was healthy");
            (, , uint256 left) = posted.weightedValues(loanId);
            // L-04: health does not fall while it is above the weight.
            if (value * 1e18 > debt * 0.8e18) assertGe((left + 2) * debt, value * (debt - price), "L-04");
        } catch {}
    }

    function _check() private view {
        uint256[TOKENS] memory sums;
        for (uint256 k; k < 2; ++k) {
            (address[] memory list, uint256[] memory amounts) = posted.postedOf(loans[k]);
            assertLe(list.length, 8);
            assertEq(_noted(loans[k]), list.length != 0, "noted");
            uint256 found;
            for (uint256 t; t < TOKENS; ++t) {
                uint256 expected = ghost[loans[k]][tokens[t]];
                sums[t] += expected;
                if (expected == 0) continue;
                ++found;
                uint256 hits;
                for (uint256 i; i < list.length; ++i) {
                    if (list[i] != tokens[t]) continue;
                    ++hits;
                    assertEq(amounts[i], expected, "amount");
                }
                assertEq(hits, 1, "once");
            }
            assertEq(found, list.length, "no more than that");
        }
        for (uint256 t; t < TOKENS; ++t) {
            assertEq(posted.tokenOf(tokens[t]).total, sums[t], "total");
            assertGe(TokenDouble(tokens[t]).balanceOf(address(posted)), sums[t], "backed");
        }
        assertEq(vault.balance, paid, "vault");
        assertEq(book.vaultCash(), paid, "booked");
        assertEq(address(posted).balance, 0, "nothing stays");
    }
}
