// pairs.cpp: what stands before pairs, and what their escapes mean.
#include "logs/pairs.hpp"

#include <stdexcept>

#include "logs/bytes.hpp"
#include "logs/texts.hpp"

namespace pyudf::logs {
namespace {

/// Where a header of CEF ends whose version begins at `at`: behind seven bars that no backslash stands before; nullptr
/// where there is none.
const char* behind_bars(const char* at, const char* end) noexcept {
  int bars = 0;
  for (; at < end && bars < 7; ++at) {
    if (*at == '\\') {
      if (++at == end) break;
    } else if (*at == '|') {
      ++bars;
    }
  }
  return bars == 7 ? at : nullptr;
}

bool is_cef_key(char c) noexcept { return is_word(c) || c == '.' || c == '-' || c == '[' || c == ']'; }

const char* skip_token(const char* at, const char* end) noexcept {
  const char* const blank = detail::find(' ', at, end);
  return blank < end ? blank + 1 : end;
}

}  // namespace

ByteSet detail::all_but(std::string_view bytes) {
  std::array<std::uint8_t, 32> bits{};
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    bits[b / 8] |= static_cast<std::uint8_t>(1 << (b % 8));
  }
  return ByteSet(bits).complement();
}

Delimited::Delimited(std::string_view first, std::string_view rest, std::string_view separator, bool letters)
    : rest_(rest),
      separator_(separator),
      in_key_(detail::all_but(std::string(first) + separator.front())),
      in_value_(detail::all_but(first)),
      letters_(letters) {}

void Delimited::unescape(std::string_view text, std::string& out) const {
  return letters_ ? logs::unescape(text, out) : logs::unescape(text, "\"\\", "\"\\", out);
}

/// "Implementing ArcSight Common Event Format", version 26, character encoding.
void Spaced::unescape(std::string_view text, std::string& out) const { logs::unescape(text, "=\\nr", "=\\\n\r", out); }

const char* Spaced::extension(const Line& line) noexcept {
  constexpr std::string_view kName = "CEF:";
  std::string_view rest = detail::between(line.begin, line.end);
  for (std::size_t found; (found = rest.find(kName)) != std::string_view::npos;) {
    rest.remove_prefix(found + kName.size());
    const char* at = rest.data() + (!rest.empty() && rest.front() == ' ');
    const char* const version = digits(INT64_MAX, at, line.end);
    if (!one('|', version, line.end)) continue;
    const char* const end = behind_bars(version, line.end);
    return end ? end : line.end;  // further on there are even fewer bars
  }
  return line.end;
}

std::string_view Spaced::key_at(const char* at, const char* end) noexcept {
  const char* const equals = run(at, end, is_cef_key);
  const bool is_key = equals > at && equals < end && *equals == '=' && is_word(*at);
  return is_key ? detail::between(at, equals) : std::string_view();
}

std::string_view Spaced::key_behind_blank(const char* at, const char* end) noexcept {
  const char* least = at;  // no byte is looked at twice
  for (const char* equals = at; (equals = detail::find('=', equals, end)) < end; least = ++equals) {
    const char* begin = equals;
    while (begin > least && is_cef_key(begin[-1])) --begin;
    if (begin < equals && is_word(*begin) && begin > at && begin[-1] == ' ') return detail::between(begin, equals);
  }
  return {};
}

/// RFC 5424, section 6.3.3.
void Structured::unescape(std::string_view text, std::string& out) const {
  logs::unescape(text, "\"\\]", "\"\\]", out);
}

/// RFC 5424, section 6: what stands before the data are six fields without blanks, the first `<PRI>VERSION`.
const char* Structured::data(const Line& line) noexcept {
  const char* at = one('>', digits(3, one('<', line.begin, line.end), line.end), line.end);
  if (!one(' ', digits(3, at, line.end), line.end)) return line.end;
  for (int field = 0; field < 6; ++field) at = skip_token(at, line.end);
  return at;
}

PairSyntax pair_syntax(std::string_view name, std::string_view pair, std::string_view separator) {
  if (name == "logfmt") return Delimited(" \t", "", "=", true);
  if (name == "kv") {
    if (pair.empty() || separator.empty()) throw std::invalid_argument("pair and separator cannot be empty");
    return Delimited(pair.substr(0, 1), pair.substr(1), separator, false);
  }
  if (name == "cef") return Spaced();
  if (name == "rfc5424") return Structured();
  throw std::invalid_argument("there are pairs of logfmt, kv, cef, rfc5424, got " + std::string(name));
}

}  // namespace pyudf::logs
