// calendar.hpp: dates of the proleptic Gregorian calendar and times of day, checked, as microseconds.
#pragma once

#include <cstdint>

namespace pyudf::logs {

/// A date and a time of day, as they are written.
struct Calendar {
  std::int32_t year = 1900, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  std::int64_t microsecond = 0;

  bool is_leap() const noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
  std::int32_t month_days() const noexcept {
    if (month == 2) return is_leap() ? 29 : 28;
    return 30 + ((month + (month >> 3)) & 1);
  }
  bool is_sound() const noexcept {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= month_days() && hour >= 0 &&
           hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  }

  /// Days since 1970 (H. Hinnant: chrono-compatible low-level date algorithms, 2013).
  std::int64_t days() const noexcept {
    const std::int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  }

  /// Microseconds since 1970, if the time is that of UTC.
  std::int64_t microseconds() const noexcept {
    return (((days() * 24 + hour) * 60 + minute) * 60 + second) * 1'000'000 + microsecond;
  }
};

}  // namespace pyudf::logs
