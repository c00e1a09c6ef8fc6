// aggregate_no_default.cpp: an aggregate that cannot begin.
// expected: the aggregate needs a constructor without arguments
#include "pyudf/udf.hpp"

struct Sum {
  explicit Sum(double start) : sum(start) {}
  void update(double x) { sum += x; }
  void merge(const Sum& other) { sum += other.sum; }
  double finish() const { return sum; }
  double sum;
};

PYUDF_AGGREGATE(Sum, "x")
PYUDF_MODULE(wrong)
