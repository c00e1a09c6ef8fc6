// segments.hpp: the texts of a column that two edits at most part from a given one, found by parts that edits leave
// whole.
//
// Of a text that is cut into three, two edits leave one segment as it is, which the other text has too, at most two
// places away (Li, Deng, Wang and Feng, "PassJoin", VLDB 2011, whose choice of places this is). Each segment's texts
// lie together with their signatures, which leave out most of those that merely share it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "text/scan.hpp"
#include "text/text.hpp"

namespace pyudf::text {

class Segments {
 public:
  static constexpr std::int64_t kEdits = 2;
  /// The texts that are cut. Shorter ones have segments that many texts share.
  static constexpr std::int64_t kShortest = 7, kLongest = 64;

  /// Too large a column for 32 bits makes an index that is not usable().
  Segments(const pyudf_text* texts, const std::vector<std::uint64_t>& signatures) {
    const auto n = static_cast<std::int64_t>(signatures.size());
    usable_ = n <= std::numeric_limits<std::uint32_t>::max() / kSegments;
    if (!usable_) return;
    shift_ = 64 - std::max(1, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n * kSegments))));
    starts_.resize((std::size_t{1} << (64 - shift_)) + 1);
    each_of(texts, n, [&](std::uint64_t hash, std::int64_t) { ++starts_[hash >> shift_]; });
    std::uint32_t end = 0;
    for (std::uint32_t& start : starts_) start = end += start;
    rows_.resize(end);
    signatures_.resize(end);
    each_of(texts, n, [&](std::uint64_t hash, std::int64_t row) {
      const std::uint32_t at = --starts_[hash >> shift_];
      rows_[at] = static_cast<std::uint32_t>(row);
      signatures_[at] = signatures[static_cast<std::size_t>(row)];
    });
  }

  bool usable() const noexcept { return usable_; }
  static bool holds(std::int64_t size) noexcept { return size >= kShortest && size <= kLongest; }

  /// The stretches of texts of some size that may be within two edits of a given one; each gets its bits().
  class Search {
   public:
    explicit Search(const Segments& segments) noexcept : segments_(segments) {}

    template <class Char>
    void start(Text<Char> text) noexcept {
      n_ = 0;
      size_ = text.size;
      std::uint64_t hash = 0;
      for (std::int64_t i = 0; i < size_; ++i) {
        before_[static_cast<std::size_t>(i)] = hash;
        hash = hash * kBase + text[i] + 1;
      }
      before_[static_cast<std::size_t>(size_)] = hash;
    }

    /// Adds the stretches of the texts of a size that holds() and differs by two at most; `bits`: in how many bits of
    /// their signatures they may differ.
    void add(std::int64_t size, std::int64_t bits) noexcept {
      const std::int64_t longer = size_ - size;
      for (std::int64_t part = 0; part < kSegments; ++part) {
        const Segment segment = segment_of(size, part);
        // Edits that come before a segment move it, and so do those after it, seen from the end.
        const std::int64_t first = std::max({segment.begin - part, segment.begin + longer - (kEdits - part), kStart});
        const std::int64_t last =
            std::min({segment.begin + part, segment.begin + longer + (kEdits - part), size_ - segment.size});
        for (std::int64_t at = first; at <= last; ++at) {
          const std::uint64_t hash =
              before_[static_cast<std::size_t>(at + segment.size)] -
              before_[static_cast<std::size_t>(at)] * kPowers[static_cast<std::size_t>(segment.size)];
          const std::uint32_t* const start = &segments_.starts_[mixed(hash, size, part) >> segments_.shift_];
          __builtin_prefetch(start);
          stretches_[n_++] = {start, bits};
        }
      }
    }

    /// Whether those stretches have at most so many texts.
    bool has_at_most(std::int64_t texts) const noexcept {
      std::int64_t all = 0;
      for (std::size_t i = 0; i < n_; ++i) {
        const std::uint32_t* const start = stretches_[i].start;
        all += start[1] - start[0];
        __builtin_prefetch(segments_.signatures_.data() + start[0]);
      }
      return all <= texts;
    }

    /// Their rows, ascending, where the signature allows it. `places` has room for all.
    void find(std::uint64_t signature, Scan* scan, Buffer<std::int64_t>& places,
              std::vector<std::int64_t>& rows) const {
      rows.clear();
      for (std::size_t i = 0; i < n_; ++i) {
        const auto [start, bits] = stretches_[i];
        if (start[0] == start[1]) continue;
        std::int64_t* const found = places.at_least(start[1] - start[0]);
        const std::int64_t n = scan(segments_.signatures_.data(), start[0], start[1], signature, bits, found);
        for (std::int64_t k = 0; k < n; ++k) rows.push_back(segments_.rows_[static_cast<std::size_t>(found[k])]);
      }
      std::sort(rows.begin(), rows.end());
      rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }

   private:
    struct Stretch {
      const std::uint32_t* start;  // of its texts; the next one's is where they end
      std::int64_t bits;
    };
    static constexpr std::int64_t kStart = 0;
    static constexpr std::size_t kMost = (2 * kEdits + 1) * 9;  // sizes, and places of their segments

    const Segments& segments_;
    std::int64_t size_ = 0;
    std::array<std::uint64_t, kLongest + kEdits + 1> before_;  // hashes of what comes before each character
    std::array<Stretch, kMost> stretches_;
    std::size_t n_ = 0;
  };

 private:
  static constexpr std::int64_t kSegments = kEdits + 1;
  static constexpr std::uint64_t kBase = 0xD6E8FEB86659FD93u;
  static constexpr auto kPowers = [] {
    std::array<std::uint64_t, kLongest / kSegments + 2> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * kBase;
    return powers;
  }();

  struct Segment {
    std::int64_t begin, size;
  };

  /// The last segments are longer where the size is no multiple of three.
  static constexpr Segment segment_of(std::int64_t size, std::int64_t part) noexcept {
    const std::int64_t shortest = size / kSegments, longer = part - (kSegments - size % kSegments);
    return {part * shortest + std::max<std::int64_t>(longer, 0), shortest + (longer >= 0)};
  }

  static std::uint64_t mixed(std::uint64_t hash, std::int64_t size, std::int64_t part) noexcept {
    hash += static_cast<std::uint64_t>(size * kSegments + part) << 32;
    hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
  }

  template <class F>
  static void each_of(const pyudf_text* texts, std::int64_t n, F&& f) {
    for (std::int64_t row = 0; row < n; ++row)
      if (texts[row].data && holds(texts[row].size))
        with_width(texts[row], [&](auto text) {
          for (std::int64_t part = 0; part < kSegments; ++part) {
            const auto [begin, size] = segment_of(text.size, part);
            std::uint64_t hash = 0;
            for (std::int64_t i = begin; i < begin + size; ++i) hash = hash * kBase + text[i] + 1;
            f(mixed(hash, text.size, part), row);
          }
        });
  }

  bool usable_ = false;
  int shift_ = 63;
  std::vector<std::uint32_t> starts_;  // of the texts of each value of a hash's highest bits
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint64_t> signatures_;
};

}  // namespace pyudf::text
