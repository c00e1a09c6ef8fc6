// cpp_utils.cpp: the functions of cpp_utils; a line below each gives it to Python.
#include <pyudf/udf.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

/// Edit distance: the fewest insertions, deletions and substitutions that turn s1 into s2.
/// It counts bytes of UTF-8; with std::u32string_view for both it counts letters of every alphabet.
std::int64_t calc_distance(std::string_view s1, std::string_view s2) {
  // row[j] is the distance between what was read of s1 so far and the first j bytes of s2.
  thread_local std::vector<std::int32_t> row;  // kept between calls, so that most calls allocate nothing
  row.resize(s2.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (const char letter : s1) {
    std::int32_t diagonal = row[0]++;  // row[j] before this letter
    for (std::size_t j = 0; j < s2.size(); ++j) {
      const std::int32_t substitution = diagonal + (letter != s2[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min(substitution, std::min(row[j], diagonal) + 1);
    }
  }
  return row.back();
}
PYUDF_FUNCTION(calc_distance, "s1", "s2",
               pyudf::doc("Edit distance: the fewest insertions, deletions and substitutions that turn s1 into s2."))

PYUDF_MODULE(cpp_utils, "Functions in C++ for Python, NumPy and data frames.")
