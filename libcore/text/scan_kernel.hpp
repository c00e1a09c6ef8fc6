// scan_kernel.hpp: the scan of signatures, in the namespace of the target that includes it (see simd/targets.hpp).
#pragma once

namespace pyudf::PYUDF_TARGET {

#if PYUDF_TARGET_BASELINE

// Counting the bits of a register is one instruction; of vectors, where it is none, it is a dozen.
std::int64_t scan(const std::uint64_t* signatures, std::int64_t begin, std::int64_t end, std::uint64_t signature,
                  std::int64_t bits, std::int64_t* found) noexcept {
  std::int64_t n = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    found[n] = i;
    n += __builtin_popcountll(signatures[i] ^ signature) <= bits;
  }
  return n;
}

#else

/// A bit for each of the signatures of one vector: is it like the given one?
PYUDF_INLINE unsigned alike(const std::uint64_t* signatures, Vector signature, Vector bits) {
  const Vector differences = load_anywhere(signatures) ^ signature;
#if PYUDF_TARGET_AVX512
  return _mm512_cmple_epi64_mask((__m512i)count_bits<64>(differences), (__m512i)bits);
#else
  const auto counts = (__m256i)count_bits<64>(differences);
  return 15u & ~static_cast<unsigned>(_mm256_movemask_pd((__m256d)_mm256_cmpgt_epi64(counts, (__m256i)bits)));
#endif
}

std::int64_t scan(const std::uint64_t* signatures, std::int64_t begin, std::int64_t end, std::uint64_t signature,
                  std::int64_t bits, std::int64_t* found) noexcept {
  constexpr int kLanes64 = kLanes<64>, kStep = 4 * kLanes64;
  const Vector wanted = fill<64>(signature), most = fill<64>(static_cast<std::uint64_t>(bits));
  std::int64_t n = 0, i = begin;
  // Few are alike: four vectors are looked at together.
  for (; i + kStep <= end; i += kStep) {
    unsigned mask = 0;
    for (int k = 0; k < 4; ++k) mask |= alike(signatures + i + k * kLanes64, wanted, most) << (k * kLanes64);
    for (; mask != 0; mask &= mask - 1) found[n++] = i + __builtin_ctz(mask);
  }
  for (; i < end; ++i) {
    found[n] = i;
    n += __builtin_popcountll(signatures[i] ^ signature) <= bits;
  }
  return n;
}

#endif

}  // namespace pyudf::PYUDF_TARGET
