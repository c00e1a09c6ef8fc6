// levenshtein.hpp: the Levenshtein distance by its definition, the judge of the fast one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "text/levenshtein.hpp"

namespace pyudf::reference {

struct Levenshtein {
  using Score = std::int64_t;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::Levenshtein::Options& costs) {
    // Sums that a score cannot hold are reported as the largest score.
    const auto sum = [](Score a, Score b) {
      return static_cast<Score>(
          std::min<std::uint64_t>(std::uint64_t(a) + std::uint64_t(b), std::numeric_limits<Score>::max()));
    };
    std::vector<std::vector<Score>> cell(s1.size() + 1, std::vector<Score>(s2.size() + 1));
    for (std::size_t i = 0; i < s1.size(); ++i) cell[i + 1][0] = sum(cell[i][0], costs.deletion);
    for (std::size_t j = 0; j < s2.size(); ++j) cell[0][j + 1] = sum(cell[0][j], costs.insertion);
    for (std::size_t i = 0; i < s1.size(); ++i)
      for (std::size_t j = 0; j < s2.size(); ++j)
        cell[i + 1][j + 1] = std::min({sum(cell[i][j + 1], costs.deletion), sum(cell[i + 1][j], costs.insertion),
                                       s1[i] == s2[j] ? cell[i][j] : sum(cell[i][j], costs.substitution)});
    return cell[s1.size()][s2.size()];
  }
};

}  // namespace pyudf::reference
