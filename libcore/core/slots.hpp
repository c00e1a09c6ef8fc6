// slots.hpp: what the types of the table say of their slots.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "pyudf/abi.h"
#include "pyudf/store.hpp"

namespace pyudf {

inline bool is_number(std::int32_t id) noexcept { return id >= PYUDF_BOOL && id <= PYUDF_FLOAT64; }

/// Bytes from one value to the next within a list or a struct: of an optional one with its flag.
inline std::int64_t nested_bytes(const pyudf_type& type) noexcept {
  return type.flags & PYUDF_OPTIONAL ? (type.slot + 7) / 8 * 8 + 8 : type.slot;
}

/// Where the flag of an optional value within a list or a struct lies.
inline std::int64_t* nested_flag(const pyudf_type& type, void* slot) noexcept {
  return reinterpret_cast<std::int64_t*>(static_cast<char*>(slot) + (type.slot + 7) / 8 * 8);
}

/// What stands in a result of which there is none: NaN, or zeros.
inline void write_missing_slot(const pyudf_type& type, void* slot) noexcept {
  if (type.id == PYUDF_FLOAT64)
    *static_cast<double*>(slot) = std::numeric_limits<double>::quiet_NaN();
  else if (type.id == PYUDF_FLOAT32)
    *static_cast<float*>(slot) = std::numeric_limits<float>::quiet_NaN();
  else
    std::memset(slot, 0, static_cast<std::size_t>(type.slot));
}

/// Writes a value that is not missing to its slot.
inline void fill_slot(const pyudf_type& type, const pyudf_value& value, void* slot) noexcept {
  switch (type.id) {
    case PYUDF_FLOAT64: *static_cast<double*>(slot) = value.real; return;
    case PYUDF_FLOAT32: *static_cast<float*>(slot) = static_cast<float>(value.real); return;
    case PYUDF_LIST:
    case PYUDF_SET:
    case PYUDF_MAP: *static_cast<pyudf_list*>(slot) = value.list; return;
    case PYUDF_TEXT:
    case PYUDF_UTF8:
    case PYUDF_CODE_POINTS:
    case PYUDF_BINARY: *static_cast<pyudf_text*>(slot) = value.text; return;
    case PYUDF_STRUCT: std::memcpy(slot, value.slot, static_cast<std::size_t>(type.slot)); return;
    case PYUDF_OBJECT: *static_cast<void**>(slot) = value.object; return;
    // Little-endian: the low bytes of an integer are the integer of fewer bytes.
    default: std::memcpy(slot, &value.integer, static_cast<std::size_t>(type.slot));
  }
}

/// A slot as a value; the inverse of fill_slot for numbers, times, texts and lists.
inline pyudf_value load_value(const pyudf_type& type, const void* slot) noexcept {
  pyudf_value value{};
  switch (type.id) {
    case PYUDF_FLOAT64: value.real = *static_cast<const double*>(slot); break;
    case PYUDF_FLOAT32: value.real = static_cast<double>(*static_cast<const float*>(slot)); break;
    case PYUDF_INT8: value.integer = *static_cast<const std::int8_t*>(slot); break;
    case PYUDF_INT16: value.integer = *static_cast<const std::int16_t*>(slot); break;
    case PYUDF_INT32:
    case PYUDF_DATE:
    case PYUDF_ENUM: value.integer = *static_cast<const std::int32_t*>(slot); break;
    case PYUDF_LIST:
    case PYUDF_SET:
    case PYUDF_MAP: value.list = *static_cast<const pyudf_list*>(slot); break;
    case PYUDF_TEXT:
    case PYUDF_UTF8:
    case PYUDF_CODE_POINTS:
    case PYUDF_BINARY: value.text = *static_cast<const pyudf_text*>(slot); break;
    case PYUDF_STRUCT: value.slot = slot; break;
    // Little-endian, and without a sign or of 8 bytes.
    default: std::memcpy(&value.integer, slot, static_cast<std::size_t>(type.slot));
  }
  return value;
}

/// Converts n slots of a numeric type to values of another.
inline void store_slots(std::int32_t from, const void* slots, std::int64_t n, std::int32_t to, void* out) noexcept {
  switch (from) {
    case PYUDF_BOOL:
    case PYUDF_UINT8: return store(static_cast<const std::uint8_t*>(slots), n, to, out);
    case PYUDF_INT8: return store(static_cast<const std::int8_t*>(slots), n, to, out);
    case PYUDF_INT16: return store(static_cast<const std::int16_t*>(slots), n, to, out);
    case PYUDF_INT32: return store(static_cast<const std::int32_t*>(slots), n, to, out);
    case PYUDF_INT64: return store(static_cast<const std::int64_t*>(slots), n, to, out);
    case PYUDF_UINT16: return store(static_cast<const std::uint16_t*>(slots), n, to, out);
    case PYUDF_UINT32: return store(static_cast<const std::uint32_t*>(slots), n, to, out);
    case PYUDF_UINT64: return store(static_cast<const std::uint64_t*>(slots), n, to, out);
    case PYUDF_FLOAT32: return store(static_cast<const float*>(slots), n, to, out);
    default: return store(static_cast<const double*>(slots), n, to, out);
  }
}

}  // namespace pyudf
