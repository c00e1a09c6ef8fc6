// bytes.hpp: kinds of bytes, and runs of them.
#pragma once

#include <array>
#include <cstdint>

namespace pyudf::logs {

enum Kind : std::uint8_t { kDigit = 1, kHexLetter = 2, kLetter = 4, kUnderscore = 8 };

inline constexpr auto kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  for (int c = '0'; c <= '9'; ++c) kinds[static_cast<std::size_t>(c)] = kDigit;
  for (int c = 'a'; c <= 'z'; ++c) {
    const std::uint8_t kind = c <= 'f' ? kHexLetter | kLetter : kLetter;
    kinds[static_cast<std::size_t>(c)] = kinds[static_cast<std::size_t>(c - 'a' + 'A')] = kind;
  }
  kinds['_'] = kUnderscore;
  return kinds;
}();

inline bool is(char c, int kinds) noexcept { return kKinds[static_cast<unsigned char>(c)] & kinds; }
inline bool is_digit(char c) noexcept { return is(c, kDigit); }
inline bool is_hex(char c) noexcept { return is(c, kDigit | kHexLetter); }
inline bool is_word(char c) noexcept { return is(c, kDigit | kLetter | kUnderscore); }

/// The end of the run of such bytes that begins here, of `most` at most.
template <class Is>
const char* run(const char* at, const char* end, Is&& is_one, std::int64_t most = INT64_MAX) noexcept {
  const char* const begin = at;
  while (at < end && at - begin < most && is_one(*at)) ++at;
  return at;
}

/// Just `n` such bytes, or nullptr; a nullptr is passed on, for parts to be matched one after the other.
template <class Is>
const char* just(std::int64_t n, const char* at, const char* end, Is&& is_one) noexcept {
  return at && run(at, end, is_one, n) - at == n ? at + n : nullptr;
}

inline const char* one(char c, const char* at, const char* end) noexcept {
  return at && at < end && *at == c ? at + 1 : nullptr;
}

/// A number of one to `most` digits.
inline const char* digits(std::int64_t most, const char* at, const char* end) noexcept {
  const char* const stop = at ? run(at, end, is_digit, most) : nullptr;
  return stop != at ? stop : nullptr;
}

}  // namespace pyudf::logs
