// registry.cpp: gathers the domains' functions into the built-in table.
#include "core/registry.hpp"

#include <cstdint>

#include "text/table.hpp"

extern "C" const pyudf_table* pyudf_builtin_table(void) {
  static const auto functions = pyudf::text::functions();
  static const pyudf_table table = [] {
    pyudf_table made{};
    made.abi_major = PYUDF_ABI_MAJOR;
    made.abi_minor = PYUDF_ABI_MINOR;
    made.name = "pyudf";
    made.doc = "String metrics.";
    made.functions = functions.data();
    made.n_functions = static_cast<std::int64_t>(functions.size());
    made.function_bytes = sizeof(pyudf_function);
    made.aggregate_bytes = sizeof(pyudf_aggregate);
    made.class_bytes = sizeof(pyudf_class);
    return made;
  }();
  return &table;
}
