// arrow_bitmap.hpp: Arrow's bits as bytes, counts and runs, and bytes as bits: a word of them at a time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace pyudf {

static_assert(std::endian::native == std::endian::little, "bit i of an Arrow bitmap is bit i of a loaded word");

inline constexpr std::uint64_t kOnes = 0x0101010101010101u;

/// Bits of a bitmap, from one of them on. No byte is read that holds none of the bits asked for.
class ArrowBits {
 public:
  ArrowBits() = default;
  ArrowBits(const void* bytes, std::int64_t first) : bytes_(static_cast<const std::uint8_t*>(bytes)), first_(first) {}

  bool operator[](std::int64_t i) const noexcept { return bytes_[(first_ + i) / 8] >> ((first_ + i) % 8) & 1; }

  /// Bits [at, at + n) in the low end of a word, n from 1 to 64.
  std::uint64_t word(std::int64_t at, std::int64_t n) const noexcept {
    const std::uint8_t* from = bytes_ + (first_ + at) / 8;
    const std::int64_t shift = (first_ + at) % 8, needed = (shift + n + 7) / 8;
    std::uint64_t bits = 0;
    if (needed >= 8)
      std::memcpy(&bits, from, 8);
    else
      std::memcpy(&bits, from, static_cast<std::size_t>(needed));
    bits >>= shift;
    if (needed > 8) bits |= std::uint64_t{from[8]} << (64 - shift);
    return n == 64 ? bits : bits & ((std::uint64_t{1} << n) - 1);
  }

  /// Calls f(at, size, word) for each 64 bits of [begin, begin + n).
  template <class F>
  void each_word(std::int64_t begin, std::int64_t n, F&& f) const {
    for (std::int64_t at = begin; at < begin + n; at += 64) {
      const std::int64_t size = std::min<std::int64_t>(64, begin + n - at);
      f(at, size, word(at, size));
    }
  }

  std::int64_t count_zeros(std::int64_t begin, std::int64_t n) const noexcept {
    std::int64_t zeros = n;
    each_word(begin, n, [&](std::int64_t, std::int64_t, std::uint64_t bits) { zeros -= std::popcount(bits); });
    return zeros;
  }

  /// The first zero of [begin, begin + n), or -1.
  std::int64_t find_zero(std::int64_t begin, std::int64_t n) const noexcept {
    for (std::int64_t at = begin; at < begin + n; at += 64) {
      const std::int64_t size = std::min<std::int64_t>(64, begin + n - at);
      const std::int64_t ones = std::countr_one(word(at, size));
      if (ones < size) return at + ones;
    }
    return -1;
  }

  /// Each bit as a byte, 0 or 1. Returns the number of zeros.
  std::int64_t unpack(std::int64_t begin, std::int64_t n, void* bytes) const noexcept {
    auto* to = static_cast<std::uint8_t*>(bytes);
    std::int64_t zeros = n;
    each_word(begin, n, [&](std::int64_t, std::int64_t size, std::uint64_t bits) {
      zeros -= std::popcount(bits);
      for (; size >= 8; size -= 8, to += 8, bits >>= 8) {
        const std::uint64_t eight = spread(bits & 0xFF);
        std::memcpy(to, &eight, 8);
      }
      for (; size > 0; --size, ++to, bits >>= 1) *to = bits & 1;
    });
    return zeros;
  }

  /// Calls f(at, size) for each run of ones in [begin, begin + n).
  template <class F>
  void each_run(std::int64_t begin, std::int64_t n, F&& f) const {
    std::int64_t start = -1;  // of the run that is open
    each_word(begin, n, [&](std::int64_t at, std::int64_t size, std::uint64_t bits) {
      for (std::int64_t i = 0; i < size;) {
        const std::uint64_t rest = bits >> i;
        if (start < 0) {
          i = std::min<std::int64_t>(size, i + std::countr_zero(rest));
          if (i < size) start = at + i;
        } else {
          i = std::min<std::int64_t>(size, i + std::countr_one(rest));
          if (i < size) f(start, at + i - start), start = -1;
        }
      }
    });
    if (start >= 0) f(start, begin + n - start);
  }

 private:
  /// Bit i of a byte as byte i: each byte keeps one bit, and a carry out of the lower seven moves it to the top.
  static std::uint64_t spread(std::uint64_t byte) noexcept {
    const std::uint64_t kept = (byte * kOnes) & 0x8040201008040201u;
    return ((kept + 0x7F * kOnes) >> 7) & kOnes;
  }

  const std::uint8_t* bytes_ = nullptr;
  std::int64_t first_ = 0;
};

/// Bytes, each 0 or 1, as bits: eight at a time. Bits past the last are 0.
inline void pack_bits(const std::uint8_t* bytes, std::int64_t n, std::uint8_t* bits) noexcept {
  for (; n > 0; n -= 8, bytes += 8, ++bits) {
    std::uint64_t eight = 0;
    if (n >= 8)
      std::memcpy(&eight, bytes, 8);
    else
      std::memcpy(&eight, bytes, static_cast<std::size_t>(n));
    *bits = static_cast<std::uint8_t>(eight * 0x0102040810204080u >> 56);  // brings byte i to bit 56 + i
  }
}

}  // namespace pyudf
