// class_foreign_method.cpp: a method of another class.
// expected: give one of the class that PYUDF_CLASS names
#include "pyudf/udf.hpp"

struct Adder {
  double add(double x) const { return x + 1; }
};
struct Other {};

PYUDF_CLASS(Other, pyudf::init<>(), pyudf::method<&Adder::add>("add", "x"))
PYUDF_MODULE(wrong)
