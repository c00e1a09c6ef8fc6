// index.hpp: what the rows of a matrix share about the right column: signatures and counts of characters, by length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

#include "pyudf/abi.h"
#include "text/neighbourhood.hpp"
#include "text/segments.hpp"
#include "text/signature.hpp"

namespace pyudf::text {

/// A column's texts by length, those of one length by row; missing ones left out.
class LengthIndex {
 public:
  /// The texts of one length: places [begin, end).
  struct Bucket {
    std::int64_t length, begin, end;
  };

  LengthIndex(const pyudf_text* texts, const std::vector<std::uint64_t>& signatures) : texts_(texts) {
    const auto n = static_cast<std::int64_t>(signatures.size());
    rows_.reserve(signatures.size());
    for (std::int64_t row = 0; row < n; ++row)
      if (texts[row].data) rows_.push_back(row);
    sort_by_length();
    signatures_.reserve(rows_.size());
    for (const std::int64_t row : rows_) {
      const auto place = static_cast<std::int64_t>(signatures_.size());
      if (buckets_.empty() || buckets_.back().length != texts[row].size)
        buckets_.push_back({texts[row].size, place, place});
      ++buckets_.back().end;
      signatures_.push_back(signatures[static_cast<std::size_t>(row)]);
    }
  }

  /// Ascending by length.
  const std::vector<Bucket>& buckets() const noexcept { return buckets_; }
  /// The first bucket of texts that are no shorter.
  std::int64_t find(std::int64_t length) const noexcept {
    return std::lower_bound(buckets_.begin(), buckets_.end(), length,
                            [](const Bucket& bucket, std::int64_t n) { return bucket.length < n; }) -
           buckets_.begin();
  }
  /// Of each place, its row of the column and its signature.
  const std::int64_t* rows() const noexcept { return rows_.data(); }
  const std::uint64_t* signatures() const noexcept { return signatures_.data(); }
  /// Made by the first thread that asks.
  const Counts* counts() {
    std::call_once(counted_, [&] {
      std::vector<Counts> all(rows_.size());
      std::transform(rows_.begin(), rows_.end(), all.begin(), [&](std::int64_t row) {
        return with_width(texts_[row], [](auto text) { return text::counts(text); });
      });
      counts_ = std::move(all);
    });
    return counts_.data();
  }

  /// The places of a bucket whose rows are in [row_begin, row_end).
  Bucket between(const Bucket& bucket, std::int64_t row_begin, std::int64_t row_end) const noexcept {
    const auto place = [&](std::int64_t row) {
      return std::lower_bound(rows_.begin() + bucket.begin, rows_.begin() + bucket.end, row) - rows_.begin();
    };
    return {bucket.length, row_begin > 0 ? place(row_begin) : bucket.begin, place(row_end)};
  }

 private:
  /// By a byte of the lengths at a time, the lowest first.
  void sort_by_length() {
    std::int64_t longest = 0;
    for (const std::int64_t row : rows_) longest = std::max(longest, texts_[row].size);
    std::vector<std::int64_t> sorted(rows_.size());
    for (int shift = 0; longest >> shift != 0; shift += 8) {
      const auto byte = [&](std::int64_t row) { return static_cast<std::size_t>(texts_[row].size >> shift & 255); };
      std::size_t next[257] = {};
      for (const std::int64_t row : rows_) ++next[byte(row) + 1];
      std::partial_sum(next, next + 257, next);
      for (const std::int64_t row : rows_) sorted[next[byte(row)]++] = row;
      rows_.swap(sorted);
    }
  }

  const pyudf_text* texts_;
  std::once_flag counted_;
  std::vector<Counts> counts_;
  std::vector<std::int64_t> rows_;
  std::vector<std::uint64_t> signatures_;
  std::vector<Bucket> buckets_;
};

class RightColumn {
 public:
  /// `rows`: how many left texts there are.
  RightColumn(const pyudf_text* texts, std::int64_t n, std::int64_t rows) noexcept
      : texts_(texts), n_(n), rows_(rows), is_large_(std::min(n, rows) >= kLarge) {}

  std::int64_t size() const noexcept { return n_; }

  /// Units of a text of the right column, on average; looks at some only.
  std::int64_t typical_size() const noexcept {
    constexpr std::int64_t kSome = 64;
    const std::int64_t step = std::max<std::int64_t>(1, n_ / kSome);
    std::int64_t total = 0, seen = 0;
    for (std::int64_t i = 0; i < n_; i += step, ++seen) total += texts_[i].size;
    return seen > 0 ? total / seen : 0;
  }

  /// Whether signatures of both columns take less time than the pairs that they leave out: long texts must meet many.
  bool is_worth_signing() const noexcept {
    constexpr double kCharactersOfPair = 64;  // that are signed while one pair is told apart
    const auto rows = static_cast<double>(rows_), columns = static_cast<double>(n_);
    return static_cast<double>(typical_size()) * (rows + columns) < kCharactersOfPair * rows * columns;
  }

  /// Whether there are enough rows for the column to be sorted for them.
  bool is_worth_sorting() const noexcept {
    constexpr std::int64_t kFewRows = 16;
    return rows_ >= kFewRows;
  }

  /// Each is made by the first thread that asks.
  const std::vector<std::uint64_t>& signatures() {
    std::call_once(signed_, [&] { signatures_ = text::signatures(texts_, n_); });
    return signatures_;
  }

  LengthIndex& by_length() {
    std::call_once(sorted_, [&] { index_ = std::make_unique<LengthIndex>(texts_, signatures()); });
    return *index_;
  }

  /// nullptr where going through all signatures is no slower.
  const Neighbourhood* neighbourhood() {
    if (!is_large_) return nullptr;
    std::call_once(hashed_, [&] { neighbourhood_ = std::make_unique<Neighbourhood>(texts_, size()); });
    return neighbourhood_->usable() ? neighbourhood_.get() : nullptr;
  }

  /// The same.
  const Segments* segments() {
    if (!is_large_) return nullptr;
    std::call_once(cut_, [&] { segments_ = std::make_unique<Segments>(texts_, signatures()); });
    return segments_->usable() ? segments_.get() : nullptr;
  }

 private:
  static constexpr std::int64_t kLarge = 20'000;

  const pyudf_text* texts_;
  const std::int64_t n_, rows_;
  const bool is_large_;
  std::once_flag signed_, sorted_, hashed_, cut_;
  std::vector<std::uint64_t> signatures_;
  std::unique_ptr<LengthIndex> index_;
  std::unique_ptr<Neighbourhood> neighbourhood_;
  std::unique_ptr<Segments> segments_;
};

}  // namespace pyudf::text
