// default_fraction.cpp: a default that is a fraction for an integer.
// expected: write 2.0 for a double, 2 for an integer
#include "pyudf/udf.hpp"

double scale(double x, std::int64_t factor) { return x * static_cast<double>(factor); }

PYUDF_FUNCTION(scale, "x", pyudf::arg("factor") = 1.5)
PYUDF_MODULE(wrong)
