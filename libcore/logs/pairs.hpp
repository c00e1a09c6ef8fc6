// pairs.hpp: reads the pairs of keys and values that a line consists of: logfmt, query strings, CEF's extension.
#pragma once

#include <cstring>
#include <string_view>

namespace pyudf::logs {

/// How pairs are written.
struct PairSyntax {
  std::string_view pair;       // stands between two pairs; several of them count as one
  std::string_view separator;  // stands between a key and its value
  bool quotes;                 // a value that begins with " ends with ", and a backslash takes the next byte along
  bool spaced;                 // values hold what stands between pairs, and end where the next key begins (CEF)
};

/// One pair, as it stands in the line.
struct Pair {
  std::string_view key, value;
  bool quoted;   // value is what stands between the quotes
  bool escaped;  // there is a backslash in value
  bool bare;     // a key alone
};

/// Where a line stops being pairs, and why; reason is nullptr where it does not.
struct PairFault {
  const char* at;
  std::string_view key;  // whose value is to blame
  const char* reason;
};

namespace detail {

inline bool starts_with(const char* at, const char* end, std::string_view text) noexcept {
  return static_cast<std::size_t>(end - at) >= text.size() && std::memcmp(at, text.data(), text.size()) == 0;
}

/// The first place of `text` at or after `at`, or `end`.
inline const char* find(const char* at, const char* end, std::string_view text) noexcept {
  if (text.size() == 1) {
    const void* found = std::memchr(at, text[0], static_cast<std::size_t>(end - at));
    return found ? static_cast<const char*>(found) : end;
  }
  const std::string_view rest(at, static_cast<std::size_t>(end - at));
  const std::size_t place = rest.find(text);
  return place == std::string_view::npos ? end : at + place;
}

inline std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// The first quote at or after `at` that no backslash takes along, or `end`.
inline const char* closing_quote(const char* at, const char* end, bool& escaped) noexcept {
  for (; at < end && *at != '"'; ++at)
    if (*at == '\\') {
      escaped = true;
      if (++at == end) break;
    }
  return at;
}

/// The first separator at or after `at` that no backslash takes along, or `end`.
inline const char* next_separator(const char* at, const char* end, std::string_view separator, bool& escaped) noexcept {
  for (; at < end; ++at) {
    if (*at == '\\') {
      escaped = true;
      if (++at == end) break;
    } else if (starts_with(at, end, separator)) {
      break;
    }
  }
  return at;
}

/// Where a value of CEF ends: at the last blank before the key that the next separator follows.
inline const char* end_of_spaced(const char* at, const char* end, const PairSyntax& syntax, bool& escaped) noexcept {
  const char* const separator = next_separator(at, end, syntax.separator, escaped);
  if (separator == end) return end;
  const std::size_t place = between(at, separator).rfind(syntax.pair);
  return place == std::string_view::npos ? at : at + place;
}

}  // namespace detail

/// Calls take(pair) for the pairs of a line in their order, until one of them is broken.
template <class Take>
PairFault read_pairs(const char* at, const char* end, const PairSyntax& syntax, Take&& take) {
  using namespace detail;
  for (;;) {
    while (at < end && starts_with(at, end, syntax.pair)) at += syntax.pair.size();
    if (at == end) return {at, {}, nullptr};
    const char* const begin = at;
    while (at < end && !starts_with(at, end, syntax.separator) && !starts_with(at, end, syntax.pair)) ++at;
    Pair pair{between(begin, at), {}, false, false, false};
    if (at == end || !starts_with(at, end, syntax.separator)) {
      pair.bare = true;
      take(pair);
      continue;
    }
    if (pair.key.empty()) return {at, {}, "a value without a key"};
    at += syntax.separator.size();
    const char* value = at;
    if (syntax.quotes && at < end && *at == '"') {
      at = closing_quote(++value, end, pair.escaped);
      if (at == end) return {value - 1, pair.key, "the quote is not closed"};
      pair.quoted = true;
      pair.value = between(value, at++);
      if (at < end && !starts_with(at, end, syntax.pair)) return {at, pair.key, "text behind the closing quote"};
    } else {
      at = syntax.spaced ? end_of_spaced(at, end, syntax, pair.escaped) : find(at, end, syntax.pair);
      pair.value = between(value, at);
    }
    take(pair);
  }
}

}  // namespace pyudf::logs
