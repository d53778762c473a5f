// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PostedTest} from "./PostedTest.sol";

/// A loan of 1,000 FIL with 400 FIL of weighted miners and 1.4 `eth`: 560 FIL weighted, health 0.96. Target 1.03.
abstract contract PostedAuctionTest is PostedTest {
    uint256 internal constant DEBT = 1_000e18;
    uint256 internal constant MINERS = 400e18;
    uint256 internal constant ETH = 1.4e18;
    uint256 internal constant ALL = type(uint256).max;
    uint256 internal constant ROUND = 480;

    function setUp() public virtual override {
        super.setUp();
        _post(sp, LOAN, address(eth), ETH);
        book.set(LOAN, DEBT, 0, MINERS);
    }

    function _kick() internal {
        _kick(address(eth));
    }

    function _kick(address token) internal {
        vm.prank(keeper);
        posted.kick(LOAN, token);
    }

    /// Everything wanted, at any price, with far too much sent.
    function _take(address taker, uint256 maxAmount) internal returns (uint256 amount, uint256 price) {
        return _take(taker, address(eth), maxAmount);
    }

    function _take(address taker, address token, uint256 maxAmount) internal returns (uint256 amount, uint256 price) {
        vm.prank(taker);
        return posted.take{value: 100_000e18}(LOAN, token, maxAmount, ALL, taker, "");
    }

    function _weighted() internal view returns (uint256) {
        (, , uint256 value) = posted.weightedValues(LOAN);
        (, , , , , uint256 miners, ) = book.loans(LOAN);
        return miners + value;
    }

    function _forwardFresh(uint256 epochs) internal {
        _forward(epochs);
        ethFeed.setPrice(ethFeed.price());
        usdFeed.setPrice(usdFeed.price());
        oddFeed.setPrice(oddFeed.price());
    }

    function _giveWfil(address to, uint256 amount) internal {
        vm.deal(address(this), amount);
        wfil.deposit{value: amount}();
        require(wfil.transfer(to, amount));
    }
}
