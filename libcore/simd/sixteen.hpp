// sixteen.hpp: sixteen bytes at a time, on every processor that compares so many at once.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace pyudf::simd {

#ifdef __SSE2__
inline constexpr bool kSixteen = true;

/// One byte sixteen times.
struct alignas(16) Sixteen {
  char bytes[16];
};

/// A bit for each of 16 bytes that is one of three.
inline unsigned any_of(const char* at, const Sixteen (&wanted)[3]) noexcept {
  const auto load = [](const Sixteen& one) { return _mm_load_si128(reinterpret_cast<const __m128i*>(one.bytes)); };
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, load(wanted[0])), _mm_cmpeq_epi8(bytes, load(wanted[1])));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(found, _mm_cmpeq_epi8(bytes, load(wanted[2])))));
}

/// A bit for each of 16 bytes that is less than a limit, as numbers with a sign.
inline unsigned less(const char* at, char limit) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(limit))));
}
#else
inline constexpr bool kSixteen = false;

struct Sixteen {
  char bytes[16];
};

inline unsigned any_of(const char*, const Sixteen (&)[3]) noexcept { return 0; }
inline unsigned less(const char*, char) noexcept { return 0; }
#endif

}  // namespace pyudf::simd
