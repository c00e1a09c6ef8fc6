// same_name.cpp: a library with two functions of one name that take the same types.
#include <pyudf/udf.hpp>

PYUDF_FUNCTION_AS(twice, [](double x) { return 2 * x; }, "x")
PYUDF_FUNCTION_AS(twice, [](double x) { return x + x; }, "x")
PYUDF_MODULE(same_name)
