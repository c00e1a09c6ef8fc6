// matchers.hpp: how far numbers, addresses, quoted texts and times go that begin at a place of a line.
#pragma once

#include <string_view>

namespace pyudf::logs {

/// The end of what begins at `at`, or nullptr.
using Matcher = const char* (*)(const char* at, const char* end);

struct NativeMatcher {
  const char* name;
  std::string_view first;  // the bytes that it may begin with
  Matcher match;
};

inline constexpr int kMatchers = 0
#define MATCHER(name, first) +1
#include "logs/matchers.def"
#undef MATCHER
    ;

extern const NativeMatcher kNativeMatchers[kMatchers];

}  // namespace pyudf::logs
