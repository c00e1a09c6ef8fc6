// aggregate_no_update.cpp: an aggregate that takes up nothing.
// expected: the struct needs exactly one method update
#include "pyudf/udf.hpp"

struct Sum {
  void merge(const Sum& other) { sum += other.sum; }
  double finish() const { return sum; }
  double sum = 0;
};

PYUDF_AGGREGATE(Sum, "x")
PYUDF_MODULE(wrong)
