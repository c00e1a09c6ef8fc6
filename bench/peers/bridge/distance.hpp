// distance.hpp: the functions that every way of the comparison calls.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

/// Edit distance in bytes, by the textbook's one row.
inline std::int64_t calc_distance(std::string_view s1, std::string_view s2) {
  thread_local std::vector<std::int32_t> row;
  row.resize(s2.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (const char letter : s1) {
    std::int32_t diagonal = row[0]++;
    for (std::size_t j = 0; j < s2.size(); ++j) {
      const std::int32_t substitution = diagonal + (letter != s2[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min(substitution, std::min(row[j], diagonal) + 1);
    }
  }
  return row.back();
}

/// What a call costs by itself.
inline std::int64_t length_gap(std::string_view s1, std::string_view s2) {
  return static_cast<std::int64_t>(s1.size()) - static_cast<std::int64_t>(s2.size());
}

/// Reads the texts, and does next to nothing with them: what a row costs by itself.
inline std::int64_t same_start(std::string_view s1, std::string_view s2) {
  return !s1.empty() && !s2.empty() && s1.front() == s2.front();
}

inline double add(double x, double y) { return x + y; }
inline double multiply_add(double x, double y, double z) { return x * y + z; }
