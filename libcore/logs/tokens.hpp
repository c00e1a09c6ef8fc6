// tokens.hpp: cuts a message at blanks into tokens, each with a hash.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "simd/last_word.hpp"
#include "simd/sixteen.hpp"

namespace pyudf::logs {

struct Token {
  std::uint64_t hash;
  std::string_view text;
};

namespace detail {

inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t last_word(const char* at, std::size_t size) noexcept {
  return simd::last_word(reinterpret_cast<const std::uint8_t*>(at), static_cast<std::int64_t>(size));
}

/// Bytes of the blank that begins here, 0 if none does: what Python's str.split() cuts at (Unicode's White_Space, and
/// U+001C to U+001F).
inline std::int64_t blank(const char* at, const char* end) noexcept {
  const auto byte = [&](int i) -> std::uint32_t { return at + i < end ? static_cast<unsigned char>(at[i]) : 0; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return lead == ' ' || (lead >= 0x09 && lead <= 0x0D) || (lead >= 0x1C && lead <= 0x1F);
  if (lead == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
  const auto continues = [&](int i) { return (byte(i) & 0xC0) == 0x80; };
  if (lead < 0xE1 || lead > 0xE3 || !continues(1) || !continues(2)) return 0;
  const std::uint32_t point = (lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  const bool found = point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
                     point == 0x202F || point == 0x205F || point == 0x3000;
  return found ? 3 : 0;
}

/// The first byte from `at` on that a blank may begin with: up to the space, or of a character outside ASCII.
inline const char* may_be_blank(const char* begin, const char* at, const char* end) noexcept {
  constexpr char kAfterSpace = ' ' + 1;
  constexpr std::int64_t kStep = 16;
  if (simd::kSixteen && end - begin >= kStep) {
    for (; end - at >= kStep; at += kStep)
      if (const unsigned found = simd::less(at, kAfterSpace)) return at + std::countr_zero(found);
    // The last bytes again, with those before them that are behind us.
    const unsigned found = simd::less(end - kStep, kAfterSpace) >> (kStep - (end - at));
    return at < end && found ? at + std::countr_zero(found) : end;
  }
  while (at < end && static_cast<signed char>(*at) >= kAfterSpace) ++at;
  return at;
}

}  // namespace detail

/// Equal texts have equal hashes; a hash that is equal by chance is 2^-64 a pair, and is checked where it decides.
inline std::uint64_t hash_of(std::string_view text) noexcept {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u, kOther = 0xD1B54A32D192ED03u;
  std::uint64_t h = kOther ^ text.size();
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    h = detail::mixed(h ^ word, kOdd);
  }
  return detail::mixed(h ^ detail::last_word(at, left), kOther);
}

/// Tokens are short: a call of memcmp would take longer than what it does.
inline bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const char *at = a.data(), *other = b.data();
  std::size_t left = a.size();
  for (; left >= 8; at += 8, other += 8, left -= 8) {
    std::uint64_t word, other_word;
    std::memcpy(&word, at, 8);
    std::memcpy(&other_word, other, 8);
    if (word != other_word) return false;
  }
  return detail::last_word(at, left) == detail::last_word(other, left);
}

/// Adds the tokens of a message; they point into it.
inline void tokenise(std::string_view message, std::vector<Token>& tokens) {
  const char* at = message.data();
  const char* const end = at + message.size();
  while (at < end) {
    if (const std::int64_t size = detail::blank(at, end)) {
      at += size;
      continue;
    }
    const char* const begin = at;
    while ((at = detail::may_be_blank(message.data(), at, end)) < end && !detail::blank(at, end)) ++at;
    const std::string_view text(begin, static_cast<std::size_t>(at - begin));
    tokens.push_back({hash_of(text), text});
  }
}

}  // namespace pyudf::logs
