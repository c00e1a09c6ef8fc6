// polars_call.hpp: an expression plugin's two entries; nothing is thrown.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pyudf/engine.h"

namespace pyudf {

void polars_field(const pyudf_table* table, const char* symbol, const ArrowSchema* fields, std::size_t n,
                  const std::uint8_t* kwargs, std::size_t kwargs_size, ArrowSchema* result) noexcept;

void polars_call(const pyudf_table* table, const char* symbol, pyudf_polars_series* columns, std::size_t n,
                 const std::uint8_t* kwargs, std::size_t kwargs_size, pyudf_polars_series* result) noexcept;

/// What went wrong in the last of these on this thread.
const char* polars_error() noexcept;

}  // namespace pyudf
