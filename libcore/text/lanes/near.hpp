// near.hpp: what a run over lanes tells of two texts for Jaro and Jaro-Winkler, in one number: matches in the lowest
// bits, then half of the matches that are out of order, then common leading characters.
#pragma once

#include <cstdint>

namespace pyudf::text::lanes {

inline constexpr std::int64_t kNearRows = 64;   // of both texts, for near counts of 16 bits
inline constexpr std::int64_t kNearPrefix = 4;  // leading characters that count

/// The first bits of the parts of a near count.
template <class Count>
struct NearParts;

template <>
struct NearParts<std::uint16_t> {
  static constexpr int kPairs = 7, kShared = 13;
};

/// Of texts of up to 4,096 characters.
template <>
struct NearParts<std::uint32_t> {
  static constexpr int kPairs = 13, kShared = 25;
};

/// A weight as a fraction of whole numbers.
struct Fraction {
  std::int32_t part = 0, whole = 1;  // whole = 0: it is none that is small enough
};

/// Up to this whole, what is computed of texts of kNearRows characters stays below 2^24: 3 × 64^3 × 20.
inline constexpr std::int32_t kLargestWhole = 20;

constexpr Fraction fraction_of(double weight) noexcept {
  for (std::int32_t whole = 1; whole <= kLargestWhole; ++whole) {
    const auto part = static_cast<std::int32_t>(weight * whole + 0.5);
    if (static_cast<double>(part) / whole == weight) return {part, whole};
  }
  return {0, 0};
}

}  // namespace pyudf::text::lanes
