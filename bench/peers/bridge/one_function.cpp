// one_function.cpp: the smallest useful library, for how long it takes from source to imported module.
#include <pyudf/udf.hpp>

#include "distance.hpp"

PYUDF_FUNCTION(calc_distance, "s1", "s2")
PYUDF_MODULE(one_function)
