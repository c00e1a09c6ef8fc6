// span_of_mutable.cpp: a view of a list that could be written to.
// expected: arguments are read-only: take a std::span<const T>
#include <span>

#include "pyudf/udf.hpp"

double first(std::span<double> values) { return values[0]; }

PYUDF_FUNCTION(first, "values")
PYUDF_MODULE(wrong)
