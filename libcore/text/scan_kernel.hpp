// scan_kernel.hpp: the kernels of signatures, in the namespace of the target that includes it (see simd/targets.hpp).
#pragma once

namespace pyudf::PYUDF_TARGET {
namespace {

#if PYUDF_TARGET_BASELINE

template <class Char>
text::Signature sign(const Char* characters, std::int64_t size) noexcept {
  return text::signature_of(characters, size);
}

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

/// As many characters as a vector has lanes of 32 bits. (GCC 12 makes shuffles of a conversion of vectors.)
template <class Char>
PYUDF_INLINE Vector load_characters(const Char* from) {
#if PYUDF_TARGET_AVX512
  if constexpr (sizeof(Char) == 1) return (Vector)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)from));
  if constexpr (sizeof(Char) == 2) return (Vector)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)from));
#else
  if constexpr (sizeof(Char) == 1) return (Vector)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)from));
  if constexpr (sizeof(Char) == 2) return (Vector)_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)from));
#endif
  return load_anywhere(from);
}

template <class Char>
text::Signature sign(const Char* characters, std::int64_t size) noexcept {
  using Classes = Lanes<std::uint32_t>;
  constexpr int kStep = kLanes<32>;
  Vector once = zeros(), twice = zeros();
  std::int64_t i = 0;
  for (; i + kStep <= size; i += kStep) {
    const Vector classes = load_characters(characters + i) & fill<32>(31);
    const auto bits = (Vector)((Classes)fill<32>(1) << (Classes)classes);
    twice = PYUDF_TERNARY(twice, once, bits, 0xF8);
    once |= bits;
  }
  text::Signature signature = text::signature_of(characters + i, size - i);
  for (int lane = 0; lane < kStep; ++lane) signature.add({((Classes)once)[lane], ((Classes)twice)[lane]});
  return signature;
}

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

}  // namespace

extern constexpr text::SignatureKernels kSignatureKernels = {
    scan, {sign<std::uint8_t>, sign<std::uint16_t>, sign<std::uint32_t>}};

}  // namespace pyudf::PYUDF_TARGET
