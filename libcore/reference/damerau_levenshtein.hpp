// damerau_levenshtein.hpp: the textbook's matrix with last occurrences: what the tests hold the kernel against.
#pragma once

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "text/damerau_levenshtein.hpp"

namespace pyudf::reference {

/// R. Lowrance and R. A. Wagner, "An extension of the string-to-string correction problem", 1975.
struct DamerauLevenshtein {
  using Score = text::DamerauLevenshtein::Score;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::DamerauLevenshtein::Options&) {
    const std::size_t n = s1.size(), m = s2.size();
    std::vector<std::vector<Score>> h(n + 1, std::vector<Score>(m + 1));
    for (std::size_t i = 0; i <= n; ++i) h[i][0] = static_cast<Score>(i);
    for (std::size_t j = 0; j <= m; ++j) h[0][j] = static_cast<Score>(j);
    std::map<char32_t, std::size_t> last_row;
    for (std::size_t i = 1; i <= n; ++i) {
      std::size_t l = 0;  // the last column before j whose character is s1[i]
      for (std::size_t j = 1; j <= m; ++j) {
        const bool equal = s1[i - 1] == s2[j - 1];
        h[i][j] = std::min({h[i - 1][j] + 1, h[i][j - 1] + 1, h[i - 1][j - 1] + (equal ? 0 : 1)});
        const std::size_t k = last_row[s2[j - 1]];  // the last row before i whose character is s2[j]
        if (k > 0 && l > 0)
          h[i][j] = std::min(h[i][j], h[k - 1][l - 1] + static_cast<Score>((i - k - 1) + 1 + (j - l - 1)));
        if (equal) l = j;
      }
      last_row[s1[i - 1]] = i;
    }
    return h[n][m];
  }
};

}  // namespace pyudf::reference
