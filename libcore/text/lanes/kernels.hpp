// kernels.hpp: runs queries over the lanes of a group and makes scores of the counts: once for each target.
// Included after the target's header of simd/.
#pragma once

#include "text/lanes/best.hpp"
#include "text/lanes/gather.hpp"
#include "text/lanes/jaro.hpp"
#include "text/lanes/jaro_scores.hpp"
#include "text/lanes/jaro_words.hpp"
#include "text/lanes/pair_kernels.hpp"
#include "text/lanes/recurrences.hpp"

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

/// Whether a step may still change a count of these states.
template <class State, int vectors>
PYUDF_INLINE bool is_open(const State (&state)[vectors]) {
  if constexpr (requires { State::kEnds; }) {
    Vector open = zeros();
    for (int v = 0; v < vectors; ++v) open |= state[v].place;
    return any_bit(open);
  } else {
    return true;
  }
}

/// Texts of one word. The queries are sorted: what was computed for a prefix is kept for the next query that has it.
template <template <int> class Recurrence, int bits, int vectors, class To>
void run_words(const Group& group, const Query* queries, std::int64_t n, To* to, std::int64_t stride,
               Workspace& workspace) {
  using State = Recurrence<bits>;
  constexpr int kSaved = State::kSaved;
  std::int64_t deepest = 0;
  for (std::int64_t q = 1; q < n; ++q) deepest = queries[q].shared > deepest ? queries[q].shared : deepest;
  auto* const kept =
      reinterpret_cast<Vector*>(workspace.at_least((deepest + 1) * kSaved * vectors * std::int64_t{sizeof(Vector)}));

  State state[vectors];
  Vector sizes[vectors];
  for (int v = 0; v < vectors; ++v) {
    const Vector rows = load(group.rows + v * kVectorBytes);
    sizes[v] = count_bits<bits>(rows);
    state[v].start(rows);
    state[v].save(kept + v * kSaved);
  }
  const std::byte* const matches = group.matches;
  const auto step = [&](const std::byte* at, const std::byte* before) __attribute__((always_inline)) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) state[v].step(load(at + v * kVectorBytes), load(before + v * kVectorBytes));
  };
  for (std::int64_t q = 0; q < n; ++q) {
    const Code* const codes = queries[q].codes;
    const std::int64_t size = queries[q].size;
    std::int64_t at = q > 0 ? queries[q].shared : 0;
    const std::int64_t keep = q + 1 < n ? queries[q + 1].shared : 0;
    const Vector* const from = kept + at * kSaved * vectors;
    for (int v = 0; v < vectors; ++v) state[v].restore(from + v * kSaved);
    const std::byte* before = at > 0 ? matches + group.offsets[codes[at - 1]] : matches;
    for (; at < keep; ++at) {
      const std::byte* const here = matches + group.offsets[codes[at]];
      step(here, before);
      before = here;
      for (int v = 0; v < vectors; ++v) state[v].save(kept + ((at + 1) * vectors + v) * kSaved);
    }
    for (; at < size && is_open(state); ++at) {
      const std::byte* const here = matches + group.offsets[codes[at]];
      step(here, before);
      before = here;
    }
    To* const out = to + q * stride + group.first;
    const Vector query_size = fill<bits>(static_cast<Unit<bits>>(size));
    for (int v = 0; v < vectors; ++v)
      store_lanes<bits>(out + v * kLanes<bits>, State::result(query_size, sizes[v], state[v].count(ones())));
  }
}

/// `words` words of long texts from `word` on, for one query: carries hold what passes from the words before to those
/// after, a step of the query after the other.
template <template <int> class Recurrence, int words>
PYUDF_INLINE Vector run_strip(const Group& group, std::int64_t word, int vector, const Query& query, Vector* carries) {
  using State = Recurrence<64>;
  using Carry = typename State::Carry;
  static_assert(sizeof(Carry) == sizeof(Vector) * State::kCarries);
  const std::int64_t base = (vector * group.width.words + word) * kVectorBytes;
  const bool first = word == 0, last = word + words == group.width.words;
  State state[words];
#pragma GCC unroll 4
  for (int w = 0; w < words; ++w) state[w].start(load(group.rows + base + w * kVectorBytes));
  const std::byte* const matches = group.matches + base;
  const std::byte* before = matches;
  for (std::int64_t i = 0; i < query.size; ++i) {
    const std::byte* const here = matches + group.offsets[query.codes[i]];
    Carry carry{};
    if (!first) carry = *reinterpret_cast<const Carry*>(carries + i * State::kCarries);
#pragma GCC unroll 4
    for (int w = 0; w < words; ++w)
      state[w].step(load(here + w * kVectorBytes), load(before + w * kVectorBytes), carry);
    if (!last) *reinterpret_cast<Carry*>(carries + i * State::kCarries) = carry;
    before = here;
  }
  const Vector mask = shift_right<64>(ones(), 1);
  Vector sum = zeros();
#pragma GCC unroll 4
  for (int w = 0; w < words; ++w) sum = add<64>(sum, state[w].count(mask));
  return sum;
}

