// damerau_levenshtein.hpp: the unrestricted Damerau-Levenshtein distance, 64 rows of its matrix at a time.
#pragma once

#include <cstdlib>
#include <optional>

#include "text/lanes/formula.hpp"
#include "text/signature.hpp"
#include "text/text.hpp"

namespace pyudf::text {

/// A column of 64 rows of the matrix H as bit vectors of differences (Myers 1999), extended from swaps of neighbours
/// (Hyyrö 2003) to swaps across a gap.
///
/// Zhao & Sahni show that a swap s1[k]s1[i] -> s2[l]s2[j] needs only the last such k < i and l < j, and only i - k = 1
/// or j - l = 1. For i - k = 1 it offers H(i-2, l-1) + j - l. Differences along a diagonal are 0 or 1, so that it
/// matters only where the offer is H(i-1, j-1): it beats the substitution by one. Just behind l the offer is that
/// good where H(i-1, l) - H(i-2, l-1) = 1, and from column j to j + 1 it stays so where H(i-1, j) - H(i-1, j-1) = 1,
/// as it grows by one itself; once too high it never catches up. One bit a row holds all of that: `open_rows_`. The
/// same holds with rows and columns exchanged; there the bits run down a column, as the carries of an addition do.
class DamerauStripe {
 public:
  /// What the row above the stripe tells one column of it; each is 0 or 1.
  struct Edge {
    std::uint64_t plus = 1;   // H(row, j) - H(row, j-1) = 1; as above the first row
    std::uint64_t minus = 0;  // ... = -1
    std::uint64_t zero = 0;   // H(row, j) = H(row-1, j-1)
    std::uint64_t equal = 0;  // s1[row] = s2[j]
    std::uint64_t open = 0;   // a swap with the character s2[j] of an earlier row is still worth it

    std::uint8_t packed() const noexcept {
      return static_cast<std::uint8_t>(plus | minus << 1 | zero << 2 | equal << 3 | open << 4);
    }
    static Edge unpacked(std::uint64_t bits) noexcept {
      return {bits & 1, bits >> 1 & 1, bits >> 2 & 1, bits >> 3 & 1, bits >> 4 & 1};
    }
  };

  /// Goes on to the next column, whose character occurs at `equal`; returns the edge below.
  Edge step(std::uint64_t equal, Edge above) noexcept {
    const std::uint64_t starts = equal & ~zero_;
    const std::uint64_t begin = starts << 1 | above.open;
    const std::uint64_t through = plus_ & ~equal;
    const std::uint64_t open = (((begin & through) + through) ^ through) | begin;
    const std::uint64_t swap = (open & equal_before_) | (open_rows_ & (equal << 1 | above.equal));

    const std::uint64_t free = equal | swap | above.minus;
    const std::uint64_t zero = (((free & plus_) + plus_) ^ plus_) | free | minus_;
    across_plus_ = minus_ | ~(zero | plus_);
    across_minus_ = zero & plus_;
    const Edge below{across_plus_ >> 63, across_minus_ >> 63, zero >> 63, equal >> 63,
                     (starts | (open & through)) >> 63};

    const std::uint64_t plus_above = across_plus_ << 1 | above.plus;
    open_rows_ = (equal & ~(zero << 1 | above.zero)) | (open_rows_ & ~equal & plus_above);
    plus_ = (across_minus_ << 1 | above.minus) | ~(zero | plus_above);
    minus_ = plus_above & zero;
    zero_ = zero;
    equal_before_ = equal;
    return below;
  }

  /// H(row, j) - H(row, j-1) of the column stepped to.
  std::int64_t across(std::int64_t row) const noexcept {
    return static_cast<std::int64_t>(across_plus_ >> row & 1) - static_cast<std::int64_t>(across_minus_ >> row & 1);
  }

 private:
  std::uint64_t plus_ = ~std::uint64_t{0};  // H(i, j) - H(i-1, j) = 1
  std::uint64_t minus_ = 0;                 // ... = -1
  std::uint64_t zero_ = 0;                  // H(i, j) = H(i-1, j-1)
  std::uint64_t equal_before_ = 0;          // s1[i] = s2[j]
  std::uint64_t open_rows_ = 0;             // a swap with the character s1[i] of an earlier column is still worth it
  std::uint64_t across_plus_ = 0;
  std::uint64_t across_minus_ = 0;
};

struct DamerauLevenshtein {
  static constexpr std::string_view title = "Damerau-Levenshtein";
  static constexpr std::string_view definition =
      "the fewest insertions, deletions, substitutions and swaps of neighbouring characters that turn s1 into s2, "
      "where characters may be inserted between the two that were swapped";
  static constexpr std::string_view source =
      "F. J. Damerau, \"A technique for computer detection and correction of spelling errors\", Communications of the "
      "ACM 7 (3), 1964, 171-176; C. Zhao and S. Sahni, \"String correction using the Damerau-Levenshtein distance\", "
      "BMC Bioinformatics 20 (Suppl. 11), 2019, 277.";
  static constexpr const char* examples[] = {
      ">>> pyudf.damerau_levenshtein(\"ca\", \"abc\")\n2",
      ">>> pyudf.damerau_levenshtein.similarity(\"receive\", \"recieve\")\n6",
      ">>> round(pyudf.damerau_levenshtein.normalized_distance(\"ca\", \"abc\"), 4)\n0.6667",
      ">>> round(pyudf.damerau_levenshtein.normalized_similarity(\"receive\", \"recieve\"), 4)\n0.8571"};

