// vector.hpp: what kernels do with vectors, in the namespace of the target that includes it (see targets.hpp).
// Arithmetic is the compiler's own on vector types; only what it does not find by itself is spelled in intrinsics.
#pragma once

#define PYUDF_INLINE __attribute__((always_inline)) inline

namespace pyudf::PYUDF_TARGET {

inline constexpr int kVectorBytes = PYUDF_VECTOR_BYTES;

template <class T>
struct VectorOf {
  using type [[gnu::vector_size(PYUDF_VECTOR_BYTES)]] = T;
};
template <class T>
using Lanes = typename VectorOf<T>::type;

/// A vector of bits, of no lanes in particular.
using Vector = Lanes<std::uint64_t>;

template <int bits>
struct UnitOf;
template <>
struct UnitOf<8> {
  using type = std::uint8_t;
};
template <>
struct UnitOf<16> {
  using type = std::uint16_t;
};
template <>
struct UnitOf<32> {
  using type = std::uint32_t;
};
template <>
struct UnitOf<64> {
  using type = std::uint64_t;
};
/// The unsigned type of a lane of that many bits.
template <int bits>
using Unit = typename UnitOf<bits>::type;

/// How many lanes a vector has.
template <int bits>
inline constexpr int kLanes = kVectorBytes * 8 / bits;

PYUDF_INLINE Vector load(const void* from) {
  return *static_cast<const Vector*>(__builtin_assume_aligned(from, kVectorBytes));
}
/// The same vector, in a register from here on. Compilers would rather name memory again in each instruction that uses
/// what is there; a core that loads one vector of 64 bytes a cycle then waits for these.
PYUDF_INLINE Vector in_register(Vector v) {
#if PYUDF_X86_TARGETS
  asm("" : "+v"(v));
#endif
  return v;
}
PYUDF_INLINE void store(void* to, Vector v) { *static_cast<Vector*>(__builtin_assume_aligned(to, kVectorBytes)) = v; }
PYUDF_INLINE Vector load_anywhere(const void* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
/// Sixteen bytes, as often as they fit.
PYUDF_INLINE Vector load_repeated(const void* from) {
#if PYUDF_TARGET_AVX512
  return (Vector)_mm512_broadcast_i32x4(_mm_loadu_si128(static_cast<const __m128i*>(from)));
#elif PYUDF_TARGET_AVX2
  return (Vector)_mm256_broadcastsi128_si256(_mm_loadu_si128(static_cast<const __m128i*>(from)));
#else
  return load_anywhere(from);
#endif
}
PYUDF_INLINE void store_anywhere(void* to, Vector v) { std::memcpy(to, &v, sizeof v); }
PYUDF_INLINE Vector zeros() { return Vector{}; }
PYUDF_INLINE Vector ones() { return ~Vector{}; }

template <int bits>
PYUDF_INLINE Vector add(Vector a, Vector b) {
  return (Vector)((Lanes<Unit<bits>>)a + (Lanes<Unit<bits>>)b);
}
template <int bits>
PYUDF_INLINE Vector subtract(Vector a, Vector b) {
  return (Vector)((Lanes<Unit<bits>>)a - (Lanes<Unit<bits>>)b);
}
template <int bits>
PYUDF_INLINE Vector fill(Unit<bits> value) {
  return (Vector)(Lanes<Unit<bits>>{} + value);
}
template <int bits>
PYUDF_INLINE Vector shift_right(Vector a, int by) {
  return (Vector)((Lanes<Unit<bits>>)a >> static_cast<Unit<bits>>(by));
}
template <int bits>
PYUDF_INLINE Vector minimum(Vector a, Vector b) {
  const auto x = (Lanes<Unit<bits>>)a, y = (Lanes<Unit<bits>>)b;
  return (Vector)(x < y ? x : y);
}
template <int bits>
PYUDF_INLINE Vector maximum(Vector a, Vector b) {
  const auto x = (Lanes<Unit<bits>>)a, y = (Lanes<Unit<bits>>)b;
  return (Vector)(x < y ? y : x);
}
/// All bits of a lane where the two are equal, else none.
template <int bits>
PYUDF_INLINE Vector equal(Vector a, Vector b) {
  return (Vector)((Lanes<Unit<bits>>)a == (Lanes<Unit<bits>>)b);
}

PYUDF_INLINE bool any_bit(Vector a) {
#if PYUDF_TARGET_AVX512
  return _mm512_test_epi64_mask((__m512i)a, (__m512i)a) != 0;
#elif PYUDF_TARGET_AVX2
  return !_mm256_testz_si256((__m256i)a, (__m256i)a);
#else
  return (a[0] | a[1]) != 0;
#endif
}
/// 1 in each lane that is not 0.
template <int bits>
PYUDF_INLINE Vector is_set(Vector a) {
#if !PYUDF_TARGET_AVX512
  // Lanes of 64 bits have no minimum.
  if constexpr (bits == 64) return add<64>(equal<64>(a, zeros()), fill<64>(1));
#endif
  return minimum<bits>(a, fill<bits>(1));
}

// Three inputs at once, which the compiler does not always find.
#if PYUDF_TARGET_AVX512
#define PYUDF_TERNARY(a, b, c, table) \
  (Vector) _mm512_ternarylogic_epi64((__m512i)(a), (__m512i)(b), (__m512i)(c), table)
#else
#define PYUDF_TERNARY(a, b, c, table) pyudf::PYUDF_TARGET::ternary<table>(a, b, c)
template <int table>
PYUDF_INLINE Vector ternary(Vector a, Vector b, Vector c) {
  static_assert(table == 0xFE || table == 0xB0 || table == 0xF4 || table == 0xD0 || table == 0xF8 || table == 0x40);
  if constexpr (table == 0xFE) return a | b | c;
  if constexpr (table == 0xB0) return a & ~(b & ~c);
  if constexpr (table == 0xF4) return a | (b & ~c);
  if constexpr (table == 0xD0) return a & (b | ~c);
  if constexpr (table == 0xF8) return a | (b & c);
  if constexpr (table == 0x40) return a & b & ~c;
}
#endif

/// (a << 1) | (below >> 63) of each lane of 64 bits.
PYUDF_INLINE Vector shift_in(Vector a, Vector below) {
#if PYUDF_TARGET_BYTES
  return (Vector)_mm512_shldi_epi64((__m512i)a, (__m512i)below, 1);
#else
  return add<64>(a, a) | shift_right<64>(below, 63);
#endif
}

/// How many bits of each lane are set.
template <int bits>
PYUDF_INLINE Vector count_bits(Vector a) {
#if PYUDF_TARGET_BYTES
  if constexpr (bits == 8) return (Vector)_mm512_popcnt_epi8((__m512i)a);
  if constexpr (bits == 16) return (Vector)_mm512_popcnt_epi16((__m512i)a);
  if constexpr (bits == 32) return (Vector)_mm512_popcnt_epi32((__m512i)a);
  return (Vector)_mm512_popcnt_epi64((__m512i)a);
#elif defined(__ARM_NEON)
  const uint8x16_t bytes = vcntq_u8((uint8x16_t)a);
  if constexpr (bits == 8) return (Vector)bytes;
  if constexpr (bits == 16) return (Vector)vpaddlq_u8(bytes);
  if constexpr (bits == 32) return (Vector)vpaddlq_u16(vpaddlq_u8(bytes));
  return (Vector)vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(bytes)));
#else
#if PYUDF_TARGET_AVX512
  const __m512i table = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
  const Vector low = fill<8>(15);
  const Vector bytes = add<8>((Vector)_mm512_shuffle_epi8(table, (__m512i)(a & low)),
                              (Vector)_mm512_shuffle_epi8(table, (__m512i)(shift_right<16>(a, 4) & low)));
  if constexpr (bits == 64) return (Vector)_mm512_sad_epu8((__m512i)bytes, _mm512_setzero_si512());
#elif PYUDF_TARGET_AVX2
  const __m256i table =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const Vector low = fill<8>(15);
  const Vector bytes = add<8>((Vector)_mm256_shuffle_epi8(table, (__m256i)(a & low)),
                              (Vector)_mm256_shuffle_epi8(table, (__m256i)(shift_right<16>(a, 4) & low)));
  if constexpr (bits == 64) return (Vector)_mm256_sad_epu8((__m256i)bytes, _mm256_setzero_si256());
#else
  const Vector pairs = subtract<8>(a, shift_right<16>(a, 1) & fill<8>(0x55));
  const Vector fours = add<8>(pairs & fill<8>(0x33), shift_right<16>(pairs, 2) & fill<8>(0x33));
  const Vector bytes = add<8>(fours, shift_right<16>(fours, 4)) & fill<8>(15);
#endif
  if constexpr (bits == 8) return bytes;
  const Vector halves = add<16>(bytes & fill<16>(255), shift_right<16>(bytes, 8));
  if constexpr (bits == 16) return halves;
  const Vector words = add<32>(halves & fill<32>(65535), shift_right<32>(halves, 16));
  if constexpr (bits == 32) return words;
  return add<64>(words & fill<64>(0xFFFFFFFF), shift_right<64>(words, 32));
#endif
}

