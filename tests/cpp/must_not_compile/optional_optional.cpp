// optional_optional.cpp: an optional of an optional.
// expected: one std::optional is enough
#include <optional>

#include "pyudf/udf.hpp"

bool is_here(std::optional<std::optional<double>> x) { return x.has_value(); }

PYUDF_FUNCTION(is_here, "x")
PYUDF_MODULE(wrong)
