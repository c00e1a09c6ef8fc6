// encoding.hpp: code points of any width as UTF-8, or as code points of four bytes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/memory.hpp"
#include "pyudf/abi.h"

namespace pyudf {

namespace detail {

template <class Unit>
bool is_ascii(const Unit* units, std::int64_t n) noexcept {
  Unit all = 0;
  for (std::int64_t i = 0; i < n; ++i) all |= units[i];
  return all < 0x80;
}

inline char* put_utf8(char* to, std::uint32_t c) noexcept {
  if (c < 0x80) {
    *to++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *to++ = static_cast<char>(0xC0 | c >> 6);
    *to++ = static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *to++ = static_cast<char>(0xE0 | c >> 12);
    *to++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    *to++ = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    *to++ = static_cast<char>(0xF0 | c >> 18);
    *to++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
    *to++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    *to++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  return to;
}

/// False for what no UTF-8 can hold: surrogates, and what lies past U+10FFFF.
template <class Unit>
bool encode_utf8(pyudf_text& text, Arena& arena) {
  const auto* units = static_cast<const Unit*>(text.data);
  if (sizeof(Unit) == 1 && is_ascii(units, text.size)) return true;
  constexpr std::int64_t longest = sizeof(Unit) == 1 ? 2 : sizeof(Unit) == 2 ? 3 : 4;
  auto* const bytes = static_cast<char*>(arena.allocate(text.size * longest));
  char* to = bytes;
  for (std::int64_t i = 0; i < text.size; ++i) {
    const std::uint32_t c = units[i];
    if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) return false;
    to = put_utf8(to, c);
  }
  text = {bytes, to - bytes, 1, 0};
  return true;
}

template <class Unit>
void widen(pyudf_text& text, Arena& arena) {
  auto* const wide = static_cast<std::uint32_t*>(arena.allocate(text.size * 4));
  std::copy_n(static_cast<const Unit*>(text.data), text.size, wide);
  text = {wide, text.size, 4, 0};
}

}  // namespace detail

/// Code points to UTF-8, in place where they are ASCII. False where there is no UTF-8 for them.
inline bool to_utf8(pyudf_text& text, Arena& arena) {
  switch (text.width) {
    case 1: return detail::encode_utf8<std::uint8_t>(text, arena);
    case 2: return detail::encode_utf8<std::uint16_t>(text, arena);
    default: return detail::encode_utf8<std::uint32_t>(text, arena);
  }
}

/// Code points to code points of four bytes, in place where they are.
inline void to_code_points(pyudf_text& text, Arena& arena) {
  switch (text.width) {
    case 1: return detail::widen<std::uint8_t>(text, arena);
    case 2: return detail::widen<std::uint16_t>(text, arena);
    default: return;
  }
}

}  // namespace pyudf
