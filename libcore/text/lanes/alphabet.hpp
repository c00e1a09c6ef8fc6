// alphabet.hpp: numbers the characters of a column densely, so that tables are as small as the texts allow.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "text/text.hpp"

namespace pyudf::text::lanes {

/// The number of a character; 0: it occurs nowhere in the column.
using Code = std::uint16_t;

class Alphabet {
 public:
  static constexpr std::int64_t kMaxSize = 65'535;

  /// The characters beyond Unicode, which an array of dtype U may hold, have no number.
  static constexpr std::uint32_t kEnd = 0x110000;

  /// `backwards`: texts are encoded from their end on.
  explicit Alphabet(bool backwards = false) noexcept : backwards_(backwards) { pages_.fill(kNone); }

  /// Numbers the characters of a text that have no number yet; false where one cannot have any.
  template <class Char>
  bool add(Text<Char> text) {
    for (const std::uint32_t c : text) {
      if (c >= kEnd) return false;
      if (pages_[c / kPage] == kNone)
        pages_[c / kPage] = (owned_.push_back(std::make_unique<Page>()), owned_.back()->data());
      Code& code = pages_[c / kPage][c % kPage];
      if (code != 0) continue;
      if (size_ == kMaxSize) return false;
      code = static_cast<Code>(++size_);
    }
    return true;
  }

  template <class Char>
  void encode(Text<Char> text, Code* to) const noexcept {
    Code* const begin = to;
    for (const std::uint32_t c : text) *to++ = c < kEnd ? pages_[c / kPage][c % kPage] : Code{0};
    if (backwards_) std::reverse(begin, to);
  }

  /// Texts are encoded from their other end on.
  void turn() noexcept { backwards_ = !backwards_; }

  /// The highest number given.
  std::int64_t size() const noexcept { return size_; }

 private:
  static constexpr std::uint32_t kPage = 256;
  using Page = std::array<Code, kPage>;
  static inline Code kNoCodes[kPage] = {};
  static constexpr Code* kNone = kNoCodes;

  std::array<Code*, kEnd / kPage> pages_;
  std::vector<std::unique_ptr<Page>> owned_;
  std::int64_t size_ = 0;
  bool backwards_;
};

}  // namespace pyudf::text::lanes