/// The bytes of `from` in the order of `picks`: each half of 16 bytes by the numbers, below 16, that its own half
/// holds.
PYUDF_INLINE Vector pick_bytes(Vector from, Vector picks) {
#if PYUDF_TARGET_AVX512
  return (Vector)_mm512_shuffle_epi8((__m512i)from, (__m512i)picks);
#elif PYUDF_TARGET_AVX2
  return (Vector)_mm256_shuffle_epi8((__m256i)from, (__m256i)picks);
#elif defined(__SSSE3__)
  return (Vector)_mm_shuffle_epi8((__m128i)from, (__m128i)picks);
#elif defined(__ARM_NEON)
  return (Vector)vqtbl1q_u8((uint8x16_t)from, (uint8x16_t)picks);
#else
  const auto all = (Lanes<std::uint8_t>)from, numbers = (Lanes<std::uint8_t>)picks;
  Lanes<std::uint8_t> picked{};
  for (int i = 0; i < kVectorBytes; ++i) picked[i] = all[numbers[i]];
  return (Vector)picked;
#endif
}

#if PYUDF_TARGET_AVX512
using ByteMask = std::uint64_t;
#elif PYUDF_TARGET_AVX2
using ByteMask = std::uint32_t;
#else
using ByteMask = std::uint16_t;
#endif
static_assert(sizeof(ByteMask) * 8 == kVectorBytes);

