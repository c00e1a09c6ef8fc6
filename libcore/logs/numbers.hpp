// numbers.hpp: texts of numbers and of durations, whole or with a fraction.
#pragma once

#include <cstdint>
#include <string_view>

namespace pyudf::logs {

/// Digits with a sign or without; not what an int64 cannot hold.
bool read_int(std::string_view text, std::int64_t& value) noexcept;

/// A decimal number with an exponent or without, inf or nan, as float() in Python reads it.
bool read_float(std::string_view text, double& value) noexcept;

/// A decimal number without an exponent, times 10 to the power of `digits`, cut off towards zero.
bool read_scaled(std::string_view text, int digits, std::int64_t& value) noexcept;

/// Microseconds of seconds, or of numbers with units (1h2m3.5s) as Go writes them.
bool read_duration(std::string_view text, std::int64_t& microseconds) noexcept;

}  // namespace pyudf::logs
