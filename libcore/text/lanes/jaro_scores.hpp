// jaro_scores.hpp: makes Jaro and Jaro-Winkler scores of matches, as text/jaro.hpp and text/jaro_winkler.hpp have them.
// Included for each target, after its header of simd/.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

/// n or 0, in a way that compilers make no branch of.
PYUDF_INLINE std::int32_t only_if(bool condition, std::int32_t n) { return n & -static_cast<std::int32_t>(condition); }

/// A score in the arithmetic of the scalar kernels, step by step.
template <bool similarity>
PYUDF_INLINE double near_score(std::int32_t count, std::int32_t size, std::int32_t query_size, double prefix_weight,
                               double cutoff) {
  const auto above_zero = [](std::int32_t n) { return static_cast<double>(n > 0 ? n : 1); };
  const std::int32_t matches = count & 127, pairs = count >> kNearPairs & 63, prefix = count >> kNearShared;
  const auto m = static_cast<double>(matches);
  const double in_order = (m - static_cast<double>(pairs)) / above_zero(matches);
  const double mean = (m / above_zero(query_size) + m / above_zero(size) + in_order) / 3.0;
  const double jaro = mean + static_cast<double>(size + query_size == 0);
  const double share = static_cast<double>(only_if(jaro > 0.7, prefix)) * prefix_weight;
  const double raised = jaro + share * (1.0 - jaro);
  const double score = similarity ? raised : 1.0 - raised;
  const double beyond = similarity ? 0.0 : 1.0;
  return (similarity ? score >= cutoff : score <= cutoff) ? score : beyond;
}

template <bool similarity, class To>
void finish_near_exactly(const Counts& counts, const Formula& formula, To* to) {
  const auto* __restrict from = static_cast<const std::uint16_t*>(counts.counts);
  const std::uint16_t* __restrict sizes = counts.sizes;
  To* __restrict out = to;
  const double prefix_weight = formula.prefix_weight, cutoff = formula.cutoff;
  const auto query_size = static_cast<std::int32_t>(counts.query_size);
  const std::int64_t n = counts.n;
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = static_cast<To>(near_score<similarity>(from[i], sizes[i], query_size, prefix_weight, cutoff));
}

/// Single precision. Numerator and denominator of the score are whole numbers below 2^24, and thus exact, as is the
/// comparison with 7/10. One division rounds their quotient, where the scalar kernels round several times and then to
/// a float: a similarity is 2^-49 or more from the middle of two floats, further than those roundings go; that
/// distances come out the same too was tested for all counts and fractions that there are. Returns whether some scores
/// are `unsure`: they lie so close to a threshold that only near_score can tell on which side.
template <bool raises, bool similarity>
bool finish_near_block(const std::uint16_t* __restrict from, const std::uint16_t* __restrict sizes, std::int64_t n,
                       std::int64_t query, const Formula& formula, float* __restrict out,
                       std::uint32_t* __restrict unsure) {
  constexpr float kClose = 0x1p-20f;
  const auto query_size = static_cast<float>(query);
  const auto part = static_cast<float>(formula.weight.part), whole = static_cast<float>(formula.weight.whole);
  const bool all = similarity ? formula.cutoff <= 0.0 : formula.cutoff >= 1.0;
  const float cutoff = all ? (similarity ? -1.0f : 2.0f) : static_cast<float>(formula.cutoff);
  constexpr float beyond = similarity ? 0.0f : 1.0f;
  std::uint32_t any = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int32_t count = from[i];
    const auto m = static_cast<float>(count & 127), pairs = static_cast<float>(count >> kNearPairs & 63);
    const auto size = static_cast<float>(static_cast<std::int32_t>(sizes[i]));
    const float both = query_size * size, product = 3.0f * both * m;
    float denominator = product > 0.0f ? product : 1.0f;
    float numerator = m * m * (query_size + size) + (m - pairs) * both;
    std::uint32_t tie = 0;
    if constexpr (raises) {
      const float tenths = 10.0f * numerator, threshold = 7.0f * denominator;
      const auto shared = static_cast<float>(only_if(tenths > threshold, count >> kNearShared));
      tie = tenths == threshold;
      numerator = whole * numerator + part * shared * (denominator - numerator);
      denominator *= whole;
    }
    const float score = (similarity ? numerator : denominator - numerator) / denominator;
    const float kept = similarity ? score - cutoff : cutoff - score;
    out[i] = kept >= 0.0f ? score : beyond;
    const std::uint32_t doubt = (__builtin_fabsf(kept) < kClose) | tie;
    unsure[i] = doubt;
    any |= doubt;
  }
  return any != 0;
}

template <bool raises, bool similarity>
void finish_near_floats(const Counts& counts, const Formula& formula, float* out) {
  constexpr std::int64_t kBlock = 64;
  const auto* const from = static_cast<const std::uint16_t*>(counts.counts);
  const auto query_size = static_cast<std::int32_t>(counts.query_size);
  std::uint32_t unsure[kBlock];
  for (std::int64_t at = 0; at < counts.n; at += kBlock) {
    const std::int64_t n = counts.n - at < kBlock ? counts.n - at : kBlock;
    const std::uint16_t* const sizes = counts.sizes + at;
    if (!finish_near_block<raises, similarity>(from + at, sizes, n, query_size, formula, out + at, unsure)) continue;
    for (std::int64_t i = 0; i < n; ++i)
      if (unsure[i])
        out[at + i] = static_cast<float>(
            near_score<similarity>(from[at + i], sizes[i], query_size, formula.prefix_weight, formula.cutoff));
  }
}

template <bool similarity>
void finish_near(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  if (type != PYUDF_FLOAT32) return finish_near_exactly<similarity>(counts, formula, static_cast<double*>(out));
  auto* const to = static_cast<float*>(out);
  if (formula.weight.whole == 0 || counts.query_size == 0) return finish_near_exactly<similarity>(counts, formula, to);
  if (formula.weight.part == 0) return finish_near_floats<false, similarity>(counts, formula, to);
  return finish_near_floats<true, similarity>(counts, formula, to);
}

inline void finish_near(const Counts& counts, const Formula& formula, std::int32_t type, void* out) {
  return formula.similarity ? finish_near<true>(counts, formula, type, out)
                            : finish_near<false>(counts, formula, type, out);
}

}  // namespace pyudf::PYUDF_TARGET::lanes
