// result_char_pointer.cpp: a result that is a C string.
// expected: a result is a pointer: return text as std::string
#include "pyudf/udf.hpp"

const char* name(double) { return "x"; }

PYUDF_FUNCTION(name, "x")
PYUDF_MODULE(wrong)
