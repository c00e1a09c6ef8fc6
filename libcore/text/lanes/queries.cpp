// queries.cpp: encodes and sorts the left column of a matrix.
#include "text/lanes/queries.hpp"

#include <algorithm>
#include <numeric>

namespace pyudf::text::lanes {
namespace {

/// The first four codes, the first one highest: most comparisons end here.
std::uint64_t lead(const Code* codes, std::int64_t size) noexcept {
  std::uint64_t key = 0;
  for (std::int64_t i = 0; i < 4; ++i) key = key << 16 | (i < size ? codes[i] : 0u);
  return key;
}

}  // namespace

Queries::Queries(const pyudf_text* texts, std::int64_t n, const Alphabet& alphabet)
    : starts_(at(n + 1)), order_(at(n)), rank_(at(n)) {
  for (std::int64_t i = 0; i < n; ++i) starts_[at(i + 1)] = starts_[at(i)] + texts[i].size;
  codes_.resize(at(starts_.back()));
  for (std::int64_t i = 0; i < n; ++i)
    with_width(texts[i], [&](auto text) { alphabet.encode(text, codes_.data() + starts_[at(i)]); });

  struct Key {
    std::uint64_t lead;
    std::int64_t row;
  };
  std::vector<Key> keys(at(n));
  for (std::int64_t i = 0; i < n; ++i) keys[at(i)] = {lead(codes(i), size(i)), i};
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.lead != b.lead) return a.lead < b.lead;
    return std::lexicographical_compare(codes(a.row), codes(a.row) + size(a.row), codes(b.row),
                                        codes(b.row) + size(b.row));
  });
  for (std::int64_t i = 0; i < n; ++i) {
    order_[at(i)] = keys[at(i)].row;
    rank_[at(keys[at(i)].row)] = i;
  }
}

std::vector<std::int64_t> Queries::ordered(std::int64_t begin, std::int64_t end) const {
  if (begin == 0 && end == count()) return order_;
  std::vector<std::int64_t> rows(at(end - begin));
  std::iota(rows.begin(), rows.end(), begin);
  std::sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) { return rank_[at(a)] < rank_[at(b)]; });
  return rows;
}

std::vector<std::int64_t> Queries::by_size(std::int64_t begin, std::int64_t end) const {
  std::vector<std::int64_t> rows(at(end - begin));
  std::iota(rows.begin(), rows.end(), begin);
  std::stable_sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) { return size(a) < size(b); });
  return rows;
}

std::int64_t Queries::shared(std::int64_t row, std::int64_t other) const noexcept {
  const std::int64_t most = std::min(size(row), size(other));
  const Code *a = codes(row), *b = codes(other);
  std::int64_t n = 0;
  while (n < most && a[n] == b[n]) ++n;
  return n;
}

}  // namespace pyudf::text::lanes
