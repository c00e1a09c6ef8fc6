// registry.cpp: gathers the domains' functions into the built-in table.
#include "core/registry.hpp"

#include <cstdint>

#include "text/table.hpp"

extern "C" const pyudf_table* pyudf_builtin_table(void) {
  static const auto functions = pyudf::text::functions();
  static const pyudf_table table{PYUDF_ABI_MAJOR,       PYUDF_ABI_MINOR,  "pyudf",
                                 "String metrics.",     functions.data(), static_cast<std::int64_t>(functions.size()),
                                 sizeof(pyudf_function)};
  return &table;
}
