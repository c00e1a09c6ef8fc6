// jaro_scores.hpp: makes Jaro and Jaro-Winkler scores of matches, as text/jaro.hpp and text/jaro_winkler.hpp have them.
// Included for each target, after its header of simd/.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

inline constexpr std::int64_t kNearBlock = 64;  // pairs whose scores are made at a time

/// n or 0, in a way that compilers make no branch of.
PYUDF_INLINE std::int32_t only_if(bool condition, std::int32_t n) { return n & -static_cast<std::int32_t>(condition); }

/// a / b, from about 1 / b: one correction rounds the quotients here as a division does (Markstein 1990). Those of
/// whole numbers up to 4,096 are at least 2^-66 of themselves from the middle of two doubles; of thirds the reciprocal
/// is the nearest there is.
PYUDF_INLINE double quotient(double a, double b, [[maybe_unused]] double reciprocal) {
#if PYUDF_TARGET_AVX512 || PYUDF_TARGET_AVX2 || defined(__aarch64__)
  const double q = a * reciprocal;
  return __builtin_fma(__builtin_fma(-b, q, a), reciprocal, q);
#else
  return a / b;
#endif
}

/// Parts of near counts, in integers of 32 bits or vectors of them.
template <class Count, class Integer>
PYUDF_INLINE Integer matches_of(Integer count) {
  return count & ((1 << NearParts<Count>::kPairs) - 1);
}
template <class Count, class Integer>
PYUDF_INLINE Integer pairs_of(Integer count) {
  using Parts = NearParts<Count>;
  return count >> Parts::kPairs & ((1 << (Parts::kShared - Parts::kPairs)) - 1);
}
template <class Count, class Integer>
PYUDF_INLINE Integer shared_of(Integer count) {
  return count >> NearParts<Count>::kShared;
}

/// A score in the arithmetic of the scalar kernels, step by step.
template <bool similarity, class Count>
PYUDF_INLINE double near_score(Count near_count, std::int32_t size, std::int32_t query_size, double prefix_weight,
                               double cutoff) {
  const auto above_zero = [](std::int32_t n) { return static_cast<double>(n > 0 ? n : 1); };
  const auto count = static_cast<std::int32_t>(near_count);
  const std::int32_t matches = matches_of<Count>(count), pairs = pairs_of<Count>(count);
  const std::int32_t prefix = shared_of<Count>(count);
  const auto m = static_cast<double>(matches);
  const double size1 = above_zero(query_size), size2 = above_zero(size), all = above_zero(matches);
  const double reciprocal = 1.0 / (size2 * all);  // one division for two
  const double share1 = quotient(m, size1, 1.0 / size1), share2 = quotient(m, size2, reciprocal * all);
  const double in_order = quotient(m - static_cast<double>(pairs), all, reciprocal * size2);
  const double mean = quotient(share1 + share2 + in_order, 3.0, 1.0 / 3.0);
  const double jaro = mean + static_cast<double>(size + query_size == 0);
  const double share = static_cast<double>(only_if(jaro > 0.7, prefix)) * prefix_weight;
  const double raised = jaro + share * (1.0 - jaro);
  const double score = similarity ? raised : 1.0 - raised;
  const double beyond = similarity ? 0.0 : 1.0;
  return (similarity ? score >= cutoff : score <= cutoff) ? score : beyond;
}

template <bool similarity, class Count>
void finish_near_exactly(const Counts& counts, const Formula& formula, double* to) {
  const auto* __restrict from = static_cast<const Count*>(counts.counts);
  const std::uint16_t* __restrict sizes = counts.sizes;
  double* __restrict out = to;
  const double prefix_weight = formula.prefix_weight, cutoff = formula.cutoff;
  const auto query_size = static_cast<std::int32_t>(counts.query_size);
  const std::int64_t n = counts.n;
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = near_score<similarity>(from[i], sizes[i], query_size, prefix_weight, cutoff);
}

/// A block after the other: compilers do not vectorize what makes floats of scores at once.
template <bool similarity, class Count>
void finish_near_exactly(const Counts& counts, const Formula& formula, float* out) {
  const auto* const from = static_cast<const Count*>(counts.counts);
  for (std::int64_t at = 0; at < counts.n; at += kNearBlock) {
    const std::int64_t n = counts.n - at < kNearBlock ? counts.n - at : kNearBlock;
    double scores[kNearBlock];
    finish_near_exactly<similarity, Count>({from + at, counts.sizes + at, n, counts.query_size, counts.small}, formula,
                                           scores);
    for (std::int64_t i = 0; i < n; ++i) out[at + i] = static_cast<float>(scores[i]);
  }
}

using Floats = Lanes<float>;
using Integers = Lanes<std::int32_t>;

/// As many numbers as there are integers in a vector.
PYUDF_INLINE Integers widened(const std::uint16_t* from) {
  using Half [[gnu::vector_size(kVectorBytes / 2)]] = std::uint16_t;
  Half half;
  std::memcpy(&half, from, sizeof half);
  return __builtin_convertvector(half, Integers);
}

PYUDF_INLINE Floats floats(Integers numbers) { return __builtin_convertvector(numbers, Floats); }

