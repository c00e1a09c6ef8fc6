// jaro_words.hpp: matches within a window, and which of them are in order, of texts of several words (jaro.hpp).
// Included for each target, after its header of simd/.
//
// A query is run against a strip of words after the other. What passes from a strip to the next is one bit for each of
// its characters: that it still looks for a match, and then that a match of it is still to be met in order.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

using namespace pyudf::text::lanes;

/// The rows of a strip that lie in the window of a character. The 64th bit of a word is that of the next word's first
/// row, as the window moves on.
template <int words>
struct Window {
  Vector rows[words];
  Vector begin, end;  // counted from the first row of the strip

  PYUDF_INLINE void start(Vector first, Vector last) {
    begin = first, end = last;
    for (int w = 0; w < words; ++w) {
      const Vector before = fill<64>(static_cast<std::uint64_t>(w * kRowsOfWord));
      rows[w] = below(subtract<64>(end, before)) & ~below(subtract<64>(begin, before));
    }
  }

  PYUDF_INLINE void move_on() {
    Vector into = begin & ~end;  // the sign bits: begin < 0 <= end
    begin = add<64>(begin, fill<64>(1));
    end = add<64>(end, fill<64>(1));
#pragma GCC unroll 4
    for (int w = 0; w < words; ++w) rows[w] = into = shift_in(rows[w], into);
  }

 private:
  /// The first n rows of a word.
  static PYUDF_INLINE Vector below(Vector n) {
    using Signed = Lanes<std::int64_t>;
    const auto all = (Signed)n;
    const Signed some = all > 0 ? all : Signed{};
    const auto rows = (Lanes<std::uint64_t>)(some < kRowsOfWord ? some : Signed{} + kRowsOfWord);
    return subtract<64>((Vector)((Lanes<std::uint64_t>{} + 1) << rows), fill<64>(1));
  }
};

/// One vector of texts, run with a query after the other.
template <int words>
class LongTexts {
 public:
  static std::int64_t memory_bytes(const Group& group, std::int64_t longest_query) {
    return ((1 + kNearPrefix) * group.width.words + longest_query) * std::int64_t{sizeof(Vector)};
  }

  PYUDF_INLINE LongTexts(const Group& group, int vector, std::byte* memory)
      : group_(group),
        base_(vector * group.width.words * kVectorBytes),
        matched_(reinterpret_cast<Vector*>(memory)),
        leading_(matched_ + group.width.words),
        waiting_(leading_ + kNearPrefix * group.width.words) {
    sizes_ = zeros();
    for (std::int64_t w = 0; w < group.width.words; ++w) sizes_ = add<64>(sizes_, count_bits<64>(rows(w)));
    const std::uint16_t* const sizes = group.sizes + vector * kLanes<64>;
    for (int lane = 0; lane < kLanes<64>; ++lane) {
      if (sizes[lane] == 0) continue;  // there is no text
      if (sizes[lane] > longest_) longest_ = sizes[lane];
      if (sizes[lane] < shortest_) shortest_ = sizes[lane];
    }
    find_leading();
  }

  Vector matches, misplaced;  // of the last query

  PYUDF_INLINE void run(const Query& query) {
    for (std::int64_t word = 0; word < group_.width.words; word += words) match(query, word);
    matches = misplaced = zeros();
    std::int64_t begin = 0;
    for (std::int64_t word = 0; word < group_.width.words; word += words) begin = put_in_order(query, word, begin);
  }

  /// How many of the first four characters are the same.
  PYUDF_INLINE Vector common_prefix(const Query& query) const {
    Vector same = fill<64>(1), n = zeros();
    for (std::int64_t i = 0; i < kNearPrefix && i < query.size; ++i) {
      const std::byte* const here = matches_of(query, i);
      const Vector* const leading = leading_ + i * group_.width.words;
      Vector hit = zeros();
      for (std::int64_t w = 0; w < group_.width.words; ++w)
        hit = PYUDF_TERNARY(hit, leading[w], load(here + w * kVectorBytes), 0xF8);
      same &= is_set<64>(hit);
      n = add<64>(n, same);
    }
    return n;
  }

 private:
  static PYUDF_INLINE Vector last_bit() { return fill<64>(std::uint64_t{1} << 63); }

