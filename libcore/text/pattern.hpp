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
///
/// Characters of the Basic Multilingual Plane are looked up in pages of 64 that are handed out as a pattern needs them.
/// Two loads and no branch: with a hash, and with a table of its own for Latin-1, scripts that take turns are
/// mispredicted, which costs more than the step of a recurrence that the mask is for.
class WordPattern {
 public:
  static constexpr std::int64_t kMaxSize = 64;

  /// The mask of the first `n` positions.
  static constexpr std::uint64_t rows(std::int64_t n) noexcept {
    return n >= kMaxSize ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
  }

  WordPattern() noexcept {
    std::fill_n(slots_, kFixedPages * kPage, std::uint64_t{0});
    for (std::uint16_t page = 1; page < kFixedPages; ++page) page_at_[page - 1] = page * kPage;
  }

  template <class Char>
  void load(Text<Char> pattern) noexcept {
    std::uint64_t bit = 1;
    for (const Char c : pattern) {
      slot_for(c) |= bit;
      bit <<= 1;
    }
  }

  template <class Char>
  void clear(Text<Char> pattern) noexcept {
    for (const Char c : pattern)
      if (in_pages(c)) slots_[place(c)] = 0;
    while (n_pages_ > kFixedPages) page_at_[owners_[--n_pages_ - kFixedPages]] = 0;
    // By place: a chain of probes is broken as soon as one of its slots is given back.
    while (n_used_ > 0) beyond_[used_[--n_used_]].mask = 0;
  }

  template <class Char>
  std::uint64_t masks(Char c) const noexcept {
    return in_pages(c) ? slots_[place(c)] : beyond_[find(c)].mask;
  }

 private:
  struct Slot {
    std::uint64_t mask;
    std::uint32_t code;
  };
  static constexpr std::uint32_t kSlots = 128;     // at most 64 are used, so that probing ends
  static constexpr std::uint16_t kPage = 64;       // slots
  static constexpr std::uint32_t kFixedPages = 5;  // one of zeros, for all characters without a page; four of Latin-1
  static constexpr std::uint32_t kInPages = 1 << 16;  // the characters before this one

  template <class Char>
  static constexpr bool in_pages(Char c) noexcept {
    return sizeof(Char) < 4 || c < kInPages;
  }

  template <class Char>
  std::uint32_t place(Char c) const noexcept {
    if constexpr (sizeof(Char) == 1) return kPage + c;
    return page_at_[c / kPage] + c % kPage;
  }

  template <class Char>
  std::uint64_t& slot_for(Char c) noexcept {
    if (!in_pages(c)) return beyond(c);
    if (sizeof(Char) > 1 && page_at_[c / kPage] == 0) add_page(c / kPage);
    return slots_[place(c)];
  }

  void add_page(std::uint32_t owner) noexcept {
    const std::uint32_t first = n_pages_ * kPage;
    // What was given back is zeros again.
    if (n_pages_ == n_zeroed_) std::fill_n(slots_ + kPage * n_zeroed_++, kPage, std::uint64_t{0});
    owners_[n_pages_++ - kFixedPages] = static_cast<std::uint16_t>(owner);
    page_at_[owner] = static_cast<std::uint16_t>(first);
  }

  std::uint64_t& beyond(std::uint32_t code) noexcept {
    const std::uint32_t i = find(code);
    if (beyond_[i].mask == 0) used_[n_used_++] = static_cast<std::uint8_t>(i);
    beyond_[i].code = code;
    return beyond_[i].mask;
  }

  std::uint32_t find(std::uint32_t code) const noexcept {
    std::uint32_t i = (code * 0x9E3779B1u) >> 25;
    // One branch, which the usual absence of collisions makes predictable: a free slot and a hit alike end it.
    while ((beyond_[i].mask != 0) & (beyond_[i].code != code)) i = (i + 1) % kSlots;
    return i;
  }

  std::uint16_t page_at_[kInPages / kPage] = {};  // the first slot of a character's page; 0: it has none
  std::uint32_t n_pages_ = kFixedPages;
  std::uint32_t n_zeroed_ = kFixedPages;  // pages that were ever used
  std::uint32_t n_used_ = 0;
  std::uint16_t owners_[kMaxSize] = {};  // of the pages past the fixed ones: their place in page_at_
  std::uint8_t used_[kMaxSize];          // places in beyond_
  Slot beyond_[kSlots] = {};             // a hash table of the other planes' characters
  std::uint64_t slots_[(kFixedPages + kMaxSize) * kPage];
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
