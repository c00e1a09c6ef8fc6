// time_odd_unit.cpp: a duration in a unit that Arrow does not have.
// expected: a duration counts whole s, ms, us or ns
#include <chrono>

#include "pyudf/udf.hpp"

double in_minutes(std::chrono::minutes time) { return static_cast<double>(time.count()); }

PYUDF_FUNCTION(in_minutes, "time")
PYUDF_MODULE(wrong)
