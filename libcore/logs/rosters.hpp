// rosters.hpp: names of steps, matchers and types of columns, for those who write programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "logs/matchers.hpp"

namespace pyudf::logs {

inline std::vector<std::string> op_names() {
  return {
#define OP(name) #name,
#include "logs/ops.def"
#undef OP
  };
}

inline std::vector<std::string> column_types() {
  return {
#define COLUMN_TYPE(name, size) #name,
#include "logs/column_types.def"
#undef COLUMN_TYPE
  };
}

/// Names, and the bytes that matches may begin with.
inline std::vector<std::pair<std::string, std::string>> native_matchers() {
  std::vector<std::pair<std::string, std::string>> all;
  for (const NativeMatcher& matcher : kNativeMatchers) all.emplace_back(matcher.name, matcher.first);
  return all;
}

}  // namespace pyudf::logs
