// result.cpp: a result of a type outside the table.
// expected: this C++ type cannot be a parameter or a result
#include <thread>

#include "pyudf/udf.hpp"

std::thread start(double) { return {}; }

PYUDF_FUNCTION(start, "x")
PYUDF_MODULE(wrong)
