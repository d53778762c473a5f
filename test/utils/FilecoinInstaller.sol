// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Devnet} from "../../contracts/devnet/Devnet.sol";
import {Driver} from "../../contracts/devnet/Driver.sol";
import {EvmAlias} from "../../contracts/devnet/EvmAlias.sol";
import {FilecoinWorld} from "../../contracts/devnet/FilecoinWorld.sol";
import {IFilecoinWorld} from "../../contracts/devnet/IFilecoinWorld.sol";
import {Lens} from "../../contracts/devnet/Lens.sol";
import {MinerActor} from "../../contracts/devnet/MinerActor.sol";
import {NativeActor} from "../../contracts/devnet/NativeActor.sol";
import {Notifier} from "../../contracts/devnet/Notifier.sol";
import {BeaconRandomness} from "../../contracts/devnet/precompiles/BeaconRandomness.sol";
import {CallActor} from "../../contracts/devnet/precompiles/CallActor.sol";
import {CallActorId} from "../../contracts/devnet/precompiles/CallActorId.sol";
import {LookupDelegatedAddress} from "../../contracts/devnet/precompiles/LookupDelegatedAddress.sol";
import {ResolveAddress} from "../../contracts/devnet/precompiles/ResolveAddress.sol";

/// @title Puts the simulated Filecoin at its addresses in a Solidity test
abstract contract FilecoinInstaller is Test {
    IFilecoinWorld internal constant world = IFilecoinWorld(Devnet.WORLD);

    function installFilecoin() internal {
        vm.etch(Devnet.WORLD, type(FilecoinWorld).runtimeCode);
        vm.etch(Devnet.MINER_ACTOR, type(MinerActor).runtimeCode);
        vm.etch(Devnet.DRIVER, type(Driver).runtimeCode);
        vm.etch(Devnet.NOTIFIER, type(Notifier).runtimeCode);
        vm.etch(Devnet.LENS, type(Lens).runtimeCode);
        vm.etch(Devnet.RESOLVE_ADDRESS, type(ResolveAddress).runtimeCode);
        vm.etch(Devnet.LOOKUP_DELEGATED_ADDRESS, type(LookupDelegatedAddress).runtimeCode);
        vm.etch(Devnet.CALL_ACTOR, type(CallActor).runtimeCode);
        vm.etch(Devnet.CALL_ACTOR_ID, type(CallActorId).runtimeCode);
        vm.etch(Devnet.BEACON_RANDOMNESS, type(BeaconRandomness).runtimeCode);
        for (uint64 id; id <= Devnet.DATACAP_ID; ++id) installNativeActor(id);
        installNativeActor(Devnet.EAM_ID);
    }

    /// @notice Puts code at a native actor's masked address, as each of them has on Filecoin.
    function installNativeActor(uint64 id) internal {
        vm.etch(Devnet.masked(id), type(NativeActor).runtimeCode);
    }

    /// @notice Makes an EVM actor answer at its masked id too, and returns that address (see `EvmAlias` for its limits).
    function installAlias(address eth) internal returns (address alias_) {
        alias_ = Devnet.masked(world.register(eth));
        vm.etch(alias_, type(EvmAlias).runtimeCode);
    }
}