  PYUDF_INLINE Vector rows(std::int64_t word) const { return load(group_.rows + base_ + word * kVectorBytes); }
  PYUDF_INLINE const std::byte* matches_of(const Query& query, std::int64_t i) const {
    return group_.matches + base_ + group_.offsets[query.codes[i]];
  }

  /// The rows of the first characters, one after the other.
  PYUDF_INLINE void find_leading() {
    const std::int64_t n = group_.width.words;
    Vector looking = fill<64>(1);
    for (std::int64_t w = 0; w < n; ++w) {
      const Vector fewer = subtract<64>(rows(w), looking);
      leading_[w] = rows(w) & ~fewer;
      looking = shift_right<64>(fewer, 63);
    }
    for (std::int64_t i = 1; i < kNearPrefix; ++i) {
      Vector carry = zeros();
      for (std::int64_t w = 0; w < n; ++w) {
        const Vector before = leading_[(i - 1) * n + w], next = add<64>(before, before) | carry;
        leading_[i * n + w] = next & ~last_bit();
        carry = shift_right<64>(next, 63);
      }
    }
  }

  static std::int64_t reach(std::int64_t size, std::int64_t query_size) {
    return (size > query_size ? size : query_size) / 2 - 1;
  }

  /// Each character of the query takes the first row of its window that matches and is not taken. The row is told from
  /// the others as the one that changes where 1 is subtracted; what a word lacks for that it borrows from the next.
  PYUDF_INLINE void match(const Query& query, std::int64_t word) {
    // No window of the other characters is in the strip: size - reach and size + reach grow with the size.
    const std::int64_t row = word * kRowsOfWord, rows = group_.width.rows(), last = row + words * kRowsOfWord;
    const auto clamp = [&](std::int64_t i) { return i < 0 ? 0 : i < query.size ? i : query.size; };
    const std::int64_t begin = clamp(row - rows + shortest_ - reach(shortest_, query.size));
    const std::int64_t end = clamp(last - rows + longest_ + reach(longest_, query.size));
    const Vector half = shift_right<64>(maximum<64>(sizes_, fill<64>(static_cast<std::uint64_t>(query.size))), 1);
    const Vector first =
        subtract<64>(fill<64>(static_cast<std::uint64_t>(rows - row + begin + 1)), add<64>(sizes_, half));
    Window<words> window;
    window.start(first, add<64>(first, subtract<64>(add<64>(half, half), fill<64>(1))));
    const Vector one = fill<64>(1);
    const Vector* const waiting = word == 0 ? &one : waiting_;  // at first all do
    const std::int64_t stride = word == 0 ? 0 : 1;
    Vector matched[words];
    for (int w = 0; w < words; ++w) matched[w] = last_bit();
    for (std::int64_t i = begin; i < end; ++i) {
      const std::byte* const here = matches_of(query, i) + word * kVectorBytes;
      Vector looking = waiting[i * stride];
#pragma GCC unroll 4
      for (int w = 0; w < words; ++w) {
        const Vector candidates = PYUDF_TERNARY(load(here + w * kVectorBytes), window.rows[w], matched[w], 0x40);
        const Vector fewer = subtract<64>(candidates, looking);
        matched[w] = PYUDF_TERNARY(matched[w], candidates, fewer, 0xF4);
        looking = shift_right<64>(fewer, 63);
      }
      waiting_[i] = looking;
      window.move_on();
    }
    if (word == 0)
      for (std::int64_t i = end; i < query.size; ++i) waiting_[i] = one;
    for (int w = 0; w < words; ++w) matched_[word + w] = matched[w] & ~last_bit();
  }

