// timestamps.cpp: one reader for each way to write times.
#include "logs/timestamps.hpp"

#include <charconv>
#include <stdexcept>

#include "logs/bytes.hpp"
#include "logs/calendar.hpp"
#include "logs/months.hpp"
#include "logs/numbers.hpp"

namespace pyudf::logs {
namespace {

constexpr std::int64_t kMinute = 60'000'000;  // microseconds

/// The number of two digits; a negative one if they are no digits.
int two(const char* at) noexcept {
  const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  return tens <= 9 && ones <= 9 ? static_cast<int>(tens * 10 + ones) : -10000;
}

int four(const char* at) noexcept { return two(at) * 100 + two(at + 2); }

bool finish(const Calendar& calendar, Moment& moment) noexcept {
  if (!calendar.is_sound()) return false;
  moment.microseconds = calendar.microseconds() - moment.offset * kMinute;
  return true;
}

bool set_offset(char sign, int hours, int minutes, Moment& moment) noexcept {
  const int offset = hours * 60 + minutes;
  if (hours < 0 || minutes < 0 || offset >= 24 * 60) return false;
  moment.offset = static_cast<std::int16_t>(sign == '-' ? -offset : offset);
  moment.has_offset = true;
  return true;
}

/// A zone that takes all that is left: Z, +HHMM or +HH:MM.
bool read_zone(std::string_view zone, Moment& moment) noexcept {
  if (zone == "Z" || zone == "z") return set_offset('+', 0, 0, moment);
  const bool colon = zone.size() == 6 && zone[3] == ':';
  if ((!colon && zone.size() != 5) || (zone[0] != '+' && zone[0] != '-')) return false;
  return set_offset(zone[0], two(&zone[1]), two(&zone[colon ? 4 : 3]), moment);
}

bool read_clock(const char* at, Calendar& calendar) noexcept {
  calendar.hour = two(at);
  calendar.minute = two(at + 3);
  calendar.second = two(at + 6);
  return at[2] == ':' && at[5] == ':';
}

/// A fraction of a second: six digits count, further ones are cut off. Returns behind it.
const char* read_fraction(const char* at, const char* end, std::int64_t& microsecond) noexcept {
  microsecond = 0;
  std::int64_t unit = 100'000;
  for (; at < end && is_digit(*at); ++at, unit /= 10) microsecond += (*at - '0') * unit;
  return at;
}

/// 10/Oct/2000:13:55:36 -0700
bool read_common(const TimeFormat&, std::string_view text, Moment& moment) noexcept {
  if (text.size() != 26 || text[2] != '/' || text[6] != '/' || text[11] != ':' || text[20] != ' ') return false;
  Calendar calendar;
  calendar.day = two(&text[0]);
  calendar.month = month_of(&text[3]);
  calendar.year = four(&text[7]);
  return read_clock(&text[12], calendar) && text[21] != 'Z' && read_zone(text.substr(21), moment) &&
         finish(calendar, moment);
}

/// RFC 3339, with a blank for T, a comma for the point, and without seconds or a zone, too.
bool read_iso8601(const TimeFormat&, std::string_view text, Moment& moment) noexcept {
  if (text.size() < 16 || text[4] != '-' || text[7] != '-' || text[13] != ':') return false;
  if (text[10] != 'T' && text[10] != ' ' && text[10] != 't') return false;
  Calendar calendar;
  calendar.year = four(&text[0]);
  calendar.month = two(&text[5]);
  calendar.day = two(&text[8]);
  calendar.hour = two(&text[11]);
  calendar.minute = two(&text[14]);
  const char* at = text.data() + 16;
  const char* const end = text.data() + text.size();
  if (end - at >= 3 && *at == ':') {
    calendar.second = two(at + 1);
    at += 3;
    if (end - at >= 2 && (*at == '.' || *at == ',') && is_digit(at[1]))
      at = read_fraction(at + 1, end, calendar.microsecond);
  }
  if (at < end && !read_zone({at, static_cast<std::size_t>(end - at)}, moment)) return false;
  return finish(calendar, moment);
}

/// Oct 10 13:55:36; a day of one digit with or without a blank before it.
bool read_syslog(const TimeFormat& format, std::string_view text, Moment& moment) noexcept {
  if (text.size() < 14 || text.size() > 15 || text[3] != ' ') return false;
  Calendar calendar;
  calendar.year = format.year();
  calendar.month = month_of(text.data());
  if (text.size() == 14 || text[4] == ' ') {
    const char digit = text[text.size() == 14 ? 4 : 5];
    calendar.day = is_digit(digit) ? digit - '0' : -1;
  } else {
    calendar.day = two(&text[4]);
  }
  const char* const clock = text.data() + text.size() - 8;
  return clock[-1] == ' ' && read_clock(clock, calendar) && finish(calendar, moment);
}

/// 1010 13:55:36.000001, with or without a year in front.
bool read_glog(const TimeFormat& format, std::string_view text, Moment& moment) noexcept {
  const std::size_t day = std::min(text.find(' '), text.size());
  if ((day != 4 && day != 8) || text.size() < day + 9) return false;
  Calendar calendar;
  calendar.year = day == 8 ? four(&text[0]) : format.year();
  calendar.month = two(&text[day - 4]);
  calendar.day = two(&text[day - 2]);
  const char* at = &text[day] + 9;
  const char* const end = text.data() + text.size();
  if (end - at >= 2 && *at == '.') at = read_fraction(at + 1, end, calendar.microsecond);
  return at == end && read_clock(&text[day + 1], calendar) && finish(calendar, moment);
}

bool read_epoch_of(std::string_view text, int digits, Moment& moment) noexcept {
  if (!text.empty() && text[0] == '+') return false;
  return read_scaled(text, digits, moment.microseconds);
}

bool read_epoch(const TimeFormat&, std::string_view text, Moment& moment) noexcept {
  return read_epoch_of(text, 6, moment);
}

bool read_epoch_ms(const TimeFormat&, std::string_view text, Moment& moment) noexcept {
  return read_epoch_of(text, 3, moment);
}

/// Which of the formats it is shows by where it has what; seconds since 1970 of twelve bytes are milliseconds.
bool read_auto(const TimeFormat& format, std::string_view text, Moment& moment) noexcept {
  if (read_common(format, text, moment)) return true;
  moment = {};
  if (read_iso8601(format, text, moment)) return true;
  moment = {};
  const std::size_t sign = text.starts_with('-');
  return read_epoch_of(text, text.size() - sign >= 12 ? 3 : 6, moment);
}

/// Reads a text by directives.
class DirectiveReader {
 public:
  DirectiveReader(std::string_view text, Moment& moment) noexcept
      : at_(text.data()), end_(at_ + text.size()), moment_(moment) {}

