// prefix.hpp: the length of the common prefix by its definition, the judge of the fast one.
#pragma once

#include <cstdint>
#include <string_view>

#include "text/prefix.hpp"

namespace pyudf::reference {

struct Prefix {
  using Score = std::int64_t;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::Prefix::Options&) {
    std::size_t n = 0;
    while (n < s1.size() && n < s2.size() && s1[n] == s2[n]) ++n;
    return Score(n);
  }
};

}  // namespace pyudf::reference