/// Scores of kNearBlock pairs in single precision. Numerator and denominator of a score are whole numbers below 2^24,
/// and thus exact, as is the comparison with 7/10. One division rounds their quotient, where the scalar kernels round
/// several times and then to a float: a similarity is 2^-49 or more from the middle of two floats, further than those
/// roundings go; that distances come out the same too was tested for all counts and fractions that there are. Returns
/// whether some scores are `unsure`: they lie so close to a threshold that only near_score can tell on which side.
template <bool raises, bool similarity>
bool finish_near_block(const std::uint16_t* from, const std::uint16_t* sizes, std::int64_t query,
                       const Formula& formula, float* out, std::int32_t* unsure) {
  constexpr float kClose = 0x1p-20f;
  const Floats none{}, one = none + 1.0f, beyond = similarity ? none : one;
  const Floats query_size = none + static_cast<float>(query);
  const auto part = static_cast<float>(formula.weight.part), whole = static_cast<float>(formula.weight.whole);
  const bool all = similarity ? formula.cutoff <= 0.0 : formula.cutoff >= 1.0;
  const float cutoff = all ? (similarity ? -1.0f : 2.0f) : static_cast<float>(formula.cutoff);
  Integers any{};
#pragma GCC unroll 2
  for (std::int64_t i = 0; i < kNearBlock; i += kLanes<32>) {
    const Integers count = widened(from + i);
    const Floats m = floats(matches_of<std::uint16_t>(count)), pairs = floats(pairs_of<std::uint16_t>(count));
    const Floats size = floats(widened(sizes + i));
    const Floats both = query_size * size, product = 3.0f * both * m;
    Floats denominator = product > one ? product : one;
    Floats numerator = m * m * (query_size + size) + (m - pairs) * both;
    Integers doubt{};
    if constexpr (raises) {
      const Floats tenths = 10.0f * numerator, threshold = 7.0f * denominator;
      doubt = tenths == threshold;
      const Floats shared = tenths > threshold ? floats(shared_of<std::uint16_t>(count)) : none;
      numerator = whole * numerator + part * shared * (denominator - numerator);
      denominator *= whole;
    }
    const Floats score = (similarity ? numerator : denominator - numerator) / denominator;
    const Floats kept = similarity ? score - cutoff : cutoff - score;
    const Floats result = kept >= none ? score : beyond;
    std::memcpy(out + i, &result, sizeof result);
    doubt |= (kept < none + kClose) & (kept > none - kClose);
    std::memcpy(unsure + i, &doubt, sizeof doubt);
    any |= doubt;
  }
  return any_bit((Vector)any);
}

template <bool raises, bool similarity>
void finish_near_block(const std::uint16_t* from, const std::uint16_t* sizes, std::int64_t query,
                       const Formula& formula, float* out) {
  std::int32_t unsure[kNearBlock];
  if (!finish_near_block<raises, similarity>(from, sizes, query, formula, out, unsure)) return;
  for (std::int64_t i = 0; i < kNearBlock; ++i)
    if (unsure[i])
      out[i] = static_cast<float>(near_score<similarity>(from[i], sizes[i], static_cast<std::int32_t>(query),
                                                         formula.prefix_weight, formula.cutoff));
}

template <bool raises, bool similarity>
void finish_near_floats(const Counts& counts, const Formula& formula, float* out) {
  const auto* const from = static_cast<const std::uint16_t*>(counts.counts);
  const std::int64_t query = counts.query_size, blocks = counts.n / kNearBlock * kNearBlock;
  for (std::int64_t at = 0; at < blocks; at += kNearBlock)
    finish_near_block<raises, similarity>(from + at, counts.sizes + at, query, formula, out + at);
  if (blocks == counts.n) return;
  const auto left = static_cast<std::size_t>(counts.n - blocks);
  std::uint16_t last[kNearBlock] = {}, last_sizes[kNearBlock] = {};
  float last_scores[kNearBlock];
  std::memcpy(last, from + blocks, left * sizeof *last);
  std::memcpy(last_sizes, counts.sizes + blocks, left * sizeof *last_sizes);
  finish_near_block<raises, similarity>(last, last_sizes, query, formula, last_scores);
  std::memcpy(out + blocks, last_scores, left * sizeof *last_scores);
}

template <bool similarity, class Count>
void finish_near(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  if (type != PYUDF_FLOAT32) return finish_near_exactly<similarity, Count>(counts, formula, static_cast<double*>(out));
  auto* const to = static_cast<float*>(out);
  if constexpr (sizeof(Count) == 2) {
    if (formula.weight.whole != 0 && counts.query_size != 0)
      return formula.weight.part == 0 ? finish_near_floats<false, similarity>(counts, formula, to)
                                      : finish_near_floats<true, similarity>(counts, formula, to);
  }
  finish_near_exactly<similarity, Count>(counts, formula, to);
}

template <class Count>
void finish_near(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  return formula.similarity ? finish_near<true, Count>(counts, formula, type, out)
                            : finish_near<false, Count>(counts, formula, type, out);
}

template <bool similarity>
void finish_near_pairs(const PairCounts& pairs, const Formula& formula, double* __restrict out) {
  const auto* __restrict from = static_cast<const std::uint16_t*>(pairs.counts);
  const double prefix_weight = formula.prefix_weight, cutoff = formula.cutoff;
  for (std::int64_t i = 0; i < pairs.n; ++i)
    out[i] = near_score<similarity>(from[i], pairs.text_sizes[i], pairs.query_sizes[i], prefix_weight, cutoff);
}

inline void finish_near_pairs(const PairCounts& pairs, const Formula& formula, double* out) {
  return formula.similarity ? finish_near_pairs<true>(pairs, formula, out)
                            : finish_near_pairs<false>(pairs, formula, out);
}

}  // namespace pyudf::PYUDF_TARGET::lanes
