// names_too_few.cpp: fewer names than parameters.
// expected: name every parameter of the function once, in order
#include "pyudf/udf.hpp"

double add(double x, double y) { return x + y; }

PYUDF_FUNCTION(add, "x")
PYUDF_MODULE(wrong)
