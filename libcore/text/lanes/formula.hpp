// formula.hpp: which metrics can be run over lanes, and how the forms of each follow from what is counted there.
#pragma once

#include <cstdint>

#include "text/lanes/near.hpp"

namespace pyudf::text::lanes {

/// What a run over lanes computes, from which all forms of all metrics with one are derived.
enum class Count : std::int32_t {
  edits,       // Levenshtein's, of unit costs
  swaps,       // the same with transpositions of neighbours that are not edited again
  far_swaps,   // the same with transpositions across a gap
  common,      // the length of the longest common subsequence
  places,      // positions that hold the same character
  leading,     // the length of the common prefix
  near,        // Jaro's matches, and those of them that are out of order (near.hpp)
  near_prefix  // the same, and the common prefix
};
inline constexpr int kCounts = 8;

/// A metric under some options, as counts tell it.
enum class Measure : std::int32_t {
  edits,      // distance: the count; its maximum: the longer text
  swaps,      // the same
  far_swaps,  // the same
  indel,      // distance: both texts less twice the count; its maximum: both texts
  lcs,        // distance: the longer text less the count; its maximum: the longer text
  hamming,    // the same
  prefix,     // the same
  postfix,    // the same, of the texts backwards
  jaro,
  jaro_winkler
};

/// What a count is measured against.
enum class Base : std::int32_t { none, longer, sum };

template <class T>
[[gnu::always_inline]] constexpr T base_of(Base base, T query_size, T size) noexcept {
  switch (base) {
    case Base::none: return T{0};
    case Base::longer: return query_size > size ? query_size : size;
    default: return static_cast<T>(query_size + size);
  }
}

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
  double cutoff = 0;             // of a normalised one, or a fraction by itself

  bool near = false;         // the score is made of near counts, not as above
  double prefix_weight = 0;  // what a common leading character adds
  Fraction weight;           // the same

  /// Whether no whole score is out of bounds.
  constexpr bool is_unbounded() const noexcept { return similarity ? lowest <= 0 : highest == kNone; }

  /// Whether the counts are the scores, but for those out of bounds.
  constexpr bool is_count() const noexcept { return base == Base::none && factor == 1 && !normalized && !near; }
};

constexpr bool is_near(Measure measure) noexcept {
  return measure == Measure::jaro || measure == Measure::jaro_winkler;
}

constexpr Count counted(Measure measure) noexcept {
  switch (measure) {
    case Measure::edits: return Count::edits;
    case Measure::swaps: return Count::swaps;
    case Measure::far_swaps: return Count::far_swaps;
    case Measure::hamming: return Count::places;
    case Measure::prefix:
    case Measure::postfix: return Count::leading;
    case Measure::jaro: return Count::near;
    case Measure::jaro_winkler: return Count::near_prefix;
    default: return Count::common;
  }
}

/// Whether the count is the same where both texts are read backwards.
constexpr bool is_same_backwards(Measure measure) noexcept { return counted(measure) <= Count::common; }

/// Whether pairs are read in step, which single pairs are so fast at that lanes pay for short texts only.
constexpr bool is_in_step(Measure measure) noexcept {
  return counted(measure) == Count::places || counted(measure) == Count::leading;
}

/// The formula of a form, without a cutoff.
constexpr Formula formula(Measure measure, bool similarity, bool normalized) noexcept {
  const bool sum = measure == Measure::indel, common = counted(measure) == Count::common || is_in_step(measure);
  Formula f;
  f.maximum = sum ? Base::sum : Base::longer;
  f.normalized = normalized;
  f.similarity = similarity;
  // A fraction is made of the distance.
  const bool whole = similarity && !normalized;
  f.factor = (sum ? 2 : 1) * (whole == common ? 1 : -1);
  f.base = whole == common ? Base::none : f.maximum;
  f.cutoff = similarity ? 0.0 : 1.0;
  f.near = is_near(measure);
  return f;
}

}  // namespace pyudf::text::lanes
