// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the queue knows about itself.
struct QueueState {
    uint256 requestedShares; // ever put into the queue
    uint256 filledShares; // of them filled, first come first
    uint256 filledAssets; // ever set aside for them [attoFIL]
    uint256 setAside; // of that not claimed yet [attoFIL]
    uint256 fills; // times `fulfil` filled something
}

/// @title The redeem queue, first half: what moves shares
/// @notice Redemption requests of ERC-7540 on the pool, first come, first served. Whoever wants out when free cash does not suffice,
/// or when
/// others wait, puts shares into the queue: they leave the owner, still bear gains and losses, and are burnt at the share price of the
/// moment in which cash fills them. What is filled is set aside, is no longer the pool's, and waits for its controller to claim it.
/// @dev A request covers an interval of all shares ever requested, so that filling is one addition, however many wait: nobody's
/// request can
/// block or burden another's. Requests cannot be withdrawn, see ADR 0015.
interface IRedeemRequests {
    /// @notice Emitted when shares join the queue (ERC-7540).
    event RedeemRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );
    /// @notice Emitted when the head of the queue is filled: `shares` burnt, `assets` set aside; `filledShares` of all ever requested.
    event RedeemsFilled(uint256 shares, uint256 assets, uint256 filledShares);

    /// @notice Thrown when one neither owns the shares, nor is the controller, nor its operator, and so may not name that controller.
    error PledgeVault_NotController(address controller, address sender);
    /// @notice Thrown when a request is for fewer shares than the minimum and is not all that its owner has.
    error PledgeVault_RequestTooSmall(uint256 minimum, uint256 actual);
    /// @notice Thrown when an exit at once is asked for while others wait in the queue.
    error PledgeVault_Queued(uint256 waitingShares);

    /// @notice Puts `shares` of `owner` into the queue for `controller`. The owner, its operator, or who has its allowance. At least
    /// 10^23 shares, 0.1 FIL at par, or all that the owner has. The controller must be the owner, the caller, or have the caller as its
    /// operator.
    /// @return requestId the controller's address followed by the number of its request, from 1 on
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);

    /// @notice Fills the queue from its head as far as cash goes, at the share price of now. Anyone. Does nothing when nothing can
    /// be filled.
    /// Rounds assets down.
    /// @return shares burnt
    /// @return assets set aside [attoFIL]
    function fulfil() external returns (uint256 shares, uint256 assets);
}

/// @title The redeem queue, second half: claims, operators, views
/// @notice Claims are never paused and call nobody but WFIL. `redeem` and `withdraw` of the pool come here too when their controller has
/// something to claim.
interface IRedeemClaims {
    /// @notice Emitted when an operator is appointed or dismissed (ERC-7540).
    event OperatorSet(address indexed controller, address indexed operator, bool approved);

    /// @notice Thrown when a claim is made by another than the controller or its operator.
    error PledgeVault_NotOperator(address controller, address sender);

    /// @notice Claims what was set aside for `shares` of the controller's filled requests, oldest first. The controller or its operator.
    /// Reverts with ERC4626ExceededMaxRedeem when fewer shares are filled.
    /// @param inFil whether to pay FIL, by method 0; otherwise WFIL
    /// @return assets paid [attoFIL]
    function claimShares(
        uint256 shares,
        address receiver,
        address controller,
        bool inFil
    ) external returns (uint256 assets);

    /// @notice Claims exactly `assets` of what was set aside for the controller's filled requests, oldest first. The controller or
    /// its operator.
    /// Reverts with ERC4626ExceededMaxWithdraw when less is set aside. Rounds shares up.
    /// @return shares used up
    function claimAssets(
        uint256 assets,
        address receiver,
        address controller,
        bool inFil
    ) external returns (uint256 shares);

    /// @notice Lets `operator` request and claim for the caller, or no longer. Whoever is an operator can take all shares and claims.
    /// @return true, as ERC-7540 wants
    function setOperator(address operator, bool approved) external returns (bool);

    /// @notice Whether `operator` may request and claim for `controller`.
    function isOperator(address controller, address operator) external view returns (bool);

    /// @notice Shares of a request that wait. 0 for a request that is not the controller's.
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice Shares of others that are filled before the first of a request's. 0 once filling has reached it, and for a request that
    /// is not the controller's.
    function sharesAhead(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice Shares of a request that are filled and not claimed. 0 for a request that is not the controller's.
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice What is set aside for a request and not claimed [attoFIL].
    function claimableAssets(uint256 requestId, address controller) external view returns (uint256 assets);

    /// @notice What the controller can claim in one call: of its oldest 32 requests.
    function claimable(address controller) external view returns (uint256 shares, uint256 assets);

    /// @notice How many requests the controller has made, and how many of them are claimed in full.
    function requestsOf(address controller) external view returns (uint256 made, uint256 claimed);

    /// @notice The queue as a whole.
    function queueState() external view returns (QueueState memory);

    /// @notice The pool is its own share (ERC-7575).
    function share() external view returns (address);

    /// @notice ERC-165: itself, ERC-7540's operators and redeem requests, ERC-7575.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool);
}

/// @title The redeem queue as seen from outside
interface IRedeemQueue is IRedeemRequests, IRedeemClaims {}
