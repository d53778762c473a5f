// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {RAY} from "../../../../contracts/libraries/Units.sol";
import {PledgeVault} from "../../../../contracts/loans/PledgeVault.sol";
import {PledgeVaultStorage} from "../../../../contracts/loans/PledgeVaultStorage.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemQueue} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {VaultTest} from "./VaultTest.sol";
import {VaultProxy} from "./doubles/VaultProxy.sol";

contract PledgeVaultStorage__Harness is PledgeVaultStorage {
    function slot() external pure returns (bytes32 at) {
        Ledger storage $ = _ledger();
        assembly {
            at := $.slot
        }
    }
}

contract PledgeVaultSetupTest is VaultTest {
    bytes32 private constant LEDGER_SLOT = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;

    uint256 private constant LENDER_KEY = 0xB0A7;

    function test_initialize_state() public view {
        PoolState memory s = vault.poolState();
        (uint256 rate, uint256 target) = rateModel.quote(0, 0, 0);
        assertEq(s.borrowIndexRay, RAY);
        assertEq(s.ratePerEpochRay, rate);
        assertEq(s.rateAtTargetRay, target);
        assertEq(s.lastAccrual, START_EPOCH);
        assertEq(s.totalAssets, 0);
        assertEq(s.utilisationWad, 0);
        assertEq(vault.name(), "Plimsoll Pledge FIL");
        assertEq(vault.symbol(), "plFIL");
        assertEq(vault.decimals(), 24);
        assertEq(vault.asset(), address(wfil));
        assertEq(vault.authority(), address(manager));
        assertEq(address(vault.rateModel()), address(rateModel));
        assertEq(vault.convertToShares(1), VIRTUAL_SHARES);
        assertEq(vault.convertToAssets(VIRTUAL_SHARES), 1);
        (uint256 reserveShareWad, uint256 liquidityBufferWad) = vault.vaultParams();
        assertEq(reserveShareWad, 0.1e18);
        assertEq(liquidityBufferWad, 0.05e18);
    }

    /// What the deployment checks: the second half is this implementation's own.
    function test_desk_isMadeByTheImplementation() public {
        address implementation = address(uint160(uint256(vm.load(address(vault), ERC1967Utils.IMPLEMENTATION_SLOT))));
        address desk = vault.desk();
        assertGt(desk.code.length, 0);
        assertEq(desk, vm.computeCreateAddress(implementation, 1));
    }

    function test_initialize_emitsParams() public {
        address implementation = address(_newImplementation());
        vm.expectEmit();
        emit IPledgeVault.VaultParamsChanged(0.1e18, 0.05e18);
        new VaultProxy(implementation, abi.encodeCall(PledgeVault.initialize, (address(manager))));
    }

    function test_RevertWhen_initializedTwice() public {
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        vault.initialize(ALICE);
    }

    function test_RevertWhen_implementationIsInitialized() public {
        PledgeVault implementation = _newImplementation();
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        implementation.initialize(ALICE);
    }

    function test_storage_isWhereTheNameSays() public {
        bytes32 expected =
            keccak256(abi.encode(uint256(keccak256("plimsoll.storage.PledgeVault")) - 1)) & ~bytes32(uint256(0xff));
        assertEq(new PledgeVaultStorage__Harness().slot(), expected);
    }

    /// The packing is part of the layout: a field that moves breaks every proxy.
    function test_storage_packing() public {
        _makeUgly();
        vault.accrue();
        bytes32 base = new PledgeVaultStorage__Harness().slot();
        PoolState memory s = vault.poolState();
        uint256 word = uint256(vm.load(address(vault), base));
        assertEq(uint96(word), s.cash, "cash");
        assertEq(uint96(word >> 96), scaled, "totalScaledDebt");
        assertEq(word >> 192, s.lastAccrual, "lastAccrual");
        word = uint256(vm.load(address(vault), bytes32(uint256(base) + 1)));
        assertEq(uint112(word), s.borrowIndexRay, "index");
        assertEq(uint72(word >> 112), s.ratePerEpochRay, "rate");
        assertEq(word >> 184, s.rateAtTargetRay, "rateAtTarget");
        word = uint256(vm.load(address(vault), bytes32(uint256(base) + 2)));
        assertEq(uint96(word), s.reserveOwed, "reserveOwed");
        assertEq(uint96(word >> 96), s.impairedCarrying, "impairedCarrying");
        assertEq(uint32(word >> 192), vm.getBlockNumber() - 4_999 + 20_160, "dripEnd");
        assertEq(uint16(word >> 224), 1_000, "reserveShareBps");
        assertEq(word >> 240, 500, "liquidityBufferBps");
        word = uint256(vm.load(address(vault), bytes32(uint256(base) + 3)));
        assertEq(uint96(word), 5 * FIL + 17, "lockedGain");
        assertEq(word >> 96, vm.getBlockNumber() - 4_999, "dripStart");
    }

    // ---------------------------------------------------------------- upgrades

    function test_upgrade_keepsEverything() public {
        _makeUgly();
        bytes32 state = keccak256(abi.encode(vault.poolState(), vault.totalSupply(), vault.balanceOf(ALICE)));
        address next = address(_newImplementation());
        vault.upgradeToAndCall(next, "");
        assertEq(
            keccak256(abi.encode(vault.poolState(), vault.totalSupply(), vault.balanceOf(ALICE))),
            state,
            "I17: state"
        );
        _redeem(ALICE, 1e24);
        _assertLedger();
    }

    /// The release before the queue had 64 bits for `lastAccrual` and nothing else up to the end of the slot, and nothing in the namespaces
    /// that have come since. What it left reads the same, and what is written while nobody queues is what it would have written.
    function test_I17_ledgerOfTheReleaseBeforeTheQueue() public {
        _makeUgly();
        vault.accrue();
        PoolState memory s = vault.poolState();
        uint256 word = s.cash | (scaled << 96) | (uint256(uint64(vm.getBlockNumber())) << 192);
        assertEq(uint256(vm.load(address(vault), LEDGER_SLOT)), word, "I17: slot 0");
        vm.store(address(vault), LEDGER_SLOT, bytes32(word));
        assertEq(keccak256(abi.encode(vault.poolState())), keccak256(abi.encode(s)), "I17: state");
        (uint256 deposits, uint256 draws) = vault.flowLimits();
        assertEq(deposits + draws, 0, "I17: no limits");
        assertEq(s.waitingShares + s.setAside, 0, "I17: no queue");
        // From here on it can queue.
        IRedeemQueue queue = IRedeemQueue(address(vault));
        vm.prank(ALICE);
        queue.requestRedeem(1e24, ALICE, ALICE);
        (, uint256 assets) = queue.fulfil();
        vm.prank(ALICE);
        assertEq(vault.redeem(1e24, ALICE, ALICE), assets);
        word = uint256(vm.load(address(vault), LEDGER_SLOT));
        assertEq(word >> 224, 0, "I17: nobody queues any more");
        _assertLedger();
    }

    function test_namespaces() public pure {
        assertEq(_slotOf("plimsoll.storage.PledgeVault"), LEDGER_SLOT);
    }

    function _slotOf(string memory id) private pure returns (bytes32) {
        return keccak256(abi.encode(uint256(keccak256(bytes(id))) - 1)) & ~bytes32(uint256(0xff));
    }

    function test_RevertWhen_upgradedByAnother() public {
        address next = address(_newImplementation());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, RISK));
        vm.prank(RISK);
        vault.upgradeToAndCall(next, "");
    }

    // ---------------------------------------------------------------- permit (EIP-2612), domain (EIP-5267)

    function _digest(address owner, address spender, uint256 value, uint256 deadline) private view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 body = keccak256(abi.encode(typeHash, owner, spender, value, vault.nonces(owner), deadline));
        return keccak256(abi.encodePacked(hex"1901", vault.DOMAIN_SEPARATOR(), body));
    }

    function test_permit_allowsRedemptionByAnother() public {
        address lender = vm.addr(LENDER_KEY);
        _deposit(ALICE, 10 * FIL);
        vm.prank(ALICE);
        vault.transfer(lender, 5e24);
        uint256 deadline = block.timestamp + 60;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(LENDER_KEY, _digest(lender, BOB, 5e24, deadline));
        vault.permit(lender, BOB, 5e24, deadline, v, r, s);
        assertEq(vault.allowance(lender, BOB), 5e24);
        vm.prank(BOB);
        vault.redeem(5e24, BOB, lender);
        assertEq(vault.balanceOf(lender), 0);
    }

    function test_RevertWhen_permitIsUsedTwice() public {
        address lender = vm.addr(LENDER_KEY);
        uint256 deadline = block.timestamp + 60;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(LENDER_KEY, _digest(lender, BOB, 5e24, deadline));
        vault.permit(lender, BOB, 5e24, deadline, v, r, s);
        address signer = ecrecover(_digest(lender, BOB, 5e24, deadline), v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC20PermitUpgradeable.ERC2612InvalidSigner.selector, signer, lender));
        vault.permit(lender, BOB, 5e24, deadline, v, r, s);
    }

    function test_RevertWhen_permitIsLate() public {
        address lender = vm.addr(LENDER_KEY);
        vm.warp(1_000);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(LENDER_KEY, _digest(lender, BOB, 5e24, 999));
        vm.expectRevert(abi.encodeWithSelector(ERC20PermitUpgradeable.ERC2612ExpiredSignature.selector, 999));
        vault.permit(lender, BOB, 5e24, 999, v, r, s);
    }

    function test_eip712Domain() public view {
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address at, , ) = vault
            .eip712Domain();
        assertEq(fields, hex"0f");
        assertEq(name, "Plimsoll Pledge FIL");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(at, address(vault));
    }
}
