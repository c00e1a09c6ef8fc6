// nanobind_module.cpp: the functions as a nanobind module.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string_view.h>

#include "distance.hpp"

NB_MODULE(nanobind_module, m) {
  m.def("calc_distance", &calc_distance, nanobind::arg("s1"), nanobind::arg("s2"));
  m.def("length_gap", &length_gap, nanobind::arg("s1"), nanobind::arg("s2"));
  m.def("same_start", &same_start, nanobind::arg("s1"), nanobind::arg("s2"));
  m.def("add", &add, nanobind::arg("x"), nanobind::arg("y"));
  m.def("multiply_add", &multiply_add, nanobind::arg("x"), nanobind::arg("y"), nanobind::arg("z"));
}