/// Texts of several words: so many that queries no longer share enough to keep anything for.
template <template <int> class Recurrence, int words, class To>
void run_strips(const Group& group, const Query* queries, std::int64_t n, To* to, std::int64_t stride,
                Workspace& workspace) {
  using State = Recurrence<64>;
  const std::int64_t longest = longest_of(queries, n);
  auto* const carries =
      reinterpret_cast<Vector*>(workspace.at_least((longest + 1) * State::kCarries * std::int64_t{sizeof(Vector)}));
  for (int v = 0; v < group.width.vectors; ++v) {
    Vector sizes = zeros();
    for (std::int64_t w = 0; w < group.width.words; ++w)
      sizes = add<64>(sizes, count_bits<64>(load(group.rows + (v * group.width.words + w) * kVectorBytes)));
    for (std::int64_t q = 0; q < n; ++q) {
      Vector sum = zeros();
      for (std::int64_t w = 0; w < group.width.words; w += words)
        sum = add<64>(sum, run_strip<Recurrence, words>(group, w, v, queries[q], carries));
      const Vector query_size = fill<64>(static_cast<std::uint64_t>(queries[q].size));
      store_lanes<64>(to + q * stride + group.first + v * kLanes<64>, State::result(query_size, sizes, sum));
    }
  }
}

template <template <int> class Recurrence, int bits, class To>
void run_vectors(const Group& group, const Query* queries, std::int64_t n, To* to, std::int64_t stride,
                 Workspace& workspace) {
  switch (group.width.vectors) {
    case 1: return run_words<Recurrence, bits, 1>(group, queries, n, to, stride, workspace);
    case 2: return run_words<Recurrence, bits, 2>(group, queries, n, to, stride, workspace);
    default: return run_words<Recurrence, bits, 4>(group, queries, n, to, stride, workspace);
  }
}

template <template <int> class Recurrence, class To>
void run(const Group& group, const Query* queries, std::int64_t n, void* counts, std::int64_t stride,
         Workspace& workspace) {
  To* const to = static_cast<To*>(counts);
  switch (group.width.words == 1 ? group.width.bits : 0) {
    case 8:
      if constexpr (sizeof(To) == 1) return run_vectors<Recurrence, 8>(group, queries, n, to, stride, workspace);
      break;
    case 16: return run_vectors<Recurrence, 16>(group, queries, n, to, stride, workspace);
    case 32: return run_vectors<Recurrence, 32>(group, queries, n, to, stride, workspace);
    case 64: return run_vectors<Recurrence, 64>(group, queries, n, to, stride, workspace);
    default: break;
  }
  if constexpr (Recurrence<64>::kCarries > 0) {
    switch (group.width.words) {
      case 2: return run_strips<Recurrence, 2>(group, queries, n, to, stride, workspace);
      case 3: return run_strips<Recurrence, 3>(group, queries, n, to, stride, workspace);
      default: return run_strips<Recurrence, kStrip>(group, queries, n, to, stride, workspace);
    }
  }
}

/// Whole scores, in a type as wide as the result needs. What is out of bounds becomes `beyond`.
template <Base base, class From, class To, class Wide>
void finish_counts(const Counts& counts, const Formula& formula, To* to) {
  const From* __restrict from = static_cast<const From*>(counts.counts);
  const std::uint16_t* __restrict sizes = counts.sizes;
  To* __restrict out = to;  // bytes could be part of anything, were it not said
  const std::int64_t n = counts.n;
  const auto query_size = static_cast<Wide>(counts.query_size);
  const auto factor = static_cast<Wide>(formula.factor);
  constexpr auto kLargest = static_cast<std::int64_t>(static_cast<Wide>(~std::uint64_t{0} >> (65 - 8 * sizeof(Wide))));
  const auto clamp = [](std::int64_t v) { return static_cast<Wide>(v < kLargest ? v : kLargest); };
  const Wide lowest = clamp(formula.similarity ? formula.lowest : 0);
  const Wide highest = clamp(formula.similarity || formula.highest >= kLargest ? kLargest : formula.highest + 1);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto score = static_cast<Wide>(base_of<Wide>(base, query_size, static_cast<Wide>(sizes[i])) +
                                         factor * static_cast<Wide>(from[i]));
    const Wide capped = score < highest ? score : highest;
    out[i] = static_cast<To>(capped >= lowest ? capped : Wide{0});
  }
}

