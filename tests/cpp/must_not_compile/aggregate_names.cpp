// aggregate_names.cpp: fewer names than what an aggregate takes up.
// expected: name every parameter of the function once, in order
#include "pyudf/udf.hpp"

struct Product {
  void update(double x, double y) { sum += x * y; }
  void merge(const Product& other) { sum += other.sum; }
  double finish() const { return sum; }
  double sum = 0;
};

PYUDF_AGGREGATE(Product, "x")
PYUDF_MODULE(wrong)
