// nested_optional.cpp: a list of optionals of optionals.
// expected: one std::optional is enough
#include <optional>
#include <vector>

#include "pyudf/udf.hpp"

std::vector<std::optional<std::optional<double>>> none(double) { return {}; }

PYUDF_FUNCTION(none, "x")
PYUDF_MODULE(wrong)
