// record_no_default.cpp: a record without a constructor that takes nothing.
// expected: the struct needs a constructor without arguments
#include "pyudf/udf.hpp"

struct Point {
  explicit Point(double x_) : x(x_) {}
  double x;
};

PYUDF_RECORD(Point, x)

double abscissa(const Point& point) { return point.x; }

PYUDF_FUNCTION(abscissa, "point")
PYUDF_MODULE(wrong)
