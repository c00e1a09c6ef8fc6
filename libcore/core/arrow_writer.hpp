// arrow_writer.hpp: slots of any type as an Arrow array that owns its memory.
#pragma once

#include <cstdint>
#include <string>

#include "core/arrow_owner.hpp"
#include "pyudf/abi.h"
#include "pyudf/arrow.h"

namespace pyudf {

/// Describes what write_arrow writes for a type; to be released by whoever receives it. Throws WrongType for types
/// that Arrow has nothing for.
void write_schema(const pyudf_type& type, ArrowSchema* schema, const std::string& name = "");

/// Copies n slots, one after the other, and all that they point to. `missing` has a byte a row, not 0 for a row without
/// a value; NULL: all have one. `schema` may be NULL. Both are to be released by whoever receives them.
/// Throws WrongType as above, InvalidRow for what Arrow cannot hold, std::overflow_error for too large a map; then
/// there is nothing to be released.
void write_arrow(const pyudf_type& type, const void* slots, const std::uint8_t* missing, std::int64_t n,
                 ArrowSchema* schema, ArrowArray* array);

/// Whether the slots of a type are what Arrow has in a buffer of values: numbers but bool, times.
bool has_arrow_slots(const pyudf_type& type) noexcept;

/// The same for such a type, without a copy: the array takes over the slots.
void give_arrow(const pyudf_type& type, ArrowBuffer slots, const std::uint8_t* missing, std::int64_t n,
                ArrowArray* array);

}  // namespace pyudf
