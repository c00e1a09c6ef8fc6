// timestamps.hpp: the times that logs are written with, as microseconds since 1970 UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pyudf::logs {

/// A moment, and what its offset to UTC was where it was written, in minutes.
struct Moment {
  std::int64_t microseconds = 0;
  std::int16_t offset = 0;
  bool has_offset = false;
};

/// How a time is written: `common`, `iso8601`, `syslog:YEAR`, `glog:YEAR`, `epoch`, `epoch_ms`, `auto` (common, ISO
/// 8601 or seconds or milliseconds since 1970), or directives as those of strftime.
class TimeFormat {
 public:
  TimeFormat() = default;
  /// Throws std::invalid_argument for what is no format.
  explicit TimeFormat(std::string_view written);

  /// Whether the text is a time of this format; it is in `moment` then.
  bool read(std::string_view text, Moment& moment) const noexcept { return read_(*this, text, moment); }

  int year() const noexcept { return year_; }
  const std::string& directives() const noexcept { return directives_; }

 private:
  using Read = bool (*)(const TimeFormat&, std::string_view, Moment&) noexcept;

  Read read_ = nullptr;
  int year_ = 0;
  std::string directives_;
};

}  // namespace pyudf::logs
