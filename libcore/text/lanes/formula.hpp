// formula.hpp: which metrics can be run over lanes, and how the forms of each follow from what is counted there.
#pragma once

#include <cstdint>

namespace pyudf::text::lanes {

/// What a run over lanes computes, from which all forms of all metrics with one are derived.
enum class Count : std::int32_t {
  edits,      // Levenshtein's, of unit costs
  swaps,      // the same with transpositions of neighbours that are not edited again
  far_swaps,  // the same with transpositions across a gap
  common      // the length of the longest common subsequence
};
inline constexpr int kCounts = 4;

/// A metric under some options, as counts tell it.
enum class Measure : std::int32_t {
  edits,      // distance: the count; its maximum: the longer text
  swaps,      // the same
  far_swaps,  // the same
  indel,      // distance: both texts less twice the count; its maximum: both texts
  lcs         // distance: the longer text less the count; its maximum: the longer text
};

/// What a count is measured against.
enum class Base : std::int32_t { none, longer, sum };

/// A score: base(size of the query, size of the text) + factor × count, held against a cutoff.
struct Formula {
  static constexpr std::int64_t kNone = std::int64_t{1} << 62;  // a cutoff that is none

  Base base = Base::none;  // of the count
  std::int32_t factor = 1;
  Base maximum = Base::longer;  // of the distance, by which it is divided
  bool normalized = false;
  bool similarity = false;
  std::int64_t lowest = 0;       // a similarity below it is 0
  std::int64_t highest = kNone;  // a distance above it becomes one more than it
  double cutoff = 0;             // of a normalised one

  /// Whether the counts are the scores.
  constexpr bool is_count() const noexcept {
    return base == Base::none && factor == 1 && !normalized && (similarity ? lowest <= 0 : highest == kNone);
  }
};

/// The formula of a form, without a cutoff.
constexpr Formula formula(Measure measure, bool similarity, bool normalized) noexcept {
  const bool sum = measure == Measure::indel, common = sum || measure == Measure::lcs;
  Formula f;
  f.maximum = sum ? Base::sum : Base::longer;
  f.normalized = normalized;
  f.similarity = similarity;
  // A fraction is made of the distance.
  const bool whole = similarity && !normalized;
  f.factor = (sum ? 2 : 1) * (whole == common ? 1 : -1);
  f.base = whole == common ? Base::none : f.maximum;
  f.cutoff = similarity ? 0.0 : 1.0;
  return f;
}

constexpr Count counted(Measure measure) noexcept {
  switch (measure) {
    case Measure::edits: return Count::edits;
    case Measure::swaps: return Count::swaps;
    case Measure::far_swaps: return Count::far_swaps;
    default: return Count::common;
  }
}

}  // namespace pyudf::text::lanes
