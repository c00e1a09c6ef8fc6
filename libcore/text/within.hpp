// within.hpp: the table entry that finds the pairs within a cutoff without scoring all: by length, then by signature,
// then by the metric itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "text/one_by_one.hpp"
#include "text/scan.hpp"

namespace pyudf::text {

template <class Kernel, Form form>
class Within {
  using Call = text::Call<Kernel, form>;
  using Formed = typename Call::Formed;
  using Score = typename Call::Score;

 public:
  static pyudf_status entry(void* state, const pyudf_column* columns, const pyudf_value* options,
                            const pyudf_tile* tile, pyudf_hits* hits, pyudf_error* error) {
    Within search(state, columns, options, *tile, hits, error);
    try {
      return search.run();
    } catch (...) {
      return fail_with_current_exception(error, search.row_);
    }
  }

 private:
  Within(void* state, const pyudf_column* columns, const pyudf_value* options, const pyudf_tile& tile, pyudf_hits* hits,
         pyudf_error* error)
      : state_(static_cast<RightColumn*>(state)),
        columns_(columns),
        tile_(tile),
        hits_(hits),
        error_(error),
        call_(options),
        prepared_(call_.options, scratch_) {}

  pyudf_status run() {
    if (state_ && state_->is_worth_sorting() && Kernel::Query::usable(call_.options) && call_.has_cutoff())
      index_ = &state_->by_length();
    const auto* left = static_cast<const pyudf_text*>(columns_[0].data);
    for (row_ = tile_.row_begin; row_ < tile_.row_end; ++row_) {
      if (!left[row_].data) continue;
      first_column_ = hits_->upper ? std::max(tile_.column_begin, row_ + 1) : tile_.column_begin;
      if (first_column_ >= tile_.column_end) continue;
      found_.clear();
      if (!index_ || !search(left[row_])) {
        found_.clear();
        score_all(left[row_]);
      }
      if (const pyudf_status status = hand_over(); status != PYUDF_OK) return status;
    }
    return PYUDF_OK;
  }

  /// Whether signatures leave out more than they cost.
  bool is_signed() const { return state_ && call_.has_cutoff() && state_->is_worth_signing(); }

  /// Finds a row's pairs by the index; false where too many signatures are alike for that to pay.
  bool search(const pyudf_text& left) {
    left_ = &left;
    is_prepared_ = is_counted_ = false;
    looked_at_ = alike_ = 0;
    signature_ = with_width(left, [](auto text) { return signature(text); });
    if (one_edit_at_most() && search_neighbourhood()) return true;
    if (two_edits_at_most() && search_segments()) return true;
    const auto& buckets = index_->buckets();
    const auto n = static_cast<std::int64_t>(buckets.size()), middle = index_->find(left.size);
    // Lengths nearest to the row's own come first: most pairs are there.
    for (std::int64_t i = middle; i < n; ++i) {
      const std::int64_t bits = bits_allowed(buckets[i].length);
      if (bits < 0) break;
      if (!search(buckets[i], bits)) return false;
    }
    for (std::int64_t i = middle - 1; i >= 0; --i) {
      const std::int64_t bits = bits_allowed(buckets[i].length);
      if (bits < 0) break;
      if (!search(buckets[i], bits)) return false;
    }
    return true;
  }

  /// Whether only texts keep the cutoff that one edit at most parts from the row.
  bool one_edit_at_most() const {
    const std::int64_t size = left_->size;
    return size <= Neighbourhood::kLongest && bits_allowed(size) <= 2 && bits_allowed(size + 2) < 0 &&
           (size < 2 || bits_allowed(size - 2) < 0);
  }

  bool search_neighbourhood() {
    const Neighbourhood* near = state_->neighbourhood();
    if (!near || !near->find(*left_, state_->size() / kFewAlike, near_)) return false;
    for (const std::int64_t column : near_)
      if (column >= first_column_ && column < tile_.column_end) verify(column);
    return true;
  }