/// Whole scores that are all in bounds, in integers as narrow as the result: they are right modulo its range. There is
/// no product of bytes; a factor is 1 or 2, and a sign.
template <Base base, class From, class To>
void finish_unbounded(const Counts& counts, const Formula& formula, To* to) {
  using Part = std::conditional_t<(sizeof(From) > sizeof(To)), From, To>;
  const From* __restrict from = static_cast<const From*>(counts.counts);
  const std::uint16_t* __restrict sizes = counts.sizes;
  To* __restrict out = to;
  const std::int64_t n = counts.n;
  const auto query_size = static_cast<Part>(counts.query_size);
  const auto doubled = static_cast<Part>(formula.factor % 2 == 0 ? ~0 : 0);
  const auto negated = static_cast<Part>(formula.factor < 0 ? ~0 : 0);
  for (std::int64_t i = 0; i < n; ++i) {
    const Part once = from[i];
    const auto part = static_cast<Part>((once + (once & doubled)) ^ negated);
    out[i] = static_cast<To>(base_of<Part>(base, query_size, static_cast<Part>(sizes[i])) + part - negated);
  }
}

template <class From, class To, class Wide>
void finish_counts(const Counts& counts, const Formula& formula, void* out) {
  To* const to = static_cast<To*>(out);
  if constexpr (std::is_integral_v<To>)
    if (formula.is_unbounded()) switch (formula.base) {
        case Base::none: return finish_unbounded<Base::none, From, To>(counts, formula, to);
        case Base::longer: return finish_unbounded<Base::longer, From, To>(counts, formula, to);
        default: return finish_unbounded<Base::sum, From, To>(counts, formula, to);
      }
  switch (formula.base) {
    case Base::none: return finish_counts<Base::none, From, To, Wide>(counts, formula, to);
    case Base::longer: return finish_counts<Base::longer, From, To, Wide>(counts, formula, to);
    default: return finish_counts<Base::sum, From, To, Wide>(counts, formula, to);
  }
}

/// Fractions as FormOf (text/forms.hpp) has them, in the same arithmetic.
template <Base base, Base maximum, class From, class To>
void finish_fractions(const Counts& counts, const Formula& formula, To* to) {
  const From* const from = static_cast<const From*>(counts.counts);
  const auto query_size = static_cast<std::int32_t>(counts.query_size);
  const double lowest = formula.similarity ? formula.cutoff : 0.0;
  const double highest = formula.similarity ? 1.0 : formula.cutoff;
  const double none = formula.similarity ? 0.0 : 1.0;
  for (std::int64_t i = 0; i < counts.n; ++i) {
    const auto size = static_cast<std::int32_t>(counts.sizes[i]);
    const std::int32_t distance = base_of(base, query_size, size) + formula.factor * from[i];
    const std::int32_t largest = base_of(maximum, query_size, size);
    const double share = static_cast<double>(distance) / static_cast<double>(largest > 0 ? largest : 1);
    const double score = formula.similarity ? 1.0 - share : share;
    to[i] = static_cast<To>((score >= lowest) & (score <= highest) ? score : none);
  }
}

/// The same in single precision, for texts of at most 255 characters and no cutoff: a quotient p / m with m <= 510
/// lies at least 2^-42 from the middle between two floats, further than the roundings of the longer way go, so that
/// both round to the same float.
template <Base base, Base maximum, class From>
void finish_small_fractions(const Counts& counts, const Formula& formula, float* to) {
  const From* const from = static_cast<const From*>(counts.counts);
  const auto query_size = static_cast<std::int32_t>(counts.query_size);
  const std::int32_t sign = formula.similarity ? -1 : 1;
  for (std::int64_t i = 0; i < counts.n; ++i) {
    const auto size = static_cast<std::int32_t>(counts.sizes[i]);
    const std::int32_t distance = base_of(base, query_size, size) + formula.factor * from[i];
    const std::int32_t largest = base_of(maximum, query_size, size);
    const std::int32_t divisor = largest > 0 ? largest : 1;
    const std::int32_t part = (formula.similarity ? divisor : 0) + sign * distance;
    to[i] = static_cast<float>(part) / static_cast<float>(divisor);
  }
}

template <Base base, Base maximum, class From>
void finish_fractions(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  const bool all = formula.similarity ? formula.cutoff <= 0.0 : formula.cutoff >= 1.0;
  if (type == PYUDF_FLOAT32 && counts.small && all)
    return finish_small_fractions<base, maximum, From>(counts, formula, static_cast<float*>(out));
  if (type == PYUDF_FLOAT32)
    return finish_fractions<base, maximum, From, float>(counts, formula, static_cast<float*>(out));
  return finish_fractions<base, maximum, From, double>(counts, formula, static_cast<double*>(out));
}

