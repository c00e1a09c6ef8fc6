// pairs.hpp: reads the pairs of keys and values that lines hold: logfmt and its kin, CEF's extension, RFC 5424's data.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <variant>

#include "logs/byte_set.hpp"
#include "logs/lines.hpp"

namespace pyudf::logs {

/// One pair, as it stands in the line; where a key stands alone, its value is kBare.
struct Pair {
  std::string_view key, value;
  const char* at = nullptr;  // of the value in the line, or of the key that stands alone
  bool escaped = false;      // there is a backslash in value
};

/// The value of a key that has none.
inline constexpr std::string_view kBare = "true";

/// Where a line stops being pairs, and why; reason is nullptr where it does not.
struct PairFault {
  const char* at = nullptr;
  std::string key;  // whose value is to blame
  const char* reason = nullptr;
};

namespace detail {

ByteSet all_but(std::string_view bytes);

/// Byte by byte: what is looked for has mostly one, or none.
inline bool starts_with(const char* at, const char* end, std::string_view text) noexcept {
  if (static_cast<std::size_t>(end - at) < text.size()) return false;
  for (const char c : text)
    if (*at++ != c) return false;
  return true;
}

inline std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

inline const char* find(char c, const char* at, const char* end) noexcept {
  const void* found = at < end ? std::memchr(at, c, static_cast<std::size_t>(end - at)) : nullptr;
  return found ? static_cast<const char*>(found) : end;
}

/// What stands between quotes: a backslash takes the next byte along.
class Quoted {
 public:
  /// The quote that closes, or the line's end; `at` is behind the one that opens.
  const char* close(const char* at, const Line& line, bool& escaped) const noexcept {
    for (;;) {
      at = plain_.skip(at, line.end, line.readable);
      if (at == line.end || *at == '"') return at;
      escaped = true;
      if (++at == line.end || ++at == line.end) return at;
    }
  }

 private:
  ByteSet plain_ = all_but("\"\\");
};

}  // namespace detail

/// Pairs behind each other, their values quoted or not: logfmt, and what is like it.
class Delimited {
 public:
  /// Between pairs stands a byte of `first`, with `rest` behind it, once or more; `separator` between key and value.
  /// `letters`: \n, \u00e9 and the like are escapes as well as \" and \\.
  Delimited(std::string_view first, std::string_view rest, std::string_view separator, bool letters);

  /// Calls take(pair) for the pairs of a line in their order, until one of them is broken.
  template <class Take>
  PairFault read(const Line& line, Take&& take) const {
    for (const char* at = line.begin;;) {
      while (at < line.end && is_pair_end(at, line.end)) at += 1 + rest_.size();
      if (at == line.end) return {};
      if (*at == '"') return {at, {}, "a quote where a key begins"};
      bool valued = false;
      const char* const begin = at;
      at = end_of_key(at, line, valued);
      Pair pair{detail::between(begin, at), kBare, begin};
      if (valued) {
        if (at == begin) return {at, {}, "a value without a key"};
        if (PairFault fault = read_value(at + separator_.size(), line, pair, at); fault.reason) return fault;
      }
      take(pair);
    }
  }
  void unescape(std::string_view text, std::string& out) const;

 private:
  bool is_pair_end(const char* at, const char* end) const noexcept {
    return !in_value_.has(*at) && detail::starts_with(at + 1, end, rest_);
  }
  /// Where the key ends that begins here, and whether it has a value.
  const char* end_of_key(const char* at, const Line& line, bool& valued) const noexcept {
    for (;; ++at) {
      at = in_key_.skip(at, line.end, line.readable);
      if (at == line.end) return at;
      valued = detail::starts_with(at, line.end, separator_);
      if (valued || is_pair_end(at, line.end)) return at;
    }
  }
  const char* end_of_value(const char* at, const Line& line) const noexcept {
    for (;; ++at) {
      at = in_value_.skip(at, line.end, line.readable);
      if (at == line.end || is_pair_end(at, line.end)) return at;
    }
  }
  /// Reads the value that begins at `begin`; `at` is where it ended.
  PairFault read_value(const char* begin, const Line& line, Pair& pair, const char*& at) const {
    pair.at = begin;
    if (begin == line.end || *begin != '"') {
      at = end_of_value(begin, line);
      pair.value = detail::between(begin, at);
      return {};
    }
    at = quoted_.close(begin + 1, line, pair.escaped);
    if (at == line.end) return {begin, std::string(pair.key), "the quote is not closed"};
    pair.value = detail::between(++pair.at, at++);
    if (at < line.end && !is_pair_end(at, line.end))
      return {at, std::string(pair.key), "text behind the closing quote"};
    return {};
  }

