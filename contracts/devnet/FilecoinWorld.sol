// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "./ActorCbor.sol";
import {ActorExit, check} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";
import {IMinerActor} from "./IMinerActor.sol";
import {NativeActor} from "./NativeActor.sol";
import {MinerBirth} from "./MinerBirth.sol";
import {MinerMath} from "./MinerMath.sol";
import {Kind, Miner} from "./Types.sol";

/// @title The simulated Filecoin: address book, message delivery, power actor
/// @notice Implements `IFilecoinWorld` together with the modules it delegates to: what is not found here is looked for in
///         `Driver`, from there in `Notifier`, and at last in `Lens`.
contract FilecoinWorld is MinerBirth {
    using ActorCbor for ActorCbor.Reader;

    uint64 private constant FIRST_EXPORTED = 1 << 24;

    uint64 private constant AUTHENTICATE_MESSAGE = 2643134072;
    uint64 private constant CREATE_MINER = 1173380165;
    uint64 private constant MINER_POWER = 36284446;
    uint64 private constant MINER_RAW_POWER = 3753401894;
    uint64 private constant NETWORK_RAW_POWER = 931722534;
    uint64 private constant MINER_COUNT = 1987646258;
    uint64 private constant MINER_CONSENSUS_COUNT = 196739875;

    fallback(bytes calldata) external payable returns (bytes memory) {
        return _delegate(Devnet.DRIVER, msg.data);
    }

    function _delegate(address module, bytes memory data) private returns (bytes memory) {
        (bool ok, bytes memory out) = module.delegatecall(data);
        if (ok) return out;
        assembly ("memory-safe") {
            revert(add(out, 32), mload(out))
        }
    }

    // ------------------------------------------------------------------------------------------------ address book

    /// @notice See `IFilecoinWorld.resolve`.
    function resolve(bytes calldata raw, address caller) external returns (bool valid, bool found, uint64 id) {
        if (!ActorCbor.isAddress(raw)) return (false, false, 0);
        (found, id) = _resolve(raw, caller);
        if (found && uint8(raw[0]) == 4 && _ethOf[id] == address(0) && !_isStatic()) _register(_ethOfF410(raw));
        return (true, found, id);
    }

    /// @notice See `IFilecoinWorld.lookup`.
    function lookup(uint64 id) external view returns (bytes memory) {
        address eth = _ethOf[id];
        return eth == address(0) ? bytes("") : bytes.concat(hex"040a", bytes20(eth));
    }

    /// @notice See `IFilecoinWorld.evmTarget`.
    function evmTarget(uint64 id) external view returns (bool, address) {
        return (_kind[id] == Kind.Evm, _ethOf[id]);
    }

    /// @notice See `IFilecoinWorld.randomness`.
    function randomness(int256 epoch) external view returns (bytes32 digest) {
        if (epoch > int256(block.number) || epoch < 0) revert IFilecoinWorld.World_FutureEpoch(block.number, epoch);
        digest = _beacon[uint64(uint256(epoch))];
        if (digest == 0) digest = keccak256(abi.encodePacked("drand", epoch));
    }

    // ------------------------------------------------------------------------------------------------ messages

    /// @notice See `IFilecoinWorld.invoke`.
    function invoke(
        uint64 to,
        uint64 method,
        bool hasParams,
        bytes calldata params
    ) external payable returns (uint64 codec, bytes memory result) {
        bool readOnly = _isStatic();
        uint64 caller = readOnly ? _peekId(msg.sender) : _register(msg.sender);
        result = _deliver(to, IMinerActor.Message(to, caller, method, hasParams, params, readOnly));
        codec = result.length == 0 ? Devnet.NO_CODEC : Devnet.CBOR;
    }

    /// @notice See `IFilecoinWorld.invokeAs`.
    function invokeAs(
        uint64 from,
        uint64 to,
        uint64 method,
        bytes calldata params
    ) external payable returns (bytes memory) {
        if (msg.sender != address(this)) revert IFilecoinWorld.World_OnlySelf(address(this), msg.sender);
        return _deliver(to, IMinerActor.Message(to, from, method, params.length != 0, params, false));
    }

    /// @notice See `IFilecoinWorld.callAs`.
    function callAs(
        address from,
        uint64 to,
        uint64 method,
        bytes calldata params
    ) external payable returns (int256 exitCode, bytes memory result) {
        uint64 id = _register(from);
        bytes memory data = abi.encodeCall(this.invokeAs, (id, to, method, params));
        (bool ok, bytes memory out) = address(this).call{value: msg.value}(data);
        if (ok) return (0, abi.decode(out, (bytes)));
        _force(payable(msg.sender), msg.value);
        return _exitOf(out);
    }

    function _exitOf(bytes memory out) private pure returns (int256 code, bytes memory data) {
        if (out.length < 4 || bytes4(out) != ActorExit.selector) {
            assembly ("memory-safe") {
                revert(add(out, 32), mload(out))
            }
        }
        bytes memory body = new bytes(out.length - 4);
        for (uint256 i; i < body.length; ++i) body[i] = out[i + 4];
        (code, , data) = abi.decode(body, (int256, uint64, bytes));
    }

    /// @notice See `IFilecoinWorld.sendTo`.
    function sendTo(bytes calldata raw) external payable {
        (bool found, uint64 id) = _resolve(raw, address(0));
        if (!found) id = _create(raw);
        _deliver(id, IMinerActor.Message(id, _register(msg.sender), 0, false, "", false));
    }

    /// @dev A send to an unused key or Ethereum address creates the account; f2 addresses and foreign namespaces do not.
    function _create(bytes memory raw) private returns (uint64 id) {
        uint8 protocol = uint8(raw[0]);
        bool evm = protocol == 4 && raw.length == 22 && uint8(raw[1]) == Devnet.EAM_ID;
        check(protocol == 1 || protocol == 3 || evm, Devnet.SYS_NOT_FOUND);
        if (evm) return _register(_ethOfF410(raw));
        id = Devnet.FIRST_EVM_ID + uint32(uint256(keccak256(raw)));
        while (_kind[id] != Kind.None) ++id;
        _kind[id] = Kind.Account;
        _idOfKey[keccak256(raw)] = id;
    }

    function _deliver(uint64 to, IMinerActor.Message memory message) private returns (bytes memory result) {
        Kind kind = _kindOf(to);
        check(kind != Kind.None, Devnet.SYS_NOT_FOUND);
        if (kind == Kind.Miner && !message.readOnly) {
            _delegate(Devnet.MINER_ACTOR, abi.encodeCall(IMinerActor.settle, (to)));
        }
        _force(_home(to), msg.value);
        if (message.method == 0) return "";
        check(message.method >= FIRST_EXPORTED, Devnet.FORBIDDEN);
        if (kind == Kind.Miner) {
            return abi.decode(_delegate(Devnet.MINER_ACTOR, abi.encodeCall(IMinerActor.handle, (message))), (bytes));
        }
        if (to == Devnet.POWER_ID) return _power(message);
        check(kind != Kind.System, Devnet.UNHANDLED_MESSAGE); // accounts accept anything exported
        bool signed = kind == Kind.Account && message.method == AUTHENTICATE_MESSAGE;
        check(!signed, Devnet.ILLEGAL_ARGUMENT); // nobody holds a native key here: no signature is valid
        return "";
    }

    // ------------------------------------------------------------------------------------------------ power actor

    function _power(IMinerActor.Message memory q) private returns (bytes memory) {
        if (q.method == CREATE_MINER) return _createMiner(q);
        if (q.method == MINER_POWER || q.method == MINER_RAW_POWER) return _minerPower(q);
        bool known = q.method == NETWORK_RAW_POWER || q.method == MINER_COUNT || q.method == MINER_CONSENSUS_COUNT;
        check(known, Devnet.UNHANDLED_MESSAGE);
        check(!q.hasParams, Devnet.ILLEGAL_ARGUMENT);
        (uint256 raw, uint256 above) = _networkPower();
        if (q.method == NETWORK_RAW_POWER) return ActorCbor.writeBigInt(raw);
        return ActorCbor.writeUint(q.method == MINER_COUNT ? _minerIds.length : above);
    }

    function _minerPower(IMinerActor.Message memory q) private view returns (bytes memory) {
        check(q.hasParams, Devnet.ILLEGAL_ARGUMENT);
        ActorCbor.Reader memory r = ActorCbor.reader(q.params);
        uint64 id = r.readUint();
        r.done();
        bool rawOnly = q.method == MINER_RAW_POWER;
        check(_kind[id] == Kind.Miner, rawOnly ? Devnet.ILLEGAL_ARGUMENT : Devnet.NOT_FOUND);
        Miner storage m = _miners[id];
        bytes memory second =
            rawOnly ? ActorCbor.writeBool(m.rawPower >= Devnet.CONSENSUS_MINIMUM) : ActorCbor.writeBigInt(m.qaPower);
        return bytes.concat(ActorCbor.arrayHead(2), ActorCbor.writeBigInt(m.rawPower), second);
    }

    /// @dev Takes the value, of which a tenth of the pledge for 10 TiB is locked [FIP-0077].
    function _createMiner(IMinerActor.Message memory q) private returns (bytes memory) {
        check(!q.readOnly, Devnet.READ_ONLY);
        check(q.hasParams, Devnet.ILLEGAL_ARGUMENT);
        ActorCbor.Reader memory r = ActorCbor.reader(q.params);
        r.readTuple(5);
        uint64 owner = _mustResolve(r.readAddress());
        uint64 worker = _mustResolve(r.readAddress());
        check(r.readInt() == int64(Devnet.POST_PROOF_32_GIB), Devnet.ILLEGAL_ARGUMENT);
        bytes memory peer = r.readBytes();
        bytes[] memory multiaddrs = new bytes[](r.readArray());
        for (uint256 i; i < multiaddrs.length; ++i) multiaddrs[i] = r.readBytes();
        r.done();
        check(_kindOf(worker) == Kind.Account && worker >= Devnet.FIRST_NATIVE_ID, Devnet.ILLEGAL_ARGUMENT);
        uint256 deposit = MinerMath.initialPledge(_eco(), Devnet.CONSENSUS_MINIMUM / 10);
        check(msg.value >= deposit, Devnet.INSUFFICIENT_FUNDS);
        uint64 id = _newMiner(owner, worker);
        (_miners[id].peerId, _miners[id].multiaddrs) = (peer, multiaddrs);
        NativeActor(payable(Devnet.masked(Devnet.POWER_ID))).pay(_home(id), msg.value);
        _lockCreationDeposit(id, deposit);
        bytes memory robust = bytes.concat(hex"02", bytes20(keccak256(abi.encode(id))));
        return bytes.concat(ActorCbor.arrayHead(2), ActorCbor.writeAddress(id), ActorCbor.writeBytes(robust));
    }

    function _mustResolve(bytes memory raw) private returns (uint64 id) {
        bool found;
        (found, id) = _resolveForGood(raw);
        check(found, Devnet.ILLEGAL_ARGUMENT);
    }

    /// @dev Only miners above the consensus minimum count, as in `current_total_power`.
    function _networkPower() private view returns (uint256 raw, uint256 above) {
        raw = _eco().networkRawPower;
        for (uint256 i; i < _minerIds.length; ++i) {
            uint256 power = _miners[_minerIds[i]].rawPower;
            if (power < Devnet.CONSENSUS_MINIMUM) continue;
            raw += power;
            ++above;
        }
    }
}
