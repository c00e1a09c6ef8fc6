// other_abi.cpp: a library that says it was built for a later version of the table.
#include <pyudf/abi.h>

#undef PYUDF_ABI_MAJOR
#define PYUDF_ABI_MAJOR 2
#include <pyudf/udf.hpp>

PYUDF_FUNCTION_AS(one, [] { return 1; })
PYUDF_MODULE(other_abi)