/// A bit for each byte that is the same in both.
PYUDF_INLINE ByteMask equal_bytes(Vector a, Vector b) {
#if PYUDF_TARGET_AVX512
  return _mm512_cmpeq_epi8_mask((__m512i)a, (__m512i)b);
#elif PYUDF_TARGET_AVX2
  return static_cast<ByteMask>(_mm256_movemask_epi8((__m256i)equal<8>(a, b)));
#elif defined(__SSE2__)
  return static_cast<ByteMask>(_mm_movemask_epi8((__m128i)equal<8>(a, b)));
#else
  const Vector bits = equal<8>(a, b) & fill<64>(0x8040201008040201);
#ifdef __ARM_NEON
  auto sums = (uint8x16_t)bits;
  for (int i = 0; i < 3; ++i) sums = vpaddq_u8(sums, sums);
  return vgetq_lane_u16(vreinterpretq_u16_u8(sums), 0);
#else
  ByteMask mask = 0;
  for (int i = 0; i < kVectorBytes; ++i)
    mask = static_cast<ByteMask>(mask | ((Lanes<std::uint8_t>)bits)[i] << (i / 8 * 8));
  return mask;
#endif
#endif
}

/// Writes the lanes as values of type To one after the other; they must fit.
template <int bits, class To>
PYUDF_INLINE void store_lanes(To* to, Vector v) {
#if PYUDF_TARGET_AVX512
  const auto w = (__m512i)v;
  if constexpr (bits == 64 && sizeof(To) == 1) return _mm_storel_epi64((__m128i*)to, _mm512_cvtepi64_epi8(w));
  if constexpr (bits == 32 && sizeof(To) == 1) return _mm_storeu_si128((__m128i*)to, _mm512_cvtepi32_epi8(w));
  if constexpr (bits == 16 && sizeof(To) == 1) return _mm256_storeu_si256((__m256i*)to, _mm512_cvtepi16_epi8(w));
  if constexpr (bits == 64 && sizeof(To) == 2) return _mm_storeu_si128((__m128i*)to, _mm512_cvtepi64_epi16(w));
  if constexpr (bits == 32 && sizeof(To) == 2) return _mm256_storeu_si256((__m256i*)to, _mm512_cvtepi32_epi16(w));
#endif
  using Narrow [[gnu::vector_size(kLanes<bits> * sizeof(To))]] = To;
  const Narrow narrow = __builtin_convertvector((Lanes<Unit<bits>>)v, Narrow);
  std::memcpy(to, &narrow, sizeof narrow);
}

}  // namespace pyudf::PYUDF_TARGET