  std::string rest_, separator_;
  ByteSet in_key_, in_value_;  // the bytes that end neither
  detail::Quoted quoted_;
  bool letters_;
};

/// The extension of CEF: values hold blanks, and end before the blank that stands before the next key.
class Spaced {
 public:
  template <class Take>
  PairFault read(const Line& line, Take&& take) const {
    const char* at = extension(line);
    while (at < line.end && *at == ' ') ++at;
    if (at == line.end) return {};
    std::string_view key = key_at(at, line.end);
    if (key.empty()) return {at, {}, "no key where the extension begins"};
    while (!key.empty()) {
      at = key.data() + key.size() + 1;
      const std::string_view next = key_behind_blank(at, line.end);
      const char* const end = next.empty() ? line.end : next.data() - 1;
      const bool escaped = detail::find('\\', at, end) != end;
      take(Pair{key, detail::between(at, end), at, escaped});
      key = next;
    }
    return {};
  }
  void unescape(std::string_view text, std::string& out) const;

 private:
  /// Where the extension begins; the line's end where no header of CEF is before it.
  static const char* extension(const Line& line) noexcept;
  /// The key that begins at `at`, with `=` behind it; nothing if there is none.
  static std::string_view key_at(const char* at, const char* end) noexcept;
  /// The first key behind a blank from `at` on, with `=` behind it; nothing if there is none.
  static std::string_view key_behind_blank(const char* at, const char* end) noexcept;
};

/// The structured data of RFC 5424, whose names are `id.name`; an element without any is a key alone.
class Structured {
 public:
  template <class Take>
  PairFault read(const Line& line, Take&& take) {
    const char* at = data(line);
    PairFault fault;
    while (at < line.end && *at == '[' && !fault.reason) fault = read_element(line, at, take);
    return fault;
  }
  void unescape(std::string_view text, std::string& out) const;

 private:
  /// Where the data begins; the line's end where no header of RFC 5424 is before it.
  static const char* data(const Line& line) noexcept;

  /// Reads the element that begins at `at`, which is behind it then.
  template <class Take>
  PairFault read_element(const Line& line, const char*& at, Take&& take) {
    const char* begin = ++at;
    at = in_name_.skip(at, line.end, line.readable);
    key_.assign(begin, at);
    const std::size_t id = key_.size();
    if (id == 0) return {at, {}, "an element without a name"};
    if (at < line.end && *at == ']') take(Pair{key_, kBare, begin});
    for (;;) {
      begin = at;
      while (at < line.end && *at == ' ') ++at;
      if (at == line.end) return {at, key_, "the bracket is not closed"};
      if (*at == ']') return ++at, PairFault{};
      if (at == begin) return {at, key_, "neither a blank nor a bracket behind a value"};
      begin = at;
      at = in_name_.skip(at, line.end, line.readable);
      key_.resize(id);
      key_.append(1, '.').append(begin, at);
      if (!detail::starts_with(at, line.end, "=\"")) return {at, key_, "a name without a quoted value"};
      begin = at += 2;
      Pair pair{key_, {}, begin};
      at = quoted_.close(at, line, pair.escaped);
      if (at == line.end) return {begin - 1, key_, "the quote is not closed"};
      pair.value = detail::between(begin, at++);
      take(pair);
    }
  }

  detail::Quoted quoted_;
  ByteSet in_name_ = detail::all_but(" =]");
  std::string key_;
};

/// How pairs are written: what reads them.
using PairSyntax = std::variant<Spaced, Delimited, Structured>;

/// The syntax of a name: `logfmt`, `kv`, which `pair` and `separator` are for, `cef`, `rfc5424`. Throws
/// std::invalid_argument for any other.
PairSyntax pair_syntax(std::string_view name, std::string_view pair, std::string_view separator);

}  // namespace pyudf::logs
