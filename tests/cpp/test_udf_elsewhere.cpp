// test_udf_elsewhere.cpp: a function in another file of the library that test_udf.cpp is.
#include "pyudf/udf.hpp"

// Of this file alone, though test_udf.cpp tells of functions of the same counters.
static double elsewhere(double x) { return x + 41; }

PYUDF_FUNCTION(elsewhere, "x", pyudf::doc("From another file."))
