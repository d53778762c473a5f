// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a loan has of one token: its id in the upper 16 bits, the amount in the lower 112; zero when nothing.
type PostedEntry is uint128;

/// @dev Tokens that a loan may have: what valuing it takes is bounded.
uint256 constant MAX_ENTRIES = 8;

/// @title The list of what a loan has posted
/// @notice Up to 8 entries, two to a slot, without gaps: a loan's first token costs one new slot, and what it has is read
/// in as many slots as it has pairs.
library PostedEntries {
    uint256 private constant AMOUNT_BITS = 112;

    /// @notice Puts an entry together.
    /// @param id not 0, below 2^16
    /// @param amount below 2^112 [token units]
    function pack(uint256 id, uint256 amount) internal pure returns (PostedEntry) {
        return PostedEntry.wrap(uint128((id << AMOUNT_BITS) | amount));
    }

    /// @notice Which token.
    function idOf(PostedEntry entry) internal pure returns (uint256) {
        return PostedEntry.unwrap(entry) >> AMOUNT_BITS;
    }

    /// @notice How much of it [token units].
    function amountOf(PostedEntry entry) internal pure returns (uint256) {
        return uint112(PostedEntry.unwrap(entry));
    }

    /// @notice Where a token stands, or where it would: `MAX_ENTRIES` when all places are taken.
    function find(
        PostedEntry[MAX_ENTRIES] storage entries,
        uint256 id
    ) internal view returns (uint256 index, uint256 amount) {
        for (; index < MAX_ENTRIES; ++index) {
            PostedEntry entry = entries[index];
            uint256 other = idOf(entry);
            if (other == id) return (index, amountOf(entry));
            if (other == 0) return (index, 0);
        }
    }

    /// @notice Sets the amount of a token at the place that `find` gave. The last one takes the place of one that ends.
    /// @return whether the list is empty now
    function set(
        PostedEntry[MAX_ENTRIES] storage entries,
        uint256 index,
        uint256 id,
        uint256 amount
    ) internal returns (bool) {
        if (amount != 0) {
            entries[index] = pack(id, amount);
            return false;
        }
        uint256 last = index;
        while (last + 1 < MAX_ENTRIES && PostedEntry.unwrap(entries[last + 1]) != 0) ++last;
        entries[index] = entries[last];
        entries[last] = PostedEntry.wrap(0);
        return last == 0;
    }
}
