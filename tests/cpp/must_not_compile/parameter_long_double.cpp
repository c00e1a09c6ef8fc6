// parameter_long_double.cpp: a parameter wider than any type of the table.
// expected: this C++ type cannot be a parameter or a result
#include "pyudf/udf.hpp"

double half(long double x) { return static_cast<double>(x / 2); }

PYUDF_FUNCTION(half, "x")
PYUDF_MODULE(wrong)
