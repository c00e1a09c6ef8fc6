// record_untold.cpp: a struct that PYUDF_RECORD was not told of.
// expected: tell pyudf of your own struct with PYUDF_RECORD
#include "pyudf/udf.hpp"

struct Point {
  double x = 0;
};

double abscissa(const Point& point) { return point.x; }

PYUDF_FUNCTION(abscissa, "point")
PYUDF_MODULE(wrong)
