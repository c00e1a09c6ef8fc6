// string_view.hpp: the views that Arrow's utf8_view arrays consist of.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pyudf {

/// A text: itself, where it is short, or how it begins and where it lies (Arrow columnar format 1.4, "Variable-size
/// Binary View Layout").
struct StringView {
  static constexpr std::size_t kInline = 12;

  std::int32_t size = 0;
  char start[4] = {};
  std::int32_t buffer = 0, offset = 0;

  StringView() = default;
  StringView(std::string_view text, std::int32_t in_buffer, std::int32_t at) noexcept
      : size(static_cast<std::int32_t>(text.size())) {
    if (text.size() <= kInline) {
      if (!text.empty()) std::memcpy(start, text.data(), text.size());
      return;
    }
    std::memcpy(start, text.data(), sizeof start);
    buffer = in_buffer;
    offset = at;
  }

  /// The same of a text that 12 bytes may be read of, whatever its length.
  static StringView readable(std::string_view text, std::int32_t in_buffer, std::int32_t at) noexcept {
    StringView view;
    view.size = static_cast<std::int32_t>(text.size());
    std::uint64_t low;
    std::uint32_t high;
    std::memcpy(&low, text.data(), 8);
    if (text.size() > kInline) {
      std::memcpy(view.start, &low, sizeof view.start);
      view.buffer = in_buffer;
      view.offset = at;
      return view;
    }
    std::memcpy(&high, text.data() + 8, 4);
    const unsigned bits = 8 * static_cast<unsigned>(text.size());
    low &= bits < 64 ? (std::uint64_t{1} << bits) - 1 : ~std::uint64_t{0};
    high = bits <= 64 ? 0 : high & static_cast<std::uint32_t>((std::uint64_t{1} << (bits - 64)) - 1);
    std::memcpy(view.start, &low, 8);
    std::memcpy(&view.offset, &high, 4);
    return view;
  }

  bool is_inline() const noexcept { return size <= static_cast<std::int32_t>(kInline); }
};
static_assert(sizeof(StringView) == 16);

}  // namespace pyudf
