// jaro.hpp: the Jaro similarity with a flag for each character: what the tests hold the kernel against.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/jaro.hpp"

namespace pyudf::reference {

struct Jaro {
  using Score = text::Jaro::Score;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::Jaro::Options&) {
    const auto n = static_cast<std::int64_t>(s1.size()), m = static_cast<std::int64_t>(s2.size());
    if (n == 0 && m == 0) return 1.0;
    const std::int64_t window = std::max<std::int64_t>(std::max(n, m) / 2 - 1, 0);
    std::vector<bool> taken(s1.size());
    std::u32string matched1, matched2;
    for (std::int64_t j = 0; j < m; ++j) {
      for (std::int64_t i = 0; i < n; ++i) {
        if (std::abs(i - j) > window || taken[i] || s1[i] != s2[j]) continue;
        taken[i] = true;
        matched2 += s2[j];
        break;
      }
    }
    if (matched2.empty()) return 0.0;
    for (std::int64_t i = 0; i < n; ++i)
      if (taken[i]) matched1 += s1[i];
    std::int64_t misplaced = 0;
    for (std::size_t k = 0; k < matched1.size(); ++k) misplaced += matched1[k] != matched2[k];
    const auto c = static_cast<double>(matched1.size());
    const auto t = static_cast<double>(misplaced / 2);
    return (c / static_cast<double>(n) + c / static_cast<double>(m) + (c - t) / c) / 3.0;
  }
};

}  // namespace pyudf::reference
