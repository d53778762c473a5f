// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {PowerRegistry} from "../../../../contracts/futures/delivery/PowerRegistry.sol";
import {PlimsollProxy} from "../../../../contracts/governance/PlimsollProxy.sol";
import {FilecoinTest} from "../../../utils/FilecoinTest.sol";

/// @title Miners of a wanted capacity, and a registry that lists a module
abstract contract PowerTest is FilecoinTest {
    uint64 internal constant RISK = 2;
    /// 1 TiB is 32 sectors, of which 95 in a hundred are promised.
    uint32 internal constant SECTORS_PER_10_LOTS = 337;

    PowerRegistry internal registry;
    AccessManager internal manager;
    address internal immutable sp = makeAddr("sp");

    function setUp() public virtual override {
        super.setUp();
        manager = new AccessManager(address(this));
        registry = PowerRegistry(address(new PlimsollProxy(address(new PowerRegistry()), "")));
        registry.initialize(address(manager));
    }

    /// @dev A miner whose power is worth `tens` of ten lots, and little more.
    function powerfulMiner(address owner, uint32 tens) internal returns (uint64 miner) {
        miner = createMiner(owner);
        fundMiner(miner, 1_000_000 ether);
        seal(miner, tens * SECTORS_PER_10_LOTS, false, 1);
    }

    function registered(address owner, uint32 tens) internal returns (uint64 miner) {
        miner = powerfulMiner(owner, tens);
        vm.prank(owner);
        registry.register(miner);
    }

    /// @dev Changes the owner of a miner, whose worker is a native account.
    function sell(uint64 miner, address from, address to) internal {
        bytes memory params = idParam(idOf(to));
        (int256 code, ) = callAs(from, miner, FilecoinMethods.CHANGE_OWNER_ADDRESS, params);
        assertEq(code, 0);
        (code, ) = callAs(to, miner, FilecoinMethods.CHANGE_OWNER_ADDRESS, params);
        assertEq(code, 0);
    }

    /// @dev CBOR of an id address, of one to two bytes of ULEB128 more than needed never.
    function idParam(uint64 id) internal pure returns (bytes memory raw) {
        bytes memory leb;
        for (; id > 0x7f; id >>= 7) leb = bytes.concat(leb, bytes1(uint8(id) | 0x80));
        leb = bytes.concat(leb, bytes1(uint8(id)));
        return bytes.concat(bytes1(uint8(0x40 + 1 + leb.length)), hex"00", leb);
    }
}
