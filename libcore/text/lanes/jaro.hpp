// jaro.hpp: matches within a window, and which of them are in order, in lanes (text/jaro.hpp).
// Included for each target, after its header of simd/.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

/// The windows of the first `n` characters of queries, in the lanes of some texts. They move on with the query, and
/// below the first row of a text nothing is ever met.
template <int bits>
PYUDF_INLINE void fill_windows(Vector rows, Vector query_sizes, std::int64_t n, std::byte* to, std::int64_t stride) {
  using Signed = Lanes<std::make_signed_t<Unit<bits>>>;
  const auto unit = [](std::int64_t size) { return fill<bits>(static_cast<Unit<bits>>(size)); };
  const auto more = [](Vector a, Vector b) { return (Vector)((Signed)a > (Signed)b); };
  const Vector sizes = count_bits<bits>(rows);
  const Vector half = shift_right<bits>(maximum<bits>(sizes, query_sizes), 1);
  const Vector reach = subtract<bits>(half, is_set<bits>(half));
  const Vector first = rows & subtract<bits>(zeros(), rows);
  Vector window = first;
  if constexpr (bits >= 32) {
    // From 2^(row - reach), or the first row there is, up to 2^(row + reach).
    using Unsigned = Lanes<Unit<bits>>;
    const auto by = (Unsigned)minimum<bits>(reach, unit(bits - 1));
    const auto end = (Unsigned)first << by << 1, begin = (Unsigned)first >> by;
    window = subtract<bits>((Vector)end, maximum<bits>((Vector)begin, unit(1)));
  } else {
    for (std::int64_t i = 0; i < bits; ++i)  // there are no shifts by lane: it grows to both sides
      window |= (add<bits>(window, window) | shift_right<bits>(window, 1)) & more(reach, unit(i));
  }
  // How far the window of the first character reaches below the lane.
  const Vector hidden = subtract<bits>(add<bits>(reach, sizes), unit(bits));
  for (std::int64_t i = 0; i < n; ++i) {
    store(to + i * stride, window);
    window = subtract<bits>(add<bits>(window, window), more(hidden, unit(i)));
  }
}

/// Of `vectors` vectors of texts: the characters that match, and those of them that are in order.
template <int bits, int vectors>
struct Matches {
  static constexpr std::int64_t kRow = vectors * kVectorBytes;

  Vector matched[vectors], in_order[vectors];

  /// The matches of each character are kept at `found`, to be met again in order.
  PYUDF_INLINE void run(const Group& group, const Query& query, const std::byte* windows, std::byte* found) {
    const std::byte* const matches = group.matches;
    for (int v = 0; v < vectors; ++v) matched[v] = in_order[v] = zeros();
    for (std::int64_t i = 0; i < query.size; ++i) {
      const std::byte* const here = matches + group.offsets[query.codes[i]];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        const std::int64_t at = v * kVectorBytes;
        const Vector candidates = PYUDF_TERNARY(load(here + at), load(windows + i * kRow + at), matched[v], 0x40);
        matched[v] = PYUDF_TERNARY(matched[v], candidates, subtract<bits>(zeros(), candidates), 0xF8);
        store(found + i * kRow + at, candidates);
      }
    }
    Vector left[vectors];
    for (int v = 0; v < vectors; ++v) left[v] = matched[v];
    for (std::int64_t i = 0; i < query.size; ++i) {
      const std::byte* const here = matches + group.offsets[query.codes[i]];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        const std::int64_t at = v * kVectorBytes;
        const Vector less = left[v] & subtract<bits>(left[v], is_set<bits>(load(found + i * kRow + at)));
        in_order[v] = PYUDF_TERNARY(in_order[v], left[v] ^ less, load(here + at), 0xF8);
        left[v] = less;
      }
    }
  }
};

/// How many of the first four characters are the same.
template <int bits>
PYUDF_INLINE Vector common_prefix(const Group& group, const Query& query, int v) {
  const Vector rows = load(group.rows + v * kVectorBytes);
  Vector row = rows & subtract<bits>(zeros(), rows), n = zeros();
  for (std::int64_t i = 0; i < kNearPrefix && i < query.size; ++i) {
    row &= load(group.matches + group.offsets[query.codes[i]] + v * kVectorBytes);
    n = add<bits>(n, is_set<bits>(row));
    row = add<bits>(row, row);
  }
  return n;
}

/// Near counts (near.hpp) of the lanes of a vector.
template <int bits, class To>
PYUDF_INLINE void store_near(To* to, Vector matches, Vector misplaced, Vector prefix) {
  using Parts = NearParts<To>;
  constexpr int kHalf = kVectorBytes / 2;
  const Vector pairs = shift_right<bits>(misplaced, 1);
  if constexpr (bits >= 8 * sizeof(To)) {
    using Wide = Lanes<Unit<bits>>;
    const auto packed = (Wide)matches | (Wide)pairs << Parts::kPairs | (Wide)prefix << Parts::kShared;
    store_lanes<bits>(to, (Vector)packed);
  } else {
    static_assert(bits * 2 == 8 * sizeof(To));
    using Half [[gnu::vector_size(kHalf)]] = Unit<bits>;
    const auto widened = [](Vector all, int half) {
      Half part;
      std::memcpy(&part, reinterpret_cast<const std::byte*>(&all) + half * kHalf, sizeof part);
      return __builtin_convertvector(part, Lanes<To>);
    };
    for (int half = 0; half < 2; ++half)
      store_anywhere(to + half * kLanes<2 * bits>,
                     (Vector)(widened(matches, half) | widened(pairs, half) << Parts::kPairs |
                              widened(prefix, half) << Parts::kShared));
  }
}

/// Texts of one word. Queries of a size follow one another.
template <bool with_prefix, int bits, int vectors, class To>
void run_near_words(const Group& group, const Query* queries, std::int64_t n, To* to, std::int64_t stride,
                    Workspace& workspace) {
  using State = Matches<bits, vectors>;
  const std::int64_t longest = longest_of(queries, n);
  std::byte* const windows = workspace.at_least(2 * longest * State::kRow);
  std::byte* const found = windows + longest * State::kRow;
  for (std::int64_t q = 0; q < n; ++q) {
    const Query& query = queries[q];
    if (q == 0 || query.size != queries[q - 1].size)
      for (int v = 0; v < vectors; ++v)
        fill_windows<bits>(load(group.rows + v * kVectorBytes), fill<bits>(static_cast<Unit<bits>>(query.size)),
                           query.size, windows + v * kVectorBytes, State::kRow);
    State state;
    state.run(group, query, windows, found);
    To* const out = to + q * stride + group.first;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const Vector matches = count_bits<bits>(state.matched[v]);
      Vector prefix = zeros();
      if constexpr (with_prefix) prefix = common_prefix<bits>(group, query, v);
      store_near<bits>(out + v * kLanes<bits>, matches, subtract<bits>(matches, count_bits<bits>(state.in_order[v])),
                       prefix);
    }
  }
}

template <bool with_prefix, int bits, class To>
void run_near_words(const Group& group, const Query* queries, std::int64_t n, To* to, std::int64_t stride,
                    Workspace& workspace) {
  switch (group.width.vectors) {
    case 1: return run_near_words<with_prefix, bits, 1>(group, queries, n, to, stride, workspace);
    case 2: return run_near_words<with_prefix, bits, 2>(group, queries, n, to, stride, workspace);
    default: return run_near_words<with_prefix, bits, 4>(group, queries, n, to, stride, workspace);
  }
}

}  // namespace pyudf::PYUDF_TARGET::lanes
