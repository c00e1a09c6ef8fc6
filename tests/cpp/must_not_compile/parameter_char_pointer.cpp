// parameter_char_pointer.cpp: a parameter that is a C string.
// expected: a parameter is a pointer: take text as std::string_view
#include "pyudf/udf.hpp"

bool is_empty(const char* text) { return *text == 0; }

PYUDF_FUNCTION(is_empty, "text")
PYUDF_MODULE(wrong)
