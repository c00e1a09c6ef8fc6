// gather.hpp: brings counts of lanes into the order of the columns.
// Included for each target, after its header of simd/.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

#if PYUDF_TARGET_AVX512 || defined(__SSSE3__)

/// Picks the counts of one width for as many columns as a vector holds.
template <class Count>
struct Pick;

#if PYUDF_TARGET_BYTES

inline constexpr int kPicked = kVectorBytes;

template <>
struct Pick<std::uint8_t> {
  Pick(const Stream& stream, std::size_t part)
      : place(stream.places[part]),
        mask(stream.masks[part]),
        picks(_mm512_loadu_si512(stream.picks.data() + part * kVectorBytes)) {}

  PYUDF_INLINE void add(const std::uint8_t* counts, Vector& to) const {
    to = (Vector)_mm512_mask_permutexvar_epi8((__m512i)to, mask, picks, _mm512_loadu_si512(counts + place));
  }

  std::size_t place;
  __mmask64 mask;
  __m512i picks;
};

template <>
struct Pick<std::uint16_t> {
  Pick(const Stream& stream, std::size_t half)
      : place(stream.places[half / 2]), mask(static_cast<std::uint32_t>(stream.masks[half / 2])) {
    if (half % 2 == 0) return;
    place += static_cast<std::size_t>(__builtin_popcount(mask));
    mask = static_cast<std::uint32_t>(stream.masks[half / 2] >> 32);
  }

  PYUDF_INLINE void add(const std::uint16_t* counts, Vector& to) const {
    to = (Vector)_mm512_mask_expand_epi16((__m512i)to, mask, _mm512_loadu_si512(counts + place));
  }

  std::size_t place;
  __mmask32 mask;
};

template <class Count>
inline constexpr bool kPicks = sizeof(Count) <= 2;

#else

inline constexpr int kPicked = 16;

template <>
struct Pick<std::uint8_t> {
  static constexpr std::size_t kParts = kVectorBytes / kPicked;

  Pick(const Stream& stream, std::size_t at)
      : places(stream.places.data() + at * kParts), picks(load_anywhere(stream.picks.data() + at * kVectorBytes)) {}

  PYUDF_INLINE void add(const std::uint8_t* counts, Vector& to) const {
    const auto part = [&](int i) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(counts + places[i])); };
#if PYUDF_TARGET_AVX512
    const __m512i low = _mm512_inserti32x4(_mm512_castsi128_si512(part(0)), part(1), 1);
    const __m512i all = _mm512_inserti32x4(_mm512_inserti32x4(low, part(2), 2), part(3), 3);
    to |= (Vector)_mm512_shuffle_epi8(all, (__m512i)picks);
#elif PYUDF_TARGET_AVX2
    const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(part(0)), part(1), 1);
    to |= (Vector)_mm256_shuffle_epi8(both, (__m256i)picks);
#else
    to |= (Vector)_mm_shuffle_epi8(part(0), (__m128i)picks);
#endif
  }

  const std::uint32_t* places;
  Vector picks;
};

template <class Count>
inline constexpr bool kPicks = sizeof(Count) == 1;

#endif

template <int rows, class Count>
void gather_vectors(const Slab& slab, const Rows& from, Count* to, std::int64_t to_stride) {
  constexpr std::int64_t kColumns = kVectorBytes / std::int64_t{sizeof(Count)};
  const Count* const counts = static_cast<const Count*>(from.counts);
  const Stream* const streams = slab.streams().data();
  const std::size_t n = slab.streams().size();
  for (std::int64_t column = from.begin; column < from.end; column += kColumns, to += kColumns) {
    Vector all[rows] = {};
    for (std::size_t s = 0; s < n; ++s) {
      const Pick<Count> pick(streams[s], static_cast<std::size_t>(column / kColumns));
#pragma GCC unroll 4
      for (int row = 0; row < rows; ++row) pick.add(counts + row * from.stride, all[row]);
    }
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row) store_anywhere(to + row * to_stride, all[row]);
  }
}

#else

inline constexpr int kPicked = 16;

template <class>
inline constexpr bool kPicks = false;

#endif

template <class Count>
void gather(const Slab& slab, const Rows& from, void* to, std::int64_t to_stride) {
  Count* const out = static_cast<Count*>(to);
  if constexpr (kPicks<Count>) {
    if (from.n == kTogether) return gather_vectors<kTogether>(slab, from, out, to_stride);
    for (std::int64_t row = 0; row < from.n; ++row) {
      const void* const counts = static_cast<const Count*>(from.counts) + row * from.stride;
      gather_vectors<1>(slab, {counts, 0, 1, from.begin, from.end}, out + row * to_stride, 0);
    }
  } else {
    const std::uint32_t* const places = slab.places().data();
    for (std::int64_t row = 0; row < from.n; ++row) {
      const Count* const counts = static_cast<const Count*>(from.counts) + row * from.stride;
      for (std::int64_t c = from.begin; c < from.end; ++c) out[row * to_stride + c - from.begin] = counts[places[c]];
    }
  }
}

}  // namespace pyudf::PYUDF_TARGET::lanes
