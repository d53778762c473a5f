// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Test} from "forge-std/Test.sol";

import {Bootstrap} from "../../../contracts/governance/Bootstrap.sol";
import {IBootstrap} from "../../../contracts/governance/interfaces/IBootstrap.sol";
import {PlimsollProxy} from "../../../contracts/governance/PlimsollProxy.sol";
import {GovernedTarget} from "./GovernedTarget.sol";

/// @notice U-01, U-07, U-14 for proxies that have no real implementation yet.
contract BootstrapTest is Test {
    address private constant ATTACKER = address(0xBAD);

    Bootstrap private implementation;
    Bootstrap private proxy;

    function setUp() public {
        implementation = new Bootstrap(address(this));
        proxy = Bootstrap(address(new PlimsollProxy(address(implementation), "")));
    }

    function test_Upgrade_byTheDeployer() public {
        GovernedTarget next = new GovernedTarget(address(this));
        proxy.upgradeToAndCall(address(next), "");
        assertEq(address(uint160(uint256(vm.load(address(proxy), ERC1967Utils.IMPLEMENTATION_SLOT)))), address(next));
    }

    function test_U14_RevertWhen_anotherUpgradesFirst() public {
        GovernedTarget next = new GovernedTarget(ATTACKER);
        vm.expectRevert(abi.encodeWithSelector(IBootstrap.Bootstrap_NotDeployer.selector, address(this), ATTACKER));
        vm.prank(ATTACKER);
        proxy.upgradeToAndCall(address(next), "");
    }

    function test_U01_RevertWhen_theImplementationIsUpgradedDirectly() public {
        vm.expectRevert(UUPSUpgradeable.UUPSUnauthorizedCallContext.selector);
        implementation.upgradeToAndCall(address(this), "");
    }

    function test_U07_RevertWhen_upgradedToAnAccountWithoutCode() public {
        vm.expectRevert(bytes(""));
        proxy.upgradeToAndCall(ATTACKER, "");
    }

    function test_U07_RevertWhen_upgradedToAContractThatIsNotUUPS() public {
        vm.expectRevert(abi.encodeWithSelector(ERC1967Utils.ERC1967InvalidImplementation.selector, address(this)));
        proxy.upgradeToAndCall(address(this), "");
    }

    function test_RevertWhen_theDeployerIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IBootstrap.Bootstrap_InvalidDeployer.selector, address(0)));
        new Bootstrap(address(0));
    }

    function test_Proxy_hasNoFunctionOfItsOwn() public {
        (bool success, ) = address(proxy).call(abi.encodeWithSignature("initialize(address)", ATTACKER));
        assertFalse(success);
    }
}
