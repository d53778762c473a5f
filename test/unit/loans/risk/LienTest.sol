// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {MinerActor} from "../../../../contracts/filecoin/MinerActor.sol";
import {CollateralAccount} from "../../../../contracts/loans/CollateralAccount.sol";
import {FilecoinTest} from "../../../utils/FilecoinTest.sol";

/// @notice Collateral accounts on the simulated Filecoin. The test contract is loan book, owner of the miners and of
/// the beacon.
abstract contract LienTest is FilecoinTest {
    uint256 internal constant QUOTA = 2 ** 200;
    int64 internal constant FOREVER = type(int64).max;

    UpgradeableBeacon internal beacon;
    CollateralAccount internal implementation;
    CollateralAccount internal account;

    function setUp() public virtual override {
        super.setUp();
        world.register(address(this));
        implementation = new CollateralAccount(address(this));
        beacon = new UpgradeableBeacon(address(implementation), address(this));
        account = newAccount();
    }

    function newAccount() internal returns (CollateralAccount fresh) {
        fresh = CollateralAccount(address(new BeaconProxy(address(beacon), "")));
        world.register(address(fresh));
    }

    /// @notice A miner with `balance` [attoFIL] whose beneficiary is the account.
    function pledgedMiner(uint256 balance) internal returns (uint64 miner) {
        miner = createMiner(address(this));
        fundMiner(miner, balance);
        handOver(miner, account);
    }

    function handOver(uint64 miner, CollateralAccount to) internal {
        uint64 id = to.actorId();
        MinerActor.changeBeneficiary(miner, id, QUOTA, FOREVER);
        to.approveBeneficiary(miner, id, QUOTA, FOREVER);
    }

    function actorFailed(uint64 target, uint64 method, int256 exitCode) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ActorCall.ActorCall_ActorFailed.selector, target, method, exitCode);
    }
}
