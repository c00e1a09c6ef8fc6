// jaro_winkler.hpp: the Jaro-Winkler similarity by its formula: what the tests hold the kernel against.
#pragma once

#include <algorithm>
#include <string_view>

#include "reference/jaro.hpp"
#include "text/jaro_winkler.hpp"

namespace pyudf::reference {

struct JaroWinkler {
  using Score = text::JaroWinkler::Score;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::JaroWinkler::Options& options) {
    const double jaro = Jaro::score(s1, s2, {});
    if (jaro <= 0.7) return jaro;
    std::size_t prefix = 0;
    while (prefix < std::min({s1.size(), s2.size(), std::size_t{4}}) && s1[prefix] == s2[prefix]) ++prefix;
    return jaro + static_cast<double>(prefix) * options.prefix_weight * (1.0 - jaro);
  }
};

}  // namespace pyudf::reference
