// span_of_text.cpp: a view of a list of texts.
// expected: which only lists of numbers allow: take a std::vector<T>
#include <span>
#include <string>

#include "pyudf/udf.hpp"

std::int64_t count(std::span<const std::string> texts) { return static_cast<std::int64_t>(texts.size()); }

PYUDF_FUNCTION(count, "texts")
PYUDF_MODULE(wrong)