  /// Whether only texts keep the cutoff that two edits at most part from the row.
  bool two_edits_at_most() const {
    const std::int64_t size = left_->size, most = Segments::kEdits;
    if (size < Segments::kShortest || size > Segments::kLongest) return false;
    for (std::int64_t other = size - most; other <= size + most; ++other)
      if (most_edits(Kernel::bound_of, bits_allowed(other), std::abs(size - other)) > most) return false;
    return bits_allowed(size + most + 1) < 0 && bits_allowed(size - most - 1) < 0;
  }

  bool search_segments() {
    const Segments* segments = state_->segments();
    if (!segments) return false;
    Segments::Search lookup(*segments);
    with_width(*left_, [&](auto text) { lookup.start(text); });
    const std::int64_t size = left_->size;
    for (std::int64_t other = size - Segments::kEdits; other <= size + Segments::kEdits; ++other)
      if (const std::int64_t bits = bits_allowed(other); bits >= 0 && Segments::holds(other)) lookup.add(other, bits);
    if (!lookup.has_at_most(state_->size() / kFewSharing)) return false;
    lookup.find(signature_, scan_, places_, near_);
    for (const std::int64_t column : near_)
      if (column >= first_column_ && column < tile_.column_end) verify(column);
    // What is not cut is looked through.
    for (std::int64_t other = size - Segments::kEdits; other <= size + Segments::kEdits; ++other) {
      const std::int64_t bits = Segments::holds(other) ? -1 : bits_allowed(other);
      const auto& buckets = index_->buckets();
      const auto at = static_cast<std::size_t>(index_->find(other));
      if (bits >= 0 && at < buckets.size() && buckets[at].length == other && !search(buckets[at], bits)) {
        found_.clear();
        return false;
      }
    }
    return true;
  }

  /// Scores one text and keeps it if it is within the cutoff.
  void verify(std::int64_t column) {
    if (!is_prepared_) prepared_.prepare(*left_), is_prepared_ = true;
    ++hits_->scored;
    Score score;
    prepared_.template scores<Formed>(static_cast<const pyudf_text*>(columns_[1].data) + column, nullptr, 1,
                                      call_.cutoff, &score);
    if (keeps(score)) found_.push_back({column, static_cast<double>(score)});
  }

  /// In how many bits the signatures of the row and of a text of this size may differ, as the form hands its cutoff on
  /// to the metric.
  std::int64_t bits_allowed(std::int64_t size) const {
    std::int64_t bits = -1;
    bool asked = false;
    const Score score =
        Formed::score(Kernel::maximum(left_->size, size, call_.options), call_.cutoff, [&](std::int64_t bound) {
          asked = true;
          bits = Kernel::signature_bound(call_.options, bound, left_->size, size);
          return std::int64_t{0};
        });
    if (asked) return bits;
    return keeps(score) ? kAllBits : -1;
  }

  bool search(const LengthIndex::Bucket& whole, std::int64_t bits) {
    const bool all = first_column_ == 0 && tile_.column_end == state_->size();
    const auto bucket = all ? whole : index_->between(whole, first_column_, tile_.column_end);
    const std::int64_t size = bucket.end - bucket.begin;
    if (size == 0) return true;
    std::int64_t* const places = places_.at_least(size);
    const std::int64_t n = narrow(bucket, bits, places);
    looked_at_ += size;
    alike_ += n;
    if (alike_ > looked_at_ / 4 * kMostAlike && alike_ > (tile_.column_end - first_column_) / kMostOfRow) return false;
    for (std::int64_t i = 0; i < n; ++i) verify(index_->rows()[places[i]]);
    return true;
  }

  /// Writes the places of a bucket whose texts may keep the cutoff.
  std::int64_t narrow(const LengthIndex::Bucket& bucket, std::int64_t bits, std::int64_t* places) {
    const std::int64_t size = bucket.end - bucket.begin;
    std::int64_t n = size;
    if (bits < kAllBits)
      n = scan_(index_->signatures(), bucket.begin, bucket.end, signature_, bits, places);
    else
      std::iota(places, places + size, bucket.begin);
    if (n < kFewToCount || n < size / kFewAlike || n < left_->size / kCharactersOfOne ||
        bits >= left_->size + bucket.length)
      return n;
    const Counts* counts = index_->counts();
    if (!is_counted_) counts_ = with_width(*left_, [](auto text) { return text::counts(text); }), is_counted_ = true;
    std::int64_t kept = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t place = places[i];
      places[kept] = place;
      kept += difference(counts_, counts[place]) <= bits;
    }
    return kept;
  }

