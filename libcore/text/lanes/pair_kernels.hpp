// pair_kernels.hpp: runs a pair of texts in each lane, whose characters are compared as they come.
// Included for each target, after its header of simd/ and the recurrences.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

/// For each step, which rows its character matches. Steps past the end of a query match none.
struct PairMatches {
  static constexpr std::int64_t kRow = kVectorBytes;

  /// Of step `i`; of -1: none.
  PYUDF_INLINE Vector of(std::int64_t i) const { return load(bytes + (i + 1) * kRow); }

  alignas(64) std::byte bytes[(kPairRows + 1) * kRow];
};

/// With bytes for the rows of one lane, all of which meet the same character.
template <int bits>
inline constexpr int kVectorsOfLane = bits > kVectorBytes ? bits / kVectorBytes : 1;

/// The characters of a chunk beside the rows of a vector.
template <int bits>
PYUDF_INLINE Vector load_queries(const std::byte* plane, int v) {
  if constexpr (bits == 64) return load_repeated(plane + v * kVectorBytes / bits * pair_query_lane(bits));
  return load(plane + v * kVectorBytes);
}

/// A byte for each row is compared with the byte of the step. What stands in no row of a text is masked afterwards.
template <int bits, int planes>
void compare(const Pairs& pairs, std::int64_t steps, std::byte* to) {
  constexpr std::int64_t kChunk = pair_chunk(bits), kPlane = kPairVectors * kVectorBytes;
  // Two lanes of eight bytes lie in sixteen, by which bytes are picked.
  Vector first = zeros();
  if constexpr (bits == 8)
    for (int i = 1; i < kVectorBytes / 8; i += 2) first[i] = 0x0808080808080808;
  for (std::int64_t i = 0; i < steps; ++i) {
    const Vector picks = add<8>(first, fill<8>(static_cast<std::uint8_t>(i % kChunk)));
    const std::byte* const queries = pairs.queries + i / kChunk * planes * kPlane;
    Vector picked[planes];
#pragma GCC unroll 8
    for (int v = 0; v < kPairVectors; ++v) {
      ByteMask mask = static_cast<ByteMask>(-1);
#pragma GCC unroll 3
      for (int p = 0; p < planes; ++p) {
        if (v % kVectorsOfLane<bits> == 0) picked[p] = pick_bytes(load_queries<bits>(queries + p * kPlane, v), picks);
        mask &= equal_bytes(load(pairs.texts + p * kPlane + v * kVectorBytes), picked[p]);
      }
      std::memcpy(to + i * kVectorBytes + v * std::int64_t{sizeof mask}, &mask, sizeof mask);
    }
  }
}

template <int bits>
void find_matches(const Pairs& pairs, std::int64_t steps, PairMatches& matches) {
  std::byte* const first = matches.bytes + PairMatches::kRow;
  switch (pairs.planes) {
    case 1: compare<bits, 1>(pairs, steps, first); break;
    case 2: compare<bits, 2>(pairs, steps, first); break;
    default: compare<bits, 3>(pairs, steps, first);
  }
  const Vector rows = load(pairs.rows), sizes = load(pairs.sizes);
  store(matches.bytes, zeros());
  for (std::int64_t i = 0; i < steps; ++i) {
    const auto here = fill<bits>(static_cast<Unit<bits>>(i));
    const auto open = (Vector)((Lanes<Unit<bits>>)sizes > (Lanes<Unit<bits>>)here);
    store(first + i * kVectorBytes, load(first + i * kVectorBytes) & rows & open);
  }
}

/// A lane's count is read where its query ends; later ones do not change it.
template <template <int> class Recurrence, int bits>
void run_pairs(const Pairs& pairs, void* counts) {
  PairMatches matches;
  find_matches<bits>(pairs, pairs.ends[pairs.n_ends - 1], matches);
  const Vector rows = load(pairs.rows), sizes = load(pairs.sizes), text_sizes = count_bits<bits>(rows);
  Recurrence<bits> state;
  state.start(rows);
  Vector all = zeros();
  std::int64_t i = 0;
  for (std::int64_t e = 0; e < pairs.n_ends; ++e) {
    for (; i < pairs.ends[e]; ++i) state.step(matches.of(i), matches.of(i - 1));
    const Vector end = fill<bits>(pairs.ends[e]), ended = equal<bits>(sizes, end);
    all |= Recurrence<bits>::result(end, text_sizes, state.count(ones())) & ended;
  }
  store_lanes<bits>(static_cast<std::uint8_t*>(counts), all);
}

template <bool with_prefix, int bits>
void run_near_pairs(const Pairs& pairs, void* counts) {
  // Each step has matches of its own, as if no character came twice.
  static constexpr auto kSteps = [] {
    struct {
      Code codes[kPairRows];
      std::uint32_t rows[kPairRows + 1];
    } steps{};
    for (std::int64_t i = 0; i < kPairRows; ++i) {
      steps.codes[i] = static_cast<Code>(i + 1);
      steps.rows[i + 1] = static_cast<std::uint32_t>((i + 1) * PairMatches::kRow);
    }
    return steps;
  }();
  const std::int64_t n = pairs.ends[pairs.n_ends - 1];
  PairMatches matches;
  find_matches<bits>(pairs, n, matches);
  alignas(64) std::byte windows[kPairRows * kVectorBytes], found[kPairRows * kVectorBytes];
  fill_windows<bits>(load(pairs.rows), load(pairs.sizes), n, windows, kVectorBytes);
  const Group group{{bits, 1, 1}, 0, 0, 0, matches.bytes, pairs.rows, kSteps.rows, nullptr};
  const Query query{kSteps.codes, n, 0};
  Matches<bits, 1> state;
  state.run(group, query, windows, found);
  const Vector matched = count_bits<bits>(state.matched[0]);
  Vector prefix = zeros();
  if constexpr (with_prefix) prefix = common_prefix<bits>(group, query, 0);
  store_near<bits>(static_cast<std::uint16_t*>(counts), matched,
                   subtract<bits>(matched, count_bits<bits>(state.in_order[0])), prefix);
}

}  // namespace pyudf::PYUDF_TARGET::lanes
