// utf8_block.hpp: UTF-8 to units of two bytes, sixteen bytes at a time and without a branch.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace pyudf {

/// What sixteen bytes turned out to be; bit i is of byte i.
struct Utf8Block {
  std::uint32_t starts;  // it begins a character
  std::uint32_t wide;    // it begins one past U+00FF
  bool sound;            // all of them are of well-formed sequences of up to three bytes
};

inline constexpr std::int64_t kUtf8Block = 16;

/// Decodes the characters that begin in bytes[0, 16) and writes them to `out`, which has room for 16 units.
/// Reads two bytes before those and two behind; what stands before a text or behind it must be a zero.
inline Utf8Block decode_block_bytewise(const std::uint8_t* bytes, std::uint16_t* out) noexcept {
  Utf8Block block{0, 0, true};
  for (int i = 0; i < kUtf8Block; ++i) {
    const std::uint32_t lead = bytes[i], second = bytes[i + 1], third = bytes[i + 2];
    const bool continuation = (lead & 0xC0) == 0x80, due = bytes[i - 1] >= 0xC0 || bytes[i - 2] >= 0xE0;
    // Table 3-7 of Unicode 15: overlong forms and surrogates are known by their first two bytes.
    block.sound &= continuation == due && lead < 0xF0 && (lead & 0xFE) != 0xC0 && !(lead == 0xE0 && second < 0xA0) &&
                   !(lead == 0xED && second >= 0xA0);
    const std::uint32_t low = lead < 0x80 ? lead : (lead < 0xE0 ? second : third) & 0x3F;
    const std::uint32_t middle = lead < 0x80 ? 0 : lead < 0xE0 ? lead & 0x1F : second & 0x3F;
    const std::uint32_t high = lead < 0xE0 ? 0 : lead & 0x0F;
    out[std::popcount(block.starts)] = static_cast<std::uint16_t>(high << 12 | middle << 6 | low);
    block.starts |= std::uint32_t{!continuation} << i;
    block.wide |= std::uint32_t{lead >= 0xC4} << i;
  }
  return block;
}

#if defined(__SSE4_1__)

inline namespace by_vectors {
namespace detail {

/// For each set of eight units: the shuffle that moves its units to the front.
inline constexpr auto kToFront = [] {
  std::array<std::array<std::uint8_t, 16>, 256> shuffles{};
  for (unsigned set = 0; set < 256; ++set) {
    unsigned n = 0;
    for (unsigned i = 0; i < 8; ++i)
      if (set >> i & 1) {
        shuffles[set][n++] = static_cast<std::uint8_t>(2 * i);
        shuffles[set][n++] = static_cast<std::uint8_t>(2 * i + 1);
      }
  }
  return shuffles;
}();

inline __m128i load_16(const void* from) noexcept { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }

/// Writes the units of the set; eight are written whatever it is. Returns where the next ones go.
inline std::uint16_t* write_set(__m128i units, std::uint32_t set, std::uint16_t* out) noexcept {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(units, load_16(kToFront[set].data())));
  return out + std::popcount(set);
}

}  // namespace detail

/// The same, by vectors of sixteen bytes.
inline Utf8Block decode_block(const std::uint8_t* bytes, std::uint16_t* out) noexcept {
  const auto each = [](int byte) { return _mm_set1_epi8(static_cast<char>(byte)); };
  const auto at_least = [&](__m128i x, int byte) { return _mm_cmpeq_epi8(_mm_max_epu8(x, each(byte)), x); };
  const auto below = [&](__m128i x, int byte) { return _mm_cmpgt_epi8(each(byte), x); };  // both 0x80 or more
  const auto is = [&](__m128i x, int byte) { return _mm_cmpeq_epi8(x, each(byte)); };
  const __m128i lead = detail::load_16(bytes), second = detail::load_16(bytes + 1), third = detail::load_16(bytes + 2);
  const __m128i continuation = below(lead, 0xC0);
  const __m128i due =
      _mm_or_si128(at_least(detail::load_16(bytes - 1), 0xC0), at_least(detail::load_16(bytes - 2), 0xE0));
  const __m128i low_second = below(second, 0xA0);  // or it is ASCII, which no lead byte may precede
  __m128i broken = _mm_xor_si128(continuation, due);
  broken = _mm_or_si128(broken, at_least(lead, 0xF0));
  broken = _mm_or_si128(broken, is(_mm_and_si128(lead, each(0xFE)), 0xC0));
  broken = _mm_or_si128(broken, _mm_and_si128(is(lead, 0xE0), low_second));
  broken = _mm_or_si128(broken, _mm_andnot_si128(low_second, is(lead, 0xED)));

  const __m128i of_three = at_least(lead, 0xE0), bits_2 = _mm_and_si128(second, each(0x3F));
  const __m128i last = _mm_blendv_epi8(bits_2, _mm_and_si128(third, each(0x3F)), of_three);
  const __m128i low = _mm_blendv_epi8(lead, last, lead);  // by the top bit
  const __m128i bits_1 = _mm_and_si128(lead, _mm_and_si128(each(0x1F), below(lead, 0)));
  const __m128i middle = _mm_blendv_epi8(bits_1, bits_2, of_three);
  const __m128i high = _mm_and_si128(_mm_slli_epi16(_mm_and_si128(lead, of_three), 4), each(0xF0));
  const __m128i zeros = _mm_setzero_si128();
  const __m128i first_units =
      _mm_or_si128(_mm_unpacklo_epi8(low, high), _mm_slli_epi16(_mm_unpacklo_epi8(middle, zeros), 6));
  const __m128i last_units =
      _mm_or_si128(_mm_unpackhi_epi8(low, high), _mm_slli_epi16(_mm_unpackhi_epi8(middle, zeros), 6));

  const std::uint32_t starts = ~static_cast<std::uint32_t>(_mm_movemask_epi8(continuation)) & 0xFFFF;
  detail::write_set(last_units, starts >> 8, detail::write_set(first_units, starts & 0xFF, out));
  return {starts, static_cast<std::uint32_t>(_mm_movemask_epi8(at_least(lead, 0xC4))), _mm_movemask_epi8(broken) == 0};
}

}  // namespace by_vectors

#else

inline namespace by_units {

inline Utf8Block decode_block(const std::uint8_t* bytes, std::uint16_t* out) noexcept {
  return decode_block_bytewise(bytes, out);
}

}  // namespace by_units

#endif

}  // namespace pyudf
