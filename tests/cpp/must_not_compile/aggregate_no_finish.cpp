// aggregate_no_finish.cpp: an aggregate without a result.
// expected: the struct needs a method finish() const
#include "pyudf/udf.hpp"

struct Sum {
  void update(double x) { sum += x; }
  void merge(const Sum& other) { sum += other.sum; }
  double sum = 0;
};

PYUDF_AGGREGATE(Sum, "x")
PYUDF_MODULE(wrong)
