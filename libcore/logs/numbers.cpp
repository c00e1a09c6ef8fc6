// numbers.cpp: numbers of logs are short; what is not goes through the standard library.
#include "logs/numbers.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <string>

#include "logs/bytes.hpp"

namespace pyudf::logs {
namespace {

/// A number of up to so many digits and no more than a double holds exactly.
constexpr int kExactDigits = 15;
constexpr std::array<double, kExactDigits + 1> kPowers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// Digits with a point among them, few enough for one division to be exact (W. Clinger, 1990).
bool read_short(std::string_view text, double& value) noexcept {
  std::int64_t digits = 0;
  int n = 0, behind_point = -1;
  for (const char c : text) {
    if (is_digit(c)) {
      digits = digits * 10 + (c - '0');
      ++n;
    } else if (c == '.' && behind_point < 0) {
      behind_point = n;
    } else {
      return false;
    }
  }
  if (n == 0 || n > kExactDigits) return false;
  value = static_cast<double>(digits) / kPowers[static_cast<std::size_t>(behind_point < 0 ? 0 : n - behind_point)];
  return true;
}

/// Whether the text is a decimal number in all its length, which a C library takes for granted.
bool is_decimal(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* const whole = run(at, end, is_digit);
  const char* const point = one('.', whole, end);
  const char* stop = point ? run(point, end, is_digit) : whole;
  if (stop - at - (point != nullptr) < 1) return false;
  if (stop < end && (*stop == 'e' || *stop == 'E')) {
    ++stop;
    stop += stop < end && (*stop == '+' || *stop == '-');
    stop = digits(INT64_MAX, stop, end);
  }
  return stop == end;
}

bool equals_folded(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] | 0x20) != lower[i]) return false;
  return true;
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr Unit kUnits[] = {{"ns", 1},
                           {"us", 1'000},
                           {"\xC2\xB5s", 1'000},  // the micro sign
                           {"ms", 1'000'000},
                           {"s", 1'000'000'000},
                           {"m", 60'000'000'000},
                           {"h", 3'600'000'000'000},
                           {"d", 86'400'000'000'000}};

/// Takes the unit that stands in front, the longest one first; 0 nanoseconds for none.
std::int64_t take_unit(std::string_view& text) noexcept {
  for (const Unit& unit : kUnits)
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return unit.nanoseconds;
    }
  return 0;
}

}  // namespace

bool read_int(std::string_view text, std::int64_t& value) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return false;
  std::uint64_t digits = 0;
  constexpr std::size_t kSafe = 18;  // digits that an int64 holds whatever they are
  if (text.size() <= kSafe) {
    unsigned wrong = 0;
    for (const char c : text) {
      const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
      wrong |= digit > 9;
      digits = digits * 10 + digit;
    }
    value = static_cast<std::int64_t>(negative ? 0 - digits : digits);
    return !wrong;
  }
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(static_cast<unsigned char>(c) - unsigned{'0'});
    if (digit > 9 || digits > (UINT64_MAX - digit) / 10) return false;
    digits = digits * 10 + digit;
  }
  if (digits > static_cast<std::uint64_t>(INT64_MAX) + negative) return false;
  value = static_cast<std::int64_t>(negative ? 0 - digits : digits);
  return true;
}

bool read_float(std::string_view text, double& value) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (equals_folded(text, "inf") || equals_folded(text, "infinity")) {
    value = __builtin_inf();
  } else if (equals_folded(text, "nan")) {
    value = __builtin_nan("");
  } else if (!read_short(text, value)) {
    if (!is_decimal(text)) return false;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range) {
      // Infinity or zero, which from_chars does not tell apart.
      try {
        value = std::strtod(std::string(text).c_str(), nullptr);
      } catch (...) {
        return false;
      }
    }
  }
  if (negative) value = -value;
  return true;
}

bool read_scaled(std::string_view text, int digits, std::int64_t& value) noexcept {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point), fraction = text.substr(std::min(point + 1, text.size()));
  if (whole.empty() || (point < text.size() && fraction.empty())) return false;
  for (const char c : fraction)
    if (!is_digit(c)) return false;
  if (!read_int(whole, value) || value < 0 || !is_digit(whole[0])) return false;
  for (int i = 0; i < digits; ++i) {
    const int digit = static_cast<std::size_t>(i) < fraction.size() ? fraction[static_cast<std::size_t>(i)] - '0' : 0;
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value)) return false;
  }
  if (negative) value = -value;
  return true;
}

bool read_duration(std::string_view text, std::int64_t& microseconds) noexcept {
  if (read_scaled(text, 6, microseconds)) return true;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return false;
  // In units of 1e-18 s: nine digits behind the point of a nanosecond are exact.
  __int128 sum = 0;
  while (!text.empty()) {
    const auto* const begin = text.data();
    const auto* const end = begin + text.size();
    const char* stop = digits(INT64_MAX, begin, end);
    if (!stop) return false;
    if (const char* const fraction = digits(INT64_MAX, one('.', stop, end), end)) stop = fraction;
    std::int64_t billionths;
    if (!read_scaled({begin, static_cast<std::size_t>(stop - begin)}, 9, billionths)) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - begin));
    const std::int64_t unit = take_unit(text);
    if (unit == 0) return false;
    sum += static_cast<__int128>(billionths) * unit;
  }
  const __int128 found = sum / 1'000'000'000'000;
  if (found > INT64_MAX) return false;
  microseconds = static_cast<std::int64_t>(negative ? -found : found);
  return true;
}

}  // namespace pyudf::logs
