// near.hpp: what a run over lanes tells of two texts for Jaro and Jaro-Winkler, in 16 bits.
//
// Bits 0 to 6: matches; 7 to 12: half of the matches that are out of order; 13 to 15: common leading characters.
#pragma once

#include <cstdint>

namespace pyudf::text::lanes {

inline constexpr std::int64_t kNearRows = 64;   // of both texts: more do not fit a lane
inline constexpr std::int64_t kNearPrefix = 4;  // leading characters that count
inline constexpr int kNearPairs = 7;            // the first bit of the second part
inline constexpr int kNearShared = 13;          // of the third

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
