// keys.hpp: numbers the keys that are found in lines, in the order in which they are first seen.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace pyudf::logs {

/// Keys and their numbers. Lines mostly have the keys of the line before in the same order: that is looked at first.
class Keys {
 public:
  std::int64_t size() const noexcept { return static_cast<std::int64_t>(keys_.size()); }
  const std::string& operator[](std::int64_t number) const noexcept { return keys_[static_cast<std::size_t>(number)]; }

  /// The number of a key, -1 if it has none. `after` is the number of the one found before it in its line, -1 at the
  /// start.
  std::int64_t find(std::string_view key, std::int64_t after) noexcept {
    std::int64_t& guess = next_[static_cast<std::size_t>(after + 1)];
    if (guess >= 0 && same(keys_[static_cast<std::size_t>(guess)], key)) return guess;
    const std::int64_t number = places_[place_of(key)];
    if (number >= 0) guess = number;
    return number;
  }

  /// Gives a key that has no number the next one.
  std::int64_t add(std::string_view key) {
    if (2 * (keys_.size() + 1) > places_.size()) grow();
    const std::int64_t number = size();
    keys_.emplace_back(key);
    next_.push_back(-1);
    places_[place_of(key)] = number;
    return number;
  }

 private:
  static std::uint64_t hash(std::string_view key) noexcept {
    std::uint64_t h = key.size();
    const auto mix = [&h](std::uint64_t word) {
      h = (h ^ word) * 0x9E3779B97F4A7C15u;  // 2^64 divided by the golden ratio
      h ^= h >> 32;
    };
    for (; key.size() > 8; key.remove_prefix(8)) mix(word_of(key.substr(0, 8)));
    mix(word_of(key));
    return h;
  }

  /// Keys are short: a call of memcmp would take longer.
  static bool same(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    std::size_t at = 0;
    for (; at + 8 <= a.size(); at += 8) {
      std::uint64_t x, y;
      std::memcpy(&x, a.data() + at, 8);
      std::memcpy(&y, b.data() + at, 8);
      if (x != y) return false;
    }
    while (at < a.size() && a[at] == b[at]) ++at;
    return at == a.size();
  }

  static std::uint64_t word_of(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
    return word;
  }

  /// Where a key is, or would be put.
  std::size_t place_of(std::string_view key) const noexcept {
    std::size_t at = hash(key) & (places_.size() - 1);
    while (places_[at] >= 0 && keys_[static_cast<std::size_t>(places_[at])] != key)
      at = (at + 1) & (places_.size() - 1);
    return at;
  }

  void grow() {
    places_.assign(2 * places_.size(), -1);
    for (std::size_t i = 0; i < keys_.size(); ++i) places_[place_of(keys_[i])] = static_cast<std::int64_t>(i);
  }

  std::vector<std::string> keys_;
  std::vector<std::int64_t> next_{-1};  // the key that last followed another one; the first follows none
  std::vector<std::int64_t> places_ = std::vector<std::int64_t>(64, -1);
};

}  // namespace pyudf::logs
