// best.hpp: the best scores of a row.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include "core/pairwise.hpp"

namespace pyudf {

/// The scores that are still wanted: those as good as `bound`, or only better ones.
struct Wanted {
  double bound;
  bool strictly;

  bool takes(double score, bool similarity) const {
    return similarity ? (strictly ? score > bound : score >= bound) : (strictly ? score < bound : score <= bound);
  }
};

/// The worst score of a type that is wanted; false where none is.
template <class T>
bool last_wanted(const Wanted& wanted, bool similarity, T& last) {
  constexpr double kLowest = std::is_integral_v<T> ? 0.0 : -std::numeric_limits<double>::infinity();
  constexpr double kHighest = std::is_integral_v<T> ? static_cast<double>(std::numeric_limits<T>::max())
                                                    : std::numeric_limits<double>::infinity();
  double bound = wanted.bound;
  if constexpr (std::is_integral_v<T>) {
    const double whole = similarity ? std::ceil(bound) : std::floor(bound);
    bound = wanted.strictly && whole == bound ? whole + (similarity ? 1 : -1) : whole;
  } else if (wanted.strictly) {
    bound = std::nextafter(bound, similarity ? kHighest : kLowest);
  }
  if (similarity ? bound > kHighest : bound < kLowest) return false;
  last = static_cast<T>(std::clamp(bound, kLowest, kHighest));
  return true;
}

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

  /// Scores that can enter, of columns after all that were added.
  Wanted wanted() const { return {threshold(), static_cast<std::int64_t>(hits_.size()) == k_}; }

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

/// Calls visit(i) for the scores of at most 64 that are as good as `last`.
template <bool similarity, class T, class Visit>
void visit_as_good(const T* scores, std::int64_t n, T last, const Visit& visit) {
  constexpr std::int64_t kTogether = 8;
  std::uint8_t good[64] = {};
  for (std::int64_t i = 0; i < n; ++i) good[i] = similarity ? scores[i] >= last : scores[i] <= last;
  for (std::int64_t begin = 0; begin < n; begin += kTogether) {
    std::uint64_t found;
    std::memcpy(&found, good + begin, sizeof found);
    if constexpr (std::endian::native == std::endian::big) found = __builtin_bswap64(found);
    for (; found != 0; found &= found - 1) visit(begin + std::countr_zero(found) / 8);
  }
}

/// Calls visit(i) for the scores of one row that are wanted, of which visiting may leave fewer: of most blocks the top
/// score is not, and in the others few are.
template <bool similarity, class T, class WantedNow, class Visit>
void visit_wanted(const T* scores, std::int64_t n, const WantedNow& wanted, const Visit& visit) {
  constexpr std::int64_t kBlock = 1024, kPart = 64;
  for (std::int64_t block = 0; block < n; block += kBlock) {
    const std::int64_t end = std::min(block + kBlock, n);
    T last;
    if (!wanted().takes(static_cast<double>(top_of<similarity>(scores + block, end - block)), similarity) ||
        !last_wanted(wanted(), similarity, last))
      continue;
    for (std::int64_t begin = block; begin < end; begin += kPart)
      visit_as_good<similarity>(scores + begin, std::min(kPart, end - begin), last, [&](std::int64_t i) {
        if (wanted().takes(static_cast<double>(scores[begin + i]), similarity)) visit(begin + i);
      });
  }
}

template <class T, class WantedNow, class Visit>
void visit_wanted(const T* scores, std::int64_t n, bool similarity, const WantedNow& wanted, const Visit& visit) {
  return similarity ? visit_wanted<true>(scores, n, wanted, visit) : visit_wanted<false>(scores, n, wanted, visit);
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
  if (!best.wanted().takes(static_cast<double>(top), similarity)) return true;
  const std::int64_t column = first_column + place_of(top, scores, n);
  if (!right[column].data) return false;
  best.add(column, static_cast<double>(top));
  return true;
}

template <class T>
void offer(const T* scores, std::int64_t n, std::int64_t first_column, const pyudf_text* right, bool similarity,
           Best& best) {
  if (best.wants_one() && offer_top(scores, n, right, first_column, similarity, best)) return;
  visit_wanted(
      scores, n, similarity, [&] { return best.wanted(); },
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
