// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
import {FilecoinTest} from "../../utils/FilecoinTest.sol";
contract DbgTest is FilecoinTest {
    receive() external payable {}
    function test_a() public {
        uint64 id = createMiner(address(this));
        fundMiner(id, 1000 ether);
        vm.deal(address(this), 10 ether);
        (int256 code,) = world.callAs{value: 1 ether}(address(0xbeef4d), id, 3665352697, "");
        assertEq(code, 18);
        assertEq(address(this).balance, 10 ether);
        advanceDays(3);
        (code,) = world.callAs{value: 1 ether}(address(0xbeef4d), id, 3665352697, "");
        assertEq(code, 18);
        seal(id, 10);
        advanceDays(3);
        vm.roll(block.number + 5000);
        (code,) = world.callAs{value: 1 ether}(address(0xbeef4d), id, 3665352697, "");
        assertEq(code, 18);
    }
}
