// diagonals.hpp: edit distances that are known to be small, by the cells that few edits reach.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "text/text.hpp"

namespace pyudf::text {

/// The edits that count beside an insertion and a deletion.
enum class Edits { indel, substitution, substitution_and_transposition };

inline constexpr int kFewEdits = 8;

/// Whether diagonals beat bit vectors for texts of this size, the shorter one's (measured on words and addresses).
inline bool few_edits(std::int64_t limit, std::int64_t size) noexcept {
  return limit <= kFewEdits && 4 * limit * limit <= size;
}

/// The edit distance of two texts where it is at most `limit`, which is no more than kFewEdits, otherwise more than
/// that: O(limit²) runs of equal characters, whatever the lengths. For each diagonal j - i it keeps the furthest row
/// that so many edits reach (Ukkonen 1985; Myers 1986). A transposition is tried from furthest cells only: before one,
/// it would swap equals.
template <Edits edits, class Char>
std::int64_t distance_by_diagonals(Text<Char> s1, Text<Char> s2, std::int64_t limit) noexcept {
  constexpr std::int64_t kUnreached = std::numeric_limits<std::int32_t>::min();
  const std::int64_t last = s2.size - s1.size;
  std::array<std::int64_t, 2 * kFewEdits + 3> rows, next;
  rows.fill(kUnreached);
  next.fill(kUnreached);
  for (std::int64_t n = 0; n <= limit; ++n) {
    // Diagonals that n edits reach and from which the rest reach the last one.
    const std::int64_t begin = std::max(-n, last - (limit - n)), end = std::min(n, last + (limit - n));
    for (std::int64_t diagonal = begin; diagonal <= end; ++diagonal) {
      const std::int64_t at = diagonal + kFewEdits + 1;
      std::int64_t i = n == 0 ? 0 : std::max(rows[at - 1], rows[at + 1] + 1);
      if constexpr (edits != Edits::indel) i = std::max(i, rows[at] + 1);
      if constexpr (edits == Edits::substitution_and_transposition) {
        const std::int64_t k = rows[at], j = k + diagonal;
        if (k >= 0 && k + 1 < s1.size && j + 1 < s2.size && s1[k] == s2[j + 1] && s1[k + 1] == s2[j])
          i = std::max(i, k + 2);
      }
      i = std::min({i, s1.size, s2.size - diagonal});
      if (i >= 0) i += common_prefix(s1.drop_first(i), s2.drop_first(i + diagonal));
      if (diagonal == last && i == s1.size) return n;
      next[at] = i;
    }
    std::swap(rows, next);
  }
  return limit + 1;
}

}  // namespace pyudf::text
