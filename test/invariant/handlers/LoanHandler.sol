// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdAssertions} from "forge-std/StdAssertions.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {IFilecoinWorld} from "../../../contracts/devnet/IFilecoinWorld.sol";
import {Economics, Run} from "../../../contracts/devnet/Types.sol";
import {CborWriter} from "../../../contracts/filecoin/CborWriter.sol";
import {FilecoinMethods} from "../../../contracts/filecoin/FilecoinMethods.sol";
import {AttachedMiner, Loan, LoanState} from "../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {CampaignCounter} from "../../helpers/CampaignCounter.sol";
import {Cast, LoanSystem} from "./LoanSystem.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Base of the handlers of the loan campaign
/// @notice Counts a call that went through under its name and one that the system refused under `name refused`. A refusal must be one of
/// the system's own errors: a panic or an empty answer fails the campaign.
abstract contract LoanHandler is CampaignCounter, CommonBase, StdAssertions, StdUtils {
    uint256 internal constant MIN_REWARD = 1 ether; // per epoch, of the whole network [attoFIL]
    uint256 internal constant MAX_REWARD = 2_000 ether;
    uint256 internal constant QUOTA = 1 << 120; // of a lien [attoFIL]
    uint256 internal constant MAX_MINERS = 2; // of a loan, in the campaign
    IFilecoinWorld internal constant world = IFilecoinWorld(Devnet.WORLD);

    LoanLedger internal ledger;
    LoanSystem internal sys;
    Cast internal who;
    uint64[] internal miners;

    constructor(LoanLedger ledger_) {
        ledger = ledger_;
        sys = ledger_.system();
        who = ledger_.cast();
        miners = ledger_.miners();
    }

    /// @notice The functions that the fuzzers may call.
    function selectors() external pure virtual returns (bytes4[] memory);

    modifier step() {
        ledger.begin();
        _;
        ledger.end(false);
    }

    // ------------------------------------------------------------------------------------------------ calls

    function _try(bytes32 name, address from, address target, bytes memory data) internal returns (bool, bytes memory) {
        return _try(name, from, target, 0, data);
    }

    function _try(
        bytes32 name,
        address from,
        address target,
        uint256 value,
        bytes memory data
    ) internal returns (bool ok, bytes memory answer) {
        vm.prank(from);
        (ok, answer) = target.call{value: value}(data);
        if (ok) {
            _count(name);
            return (ok, answer);
        }
        _refused(name);
        assertGe(answer.length, 4, string.concat("refused without a reason: ", _text(name)));
        assertTrue(bytes4(answer) != bytes4(0x4e487b71), string.concat("panic: ", _text(name)));
    }

    /// @notice The same, where the system must not refuse.
    function _must(
        bytes32 name,
        address from,
        address target,
        uint256 value,
        bytes memory data,
        string memory message
    ) internal returns (bytes memory) {
        vm.prank(from);
        (bool ok, bytes memory answer) = target.call{value: value}(data);
        assertTrue(ok, string.concat(message, " ", vm.toString(answer)));
        _count(name);
        return answer;
    }

    function _refused(bytes32 name) internal {
        _count(bytes32(bytes(string.concat(_text(name), " refused"))));
    }

    function _text(bytes32 name) private pure returns (string memory) {
        uint256 length;
        while (length < 32 && name[length] != 0) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i; i < length; ++i) text[i] = name[i];
        return string(text);
    }

    // ------------------------------------------------------------------------------------------------ value without time

    /// @dev Moves the network's reward, and with it all fault fees, until the loan's health is near `healthWad`, if that can be.
    function _shock(uint256 loanId, uint256 healthWad) internal {
        if (loanId == 0) return;
        // Value falls by about 44 daily fault fees, and those are proportional to the reward; more than once, because of the floor.
        Position memory p = sys.book.positionOf(loanId);
        if (p.debt == 0) return;
        // What is in escrow or posted has no fault fees: the rest must make up for it.
        uint256 other = p.posted.liquidation + p.assessment.escrowLiquidationValue;
        uint256 target = (_less((p.debt * healthWad) / 1e18, other) * 1e18) / 0.96e18 + p.assessment.escrowValue;
        uint256 fee = _faultFees(loanId);
        uint256 reward = world.economics().rewardPerEpoch;
        for (uint256 i; i < 3 && fee != 0; ++i) {
            uint256 next = 44 * fee + p.value > target ? (44 * fee + p.value - target) / 44 : 1;
            uint256 wanted = _bound((reward * next) / fee, MIN_REWARD, MAX_REWARD);
            _setReward(wanted);
            if (i == 2) return;
            p = sys.book.positionOf(loanId);
            if (p.healthWad < healthWad + 0.003e18 && p.healthWad + 0.003e18 > healthWad) return;
            (fee, reward) = ((fee * wanted) / reward, wanted);
        }
    }

    function _less(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : 0;
    }

    function _setReward(uint256 reward) internal {
        Economics memory e = world.economics();
        (e.rewardPerEpoch, e.configured) = (reward, true);
        world.setEconomics(e);
    }

    function _faultFees(uint256 loanId) private view returns (uint256 sum) {
        AttachedMiner[] memory list = sys.book.minersOf(loanId);
        for (uint256 i; i < list.length; ++i) {
            AttachedMiner memory m = list[i];
            sum += sys.facts.collateral(m.minerId, m.pledgeRef, m.powerRef, false).faultFeePerDay;
        }
    }

    function _indebted(uint256 seed) internal view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (ledger.owes(sys.book.loanOf(id))) return id;
        }
        return 0;
    }

    // ------------------------------------------------------------------------------------------------ sealing

    /// @dev Sectors of 1 FIL pledge, pre-committed, proven 151 epochs later, and with their first window PoSt.
    function _seal(uint64 miner, uint256 percent) internal returns (bool) {
        int256 available = sys.facts.collateral(miner, 0, 0, false).availableBalance;
        if (available < 4 ether || world.runsOf(miner).length > 10) {
            _refused("seal");
            return false;
        }
        uint32 count = uint32(((uint256(available) * percent) / 100 - 2 ether) / 1 ether);
        uint64 expiration = uint64(ledger.epoch() + 540 * Devnet.DAY);
        try world.preCommit(miner, count, false, expiration) returns (uint64 first) {
            ledger.advance(Devnet.CHALLENGE_DELAY + 1);
            try world.proveCommit(miner, first, count, 255, 1 ether) {
                Run[] memory runs = world.runsOf(miner);
                world.submitPost(miner, runs[runs.length - 1].deadline);
                _count("seal");
                return true;
            } catch {}
        } catch {}
        _refused("seal");
        return false;
    }

    // ------------------------------------------------------------------------------------------------ beneficiary

    /// @dev Proposes a beneficiary, as the owner.
    function _propose(uint64 miner, uint64 to, uint256 quota, int64 expiration) internal {
        _changeBeneficiary(who.sp, miner, to, quota, expiration);
    }

    /// @dev Proposes, as the owner; approves, as beneficiary or nominee.
    function _changeBeneficiary(address from, uint64 miner, uint64 to, uint256 quota, int64 expiration) internal {
        uint256 p = CborWriter.writeArray(CborWriter.start(), 3);
        p = CborWriter.writeInt64(CborWriter.writeBigUint(CborWriter.writeIdAddress(p, to), quota), expiration);
        bytes memory params = CborWriter.finish(p);
        (int256 exitCode, ) = world.callAs(from, miner, FilecoinMethods.CHANGE_BENEFICIARY, params);
        assertEq(exitCode, 0, "change of beneficiary");
    }

    // ------------------------------------------------------------------------------------------------ ownership

    /// @dev Whether the SP itself owns a miner: neither the loan's account, in escrow, nor the loan book, on the way out of it.
    function _owned(uint64 miner) internal view returns (bool) {
        (uint64 owner, ) = sys.facts.owner(miner);
        return owner == world.idOf(who.sp);
    }

    /// @dev Proposes an owner, as the owner; accepts, as the proposed one.
    function _changeOwner(address from, uint64 miner, uint64 to) internal {
        bytes memory address_ = _idAddress(to);
        bytes memory params = abi.encodePacked(uint8(0x40 + address_.length), address_); // CBOR bytes
        (int256 exitCode, ) = world.callAs(from, miner, FilecoinMethods.CHANGE_OWNER_ADDRESS, params);
        assertEq(exitCode, 0, "change of owner");
    }

    function _idAddress(uint64 id) private pure returns (bytes memory out) {
        out = hex"00";
        for (; id >= 0x80; id >>= 7) out = abi.encodePacked(out, uint8(id & 0x7f) | 0x80);
        out = abi.encodePacked(out, uint8(id));
    }

    /// @dev Gets a miner back to the SP that is in escrow or on its way out, where nothing is owed.
    function _freeFromEscrow(uint256 loanId, uint256 index) internal {
        uint64 miner = sys.book.minersOf(loanId)[index].minerId;
        if (_owned(miner)) return;
        uint64 spId = world.idOf(who.sp);
        bytes memory data = abi.encodeCall(sys.book.releaseMiner, (loanId, index, spId));
        _must("leaveEscrow", who.sp, address(sys.book), 0, data, "I12: without debt a miner leaves escrow");
        _changeOwner(who.sp, miner, spId);
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    /// @dev After what adds debt or takes collateral away.
    function _checkDrawTest(uint256 loanId) internal view {
        Position memory p = sys.book.positionOf(loanId);
        if (p.debt == 0) return;
        Loan memory loan = sys.book.loanOf(loanId);
        (uint256 weight, , ) = sys.risk.drawTerms(loan.tier);
        uint256 lien = p.assessment.walkAwayValue * weight;
        uint256 others = (p.assessment.escrowDrawValue + p.posted.draw) * 1e18;
        uint256 strips = (loan.stripSold - loan.stripPaid) * weight;
        assertGe(lien + others, strips + p.debt * 1e18, "I6: the draw test");
    }

    /// @dev Health = limit / debt, compared without rounding; the limit itself is rounded down, and 2 attoFIL less of debt may be burnt
    /// than is paid.
    function _checkHealthNotLower(Position memory before, Position memory p, string memory message) internal pure {
        if (p.debt <= 2) return;
        assertGe((p.liquidationLimit + 1) * before.debt, before.liquidationLimit * (p.debt - 2), message);
    }

    // ------------------------------------------------------------------------------------------------ picks

    /// @dev The first loan from the seed's on with a draw that is not proven, or 0.
    function _awaiting(uint256 seed) internal view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            Loan memory loan = sys.book.loanOf(id);
            if (loan.drawnCount != loan.provenCount && !loan.frozen && loan.minerCount != 0) return id;
        }
        return 0;
    }

    /// @dev The first loan from the seed's on whose next tranche may be drawn, or 0.
    function _drawable(uint256 seed) internal view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            Loan memory loan = sys.book.loanOf(id);
            bool open = loan.state == LoanState.Healthy && loan.drawnCount < loan.trancheCount && loan.minerCount != 0;
            if (open && loan.drawnCount == loan.provenCount && !loan.frozen) return id;
        }
        return 0;
    }

    /// @dev Where the draw not proven went.
    function _drawMiner(uint256 loanId) internal view returns (uint64) {
        return sys.book.minersOf(loanId)[sys.book.loanOf(loanId).drawMinerIndex].minerId;
    }

    /// @dev Mostly one of the loans that are not closed; 0 when there is none.
    function _loan(uint256 seed) internal view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (sys.book.loanOf(id).state != LoanState.Closed) return id;
        }
        return 0;
    }

    function _minerIndex(uint256 loanId, uint256 seed) internal view returns (uint256) {
        uint256 count = sys.book.loanOf(loanId).minerCount;
        return count == 0 ? 0 : seed % count;
    }

    function _account(uint256 loanId) internal view returns (address) {
        return sys.book.loanOf(loanId).account;
    }

    /// @dev The first loan from the seed's on with an auction running, or 0.
    function _running(uint256 seed) internal view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (sys.auction.auctionOf(id).active) return id;
        }
        return 0;
    }

    /// @dev Allows what a withdrawal by the account may move on its way.
    function _allowCollected(uint256 loanId) internal {
        ledger.allow(_account(loanId), type(uint256).max);
        ledger.allow(address(sys.vault), type(uint256).max);
    }

    /// @dev All debts, to see that none has moved.
    function _fingerprint(uint256 exceptLoan) internal view returns (bytes32 hash) {
        uint256 count = sys.book.loanCount();
        for (uint256 id = 1; id <= count; ++id) {
            if (id == exceptLoan) continue;
            Loan memory loan = sys.book.loanOf(id);
            hash = keccak256(abi.encode(hash, loan, loan.account.balance, sys.book.debtOf(id)));
        }
    }
}
