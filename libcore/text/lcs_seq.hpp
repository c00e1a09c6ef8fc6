// lcs_seq.hpp: the length of the longest common subsequence.
#pragma once

#include <optional>

#include "text/diagonals.hpp"
#include "text/lanes/formula.hpp"
#include "text/signature.hpp"
#include "text/strips.hpp"

namespace pyudf::text {

/// Crochemore et al. 2001, Hyyrö 2004: bit i of `equal` is set where the cell equals the one above it.
struct LcsRecurrence {
  static constexpr int kCarries = 1;  // the horizontal difference, 0 or 1
  static constexpr int kWords = 4;
  static constexpr std::int64_t kReach = 0;
  struct Word {
    std::uint64_t equal;
  };

  static Word start() noexcept { return {~std::uint64_t{0}}; }

  static void step(Word& word, std::uint64_t matches, std::uint64_t (&carries)[kCarries]) noexcept {
    const std::uint64_t matched = word.equal & matches;
    const std::uint64_t half = word.equal + matched, sum = half + carries[0];
    carries[0] = (half < matched) | (sum < half);
    word.equal = sum | (word.equal - matched);
  }

  static std::int64_t vertical(Word word, std::uint64_t rows) noexcept { return std::popcount(~word.equal & rows); }
  static std::int64_t first_column(std::int64_t) noexcept { return 0; }
  static std::int64_t horizontal(const std::uint64_t* carries, std::int64_t) noexcept {
    return std::popcount(carries[0]);
  }
  static bool alive(const Span& span, std::int64_t limit) noexcept {
    return span.after + std::min(span.rows_left, span.columns_left + span.columns) >= limit;
  }
  static std::int64_t missed(std::int64_t) noexcept { return 0; }
};

struct LcsSeq {
  static constexpr std::string_view title = "Longest common subsequence";
  static constexpr std::string_view definition =
      "the length of the longest sequence of characters that s1 and s2 share in the same order, gaps allowed";
  static constexpr std::string_view source =
      "Crochemore et al., A fast and practical bit-vector algorithm for the longest common subsequence problem, 2001; "
      "Hyyrö, Bit-parallel LCS-length computation revisited, 2004.";
  static constexpr const char* examples[] = {
      ">>> pyudf.lcs_seq(\"AGGTAB\", \"GXTXAYB\")\n3", ">>> pyudf.lcs_seq.similarity(\"AGGTAB\", \"GXTXAYB\")\n4",
      ">>> round(pyudf.lcs_seq.normalized_distance(\"AGGTAB\", \"GXTXAYB\"), 4)\n0.4286",
      ">>> round(pyudf.lcs_seq.normalized_similarity(\"AGGTAB\", \"GXTXAYB\"), 4)\n0.5714"};

  using Score = std::int64_t;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::similarity;
  static bool symmetric(const Options&) noexcept { return true; }
  static std::int64_t maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept {
    return std::max(size1, size2);
  }
  static constexpr BoundOf bound_of = BoundOf::indels;
  static std::int64_t signature_bound(const Options&, Score cutoff, std::int64_t size1, std::int64_t size2) noexcept {
    return signature_bits_of_indels(size1 + size2 - 2 * cutoff, size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::lcs; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) {
    if (s1.size > s2.size) std::swap(s1, s2);
    if (cutoff > s1.size) return 0;
    const std::int64_t common = trim_common_affixes(s1, s2);
    if (s1.empty()) return common;
    const Score limit = std::max<Score>(0, cutoff - common);
    if (const std::int64_t misses = s1.size + s2.size - 2 * limit; few_edits(misses, s1.size)) {
      const std::int64_t distance = distance_by_diagonals<Edits::indel>(s1, s2, misses);
      return distance <= misses ? common + (s1.size + s2.size - distance) / 2 : 0;
    }
    const std::int64_t found = run_recurrence<LcsRecurrence>(s1, s2, band(s1.size, s2.size, limit), limit, scratch);
    return found >= limit ? common + found : 0;
  }

  class Query;

 private:
  /// All but `limit` characters of either text may be skipped.
  static Band band(std::int64_t size1, std::int64_t size2, std::int64_t limit) noexcept {
    return {limit - size1, size2 - limit};
  }
};

class LcsSeq::Query : public PatternQuery<LcsRecurrence> {
 public:
  static bool usable(const Options&) noexcept { return true; }

  template <class Char>
  Score score(Text<Char> s2, const Options& options, Score cutoff, Scratch& scratch) {
    if (cutoff > std::min(s1_.size(), s2.size)) return 0;
    if (s1_.in_word()) return run_word<LcsRecurrence>(s1_.word(), s1_.size(), s2);
    const Score limit = std::max<Score>(0, cutoff);
    const std::int64_t misses = s1_.size() + s2.size - 2 * limit;
    if (s1_.size() <= PreparedPattern::kMaxSize && !few_edits(misses, std::min(s1_.size(), s2.size)))
      return s1_.run<LcsRecurrence>(s2, band(s1_.size(), s2.size, limit), limit, scratch);
    return s1_.with_text(s2, scratch, [&](auto a, auto b) { return LcsSeq::score(a, b, options, cutoff, scratch); });
  }
};

}  // namespace pyudf::text
