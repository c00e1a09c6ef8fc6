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
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < size;) {
    const std::uint32_t lead = data[i];
    const int extra = lead < 0x80                   ? 0
                      : lead >= 0xC2 && lead < 0xE0 ? 1
                      : lead >= 0xE0 && lead < 0xF0 ? 2
                      : lead >= 0xF0 && lead < 0xF5 ? 3
                                                    : -1;
    if (extra < 0 || i + extra >= size || n >= room) return -1;
    std::uint32_t code = extra == 0 ? lead : lead & (0x3Fu >> extra);
    for (int k = 1; k <= extra; ++k) {
      const std::uint32_t byte = data[i + k];
      if ((byte & 0xC0) != 0x80) return -1;
      code = code << 6 | (byte & 0x3F);
    }
    if ((extra == 2 && code < 0x800) || (extra == 3 && (code < 0x10000 || code > 0x10FFFF)) ||
        (code >= 0xD800 && code < 0xE000))
      return -1;
    out[n++] = static_cast<Char>(code);
    i += extra + 1;
  }
  return n;
}

}  // namespace pyudf
