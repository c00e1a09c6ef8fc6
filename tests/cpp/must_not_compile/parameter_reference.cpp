// parameter_reference.cpp: a parameter that could be written to.
// expected: take it by value or by const reference
#include "pyudf/udf.hpp"

double twice(double& x) { return x *= 2; }

PYUDF_FUNCTION(twice, "x")
PYUDF_MODULE(wrong)
