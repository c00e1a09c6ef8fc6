// hamming.hpp: the Hamming distance, one position at a time: what the tests hold the kernel against.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "text/hamming.hpp"

namespace pyudf::reference {

struct Hamming {
  using Score = text::Hamming::Score;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::Hamming::Options& options) {
    if (!options.pad && s1.size() != s2.size()) throw std::invalid_argument("unequal lengths");
    Score n = 0;
    for (std::size_t i = 0; i < std::max(s1.size(), s2.size()); ++i)
      if (i >= s1.size() || i >= s2.size() || s1[i] != s2[i]) ++n;
    return n;
  }
};

}  // namespace pyudf::reference
