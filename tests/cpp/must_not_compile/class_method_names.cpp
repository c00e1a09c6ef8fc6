// class_method_names.cpp: fewer names than parameters of a method.
// expected: name every parameter of the function once, in order
#include "pyudf/udf.hpp"

struct Adder {
  double add(double x, double y) const { return x + y; }
};

PYUDF_CLASS(Adder, pyudf::init<>(), pyudf::method<&Adder::add>("add", "x"))
PYUDF_MODULE(wrong)
