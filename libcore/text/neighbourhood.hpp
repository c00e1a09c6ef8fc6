// neighbourhood.hpp: the texts of a column that one edit at most parts from a given one, found by hashing what each is
// with one character left out.
//
// Two texts that an insertion, a deletion, a substitution or a swap of neighbours parts are equal once one character
// at most is left out of each (Mor and Fraenkel 1982). Looking a text up takes as many steps as it has characters,
// however large the column is.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "text/text.hpp"

namespace pyudf::text {

class Neighbourhood {
 public:
  /// Texts that can be looked up; those of the column may be one longer. There are few so long ones of one length.
  static constexpr std::int64_t kLongest = 40;

  /// Too large a column for 32 bits makes an index that is not usable().
  Neighbourhood(const pyudf_text* texts, std::int64_t n) {
    std::uint64_t hashes = 0;
    for (std::int64_t row = 0; row < n; ++row)
      if (is_short(texts[row])) hashes += static_cast<std::uint64_t>(texts[row].size) + 1;
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    usable_ = n <= most && hashes <= most;
    if (!usable_) return;
    shift_ = 64 - std::max(1, static_cast<int>(std::bit_width(hashes)));
    starts_.resize((std::size_t{1} << (64 - shift_)) + 1);
    each_of(texts, n, [&](std::uint64_t hash, std::int64_t) { ++starts_[hash >> shift_]; });
    std::uint32_t end = 0;
    for (std::uint32_t& start : starts_) start = end += start;
    entries_.resize(end);
    each_of(texts, n, [&](std::uint64_t hash, std::int64_t row) {
      entries_[--starts_[hash >> shift_]] = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(row)};
    });
  }

  bool usable() const noexcept { return usable_; }

  /// The rows, ascending, of all texts that one edit at most parts from `text`, and perhaps of a few others; false
  /// where more than `most` would have to be looked at.
  bool find(const pyudf_text& text, std::int64_t most, std::vector<std::int64_t>& rows) const {
    std::array<std::uint64_t, kLongest + 1> hashes;
    std::size_t n = 0;
    // Everything is waited for at once.
    with_width(text, [&](auto t) {
      each_hash(t, [&](std::uint64_t hash) {
        __builtin_prefetch(&starts_[hash >> shift_]);
        hashes[n++] = hash;
      });
    });
    std::int64_t all = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t* start = &starts_[hashes[i] >> shift_];
      all += start[1] - start[0];
      __builtin_prefetch(entries_.data() + start[0]);
    }
    if (all > most) return false;
    rows.clear();
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t* start = &starts_[hashes[i] >> shift_];
      for (std::uint32_t at = start[0]; at < start[1]; ++at)
        if (entries_[at].hash == static_cast<std::uint32_t>(hashes[i])) rows.push_back(entries_[at].row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return true;
  }

 private:
  struct Entry {
    std::uint32_t hash, row;
  };

  static bool is_short(const pyudf_text& text) noexcept { return text.data && text.size <= kLongest + 1; }

  /// Calls f(hash) for a text and for it without each of its characters, once for equal neighbours. Hashes are
  /// polynomials in the characters, so that leaving one out is one multiplication.
  template <class Char, class F>
  static void each_hash(Text<Char> text, F&& f) {
    std::array<std::uint64_t, kLongest + 2> before;
    std::uint64_t whole = 0;
    for (std::int64_t i = 0; i < text.size; ++i) {
      before[static_cast<std::size_t>(i)] = whole;
      whole = whole * kBase + text[i] + 1;
    }
    f(mixed(whole));
    std::uint64_t power = 1, after = whole;  // after: the hash of the text up to character i, and that included
    for (std::int64_t i = text.size - 1; i >= 0; --i, power *= kBase) {
      const std::uint64_t up_to = before[static_cast<std::size_t>(i)];
      if (i == 0 || text[i] != text[i - 1]) f(mixed(whole + (up_to - after) * power));
      after = up_to;
    }
  }

  template <class F>
  static void each_of(const pyudf_text* texts, std::int64_t n, F&& f) {
    for (std::int64_t row = 0; row < n; ++row)
      if (is_short(texts[row]))
        with_width(texts[row], [&](auto text) { each_hash(text, [&](std::uint64_t hash) { f(hash, row); }); });
  }

  static std::uint64_t mixed(std::uint64_t hash) noexcept {
    hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
  }

  static constexpr std::uint64_t kBase = 0xD6E8FEB86659FD93u;

  bool usable_ = false;
  int shift_ = 63;
  std::vector<std::uint32_t> starts_;  // of the entries of each value of a hash's highest bits
  std::vector<Entry> entries_;
};

}  // namespace pyudf::text
