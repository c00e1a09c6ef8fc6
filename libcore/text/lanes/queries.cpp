// queries.cpp: encodes and sorts the left column of a matrix.
#include "text/lanes/queries.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace pyudf::text::lanes {
namespace {

/// As many leading codes as an integer holds, the first one highest: most comparisons end here.
class Lead {
 public:
  explicit Lead(const Alphabet& alphabet)
      : bits_(std::bit_width(static_cast<std::uint64_t>(alphabet.size()) | 1)), held_(64 / bits_) {}

  std::uint64_t of(const Code* codes, std::int64_t size) const noexcept {
    const std::int64_t n = std::min(size, held_);
    std::uint64_t key = 0;
    for (std::int64_t i = 0; i < n; ++i) key |= std::uint64_t{codes[i]} << (64 - (i + 1) * bits_);
    return key;
  }

 private:
  std::int64_t bits_, held_;
};

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
  const Lead lead(alphabet);
  for (std::int64_t i = 0; i < n; ++i) keys[at(i)] = {lead.of(codes(i), size(i)), i};
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
  constexpr std::int64_t kFew = 32;  // one of so many is sorted sooner than found among all
  if (end - begin < count() / kFew) {
    std::vector<std::int64_t> rows(rank_.begin() + begin, rank_.begin() + end);
    std::sort(rows.begin(), rows.end());
    for (std::int64_t& row : rows) row = order_[at(row)];
    return rows;
  }
  // Which rows are wanted is nothing that a branch could be predicted by: each is written, and those overwritten.
  std::vector<std::int64_t> rows(at(end - begin + 1));
  std::int64_t found = 0;
  for (const std::int64_t row : order_) {
    rows[at(found)] = row;
    found += (row >= begin) & (row < end);
  }
  rows.pop_back();
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

std::int64_t Queries::shared() const noexcept {
  std::int64_t sum = 0;
  for (std::size_t i = 1; i < order_.size(); ++i) sum += shared(order_[i], order_[i - 1]);
  return sum;
}

void turn_for_sharing(const pyudf_text* texts, std::int64_t n, Alphabet& alphabet) {
  constexpr std::int64_t kFew = 8, kFewest = 32, kMost = 256;  // one of so many is looked at
  const std::int64_t sampled = std::min(n / kFew, kMost);
  if (sampled < kFewest) return;
  std::vector<pyudf_text> sample;
  for (std::int64_t i = 0; i < sampled; ++i) sample.push_back(texts[i * (n / sampled)]);
  const auto shared = [&] { return Queries(sample.data(), sampled, alphabet).shared(); };
  const std::int64_t before = shared();
  alphabet.turn();
  if (shared() <= before) alphabet.turn();
}

}  // namespace pyudf::text::lanes
