// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {IRedeemQueue} from "../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Upgrades in the middle of everything
/// @notice Each proxy has a second implementation of the same code waiting; an upgrade changes places with the one in use.
contract UpgradeHandler is LoanHandler {
    address private _admin;
    address[] private _proxies;
    address[] private _spares;

    /// @param admin whoever may upgrade without delay
    /// @param proxies what can be upgraded
    /// @param spares an implementation for each
    constructor(
        LoanLedger ledger_,
        address admin,
        address[] memory proxies,
        address[] memory spares
    ) LoanHandler(ledger_) {
        (_admin, _proxies, _spares) = (admin, proxies, spares);
        _expect("upgrade");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](1);
        list[0] = this.upgrade.selector;
    }

    function upgrade(uint256 seed) external step {
        uint256 i = seed % _proxies.length;
        (address proxy, address next) = (_proxies[i], _spares[i]);
        bytes32 before = _getters();
        address old = address(uint160(uint256(vm.load(proxy, ERC1967Utils.IMPLEMENTATION_SLOT))));
        vm.prank(_admin);
        UUPSUpgradeable(proxy).upgradeToAndCall(next, "");
        assertEq(address(uint160(uint256(vm.load(proxy, ERC1967Utils.IMPLEMENTATION_SLOT)))), next, "upgraded");
        assertEq(_getters(), before, "I17: an upgrade changed what a getter answers");
        _spares[i] = old;
        _count("upgrade");
    }

    function _getters() private view returns (bytes32 hash) {
        hash = keccak256(abi.encode(sys.vault.poolState(), sys.vault.totalSupply(), sys.vault.name()));
        hash = keccak256(abi.encode(hash, IRedeemQueue(address(sys.vault)).queueState()));
        for (uint256 i; i < 3; ++i) hash = keccak256(abi.encode(hash, _lenderGetters(who.lenders[i])));
        uint256 count = sys.book.loanCount();
        hash = keccak256(
            abi.encode(hash, count, sys.book.drawsPausedUntil(), sys.book.attachesPausedUntil(), sys.book.maxFacility())
        );
        for (uint256 id = 1; id <= count; ++id) hash = keccak256(abi.encode(hash, _loanGetters(id)));
        hash = keccak256(abi.encode(hash, sys.posted.tokenOf(address(sys.token)), sys.control.activeAuctions()));
        for (uint256 i; i < miners.length; ++i) hash = keccak256(abi.encode(hash, sys.control.saleOf(miners[i])));
        count = sys.auction.stripCount();
        hash = keccak256(abi.encode(hash, count, sys.auction.activeAuctions(), sys.auction.auctionsPausedUntil()));
        for (uint256 id = 1; id <= count; ++id) {
            hash = keccak256(
                abi.encode(hash, sys.auction.stripOf(id), sys.auction.ownerOf(id), sys.auction.claimable(id))
            );
        }
    }

    function _lenderGetters(address lender) private view returns (bytes32) {
        IRedeemQueue queue = IRedeemQueue(address(sys.vault));
        (uint256 made, uint256 claimed) = queue.requestsOf(lender);
        (uint256 shares, uint256 assets) = queue.claimable(lender);
        return
            keccak256(
                abi.encode(sys.vault.balanceOf(lender), sys.vault.maxRedeem(lender), made, claimed, shares, assets)
            );
    }

    function _loanGetters(uint256 id) private view returns (bytes32) {
        bytes32 hash = keccak256(abi.encode(sys.book.loanOf(id), sys.book.debtOf(id), sys.book.tranchesOf(id)));
        hash = keccak256(abi.encode(hash, sys.book.minersOf(id), sys.auction.auctionOf(id), sys.book.freeFundsOf(id)));
        (address[] memory tokens, uint256[] memory amounts) = sys.posted.postedOf(id);
        return keccak256(abi.encode(hash, tokens, amounts, sys.book.termsOf(id)));
    }
}
