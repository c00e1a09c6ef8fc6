// byte_set.hpp: a set of bytes, and the end of a run of them, sixteen bytes at a time where the set lacks few.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "simd/sixteen.hpp"

namespace pyudf::logs {

/// Which of the 256 bytes are in.
class ByteSet {
 public:
  ByteSet() : ByteSet(std::array<std::uint8_t, 32>{}) {}

  /// Byte b is in if bit b % 8 of bits[b / 8] is set.
  explicit ByteSet(const std::array<std::uint8_t, 32>& bits) noexcept {
    std::array<char, kFew> others{};
    for (std::size_t b = 0; b < 256; ++b) {
      in_[b] = bits[b / 8] >> (b % 8) & 1;
      if (in_[b]) continue;
      if (n_others_ < kFew) others[n_others_] = static_cast<char>(b);
      ++n_others_;
    }
    for (std::size_t k = 0; k < kFew; ++k)
      for (char& byte : others_[k].bytes) byte = others[k < n_others_ ? k : 0];
  }

  ByteSet complement() const noexcept {
    std::array<std::uint8_t, 32> bits{};
    for (std::size_t b = 0; b < 256; ++b) bits[b / 8] |= static_cast<std::uint8_t>(!in_[b] << (b % 8));
    return ByteSet(bits);
  }

  bool has(char c) const noexcept { return in_[static_cast<unsigned char>(c)]; }

  /// The first byte of [at, end) that is not in, or end; bytes up to `readable`, which may lie behind it, may be read.
  const char* skip(const char* at, const char* end, const char* readable) const noexcept {
    if (n_others_ == 0) return end;
    if (simd::kSixteen && n_others_ <= kFew) {
      for (; readable - at >= 16; at += 16) {
        if (at >= end) return end;
        if (const unsigned found = simd::any_of(at, others_)) {
          const char* const stop = at + std::countr_zero(found);
          return stop < end ? stop : end;
        }
      }
    }
    while (at < end && has(*at)) ++at;
    return at < end ? at : end;
  }

 private:
  static constexpr std::size_t kFew = 3;

  std::array<std::uint8_t, 256> in_{};
  simd::Sixteen others_[kFew] = {};  // bytes that are not in, the first of them again where there are fewer
  std::size_t n_others_ = 0;
};

}  // namespace pyudf::logs
