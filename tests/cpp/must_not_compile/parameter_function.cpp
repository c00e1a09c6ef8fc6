// parameter_function.cpp: a parameter of a type outside the table.
// expected: this C++ type cannot be a parameter or a result
#include <functional>

#include "pyudf/udf.hpp"

double twice(std::function<double(double)> f) { return f(f(1)); }

PYUDF_FUNCTION(twice, "f")
PYUDF_MODULE(wrong)
