// matchers.cpp: the matchers that are named in matchers.def.
#include "logs/matchers.hpp"

#include <algorithm>

#include "logs/bytes.hpp"
#include "logs/months.hpp"

namespace pyudf::logs {
namespace {

const char* sign(const char* at, const char* end) noexcept {
  return at < end && (*at == '+' || *at == '-') ? at + 1 : at;
}

const char* match_int(const char* at, const char* end) { return digits(INT64_MAX, sign(at, end), end); }

/// Digits with a point and more digits; or a point and digits.
const char* match_number(const char* at, const char* end) {
  at = sign(at, end);
  if (const char* const whole = digits(INT64_MAX, at, end)) {
    const char* const fraction = digits(INT64_MAX, one('.', whole, end), end);
    return fraction ? fraction : whole;
  }
  return digits(INT64_MAX, one('.', at, end), end);
}

/// Up to three digits that make at most 255, where three would make more only two.
const char* octet(const char* at, const char* end) noexcept {
  const char* stop = digits(3, at, end);
  if (!stop || stop - at < 3) return stop;
  const int value = (at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0');
  return value <= 255 ? stop : stop - 1;
}

const char* match_ipv4(const char* at, const char* end) {
  at = octet(at, end);
  for (int part = 1; part < 4 && at; ++part) {
    at = one('.', at, end);
    at = at ? octet(at, end) : nullptr;
  }
  return at;
}

/// The longest run of what an address is written with that has a colon; conversion tells whether it is one.
const char* match_ipv6(const char* at, const char* end) {
  const char* const stop = run(at, end, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  return std::find(at, stop, ':') != stop ? stop : nullptr;
}

const char* match_ip(const char* at, const char* end) {
  const char* const stop = match_ipv6(at, end);
  return stop ? stop : match_ipv4(at, end);
}

/// 8-4-4-4-12 hex digits (RFC 9562).
const char* match_uuid(const char* at, const char* end) {
  at = just(8, at, end, is_hex);
  for (const std::int64_t n : {4, 4, 4, 12}) at = just(n, one('-', at, end), end, is_hex);
  return at;
}

/// From a quote to the next of its kind; a backslash takes the next byte along.
const char* match_quoted(const char* at, const char* end) {
  const char quote = at < end ? *at : 0;
  if (quote != '"' && quote != '\'' && quote != '`') return nullptr;
  for (++at; at < end; ++at) {
    if (*at == quote) return at + 1;
    if (*at == '\\' && ++at == end) break;
  }
  return nullptr;
}

const char* clock(const char* at, const char* end) noexcept {
  at = just(2, at, end, is_digit);
  at = just(2, one(':', at, end), end, is_digit);
  return just(2, one(':', at, end), end, is_digit);
}

const char* month(const char* at, const char* end) noexcept {
  return at && end - at >= 3 && month_of(at) > 0 ? at + 3 : nullptr;
}

/// 10/Oct/2000:13:55:36 -0700
const char* match_common(const char* at, const char* end) {
  at = month(one('/', just(2, at, end, is_digit), end), end);
  at = one(':', just(4, one('/', at, end), end, is_digit), end);
  at = one(' ', at ? clock(at, end) : nullptr, end);
  if (!at || at == end || (*at != '+' && *at != '-')) return nullptr;
  return just(4, at + 1, end, is_digit);
}

const char* zone(const char* at, const char* end) noexcept {
  if (at < end && *at == 'Z') return at + 1;
  if (at == end || (*at != '+' && *at != '-')) return at;
  const char* const hours = just(2, at + 1, end, is_digit);
  const char* const colon = one(':', hours, end);
  const char* const minutes = just(2, colon ? colon : hours, end, is_digit);
  return minutes ? minutes : at;
}

/// 2000-10-10T13:55, with seconds, a fraction and a zone where there are some.
const char* match_iso8601(const char* at, const char* end) {
  at = just(2, one('-', just(4, at, end, is_digit), end), end, is_digit);
  at = just(2, one('-', at, end), end, is_digit);
  if (!at || at == end || (*at != 'T' && *at != ' ')) return nullptr;
  at = just(2, one(':', just(2, at + 1, end, is_digit), end), end, is_digit);
  if (!at) return nullptr;
  if (const char* const seconds = just(2, one(':', at, end), end, is_digit)) {
    const bool point = seconds < end && (*seconds == '.' || *seconds == ',');
    const char* const fraction = point ? digits(INT64_MAX, seconds + 1, end) : nullptr;
    at = fraction ? fraction : seconds;
  }
  return zone(at, end);
}

/// Oct 10 13:55:36, and Oct  1 or Oct 1.
const char* match_syslog(const char* at, const char* end) {
  at = one(' ', month(at, end), end);
  if (at && at < end && *at == ' ')
    at = just(1, at + 1, end, is_digit);
  else
    at = digits(2, at, end);
  at = one(' ', at, end);
  return at ? clock(at, end) : nullptr;
}

}  // namespace

const NativeMatcher kNativeMatchers[kMatchers] = {
#define MATCHER(name, first) {#name, first, match_##name},
#include "logs/matchers.def"
#undef MATCHER
};

}  // namespace pyudf::logs
