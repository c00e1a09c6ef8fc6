// indel.hpp: the insertion and deletion distance by its definition, the judge of the fast one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/indel.hpp"

namespace pyudf::reference {

struct Indel {
  using Score = std::int64_t;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::Indel::Options&) {
    std::vector<std::vector<Score>> cell(s1.size() + 1, std::vector<Score>(s2.size() + 1));
    for (std::size_t i = 0; i <= s1.size(); ++i) cell[i][0] = Score(i);
    for (std::size_t j = 0; j <= s2.size(); ++j) cell[0][j] = Score(j);
    for (std::size_t i = 1; i <= s1.size(); ++i)
      for (std::size_t j = 1; j <= s2.size(); ++j)
        cell[i][j] = s1[i - 1] == s2[j - 1] ? cell[i - 1][j - 1] : std::min(cell[i - 1][j], cell[i][j - 1]) + 1;
    return cell[s1.size()][s2.size()];
  }
};

}  // namespace pyudf::reference