  using Score = std::int64_t;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::distance;
  static bool symmetric(const Options&) noexcept { return true; }
  static Score maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept {
    return std::max(size1, size2);
  }
  static constexpr BoundOf bound_of = BoundOf::swaps;
  static std::int64_t signature_bound(const Options&, Score cutoff, std::int64_t size1, std::int64_t size2) noexcept {
    return signature_bits(cutoff, size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::far_swaps; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) {
    if (std::abs(s1.size - s2.size) > cutoff) return std::abs(s1.size - s2.size);
    trim_common_affixes(s1, s2);
    // s1 is the text whose characters become bits: the choice that takes fewer steps.
    if (stripes(s1.size) * s2.size > stripes(s2.size) * s1.size) std::swap(s1, s2);
    if (s1.empty() || s2.empty()) return s1.size + s2.size;
    if (s1.size > WordPattern::kMaxSize) return by_stripes(s1, s2, cutoff, scratch);
    scratch.word.load(s1);
    const Score distance = by_word(scratch.word, s1.size, s2, cutoff);
    scratch.word.clear(s1);
    return distance;
  }

  /// A left text prepared once for many right ones.
  class Query {
   public:
    static bool usable(const Options&) noexcept { return true; }

    template <class Char>
    void prepare(Text<Char> s1) {
      if (s1_.size <= WordPattern::kMaxSize) word_.clear(s1_);
      s1_ = {};
      std::uint32_t* to = codes_.at_least(s1.size);
      std::copy(s1.begin(), s1.end(), to);
      s1_ = {to, s1.size};
      if (s1_.size <= WordPattern::kMaxSize) word_.load(s1_);
    }

    template <class Char>
    Score score(Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) const {
      if (std::abs(s1_.size - s2.size) > cutoff) return std::abs(s1_.size - s2.size);
      if (s1_.empty() || s2.empty()) return s1_.size + s2.size;
      if (s1_.size > WordPattern::kMaxSize) return by_stripes(s1_, s2, cutoff, scratch);
      return by_word(word_, s1_.size, s2, cutoff);
    }

   private:
    Buffer<std::uint32_t> codes_;
    Text<std::uint32_t> s1_;
    WordPattern word_;
  };

 private:
  static std::int64_t stripes(std::int64_t size) noexcept { return (size + 63) / 64; }

  template <class Char>
  static Score by_word(const WordPattern& pattern, std::int64_t size, Text<Char> s2, Score cutoff) noexcept {
    DamerauStripe stripe;
    Score distance = size;
    for (std::int64_t j = 0; j < s2.size; ++j) {
      stripe.step(pattern.masks(s2[j]), {});
      distance += stripe.across(size - 1);
      // Each column left takes away one at most.
      if (distance - (s2.size - 1 - j) > cutoff) break;
    }
    return distance;
  }

  /// Memory is a byte for each character of s2.
  template <class Char1, class Char2>
  static Score by_stripes(Text<Char1> s1, Text<Char2> s2, Score cutoff, Scratch& scratch) {
    auto* edges = reinterpret_cast<std::uint8_t*>(scratch.words.at_least((s2.size + 7) / 8));
    std::memset(edges, DamerauStripe::Edge{}.packed(), static_cast<std::size_t>(s2.size));
    Score least = 0;
    for (std::int64_t row = 0; row < s1.size; row += 64) {
      const Text<Char1> rows{s1.data + row, std::min<std::int64_t>(64, s1.size - row)};
      scratch.word.load(rows);
      least = one_stripe(scratch.word, rows.size, row + rows.size, s1.size, s2, edges);
      scratch.word.clear(rows);
      if (least > cutoff) break;
    }
    return least;
  }

  /// Returns the least distance that a path through row `bottom`, the last of the stripe, can have: it still owes the
  /// difference in length of what is left. For the last row of all that is the distance.
  template <class Char>
  static Score one_stripe(const WordPattern& pattern, std::int64_t rows, std::int64_t bottom, std::int64_t size1,
                          Text<Char> s2, std::uint8_t* edges) noexcept {
    DamerauStripe stripe;
    Score value = bottom;
    std::int64_t longer = s2.size - (size1 - bottom);  // by how much the rest of s2 is longer than that of s1
    Score least = value + std::abs(longer);
    for (std::int64_t j = 0; j < s2.size; ++j) {
      edges[j] = stripe.step(pattern.masks(s2[j]), DamerauStripe::Edge::unpacked(edges[j])).packed();
      value += stripe.across(rows - 1);
      least = std::min(least, value + std::abs(--longer));
    }
    return least;
  }
};

}  // namespace pyudf::text
