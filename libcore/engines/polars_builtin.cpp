// polars_builtin.cpp: the built-in functions as Polars plugins, by the names that PYUDF_FUNCTION gives its own.
#include "core/registry.hpp"
#include "engines/polars_call.hpp"
#include "pyudf/polars.hpp"

namespace {

const pyudf_table& built_in() { return *pyudf_builtin_table(); }

}  // namespace

#define KERNEL(name, Type)                                                                \
  PYUDF_POLARS_PLUGIN(name, #name, built_in)                                              \
  PYUDF_POLARS_PLUGIN(name##_similarity, #name "_similarity", built_in)                   \
  PYUDF_POLARS_PLUGIN(name##_normalized_distance, #name "_normalized_distance", built_in) \
  PYUDF_POLARS_PLUGIN(name##_normalized_similarity, #name "_normalized_similarity", built_in)
#include "text/kernels.def"
#undef KERNEL

PYUDF_POLARS_MODULE()
