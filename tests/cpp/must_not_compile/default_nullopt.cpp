// default_nullopt.cpp: no value as the default of a parameter that needs one.
// expected: std::nullopt only where the parameter is a std::optional
#include <optional>

#include "pyudf/udf.hpp"

double scale(double x, double factor) { return x * factor; }

PYUDF_FUNCTION(scale, "x", pyudf::arg("factor") = std::nullopt)
PYUDF_MODULE(wrong)
