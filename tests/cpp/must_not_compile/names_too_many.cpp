// names_too_many.cpp: more names than parameters.
// expected: name every parameter of the function once, in order
#include "pyudf/udf.hpp"

double add(double x, double y) { return x + y; }

PYUDF_FUNCTION(add, "x", "y", "z")
PYUDF_MODULE(wrong)
