// utf8.hpp: UTF-8 to code points, in the narrowest width that holds them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "simd/last_word.hpp"

namespace pyudf {

inline constexpr std::uint64_t kTopBits = 0x8080808080808080u;

/// Calls f(word) for each eight bytes; zeros fill up the last ones.
template <class F>
void each_word(const std::uint8_t* data, std::int64_t size, F&& f) noexcept {
  for (; size >= 8; data += 8, size -= 8) {
    std::uint64_t word;
    std::memcpy(&word, data, 8);
    f(word);
  }
  f(simd::last_word(data, size));
}

inline bool is_ascii(const std::uint8_t* data, std::int64_t size) noexcept {
  std::uint64_t seen = 0;
  each_word(data, size, [&](std::uint64_t word) { seen |= word; });
  return (seen & kTopBits) == 0;
}

/// Where bytes that are ASCII end, more or less: all before it are, of the next kAsciiStep one at least is not. Where
/// exactly would be a branch that cannot be predicted.
inline constexpr std::int64_t kAsciiStep = 32;
inline const std::uint8_t* skip_ascii(const std::uint8_t* begin, const std::uint8_t* end) noexcept {
  while (end - begin >= kAsciiStep) {
    if (!is_ascii(begin, kAsciiStep)) return begin;
    begin += kAsciiStep;
  }
  return is_ascii(begin, end - begin) ? end : begin;
}

/// What a valid UTF-8 text needs when decoded.
struct Utf8Extent {
  std::int64_t units = 0;
  std::int32_t width = 1;
  bool ascii = true;
};

inline Utf8Extent utf8_extent(const std::uint8_t* data, std::int64_t size) noexcept {
  std::uint64_t seen = 0, wide = 0, widest = 0;
  std::int64_t continuations = 0;
  // A shift by k brings bit 7 - k of each byte to its top.
  each_word(data, size, [&](std::uint64_t word) {
    seen |= word;
    continuations += std::popcount(word & ~(word << 1) & kTopBits);
    const std::uint64_t lead = word & (word << 1);
    wide |= lead & (word << 2 | word << 3 | word << 4 | word << 5);  // from C4: C3 BF is U+00FF
    widest |= lead & (word << 2) & (word << 3);                      // from F0: EF BF BF is U+FFFF
  });
  return {size - continuations, widest & kTopBits ? 4 : wide & kTopBits ? 2 : 1, (seen & kTopBits) == 0};
}

/// Decodes and validates (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF).
/// Returns the number of units written, or -1 where the text is not UTF-8; `out` has room for utf8_extent's units.
template <class Char>
std::int64_t decode_utf8(const std::uint8_t* data, std::int64_t size, Char* out, std::int64_t room) noexcept {
  std::int64_t n = 0, i = 0;
  const auto follows = [&](int extra) {  // that many continuation bytes
    if (i + extra >= size) return false;
    bool sound = true;
    for (int k = 1; k <= extra; ++k) sound &= (data[i + k] & 0xC0) == 0x80;
    return sound;
  };
  const auto low = [&](int k) { return data[i + k] & 0x3Fu; };
  while (i < size) {
    if (n >= room) return -1;
    const std::uint32_t lead = data[i];
    std::uint32_t code;
    if (lead < 0x80) {
      if (i + 8 <= size && n + 8 <= room && is_ascii(data + i, 8)) {
        for (int k = 0; k < 8; ++k) out[n + k] = data[i + k];
        i += 8;
        n += 8;
        continue;
      }
      code = lead;
      i += 1;
    } else if (lead < 0xE0) {
      if (lead < 0xC2 || !follows(1)) return -1;
      code = (lead & 0x1F) << 6 | low(1);
      i += 2;
    } else if (lead < 0xF0) {
      if (!follows(2)) return -1;
      code = (lead & 0x0F) << 12 | low(1) << 6 | low(2);
      if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return -1;
      i += 3;
    } else {
      if (lead >= 0xF5 || !follows(3)) return -1;
      code = (lead & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3);
      if (code < 0x10000 || code > 0x10FFFF) return -1;
      i += 4;
    }
    out[n++] = static_cast<Char>(code);
  }
  return n;
}

}  // namespace pyudf
