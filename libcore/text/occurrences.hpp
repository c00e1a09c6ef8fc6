// occurrences.hpp: where each character of a text occurs, as ascending lists: linear in time and memory.
#pragma once

#include <limits>

#include "text/pattern.hpp"

namespace pyudf::text {

class Occurrences {
 public:
  /// What follows the last position of a list: more than any position.
  static constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

  template <class Char>
  void load(Text<Char> text) {
    size_ = text.size;
    lists_of_ = list_of_memory_.at_least(text.size);
    next_ = next_memory_.at_least(text.size);
    first_ = first_memory_.at_least(text.size + 1);
    std::memset(narrow_, 0, sizeof narrow_);
    n_slots_ = 0;
    if constexpr (sizeof(Char) > 1) reserve_slots(text.size);
    first_[0] = kEnd;
    n_lists_ = 1;  // list 0: the characters that do not occur
    for (std::int64_t i = text.size - 1; i >= 0; --i) {
      std::int64_t& list = entry(text[i]);
      if (list == 0) {
        list = n_lists_++;
        first_[list] = kEnd;
      }
      lists_of_[i] = list;
      next_[i] = first_[list];
      first_[list] = i;
    }
  }

  std::int64_t size() const noexcept { return size_; }
  std::int64_t lists() const noexcept { return n_lists_; }
  /// The first position of each list.
  const std::int64_t* first() const noexcept { return first_; }
  /// The position that follows position i in its list.
  std::int64_t next(std::int64_t i) const noexcept { return next_[i]; }
  /// The list that position i is in.
  std::int64_t list_at(std::int64_t i) const noexcept { return lists_of_[i]; }

  /// The list of a character.
  template <class Char>
  std::int64_t list(Char c) const noexcept {
    if (sizeof(Char) == 1 || c < 256) return narrow_[c];
    return n_slots_ == 0 ? 0 : find(c)->list;
  }

 private:
  struct Slot {
    std::int64_t list;  // 0: free
    std::uint32_t code;
  };

  void reserve_slots(std::int64_t n) {
    const auto slots = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(2 * n + 1)));
    slots_ = slot_memory_.at_least(slots);
    std::memset(slots_, 0, static_cast<std::size_t>(slots) * sizeof(Slot));
    n_slots_ = slots;
  }

  Slot* find(std::uint32_t code) const noexcept {
    std::uint64_t i = (code * 0x9E3779B97F4A7C15u) >> 32;
    for (;; ++i) {
      Slot* slot = slots_ + (i & static_cast<std::uint64_t>(n_slots_ - 1));
      if (slot->list == 0 || slot->code == code) return slot;
    }
  }

  template <class Char>
  std::int64_t& entry(Char c) noexcept {
    if (sizeof(Char) == 1 || c < 256) return narrow_[c];
    Slot* slot = find(c);
    slot->code = c;
    return slot->list;
  }

  std::int64_t size_ = 0;
  std::int64_t n_lists_ = 1;
  std::int64_t n_slots_ = 0;
  std::int64_t* lists_of_ = nullptr;
  std::int64_t* next_ = nullptr;
  std::int64_t* first_ = nullptr;
  Slot* slots_ = nullptr;
  std::int64_t narrow_[256] = {};
  Buffer<std::int64_t> list_of_memory_, next_memory_, first_memory_;
  Buffer<Slot> slot_memory_;
};

}  // namespace pyudf::text
