// no_module.cpp: a library whose author forgot PYUDF_MODULE.
#include <pyudf/udf.hpp>

PYUDF_FUNCTION_AS(one, [] { return 1; })