  /// Finds a row's pairs by the scores of all.
  void score_all(const pyudf_text& left) {
    // As long as fits a second-level cache.
    constexpr std::int64_t kPiece = 8192;
    Score* const scores = scores_.at_least(std::min(kPiece, tile_.column_end - first_column_));
    const auto* right = static_cast<const pyudf_text*>(columns_[1].data);
    const bool prepares = Kernel::Query::usable(call_.options);
    const std::uint64_t* const signatures = prepares && is_signed() ? state_->signatures().data() : nullptr;
    if (prepares) prepared_.prepare(left);
    hits_->scored += tile_.column_end - first_column_;
    for (std::int64_t begin = first_column_; begin < tile_.column_end; begin += kPiece) {
      const std::int64_t end = std::min(tile_.column_end, begin + kPiece);
      if (prepares)
        prepared_.template scores<Formed>(right + begin, signatures ? signatures + begin : nullptr, end - begin,
                                          call_.cutoff, scores);
      else
        for (std::int64_t column = begin; column < end; ++column)
          scores[column - begin] = call_.score(left, right[column], scratch_);
      for (std::int64_t column = begin; column < end; ++column)
        if (right[column].data && keeps(scores[column - begin]))
          found_.push_back({column, static_cast<double>(scores[column - begin])});
    }
  }

  pyudf_status hand_over() {
    if (found_.empty()) return PYUDF_OK;
    std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.column < b.column; });
    found_columns_.clear();
    found_scores_.clear();
    for (const Found& found : found_) {
      found_columns_.push_back(found.column);
      found_scores_.push_back(found.score);
    }
    const pyudf_status status =
        hits_->add(hits_, row_, found_columns_.data(), found_scores_.data(), static_cast<std::int64_t>(found_.size()));
    return status == PYUDF_OK ? status : fail(error_, status, "the pairs found could not be kept", row_);
  }

  template <class T>
  bool keeps(T score) const noexcept {
    return is_similarity(form) ? score >= static_cast<T>(call_.cutoff) : score <= static_cast<T>(call_.cutoff);
  }

  static constexpr std::int64_t kAllBits = 64;
  /// Scoring a whole row beats scoring texts one by one where more quarters than this of those looked at are alike,
  /// once they are a sixteenth of the row.
  static constexpr std::int64_t kMostAlike = 3, kMostOfRow = 16;

  /// Counts are worth making where so many signatures are alike.
  static constexpr std::int64_t kFewToCount = 2, kFewAlike = 256;
  /// Looking segments up pays where they lead to one text of so many at most.
  static constexpr std::int64_t kFewSharing = 8;
  /// So many are counted in the time that one text takes to be told apart.
  static constexpr std::int64_t kCharactersOfOne = 32;

  struct Found {
    std::int64_t column;
    double score;
  };

  RightColumn* const state_;
  const pyudf_column* const columns_;
  const pyudf_tile& tile_;
  pyudf_hits* const hits_;
  pyudf_error* const error_;
  const Call call_;
  Scratch scratch_;
  Row<Kernel> prepared_;
  Scan* const scan_ = signature_kernels().scan;
  LengthIndex* index_ = nullptr;  // nullptr: every row is scored whole

  std::int64_t row_ = 0, first_column_ = 0;
  const pyudf_text* left_ = nullptr;
  std::uint64_t signature_ = 0;
  std::int64_t looked_at_ = 0, alike_ = 0;  // texts, for the row so far
  Counts counts_;                           // of the row, once is_counted_
  bool is_prepared_ = false, is_counted_ = false;
  Buffer<std::int64_t> places_;
  Buffer<Score> scores_;
  std::vector<std::int64_t> near_;
  std::vector<Found> found_;
  std::vector<std::int64_t> found_columns_;
  std::vector<double> found_scores_;
};

}  // namespace pyudf::text
