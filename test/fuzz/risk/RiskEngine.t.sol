// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeneficiaryTerm, CollateralFacts} from "../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner} from "../../../contracts/loans/LoanTypes.sol";
import {RiskEngine} from "../../../contracts/loans/RiskEngine.sol";
import {Assessment, RiskParams} from "../../../contracts/loans/interfaces/IRiskEngine.sol";
import {RiskTest} from "../../unit/loans/risk/RiskTest.sol";

/// @notice The engine against a second reckoning of loans F3, in plain signed arithmetic, for any facts below 2^128.
contract RiskEngineFuzz is RiskTest {
    uint256 private constant MAX_MINERS = 8;
    int256 private constant MAX_AMOUNT = int256(uint256(type(uint128).max));

    struct Expected {
        int256 orderly;
        int256 walkAway;
        int256 available;
        uint256 pledge;
        uint256 lost;
        int256 escrow;
        bool tampered;
        bool ownerChange;
    }

    function testFuzz_assess_isTheFormula(uint256 seed, uint256 count, uint256 minimumWad, uint256 leak) public {
        RiskParams memory p = _set(minimumWad, leak);
        AttachedMiner[] memory miners = _portfolio(seed, bound(count, 0, MAX_MINERS));
        _assertExpected(engine.assess(ACCOUNT, miners), _expected(miners, p, true, MAX_MINERS, 0), p);
    }

    function testFuzz_assessDraw_isTheFormula(uint256 seed, uint256 count, uint256 index, uint256 extra) public {
        RiskParams memory p = _set(seed, seed >> 128);
        AttachedMiner[] memory miners = _portfolio(seed, bound(count, 1, MAX_MINERS));
        index = bound(index, 0, miners.length - 1);
        extra = bound(extra, 0, type(uint96).max);
        (Assessment memory a, uint256 pledge, uint256 power) = engine.assessDraw(ACCOUNT, miners, index, extra);
        _assertExpected(a, _expected(miners, p, false, index, extra), p);
        CollateralFacts memory f = facts.collateral(miners[index].minerId, 0, 0, false);
        assertEq(pledge, f.initialPledge);
        assertEq(power, f.qaPowerBytes);
    }

    /// A draw never adds more value than FIL, and never takes any.
    function testFuzz_assessDraw_addsAtMostWhatIsDrawn(
        uint256 seed,
        uint256 count,
        uint256 index,
        uint256 extra
    ) public {
        AttachedMiner[] memory miners = _portfolio(seed, bound(count, 1, MAX_MINERS));
        index = bound(index, 0, miners.length - 1);
        extra = bound(extra, 0, type(uint96).max);
        (Assessment memory dry, , ) = engine.assessDraw(ACCOUNT, miners, index, 0);
        (Assessment memory wet, , ) = engine.assessDraw(ACCOUNT, miners, index, extra);
        assertGe(wet.walkAwayValue + wet.escrowValue, dry.walkAwayValue + dry.escrowValue);
        assertLe(wet.walkAwayValue + wet.escrowValue, dry.walkAwayValue + dry.escrowValue + extra);
    }

    /// What the setter accepts never loses the order of the tests: draw fails first, then call, then liquidation; and
    /// no loss before.
    function testFuzz_setParams_keepsTheOrderOfTheTests(
        uint256 draw,
        uint256 call_,
        uint256 liquidation,
        uint256 discount
    ) public {
        RiskParams memory p = defaults();
        p.liquidationWeightWad = uint64(bound(liquidation, 0.4e18, 1.1e18));
        p.callWeightWad = uint64(bound(call_, 0.4e18, 1.1e18));
        p.drawWeightWad = uint64(bound(draw, 0.4e18, 1.1e18));
        p.provisionDiscountWad = uint64(bound(discount, 0, 0.08e18));
        (p.escrowDrawWeightWad, p.escrowCallWeightWad, p.escrowLiquidationWeightWad) = (0.5e18, 0.5e18, 0.5e18);
        (bool ok, ) = address(engine).call(abi.encodeCall(RiskEngine.setParams, (p)));
        bool ordered =
            p.drawWeightWad >= 0.5e18 &&
                p.drawWeightWad <= p.callWeightWad &&
                p.callWeightWad <= p.liquidationWeightWad &&
                p.liquidationWeightWad <= 0.96e18;
        // The weight in force falls from 0.96 for 30 days, and the discount has to go by it.
        assertEq(ok, ordered && p.provisionDiscountWad <= 0.04e18);
    }

    // ---------------------------------------------------------------- the second reckoning

    function _expected(
        AttachedMiner[] memory miners,
        RiskParams memory p,
        bool vesting,
        uint256 index,
        uint256 extra
    ) private view returns (Expected memory e) {
        for (uint256 i = 0; i < miners.length; ++i) {
            (CollateralFacts memory f, BeneficiaryTerm memory t, uint64 owner, uint64 pending) = facts.lien(
                miners[i].minerId,
                0,
                0,
                vesting
            );
            e.ownerChange = e.ownerChange || pending > 0;
            bool live = t.beneficiary == ACCOUNT_ID && t.expiration == type(int64).max;
            live = live && int256(t.quota) - int256(t.usedQuota) >= int256(1 << 100);
            // The account owns it, and somebody else may take it with its lien: worth nothing.
            bool escrowed = owner == ACCOUNT_ID;
            live = live && !(escrowed && pending > 0);
            e.tampered = e.tampered || t.hasPending || !live;
            if (live) _count(e, miners[i], f, p, i == index ? int256(extra) : int256(0), escrowed);
        }
    }

    function _count(
        Expected memory e,
        AttachedMiner memory m,
        CollateralFacts memory f,
        RiskParams memory p,
        int256 extra,
        bool escrowed
    ) private pure {
        int256 a = f.availableBalance + extra;
        int256 orderly = a + int256(f.vestingFunds) + int256(f.initialPledge) - int256(f.terminationFee);
        uint256 fee = (f.initialPledge * p.minFaultFeePerPledgeWad + 1e18 - 1) / 1e18;
        if (f.faultFeePerDay > fee) fee = f.faultFeePerDay;
        int256 walkAway = orderly - 43 * int256(fee) - int256(uint256(p.leakBuffer));
        if (orderly > 0) e.orderly += orderly;
        if (escrowed && orderly > 0) e.escrow += orderly;
        if (!escrowed && walkAway > 0) e.walkAway += walkAway;
        if (a > 0) e.available += a;
        e.pledge += f.initialPledge;
        if (m.pledgeRef == 0 || m.powerRef == 0) return;
        uint256 carried = (f.qaPowerBytes * m.pledgeRef) / m.powerRef;
        if (carried < f.initialPledge) e.lost += f.initialPledge - carried;
    }

    function _assertExpected(Assessment memory a, Expected memory e, RiskParams memory p) private pure {
        assertEq(int256(a.orderlyValue), e.orderly, "orderly");
        assertEq(int256(a.walkAwayValue), e.walkAway, "walk-away");
        assertEq(int256(a.escrowValue), e.escrow, "escrow");
        assertEq(a.escrowDrawValue, (a.escrowValue * p.escrowDrawWeightWad) / 1e18, "escrow, draw");
        assertEq(a.escrowCallValue, (a.escrowValue * p.escrowCallWeightWad) / 1e18, "escrow, call");
        assertEq(
            a.escrowLiquidationValue,
            (a.escrowValue * p.escrowLiquidationWeightWad) / 1e18,
            "escrow, liquidation"
        );
        assertEq(int256(a.available), e.available, "available");
        uint256 ratio = e.pledge == 0 ? 0 : (e.lost * 1e18 + e.pledge - 1) / e.pledge;
        assertEq(a.faultRatioWad, ratio, "fault ratio");
        assertEq(a.tampered, e.tampered, "tampered");
        assertEq(a.ownerChangePending, e.ownerChange, "owner");
    }

    // ---------------------------------------------------------------- random portfolios

    function _set(uint256 minimumWad, uint256 leak) private returns (RiskParams memory p) {
        p = defaults();
        p.minFaultFeePerPledgeWad = uint64(bound(minimumWad, 0, 0.02e18));
        p.leakBuffer = uint96(bound(leak, 0, 1_000 ether));
        engine.setParams(p);
    }

    function _portfolio(uint256 seed, uint256 count) private returns (AttachedMiner[] memory miners) {
        miners = new AttachedMiner[](count);
        for (uint256 i = 0; i < count; ++i)
            miners[i] = _miner(uint256(keccak256(abi.encode(seed, i))), uint64(1_000 + i));
    }

    /// Amounts of every order of magnitude; one in eight has something wrong with its lien.
    function _miner(uint256 seed, uint64 id) private returns (AttachedMiner memory) {
        CollateralFacts memory f;
        f.availableBalance = bound(int256(_draw(seed, "a")), -MAX_AMOUNT, MAX_AMOUNT) >> uint8(seed % 128);
        f.vestingFunds = uint128(_draw(seed, "v")) >> ((seed >> 8) % 128);
        f.initialPledge = uint128(_draw(seed, "p")) >> ((seed >> 16) % 128);
        f.qaPowerBytes = uint128(_draw(seed, "q")) >> ((seed >> 24) % 128);
        f.faultFeePerDay = f.initialPledge / (1 + ((seed >> 32) % 1_000));
        f.terminationFee = f.faultFeePerDay + (f.initialPledge * 85) / 1_000;
        facts.set(id, f);
        BeneficiaryTerm memory t = goodTerm();
        uint256 kind = (seed >> 64) % 32;
        if (kind == 0) t.beneficiary = uint64(_draw(seed, "b"));
        if (kind == 1) t.quota = t.usedQuota + (_draw(seed, "u") % (2 ** 101));
        if (kind == 2) t.expiration = int64(uint64(_draw(seed, "x")));
        if (kind == 3) t.hasPending = true;
        facts.setTerm(id, t);
        facts.setOwner(id, (seed >> 76) % 3 == 0 ? ACCOUNT_ID : uint64(_draw(seed, "o")));
        facts.setPendingOwner(id, (seed >> 72) % 16 == 0 ? uint64(seed) : 0);
        return AttachedMiner(id, uint88(_draw(seed, "pr")) >> uint8((seed >> 80) % 88), uint72(_draw(seed, "qr")), 1);
    }

    function _draw(uint256 seed, string memory what) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }
}
