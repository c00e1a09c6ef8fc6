// sixteen.hpp: sixteen bytes at a time, on every processor that compares so many at once.
#pragma once

#include <bit>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace pyudf::simd {

#ifdef __SSE2__
inline constexpr bool kSixteen = true;

/// A bit for each of 16 bytes that is one of three.
inline unsigned any_of(const char* at, char a, char b, char c) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b)));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)))));
}
#else
inline constexpr bool kSixteen = false;

inline unsigned any_of(const char*, char, char, char) noexcept { return 0; }
#endif

}  // namespace pyudf::simd