template <class From>
void finish_fractions(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  if (formula.base == Base::none) return finish_fractions<Base::none, Base::longer, From>(counts, formula, type, out);
  if (formula.base == Base::longer)
    return finish_fractions<Base::longer, Base::longer, From>(counts, formula, type, out);
  return finish_fractions<Base::sum, Base::sum, From>(counts, formula, type, out);
}

template <class From>
void finish(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  if constexpr (sizeof(From) == 2)
    if (formula.near) return finish_near<From>(counts, formula, type, out);
  if (formula.normalized) return finish_fractions<From>(counts, formula, type, out);
  // Texts whose counts fit a byte have scores of at most 510.
  using Short = std::conditional_t<sizeof(From) == 1, std::int16_t, std::int32_t>;
  switch (type) {
    case PYUDF_INT8:
    case PYUDF_UINT8: return finish_counts<From, std::uint8_t, Short>(counts, formula, out);
    case PYUDF_INT16:
    case PYUDF_UINT16: return finish_counts<From, std::uint16_t, Short>(counts, formula, out);
    case PYUDF_INT32:
    case PYUDF_UINT32: return finish_counts<From, std::uint32_t, std::int32_t>(counts, formula, out);
    case PYUDF_INT64:
    case PYUDF_UINT64: return finish_counts<From, std::uint64_t, std::int64_t>(counts, formula, out);
    case PYUDF_FLOAT32: return finish_counts<From, float, std::int32_t>(counts, formula, out);
    default: return finish_counts<From, double, std::int32_t>(counts, formula, out);
  }
}

/// Whole cache lines are written past the cache.
inline void stream(void* to, const void* from, std::int64_t bytes) {
#if PYUDF_TARGET_AVX512 || PYUDF_TARGET_AVX2
  auto* out = static_cast<std::byte*>(to);
  const auto* in = static_cast<const std::byte*>(from);
  const std::int64_t ragged = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(out) & 63);
  const std::int64_t head = ragged < bytes ? ragged : bytes;
  std::memcpy(out, in, static_cast<std::size_t>(head));
  std::int64_t at = head;
  for (; at + 64 <= bytes; at += 64) {
#if PYUDF_TARGET_AVX512
    _mm512_stream_si512(reinterpret_cast<__m512i*>(out + at), _mm512_loadu_si512(in + at));
#else
    for (int half = 0; half < 64; half += 32)
      _mm256_stream_si256(reinterpret_cast<__m256i*>(out + at + half),
                          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + at + half)));
#endif
  }
  std::memcpy(out + at, in + at, static_cast<std::size_t>(bytes - at));
#else
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
#endif
}

inline constexpr Target kTarget{
    {kVectorBytes, kPicked},
    {{run<Edits, std::uint8_t>, run<Edits, std::uint16_t>},
     {run<Swaps, std::uint8_t>, run<Swaps, std::uint16_t>},
     {run<FarSwaps, std::uint8_t>, run<FarSwaps, std::uint16_t>},
     {run<Common, std::uint8_t>, run<Common, std::uint16_t>},
     {run<Places, std::uint8_t>},
     {run<Leading, std::uint8_t>, run<Leading, std::uint16_t>},
     {nullptr, run_near<false, std::uint16_t>, run_near<false, std::uint32_t>},
     {nullptr, run_near<true, std::uint16_t>, run_near<true, std::uint32_t>}},
    {gather<std::uint8_t>, gather<std::uint16_t>, gather<std::uint32_t>},
    {find_best<false>, find_best<true>},
    {finish<std::uint8_t>, finish<std::uint16_t>, finish_near<std::uint32_t>},
    {{run_pairs<Edits, 8>, run_pairs<Edits, 16>, run_pairs<Edits, 32>, run_pairs<Edits, 64>},
     {run_pairs<Swaps, 8>, run_pairs<Swaps, 16>, run_pairs<Swaps, 32>, run_pairs<Swaps, 64>},
     {run_pairs<FarSwaps, 8>, run_pairs<FarSwaps, 16>, run_pairs<FarSwaps, 32>, run_pairs<FarSwaps, 64>},
     {run_pairs<Common, 8>, run_pairs<Common, 16>, run_pairs<Common, 32>, run_pairs<Common, 64>},
     {},
     {},
     {run_near_pairs<false, 8>, run_near_pairs<false, 16>, run_near_pairs<false, 32>, run_near_pairs<false, 64>},
     {run_near_pairs<true, 8>, run_near_pairs<true, 16>, run_near_pairs<true, 32>, run_near_pairs<true, 64>}},
    finish_near_pairs,
    stream};

}  // namespace pyudf::PYUDF_TARGET::lanes
