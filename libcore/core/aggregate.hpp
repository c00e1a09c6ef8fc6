// aggregate.hpp: columns folded into one value, or into one for each of some groups of rows.
#pragma once

#include <cstdint>
#include <vector>

#include "core/elementwise.hpp"
#include "pyudf/abi.h"

namespace pyudf {

struct Aggregation {
  const pyudf_aggregate* function;
  std::int64_t n;                        // rows
  std::vector<Spread> columns;           // each with one step
  const std::int64_t* groups = nullptr;  // which group each row belongs to, negative: none; NULL: all to one
  std::int64_t n_groups = 1;
  int workers = 1;
  Tick tick;
};

/// Writes a slot of the result type for each group. The result does not depend on the threads: rows are folded in
/// pieces whose sizes depend on the numbers of rows and groups alone, and the pieces merged in order.
pyudf_status aggregate(const Aggregation& call, Output& output, pyudf_error* error) noexcept;

}  // namespace pyudf
