// elementwise.hpp: a function over columns, row by row, with NumPy's broadcasting.
#pragma once

#include <cstdint>
#include <vector>

#include "core/loops.hpp"
#include "core/memory.hpp"
#include "core/sources.hpp"
#include "pyudf/abi.h"

namespace pyudf {

struct Elementwise {
  const pyudf_function* function;
  const pyudf_value* options;
  std::vector<std::int64_t> shape;  // of the result
  std::vector<Spread> columns;
  int workers = 1;
  Tick tick;
};

/// Where the results go, in C order.
struct Output {
  void* data;
  std::int32_t type;      // a numeric pyudf_type_id that results are converted to; 0: slots as the function writes them
  std::uint8_t* missing;  // set to 1 where there is none
  std::int64_t n_missing = 0;
  std::vector<Arena> contents;  // what slots point to
};

pyudf_status run(const Elementwise& call, Output& output, pyudf_error* error) noexcept;

}  // namespace pyudf
