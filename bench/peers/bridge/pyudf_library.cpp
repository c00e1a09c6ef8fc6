// pyudf_library.cpp: the functions as a pyudf library.
#include <pyudf/udf.hpp>

#include "distance.hpp"

PYUDF_FUNCTION(calc_distance, "s1", "s2")
PYUDF_FUNCTION(length_gap, "s1", "s2")
PYUDF_FUNCTION(same_start, "s1", "s2")
PYUDF_FUNCTION(add, "x", "y")
PYUDF_FUNCTION(multiply_add, "x", "y", "z")
PYUDF_MODULE(pyudf_library)
