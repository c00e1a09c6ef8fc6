// last_word.hpp: the bytes at the end of a text, fewer than a word has.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace pyudf::simd {

static_assert(std::endian::native == std::endian::little, "last_word() reads little-endian");

/// Up to seven bytes and zeros. Loads overlap, which does no harm: a byte that is read twice lands in one place.
inline std::uint64_t last_word(const std::uint8_t* data, std::int64_t size) noexcept {
  if (size >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, data, 4);
    std::memcpy(&last, data + size - 4, 4);
    return first | std::uint64_t{last} << (8 * (size - 4));
  }
  if (size == 0) return 0;
  const std::int64_t middle = size / 2, end = size - 1;
  return data[0] | std::uint64_t{data[middle]} << (8 * middle) | std::uint64_t{data[end]} << (8 * end);
}

}  // namespace pyudf::simd
