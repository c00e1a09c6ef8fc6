// arrow_utf8.hpp: texts of any width as the UTF-8 of an Arrow array: how long it gets, and what it is.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/encoding.hpp"
#include "core/utf8.hpp"
#include "pyudf/abi.h"

namespace pyudf {

/// Bytes that a text takes; -1 for one that is no text, which Arrow's readers take on trust.
class Utf8Sizes {
 public:
  explicit Utf8Sizes(std::int32_t type) noexcept : type_(type) {}

  std::int64_t operator()(const pyudf_text& text) {
    if (text.size == 0 || type_ == PYUDF_BINARY) return text.size;
    if (type_ == PYUDF_UTF8) return is_sound(text) ? text.size : -1;
    switch (text.width) {
      case 1: return size_of_units<std::uint8_t>(text);
      case 2: return size_of_units<std::uint16_t>(text);
      default: return size_of_units<std::uint32_t>(text);
    }
  }

  const char* why() const noexcept {
    return type_ == PYUDF_UTF8 ? "the text is not valid UTF-8"
                               : "a surrogate, or what is past U+10FFFF, which UTF-8 cannot hold";
  }

 private:
  bool is_sound(const pyudf_text& text) {
    const auto* bytes = static_cast<const std::uint8_t*>(text.data);
    if (is_ascii(bytes, text.size)) return true;
    const Utf8Extent extent = utf8_extent(bytes, text.size);
    if (decoded_.size() < static_cast<std::size_t>(extent.units))
      decoded_.resize(static_cast<std::size_t>(extent.units));
    return decode_utf8(bytes, text.size, decoded_.data(), extent.units) == extent.units;
  }

  template <class Unit>
  static std::int64_t size_of_units(const pyudf_text& text) noexcept {
    const auto* units = static_cast<const Unit*>(text.data);
    std::int64_t size = text.size;
    bool sound = true;
    for (std::int64_t i = 0; i < text.size; ++i) {
      const std::uint32_t c = units[i];
      size += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
      sound &= c - 0xD800u >= 0x800u && c <= 0x10FFFF;
    }
    return sound ? size : -1;
  }

  std::int32_t type_;
  std::vector<std::uint32_t> decoded_;
};

namespace detail {

template <class Unit>
void put_units(const pyudf_text& text, char* to) noexcept {
  const auto* units = static_cast<const Unit*>(text.data);
  for (std::int64_t i = 0; i < text.size; ++i) to = put_utf8(to, units[i]);
}

}  // namespace detail

/// Writes a text whose size has been found, which tells what is UTF-8 or ASCII already.
inline void put_utf8(const pyudf_text& text, std::int64_t size, char* to) noexcept {
  if (text.width == 1 && text.size == size)
    std::memcpy(to, text.data, static_cast<std::size_t>(size));
  else if (text.width == 1)
    detail::put_units<std::uint8_t>(text, to);
  else if (text.width == 2)
    detail::put_units<std::uint16_t>(text, to);
  else
    detail::put_units<std::uint32_t>(text, to);
}

}  // namespace pyudf
