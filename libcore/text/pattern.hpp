// pattern.hpp: where each character of a pattern occurs, as bit masks: the tables of all bit-parallel metrics.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace pyudf::text {

/// A borrowed run of code points (or bytes), all of one width.
template <class Char>
struct Text {
  const Char* data = nullptr;
  std::int64_t size = 0;

  Char operator[](std::int64_t i) const noexcept { return data[i]; }
  const Char* begin() const noexcept { return data; }
  const Char* end() const noexcept { return data + size; }
  bool empty() const noexcept { return size == 0; }
  Text drop_first(std::int64_t n) const noexcept { return {data + n, size - n}; }
  Text drop_last(std::int64_t n) const noexcept { return {data, size - n}; }
};

/// Uninitialised memory that only grows.
template <class T>
class Buffer {
 public:
  T* at_least(std::int64_t n) {
    if (n > capacity_) {
      const std::int64_t capacity = n + n / 2 + 16;
      memory_.reset();  // frees before it allocates: the old contents are scratch
      capacity_ = 0;
      memory_.reset(new T[static_cast<std::size_t>(capacity)]);
      capacity_ = capacity;
    }
    return memory_.get();
  }

 private:
  std::unique_ptr<T[]> memory_;
  std::int64_t capacity_ = 0;
};

/// Positions of the characters of a pattern of at most 64 units: bit i of masks(c) is set where pattern[i] == c.
/// Loading touches only the slots of the pattern's own characters and clearing gives just those back,
/// so that a short pattern never pays for the size of the table.
class WordPattern {
 public:
  static constexpr std::int64_t kMaxSize = 64;

  /// The mask of the first `n` positions.
  static constexpr std::uint64_t rows(std::int64_t n) noexcept {
    return n >= kMaxSize ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
  }

  template <class Char>
  void load(Text<Char> pattern) noexcept {
    std::uint64_t bit = 1;
    for (const Char c : pattern) {
      if (sizeof(Char) == 1 || c < 256)
        narrow_[c] |= bit;
      else {
        const std::uint32_t i = find(c);
        if (wide_[i].mask == 0) used_[n_used_++] = static_cast<std::uint8_t>(i);
        wide_[i].code = c;
        wide_[i].mask |= bit;
      }
      bit <<= 1;
    }
  }

  template <class Char>
  void clear(Text<Char> pattern) noexcept {
    for (const Char c : pattern)
      if (sizeof(Char) == 1 || c < 256) narrow_[c] = 0;
    // By place: a chain of probes is broken as soon as one of its slots is given back.
    while (n_used_ > 0) wide_[used_[--n_used_]].mask = 0;
  }

  template <class Char>
  std::uint64_t masks(Char c) const noexcept {
    if (sizeof(Char) == 1 || c < 256) return narrow_[c];
    return wide_[find(c)].mask;
  }

 private:
  struct Slot {
    std::uint64_t mask;
    std::uint32_t code;
  };
  static constexpr std::uint32_t kSlots = 128;  // at most 64 are used, so that probing ends

  std::uint32_t find(std::uint32_t code) const noexcept {
    std::uint32_t i = (code * 0x9E3779B1u) >> 25;
    // One branch, which the usual absence of collisions makes predictable: a free slot and a hit alike end it.
    while ((wide_[i].mask != 0) & (wide_[i].code != code)) i = (i + 1) % kSlots;
    return i;
  }

  std::uint64_t narrow_[256] = {};
  Slot wide_[kSlots] = {};
  std::uint8_t used_[kMaxSize];
  std::uint32_t n_used_ = 0;
};

/// The same for patterns of any length: masks(c) is a row of words() words, least significant first.
class BlockPattern {
 public:
  template <class Char>
  void load(Text<Char> pattern) {
    words_ = (pattern.size + 63) / 64;
    std::memset(narrow_, 0, sizeof narrow_);
    n_slots_ = 0;
    if constexpr (sizeof(Char) > 1) reserve_slots(pattern.size);
    std::int32_t n_rows = 1;  // row 0: the characters that do not occur
    for (const Char c : pattern)
      if (std::int32_t& row = row_of(c); row == 0) row = n_rows++;
    rows_ = masks_.at_least(n_rows * words_);
    std::fill_n(rows_, n_rows * words_, std::uint64_t{0});
    for (std::int64_t i = 0; i < pattern.size; ++i)
      rows_[row_of(pattern[i]) * words_ + i / 64] |= std::uint64_t{1} << (i % 64);
  }

  std::int64_t words() const noexcept { return words_; }

  template <class Char>
  const std::uint64_t* masks(Char c) const noexcept {
    if (sizeof(Char) == 1 || c < 256) return rows_ + narrow_[c] * words_;
    if (n_slots_ == 0) return rows_;
    return rows_ + find(c)->row * words_;
  }

 private:
  struct Slot {
    std::uint32_t code;
    std::int32_t row;  // 0: free
  };

  void reserve_slots(std::int64_t n) {
    n_slots_ = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(2 * n)));
    wide_ = slots_.at_least(n_slots_);
    std::memset(wide_, 0, static_cast<std::size_t>(n_slots_) * sizeof(Slot));
  }

  Slot* find(std::uint32_t code) const noexcept {
    std::uint64_t i = (code * 0x9E3779B97F4A7C15u) >> 40;
    for (;; ++i) {
      Slot* slot = wide_ + (i & static_cast<std::uint64_t>(n_slots_ - 1));
      if ((slot->row == 0) | (slot->code == code)) return slot;
    }
  }

  template <class Char>
  std::int32_t& row_of(Char c) noexcept {
    if (sizeof(Char) == 1 || c < 256) return narrow_[c];
    Slot* slot = find(c);
    slot->code = c;
    return slot->row;
  }

  std::int64_t words_ = 0;
  std::int32_t narrow_[256] = {};
  std::uint64_t* rows_ = nullptr;
  Slot* wide_ = nullptr;
  std::int64_t n_slots_ = 0;
  Buffer<std::uint64_t> masks_;
  Buffer<Slot> slots_;
};

}  // namespace pyudf::text
