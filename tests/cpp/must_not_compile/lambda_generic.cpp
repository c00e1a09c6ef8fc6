// lambda_generic.cpp: a lambda whose types are open.
// expected: a generic lambda or a template needs its types spelt out
#include "pyudf/udf.hpp"

PYUDF_FUNCTION_AS(twice, [](auto x) { return 2 * x; }, "x")
PYUDF_MODULE(wrong)
