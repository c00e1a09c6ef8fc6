// parameter_nested.cpp: a list of a type outside the table.
// expected: this C++ type cannot be a parameter or a result
#include <thread>

#include "pyudf/udf.hpp"

std::int64_t count(const std::vector<std::thread>& threads) { return static_cast<std::int64_t>(threads.size()); }

PYUDF_FUNCTION(count, "threads")
PYUDF_MODULE(wrong)
