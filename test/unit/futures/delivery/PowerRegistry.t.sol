// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

import {PowerRegistry} from "../../../../contracts/futures/delivery/PowerRegistry.sol";
import {IPowerRegistry} from "../../../../contracts/futures/delivery/interfaces/IPowerRegistry.sol";
import {PowerTest} from "./PowerTest.sol";

/// Says of everything that anyone controls it, as a contract may.
contract Pretender {
    // solhint-disable-next-line func-name-mixedcase
    function handle_filecoin_method(
        uint64,
        uint64,
        bytes calldata
    ) external pure returns (uint32, uint64, bytes memory) {
        return (0, 0x51, hex"f5");
    }
}

contract PowerRegistryTest is PowerTest {
    address private immutable module = makeAddr("module");
    address private immutable other = makeAddr("other module");
    address private immutable stranger = makeAddr("stranger");
    uint64 private miner;

    function setUp() public override {
        super.setUp();
        registry.setModule(module, true);
        registry.setModule(other, true);
        miner = registered(sp, 2);
    }

    function encumber(address from, uint64 lots) private {
        vm.prank(from);
        registry.encumber(miner, sp, lots);
    }

    function assertCoverage(uint256 capacity, uint256 encumbered) private view {
        (uint256 c, uint256 e) = registry.coverage(miner);
        assertEq(c, capacity, "capacity");
        assertEq(e, encumbered, "encumbered");
    }

    // ---------------------------------------------------------------- operators

    function test_register_byOwner() public {
        uint64 fresh = powerfulMiner(stranger, 1);
        vm.expectEmit(address(registry));
        emit IPowerRegistry.OperatorRegistered(fresh, address(0), stranger);
        vm.prank(stranger);
        registry.register(fresh);
        assertEq(registry.operatorOf(fresh), stranger);
    }

    function test_register_byNativeWorker() public {
        address worker = masked(minerState(miner).worker);
        vm.expectEmit(address(registry));
        emit IPowerRegistry.OperatorRegistered(miner, sp, worker);
        vm.prank(worker);
        registry.register(miner);
        assertEq(registry.operatorOf(miner), worker);
    }

    function test_F08_RevertWhen_RegisteringAnothersMiner() public {
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotControlling.selector, miner, stranger));
        vm.prank(stranger);
        registry.register(miner);
    }

    /// A contract has an actor id too, and answers to a miner's methods what it likes.
    function test_F08_RevertWhen_RegisteringAContract() public {
        uint64 id = idOf(address(new Pretender()));
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotMiner.selector, id));
        vm.prank(stranger);
        registry.register(id);
        (uint256 capacity, ) = registry.coverage(id);
        assertEq(capacity, 0);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotMiner.selector, uint64(987_654_321)));
        registry.register(987_654_321);
    }

    function test_register_takenOver_promisesStay() public {
        encumber(module, 5);
        sell(miner, sp, stranger);
        vm.prank(stranger);
        registry.register(miner);
        assertCoverage(20, 5);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotOperator.selector, miner, stranger, sp));
        encumber(module, 1);
    }

    // ---------------------------------------------------------------- promises

    function test_FU07_encumber_toCapacity() public {
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Encumbered(miner, module, 12, 12);
        encumber(module, 12);
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Encumbered(miner, other, 8, 20);
        encumber(other, 8);
        assertCoverage(20, 20);
        assertEq(registry.encumberedBy(miner, module), 12);
        assertEq(registry.encumberedBy(miner, other), 8);
    }

    /// The same power for two contracts.
    function test_F08_RevertWhen_PromisedTwice() public {
        encumber(module, 12);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsCapacity.selector, miner, 20, 21));
        encumber(other, 9);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPowerRegistry.PowerRegistry_ExceedsCapacity.selector,
                miner,
                20,
                12 + uint256(type(uint64).max)
            )
        );
        encumber(other, type(uint64).max);
    }

    function test_encumber_afterFaults() public {
        encumber(module, 15);
        fault(miner, 0, 170);
        // 674 - 170 = 504 sectors are 15.75 TiB, of which 95 % count.
        assertCoverage(14, 15);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsCapacity.selector, miner, 14, 16));
        encumber(other, 1);
        vm.prank(module);
        registry.free(miner, 15);
        encumber(other, 14);
    }

    function test_RevertWhen_EncumberNotByModule() public {
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotModule.selector, stranger));
        encumber(stranger, 1);
        registry.setModule(module, false);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotModule.selector, module));
        encumber(module, 1);
    }

    function test_RevertWhen_EncumberNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_Zero.selector));
        encumber(module, 0);
    }

    function test_F08_RevertWhen_OperatorOfAnother() public {
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotOperator.selector, miner, sp, stranger));
        vm.prank(module);
        registry.encumber(miner, stranger, 1);
    }

    function test_F08_RevertWhen_NobodyOperates() public {
        uint64 fresh = powerfulMiner(stranger, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotOperator.selector, fresh, address(0), address(0))
        );
        vm.prank(module);
        registry.encumber(fresh, address(0), 1);
    }

    /// The operator's own masked id names it, but never calls: who calls is known by one address.
    function test_RevertWhen_OperatorByItsAlias() public {
        address alias_ = masked(idOf(sp));
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotOperator.selector, miner, sp, alias_));
        vm.prank(module);
        registry.encumber(miner, alias_, 1);
    }

    function test_F08_RevertWhen_OperatorLostControl() public {
        sell(miner, sp, stranger);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotControlling.selector, miner, sp));
        encumber(module, 1);
    }

    function test_free() public {
        encumber(module, 10);
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Freed(miner, module, 4, 6);
        vm.prank(module);
        registry.free(miner, 4);
        assertCoverage(20, 6);
        assertEq(registry.encumberedBy(miner, module), 6);
    }

    function test_RevertWhen_FreeingAnothers() public {
        encumber(module, 10);
        vm.expectRevert(
            abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsEncumbered.selector, miner, other, 0, 1)
        );
        vm.prank(other);
        registry.free(miner, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IPowerRegistry.PowerRegistry_ExceedsEncumbered.selector, miner, module, 10, 11)
        );
        vm.prank(module);
        registry.free(miner, 11);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_Zero.selector));
        vm.prank(module);
        registry.free(miner, 0);
    }

    function test_free_byModuleOffTheList() public {
        encumber(module, 10);
        registry.setModule(module, false);
        vm.startPrank(module);
        registry.strike(miner);
        registry.free(miner, 10);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotModule.selector, module));
        registry.strike(miner);
        vm.stopPrank();
        assertCoverage(20, 0);
    }

    /// Sectors end while they are promised; what is left is what there is.
    function test_coverage_ofALostMiner() public {
        encumber(module, 20);
        terminate(miner, 0, 674);
        assertCoverage(0, 20);
    }

    // ---------------------------------------------------------------- strikes

    function strike() private {
        vm.prank(module);
        registry.strike(miner);
    }

    function test_strike_thirdBars() public {
        strike();
        advanceDays(1);
        strike();
        encumber(module, 1);
        advanceDays(1);
        uint256 until = vm.getBlockNumber() + 180 * 2_880;
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Struck(miner, module, uint32(until));
        strike();
        (uint32[3] memory strikes, uint32 barredUntil) = registry.strikesOf(miner);
        assertEq(barredUntil, until);
        assertEq(strikes[0], vm.getBlockNumber());
        assertEq(strikes[2], vm.getBlockNumber() - 2 * 2_880);

        vm.expectRevert(
            abi.encodeWithSelector(IPowerRegistry.PowerRegistry_Barred.selector, miner, until, vm.getBlockNumber())
        );
        encumber(module, 1);
        vm.roll(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_Barred.selector, miner, until, until - 1));
        encumber(module, 1);
        vm.roll(until);
        encumber(module, 1);
    }

    function test_strike_forgotten() public {
        strike();
        strike();
        vm.roll(vm.getBlockNumber() + 360 * 2_880);
        vm.expectEmit(address(registry));
        emit IPowerRegistry.Struck(miner, module, 0);
        strike();
        encumber(module, 1);
    }

    function test_strike_lastEpochThatCounts() public {
        strike();
        strike();
        vm.roll(vm.getBlockNumber() + 360 * 2_880 - 1);
        strike();
        (, uint32 barredUntil) = registry.strikesOf(miner);
        assertEq(barredUntil, vm.getBlockNumber() + 180 * 2_880);
    }

    function test_RevertWhen_StrikeByStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_NotModule.selector, stranger));
        vm.prank(stranger);
        registry.strike(miner);
    }

    // ---------------------------------------------------------------- governance

    function test_setModule() public {
        vm.expectEmit(address(registry));
        emit IPowerRegistry.ModuleSet(stranger, true);
        registry.setModule(stranger, true);
        assertTrue(registry.isModule(stranger));
        vm.expectRevert(abi.encodeWithSelector(IPowerRegistry.PowerRegistry_Zero.selector));
        registry.setModule(address(0), true);
    }

    function test_RevertWhen_NotGoverning() public {
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        registry.setModule(stranger, true);
        address next = address(new PowerRegistry());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        registry.upgradeToAndCall(next, "");
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        registry.initialize(stranger);
        vm.expectRevert(abi.encodeWithSelector(Initializable.InvalidInitialization.selector));
        PowerRegistry(next).initialize(stranger);
        registry.upgradeToAndCall(next, "");
        assertEq(registry.operatorOf(miner), sp);
    }

    /// FU-7: whatever two modules and faults do, what is promised is never set above what there is.
    /// hardhat-config: fuzz.runs = 64
    function testFuzz_FU07_neverSetAboveCapacity(uint256[12] memory seeds) public {
        uint256[2] memory held;
        for (uint256 i; i < 12; ++i) {
            uint256 who = seeds[i] & 1;
            address from = who == 0 ? module : other;
            uint64 lots = uint64(bound(seeds[i] >> 8, 1, 12));
            (uint256 capacity, uint256 encumbered) = registry.coverage(miner);
            assertEq(encumbered, held[0] + held[1]);
            if (seeds[i] & 6 == 0 && held[who] >= lots) {
                vm.prank(from);
                registry.free(miner, lots);
                held[who] -= lots;
            } else if (seeds[i] & 6 == 2 && minerState(miner).rawPower >= (10 * 32) << 30) {
                uint64 first = uint64((674 - minerState(miner).rawPower / (32 << 30)));
                fault(miner, first, 10);
            } else if (encumbered + lots <= capacity) {
                encumber(from, lots);
                held[who] += lots;
            } else {
                vm.expectRevert(
                    abi.encodeWithSelector(
                        IPowerRegistry.PowerRegistry_ExceedsCapacity.selector,
                        miner,
                        capacity,
                        encumbered + lots
                    )
                );
                encumber(from, lots);
            }
        }
    }
}
