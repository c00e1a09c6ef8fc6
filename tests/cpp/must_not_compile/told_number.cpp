// told_number.cpp: something among the names that tells nothing.
// expected: a default stands behind its name
#include "pyudf/udf.hpp"

double twice(double x) { return 2 * x; }

PYUDF_FUNCTION(twice, "x", 2.0)
PYUDF_MODULE(wrong)
