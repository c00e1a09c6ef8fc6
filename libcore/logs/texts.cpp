// texts.cpp: escapes of nginx, Apache and JSON; and UTF-8 by its table of well-formed sequences.
#include "logs/texts.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "logs/bytes.hpp"

namespace pyudf::logs {
namespace {

/// The number of just `n` hex digits that stand here, -1 where there are fewer.
std::int32_t hex(std::string_view text, std::size_t at, std::size_t n) noexcept {
  if (at + n > text.size()) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(at, n)) {
    if (!is_hex(c)) return -1;
    value = value * 16 + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

/// Undoes \uHHHH, of which a pair may be one character; returns the bytes that it took behind the backslash.
std::size_t append_unicode(std::string_view text, std::size_t at, std::string& out) {
  const std::int32_t first = hex(text, at + 1, 4);
  if (first < 0) {
    out += 'u';
    return 1;
  }
  if (first >= 0xD800 && first < 0xDC00 && text.substr(at + 5, 2) == "\\u") {
    const std::int32_t second = hex(text, at + 7, 4);
    if (second >= 0xDC00 && second < 0xE000) {
      append_utf8(
          0x10000 + (static_cast<std::uint32_t>(first - 0xD800) << 10) + static_cast<std::uint32_t>(second - 0xDC00),
          out);
      return 11;
    }
  }
  const bool surrogate = first >= 0xD800 && first < 0xE000;
  append_utf8(surrogate ? 0xFFFD : static_cast<std::uint32_t>(first), out);
  return 5;
}

/// How many bytes of a well-formed sequence stand here, and whether it is all of it.
struct Sequence {
  std::size_t bytes;
  bool whole;
};

Sequence sequence(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {1, true};
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0) return {1, false};
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = i < text.size() ? byte(i) : 0;
    if (next < (i == 1 ? low : 0x80) || next > (i == 1 ? high : 0xBF)) return {i, false};
  }
  return {length, true};
}

}  // namespace

void unescape(std::string_view text, std::string& out) {
  static constexpr std::string_view kLetters = "ntrbfv", kMeant = "\n\t\r\b\f\v";
  while (!text.empty()) {
    const std::size_t backslash = text.find('\\');
    out.append(text.substr(0, backslash));
    if (backslash == std::string_view::npos) return;
    text.remove_prefix(backslash + 1);
    if (text.empty()) return void(out += '\\');
    std::size_t taken = 1;
    const char letter = text[0];
    const std::size_t known = kLetters.find(letter);
    if (const std::int32_t value = letter == 'x' ? hex(text, 1, 2) : -1; value >= 0) {
      out += static_cast<char>(value);
      taken = 3;
    } else if (letter == 'u') {
      taken = append_unicode(text, 0, out);
    } else {
      out += known == std::string_view::npos ? letter : kMeant[known];
    }
    text.remove_prefix(taken);
  }
}

void unescape(std::string_view text, std::string_view letters, std::string_view meant, std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t backslash = std::min(text.find('\\', at), text.size());
    out.append(text, at, backslash - at);
    if (backslash == text.size()) return;
    const std::size_t known = backslash + 1 < text.size() ? letters.find(text[backslash + 1]) : std::string_view::npos;
    out += known == std::string_view::npos ? '\\' : meant[known];
    at = backslash + (known == std::string_view::npos ? 1 : 2);
  }
}

std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word;
    if (text.size() - at >= 8 && (std::memcpy(&word, text.data() + at, 8), (word & 0x8080808080808080u) == 0)) {
      at += 8;
      continue;
    }
    const Sequence found = sequence(text.substr(at));
    if (!found.whole) return at;
    at += found.bytes;
  }
  return at;
}

void replace_invalid_utf8(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t valid = valid_utf8_prefix(text);
    out.append(text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) return;
    out += "\xEF\xBF\xBD";
    text.remove_prefix(sequence(text).bytes);
  }
}

}  // namespace pyudf::logs
