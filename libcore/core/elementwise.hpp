// elementwise.hpp: a function over columns, row by row, with NumPy's broadcasting.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/columns.hpp"
#include "core/loops.hpp"
#include "pyudf/abi.h"

namespace pyudf {

/// How the rows of one column are spread over the result: the steps, in rows, along each dimension.
struct Spread {
  const TextColumn* column;
  std::vector<std::int64_t> steps;
};

struct Elementwise {
  const pyudf_function* function;
  const pyudf_value* options;
  std::vector<std::int64_t> shape;  // of the result
  std::vector<Spread> columns;
  int workers = 1;
  Tick tick;
};

/// Writes the results, in C order, as values of `out_type` at `out`, and 1 to `missing` where there is none.
/// Returns how many are missing through n_missing.
pyudf_status run(const Elementwise& call, void* out, std::int32_t out_type, std::uint8_t* missing,
                 std::int64_t* n_missing, pyudf_error* error) noexcept;

}  // namespace pyudf
