// class_init.cpp: a constructor that the class does not have.
// expected: the class has no constructor that takes these types
#include <string>

#include "pyudf/udf.hpp"

class Counter {
 public:
  explicit Counter(double start) : at_(start) {}
  double next() { return ++at_; }

 private:
  double at_;
};

PYUDF_CLASS(Counter, pyudf::init<std::string>("start"), pyudf::method<&Counter::next>("next"))
PYUDF_MODULE(wrong)
