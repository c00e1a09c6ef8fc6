// fixed_units.hpp: rows of NumPy's U, units of four bytes padded with zeros, to as many bytes a unit as the text needs.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace pyudf {

/// The units of a row that are read at once. Rows have this many or more; shorter ones are copied out first.
inline constexpr std::int64_t kUnitBlock = 16;

/// A row without its padding.
struct FixedExtent {
  std::int64_t size;
  std::uint32_t bits;  // of all units together: what they fit
};

#if defined(__SSE4_1__)

inline namespace by_vectors {
namespace detail {

inline __m128i load_4(const std::uint32_t* units) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(units));
}

/// A bit for each of sixteen units that is not zero.
inline std::uint32_t not_zero(const std::uint32_t* units) noexcept {
  const auto zero = [&](int at) { return _mm_cmpeq_epi32(load_4(units + at), _mm_setzero_si128()); };
  const __m128i all = _mm_packs_epi16(_mm_packs_epi32(zero(0), zero(4)), _mm_packs_epi32(zero(8), zero(12)));
  return ~static_cast<std::uint32_t>(_mm_movemask_epi8(all)) & 0xFFFF;
}

}  // namespace detail

/// Measures a row of `room` units and writes them as bytes, which are right if all fit one. The padding is read and
/// written like the text: a loop that ended with the text would be mispredicted once a row.
inline FixedExtent read_as_bytes(const std::uint32_t* units, std::int64_t room, std::uint8_t* out) noexcept {
  __m128i seen = _mm_setzero_si128();
  std::int64_t last = 0;  // the last block with a unit that is not zero
  for (std::int64_t next = 0; next < room; next += kUnitBlock) {
    const std::int64_t at = std::min(next, room - kUnitBlock);  // the last may overlap the one before it
    const __m128i a = detail::load_4(units + at), b = detail::load_4(units + at + 4);
    const __m128i c = detail::load_4(units + at + 8), d = detail::load_4(units + at + 12);
    const __m128i any = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
    seen = _mm_or_si128(seen, any);
    last = _mm_testz_si128(any, any) ? last : at;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at),
                     _mm_packus_epi16(_mm_packus_epi32(a, b), _mm_packus_epi32(c, d)));
  }
  seen = _mm_or_si128(seen, _mm_unpackhi_epi64(seen, seen));
  const auto bits = static_cast<std::uint64_t>(_mm_cvtsi128_si64(seen));
  return {last + std::bit_width(detail::not_zero(units + last)), static_cast<std::uint32_t>(bits | bits >> 32)};
}

/// Writes `size` of `room` units that fit two bytes.
inline void read_as_words(const std::uint32_t* units, std::int64_t size, std::int64_t room,
                          std::uint16_t* out) noexcept {
  for (std::int64_t next = 0; next < size; next += kUnitBlock) {
    const std::int64_t at = std::min(next, room - kUnitBlock);
    for (std::int64_t k = at; k < at + kUnitBlock; k += 8)
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + k),
                       _mm_packus_epi32(detail::load_4(units + k), detail::load_4(units + k + 4)));
  }
}

}  // namespace by_vectors

#else

inline namespace by_units {

inline FixedExtent read_as_bytes(const std::uint32_t* units, std::int64_t room, std::uint8_t* out) noexcept {
  FixedExtent extent{0, 0};
  for (std::int64_t i = 0; i < room; ++i) {
    extent.bits |= units[i];
    if (units[i] != 0) extent.size = i + 1;
    out[i] = static_cast<std::uint8_t>(units[i]);
  }
  return extent;
}

inline void read_as_words(const std::uint32_t* units, std::int64_t size, std::int64_t, std::uint16_t* out) noexcept {
  for (std::int64_t i = 0; i < size; ++i) out[i] = static_cast<std::uint16_t>(units[i]);
}

}  // namespace by_units

#endif

}  // namespace pyudf
