// default_text.cpp: a default that is text for a number.
// expected: write 2.0 for a double, 2 for an integer
#include "pyudf/udf.hpp"

double scale(double x, double factor) { return x * factor; }

PYUDF_FUNCTION(scale, "x", pyudf::arg("factor") = "two")
PYUDF_MODULE(wrong)
