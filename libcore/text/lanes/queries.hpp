// queries.hpp: the left column as codes, in an order in which neighbours share long prefixes.
#pragma once

#include <cstdint>
#include <vector>

#include "text/lanes/alphabet.hpp"

namespace pyudf::text::lanes {

/// The texts of a column as codes, and their rank among them in lexical order.
class Queries {
 public:
  Queries(const pyudf_text* texts, std::int64_t n, const Alphabet& alphabet);

  std::int64_t count() const noexcept { return static_cast<std::int64_t>(starts_.size()) - 1; }
  std::int64_t size(std::int64_t row) const noexcept { return starts_[at(row + 1)] - starts_[at(row)]; }
  const Code* codes(std::int64_t row) const noexcept { return codes_.data() + starts_[at(row)]; }

  /// Rows [begin, end) in lexical order.
  std::vector<std::int64_t> ordered(std::int64_t begin, std::int64_t end) const;

  /// The same, the shortest first.
  std::vector<std::int64_t> by_size(std::int64_t begin, std::int64_t end) const;

  /// How many leading codes two rows share.
  std::int64_t shared(std::int64_t row, std::int64_t other) const noexcept;

  /// How many all neighbours in lexical order do.
  std::int64_t shared() const noexcept;

 private:
  static std::size_t at(std::int64_t row) noexcept { return static_cast<std::size_t>(row); }

  std::vector<Code> codes_;
  std::vector<std::int64_t> starts_;
  std::vector<std::int64_t> order_;  // all rows in lexical order
  std::vector<std::int64_t> rank_;   // the place of each row in it
};

/// Turns the alphabet if texts of the column, of which some are looked at, share more codes that way.
void turn_for_sharing(const pyudf_text* texts, std::int64_t n, Alphabet& alphabet);

/// One query of a run.
struct Query {
  const Code* codes;
  std::int64_t size;
  std::int64_t shared;  // leading codes that it has in common with the query before it
};

constexpr std::int64_t longest_of(const Query* queries, std::int64_t n) noexcept {
  std::int64_t longest = 0;
  for (std::int64_t q = 0; q < n; ++q) longest = queries[q].size > longest ? queries[q].size : longest;
  return longest;
}

}  // namespace pyudf::text::lanes
