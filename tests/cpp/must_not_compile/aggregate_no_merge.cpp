// aggregate_no_merge.cpp: an aggregate whose parts cannot be put together.
// expected: the struct needs a method merge(const A&)
#include "pyudf/udf.hpp"

struct Sum {
  void update(double x) { sum += x; }
  double finish() const { return sum; }
  double sum = 0;
};

PYUDF_AGGREGATE(Sum, "x")
PYUDF_MODULE(wrong)