  bool read(std::string_view directives) noexcept {
    for (std::size_t i = 0; i < directives.size(); ++i) {
      const char c = directives[i];
      if (c == '%' && i + 1 < directives.size()) {
        if (!directive(directives[++i])) return false;
      } else if (c == ' ') {
        // As with strptime, a blank stands for any number of them.
        while (at_ < end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
      } else if (at_ == end_ || *at_++ != c) {
        return false;
      }
    }
    return at_ == end_;
  }

  bool finish_moment() noexcept {
    if (has_epoch_) {
      moment_.microseconds += calendar_.microsecond;
      return true;
    }
    if (is_twelve_hours_) {
      if (calendar_.hour < 1 || calendar_.hour > 12) return false;
      calendar_.hour = calendar_.hour % 12 + (is_afternoon_ ? 12 : 0);
    }
    if (day_of_year_ > 0) {
      if (day_of_year_ > 365 + calendar_.is_leap()) return false;
      calendar_.month = 1;
      for (calendar_.day = day_of_year_; calendar_.day > calendar_.month_days(); ++calendar_.month)
        calendar_.day -= calendar_.month_days();
    }
    return finish(calendar_, moment_);
  }

 private:
  /// A number of up to `most` digits, and one at least.
  bool number(int most, std::int32_t& out) noexcept {
    const char* const stop = digits(most, at_, end_);
    if (!stop) return false;
    out = 0;
    for (; at_ < stop; ++at_) out = out * 10 + (*at_ - '0');
    return true;
  }

  bool month() noexcept {
    if (end_ - at_ < 3 || !(calendar_.month = month_of(at_))) return false;
    const std::string_view name = kMonths[static_cast<std::size_t>(calendar_.month - 1)];
    const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
    at_ += left.starts_with(name) ? name.size() : 3;
    return true;
  }

  bool half() noexcept {
    if (end_ - at_ < 2 || (at_[1] | 0x20) != 'm') return false;
    const int first = at_[0] | 0x20;
    is_afternoon_ = first == 'p';
    at_ += 2;
    return first == 'a' || first == 'p';
  }

  bool zone() noexcept {
    const char* stop = at_ < end_ && (*at_ == 'Z' || *at_ == 'z') ? at_ + 1 : nullptr;
    if (!stop && at_ < end_) {
      const char* const hours = just(2, at_ + 1, end_, is_digit);
      const char* const colon = one(':', hours, end_);
      stop = just(2, colon ? colon : hours, end_, is_digit);
    }
    const char* const begin = at_;
    if (!stop) return false;
    at_ = stop;
    return read_zone({begin, static_cast<std::size_t>(stop - begin)}, moment_);
  }

  bool epoch() noexcept {
    const char* const stop = digits(INT64_MAX, at_ + (at_ < end_ && *at_ == '-'), end_);
    const char* const begin = at_;
    if (!stop) return false;
    at_ = stop;
    has_epoch_ = true;
    return read_scaled({begin, static_cast<std::size_t>(stop - begin)}, 6, moment_.microseconds);
  }

  bool short_year() noexcept {
    if (!number(2, calendar_.year)) return false;
    calendar_.year += calendar_.year < 69 ? 2000 : 1900;  // POSIX
    return true;
  }

  bool fraction() noexcept {
    const char* const begin = at_;
    at_ = read_fraction(at_, end_, calendar_.microsecond);
    return at_ > begin;
  }

  bool directive(char letter) noexcept {
    switch (letter) {
      case 'Y': return number(4, calendar_.year);
      case 'y': return short_year();
      case 'm': return number(2, calendar_.month);
      case 'b':
      case 'B': return month();
      case 'e': at_ += at_ < end_ && *at_ == ' '; [[fallthrough]];
      case 'd': return number(2, calendar_.day);
      case 'j': return number(3, day_of_year_) && day_of_year_ > 0;
      case 'I': is_twelve_hours_ = true; [[fallthrough]];
      case 'H': return number(2, calendar_.hour);
      case 'M': return number(2, calendar_.minute);
      case 'S': return number(2, calendar_.second);
      case 'f': return fraction();
      case 'p': return half();
      case 'z': return zone();
      case 's': return epoch();
      case 'T': return read_parts("%H:%M:%S");
      case 'D': return read_parts("%m/%d/%y");
      case 'F': return read_parts("%Y-%m-%d");
      case '%': return at_ < end_ && *at_++ == '%';
      default: return false;
    }
  }

  bool read_parts(std::string_view directives) noexcept {
    for (std::size_t i = 0; i < directives.size(); ++i) {
      const bool fits = directives[i] == '%' ? directive(directives[++i]) : at_ < end_ && *at_++ == directives[i];
      if (!fits) return false;
    }
    return true;
  }

  const char* at_;
  const char* const end_;
  Moment& moment_;
  Calendar calendar_;
  std::int32_t day_of_year_ = 0;
  bool is_twelve_hours_ = false, is_afternoon_ = false, has_epoch_ = false;
};

bool read_directives(const TimeFormat& format, std::string_view text, Moment& moment) noexcept {
  DirectiveReader reader(text, moment);
  return reader.read(format.directives()) && reader.finish_moment();
}

}  // namespace

TimeFormat::TimeFormat(std::string_view written) {
  struct Named {
    std::string_view name;
    Read read;
  };
  static constexpr Named kNamed[] = {{"common", read_common}, {"iso8601", read_iso8601}, {"syslog", read_syslog},
                                     {"glog", read_glog},     {"epoch", read_epoch},     {"epoch_ms", read_epoch_ms},
                                     {"auto", read_auto}};
  if (written.find('%') != std::string_view::npos) {
    directives_ = written;
    read_ = read_directives;
    return;
  }
  const std::size_t colon = std::min(written.find(':'), written.size());
  for (const Named& named : kNamed)
    if (named.name == written.substr(0, colon)) read_ = named.read;
  if (colon < written.size()) std::from_chars(written.data() + colon + 1, written.data() + written.size(), year_);
  if (!read_) throw std::invalid_argument("no format of times: '" + std::string(written) + "'");
}

}  // namespace pyudf::logs
