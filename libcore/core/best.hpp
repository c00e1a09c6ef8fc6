// best.hpp: the best scores of a row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include "core/pairwise.hpp"

namespace pyudf {

/// The best k of a row so far, as a heap whose top is the worst.
class Best {
  bool before(const Hit& a, const Hit& b) const {
    if (a.score != b.score) return selection_.similarity ? a.score > b.score : a.score < b.score;
    return a.column < b.column;
  }
  auto compare() const {
    return [this](const Hit& a, const Hit& b) { return before(a, b); };
  }

 public:
  Best(const Selection& selection, std::int64_t k) : selection_(selection), k_(k) {}

  void clear() { hits_.clear(); }

  bool wants_one() const { return k_ == 1; }

  /// No score worse than this can still enter; it ties with the worst at best.
  double threshold() const {
    if (static_cast<std::int64_t>(hits_.size()) == k_) return hits_.front().score;
    if (selection_.has_cutoff) return selection_.cutoff;
    return selection_.similarity ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }

  /// Whether a score can enter, of a column after all that were added.
  bool takes(double score) const {
    if (static_cast<std::int64_t>(hits_.size()) == k_)
      return selection_.similarity ? score > hits_.front().score : score < hits_.front().score;
    return !selection_.has_cutoff || selection_.keeps(score);
  }

  void add(std::int64_t column, double score) {
    const Hit hit{0, column, score};
    if (static_cast<std::int64_t>(hits_.size()) == k_) {
      if (!before(hit, hits_.front())) return;
      std::pop_heap(hits_.begin(), hits_.end(), compare());
      hits_.pop_back();
    }
    hits_.push_back(hit);
    std::push_heap(hits_.begin(), hits_.end(), compare());
  }

  std::vector<Hit> sorted() {
    std::sort(hits_.begin(), hits_.end(), compare());
    return hits_;
  }

 private:
  const Selection& selection_;
  std::int64_t k_;
  std::vector<Hit> hits_;
};

/// The best of some scores, in as many chains as fill a cache line: in one each would wait for the one before.
template <bool similarity, class T>
T top_of(const T* scores, std::int64_t n) {
  const auto better = [](T a, T b) { return (similarity ? a > b : a < b) ? a : b; };
  constexpr auto kChains = static_cast<std::int64_t>(64 / sizeof(T));
  T top[kChains];
  std::fill_n(top, kChains, scores[0]);
  std::int64_t i = 0;
  for (; i + kChains <= n; i += kChains)
    for (std::int64_t chain = 0; chain < kChains; ++chain) top[chain] = better(scores[i + chain], top[chain]);
  for (; i < n; ++i) top[0] = better(scores[i], top[0]);
  return std::accumulate(top + 1, top + kChains, top[0], better);
}

template <class T>
T top_of(const T* scores, std::int64_t n, bool similarity) {
  return similarity ? top_of<true>(scores, n) : top_of<false>(scores, n);
}

/// Calls visit(i) for the scores of one row that takes(score) wants, which must want none that are worse than one that
/// it does not want: of most blocks the top score is not wanted, and in the others of most smaller ones.
template <std::int64_t block = 1024, class T, class Takes, class Visit>
void visit_taken(const T* scores, std::int64_t n, bool similarity, const Takes& takes, const Visit& visit) {
  for (std::int64_t begin = 0; begin < n; begin += block) {
    const std::int64_t size = std::min(block, n - begin);
    if (!takes(static_cast<double>(top_of(scores + begin, size, similarity)))) continue;
    if constexpr (block > 64) {
      visit_taken<block / 8>(scores + begin, size, similarity, takes, [&](std::int64_t i) { visit(begin + i); });
    } else {
      for (std::int64_t i = begin; i < begin + size; ++i)
        if (takes(static_cast<double>(scores[i]))) visit(i);
    }
  }
}

/// The place of the first of some scores that equals one that is among them.
template <class T>
std::int64_t place_of(T wanted, const T* scores, std::int64_t n) {
  if constexpr (sizeof(T) == 1)
    return static_cast<const T*>(std::memchr(scores, wanted, static_cast<std::size_t>(n))) - scores;
  // Whether it is in a block is a question to many scores at once, but not where.
  constexpr std::int64_t kBlock = 64;
  std::int64_t begin = 0;
  for (; begin + kBlock <= n; begin += kBlock) {
    bool found = false;
    for (std::int64_t i = begin; i < begin + kBlock; ++i) found |= scores[i] == wanted;
    if (found) break;
  }
  return std::find(scores + begin, scores + n, wanted) - scores;
}

/// Where only one is wanted it is the first that is as good as the top of all; false where that one is missing.
template <class T>
bool offer_top(const T* scores, std::int64_t n, const pyudf_text* right, std::int64_t first_column, bool similarity,
               Best& best) {
  const T top = top_of(scores, n, similarity);
  if (!best.takes(static_cast<double>(top))) return true;
  const std::int64_t column = first_column + place_of(top, scores, n);
  if (!right[column].data) return false;
  best.add(column, static_cast<double>(top));
  return true;
}

template <class T>
void offer(const T* scores, std::int64_t n, std::int64_t first_column, const pyudf_text* right, bool similarity,
           Best& best) {
  if (best.wants_one() && offer_top(scores, n, right, first_column, similarity, best)) return;
  visit_taken(
      scores, n, similarity, [&](double score) { return best.takes(score); },
      [&](std::int64_t i) {
        if (right[first_column + i].data) best.add(first_column + i, static_cast<double>(scores[i]));
      });
}

/// Calls f with scores of a row in their own type: bytes, 16 bits or, whatever else the type is, double precision.
template <class F>
void with_scores(const void* scores, std::int32_t type, F&& f) {
  switch (type) {
    case PYUDF_UINT8: return f(static_cast<const std::uint8_t*>(scores));
    case PYUDF_UINT16: return f(static_cast<const std::uint16_t*>(scores));
    default: return f(static_cast<const double*>(scores));
  }
}

}  // namespace pyudf
