// store.hpp: writes scores into a result of any numeric type.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "pyudf/abi.h"

namespace pyudf {

/// IEEE 754 binary16, round to nearest, ties to even.
inline std::uint16_t to_half(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 48) & 0x8000u);
  const double magnitude = std::fabs(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7E00u);
  if (magnitude >= 65520.0) return static_cast<std::uint16_t>(sign | 0x7C00u);  // rounds past the largest half
  // Adding 2^(52 - 10 + e) leaves just the bits that a half of exponent e keeps, rounded by the hardware.
  const int exponent = magnitude < 0x1p-14 ? -14 : std::ilogb(magnitude);
  const double units = std::nearbyint(std::ldexp(magnitude, 10 - exponent));
  return static_cast<std::uint16_t>(sign + static_cast<std::uint16_t>(units) +
                                    (static_cast<unsigned>(exponent + 14) << 10));
}

namespace detail {

template <class To, class From>
void store_as(const From* from, std::int64_t n, void* out) noexcept {
  To* to = static_cast<To*>(out);
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
}

template <class From>
void store_half(const From* from, std::int64_t n, void* out) noexcept {
  auto* to = static_cast<std::uint16_t*>(out);
  for (std::int64_t i = 0; i < n; ++i) to[i] = to_half(static_cast<double>(from[i]));
}

}  // namespace detail

/// Bytes of one value of a numeric pyudf_type_id.
inline std::int64_t size_of(std::int32_t type) noexcept {
  switch (type) {
    case PYUDF_BOOL:
    case PYUDF_INT8:
    case PYUDF_UINT8: return 1;
    case PYUDF_INT16:
    case PYUDF_UINT16:
    case PYUDF_FLOAT16: return 2;
    case PYUDF_INT32:
    case PYUDF_UINT32:
    case PYUDF_FLOAT32: return 4;
    default: return 8;
  }
}

/// Converts n scores to values of the numeric type `type` at `out`. That they fit is the caller's knowledge.
template <class From>
void store(const From* from, std::int64_t n, std::int32_t type, void* out) noexcept {
  switch (type) {
    case PYUDF_BOOL: return detail::store_as<bool>(from, n, out);
    case PYUDF_INT8: return detail::store_as<std::int8_t>(from, n, out);
    case PYUDF_INT16: return detail::store_as<std::int16_t>(from, n, out);
    case PYUDF_INT32: return detail::store_as<std::int32_t>(from, n, out);
    case PYUDF_INT64: return detail::store_as<std::int64_t>(from, n, out);
    case PYUDF_UINT8: return detail::store_as<std::uint8_t>(from, n, out);
    case PYUDF_UINT16: return detail::store_as<std::uint16_t>(from, n, out);
    case PYUDF_UINT32: return detail::store_as<std::uint32_t>(from, n, out);
    case PYUDF_UINT64: return detail::store_as<std::uint64_t>(from, n, out);
    case PYUDF_FLOAT16: return detail::store_half(from, n, out);
    case PYUDF_FLOAT32: return detail::store_as<float>(from, n, out);
    default: return detail::store_as<double>(from, n, out);
  }
}

}  // namespace pyudf
