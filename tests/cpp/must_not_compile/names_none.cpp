// names_none.cpp: no names for parameters.
// expected: name every parameter of the function once, in order
#include "pyudf/udf.hpp"

double twice(double x) { return 2 * x; }

PYUDF_FUNCTION(twice)
PYUDF_MODULE(wrong)
