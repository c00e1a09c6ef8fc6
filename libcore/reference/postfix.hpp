// postfix.hpp: the common suffix, one character at a time: what the tests hold the kernel against.
#pragma once

#include <string_view>

#include "text/postfix.hpp"

namespace pyudf::reference {

struct Postfix {
  using Score = text::Postfix::Score;

  static Score score(std::u32string_view s1, std::u32string_view s2, const text::Postfix::Options&) {
    Score n = 0;
    while (!s1.empty() && !s2.empty() && s1.back() == s2.back()) {
      s1.remove_suffix(1);
      s2.remove_suffix(1);
      ++n;
    }
    return n;
  }
};

}  // namespace pyudf::reference
