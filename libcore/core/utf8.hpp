// utf8.hpp: UTF-8 to code points, in the narrowest width that holds them.
#pragma once

#include <cstdint>
#include <cstring>

namespace pyudf {

inline bool is_ascii(const std::uint8_t* data, std::int64_t size) noexcept {
  std::uint64_t seen = 0;
  std::int64_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + i, 8);
    seen |= word;
  }
  for (; i < size; ++i) seen |= data[i];
  return (seen & 0x8080808080808080u) == 0;
}

/// What a valid UTF-8 text needs when decoded.
struct Utf8Extent {
  std::int64_t units = 0;
  std::int32_t width = 1;
};

inline Utf8Extent utf8_extent(const std::uint8_t* data, std::int64_t size) noexcept {
  Utf8Extent extent;
  std::uint8_t highest = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    extent.units += (data[i] & 0xC0) != 0x80;
    highest = data[i] > highest ? data[i] : highest;
  }
  // The highest lead byte tells the highest code point: C3 BF is U+00FF, EF BF BF is U+FFFF.
  extent.width = highest >= 0xF0 ? 4 : highest >= 0xC4 ? 2 : 1;
  return extent;
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