  /// The characters that found a match meet the matched rows one after the other, from the character `begin` on, the
  /// first that meets one of this strip. Returns that of the next strip.
  PYUDF_INLINE std::int64_t put_in_order(const Query& query, std::int64_t word, std::int64_t begin) {
    constexpr std::int64_t kTurns = 16;  // after which it is seen whether rows are left
    const bool first = word == 0, last = word + words == group_.width.words;
    const Vector found = first ? fill<64>(1) : zeros();  // those who look for none have found theirs
    Vector left[words], in_order[words];
    for (int w = 0; w < words; ++w) left[w] = matched_[word + w], in_order[w] = zeros();
    std::int64_t i = begin;
    while (i < query.size && any_bit(all(left))) {
      const std::int64_t end = i + kTurns < query.size ? i + kTurns : query.size;
      for (; i < end; ++i) {
        const std::byte* const here = matches_of(query, i) + word * kVectorBytes;
        Vector next = waiting_[i] ^ found;
#pragma GCC unroll 4
        for (int w = 0; w < words; ++w) {
          const Vector fewer = subtract<64>(left[w], next), met = left[w] & ~fewer;
          in_order[w] = PYUDF_TERNARY(in_order[w], met, load(here + w * kVectorBytes), 0xF8);
          left[w] &= fewer;
          next = shift_right<64>(fewer, 63);
        }
        waiting_[i] = next;
      }
    }
    for (int w = 0; w < words; ++w) {
      const Vector n = count_bits<64>(matched_[word + w]);
      matches = add<64>(matches, n);
      misplaced = add<64>(misplaced, subtract<64>(n, count_bits<64>(in_order[w])));
    }
    if (last) return query.size;
    if (first)
      for (; i < query.size; ++i) waiting_[i] ^= found;
    while (begin < query.size && !any_bit(waiting_[begin])) ++begin;
    return begin;
  }

  static PYUDF_INLINE Vector all(const Vector (&some)[words]) {
    Vector any = zeros();
    for (int w = 0; w < words; ++w) any |= some[w];
    return any;
  }

  const Group& group_;
  std::int64_t base_;
  Vector sizes_;
  std::int64_t shortest_ = group_.width.rows(), longest_ = 0;
  Vector* matched_;  // rows, by word
  Vector* leading_;  // rows, by character and word
  Vector* waiting_;  // characters of a query, as 1
};

template <bool with_prefix, int words>
void run_near_strips(const Group& group, const Query* queries, std::int64_t n, std::uint32_t* to, std::int64_t stride,
                     Workspace& workspace) {
  const std::int64_t longest = longest_of(queries, n);
  std::byte* const memory = workspace.at_least(LongTexts<words>::memory_bytes(group, longest));
  for (int v = 0; v < group.width.vectors; ++v) {
    LongTexts<words> texts(group, v, memory);
    for (std::int64_t q = 0; q < n; ++q) {
      texts.run(queries[q]);
      Vector prefix = zeros();
      if constexpr (with_prefix) prefix = texts.common_prefix(queries[q]);
      store_near<64>(to + q * stride + group.first + v * kLanes<64>, texts.matches, texts.misplaced, prefix);
    }
  }
}

template <bool with_prefix>
void run_near_strips(const Group& group, const Query* queries, std::int64_t n, std::uint32_t* to, std::int64_t stride,
                     Workspace& workspace) {
  switch (group.width.words) {
    case 2: return run_near_strips<with_prefix, 2>(group, queries, n, to, stride, workspace);
    case 3: return run_near_strips<with_prefix, 3>(group, queries, n, to, stride, workspace);
    default: return run_near_strips<with_prefix, kStrip>(group, queries, n, to, stride, workspace);
  }
}

/// Texts of any width. Near counts of 16 bits are asked for where no text has more than kNearRows characters.
template <bool with_prefix, class To>
void run_near(const Group& group, const Query* queries, std::int64_t n, void* counts, std::int64_t stride,
              Workspace& workspace) {
  auto* const to = static_cast<To*>(counts);
  if constexpr (sizeof(To) == 4)
    if (group.width.words > 1) return run_near_strips<with_prefix>(group, queries, n, to, stride, workspace);
  switch (group.width.bits) {
    case 8:
      if constexpr (sizeof(To) == 2) return run_near_words<with_prefix, 8>(group, queries, n, to, stride, workspace);
      break;
    case 16: return run_near_words<with_prefix, 16>(group, queries, n, to, stride, workspace);
    case 32: return run_near_words<with_prefix, 32>(group, queries, n, to, stride, workspace);
    default: return run_near_words<with_prefix, 64>(group, queries, n, to, stride, workspace);
  }
}

}  // namespace pyudf::PYUDF_TARGET::lanes
