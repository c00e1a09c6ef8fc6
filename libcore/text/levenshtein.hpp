// levenshtein.hpp: the Levenshtein distance, by bit vectors where the weights allow it.
#pragma once

#include <cstdlib>
#include <limits>
#include <optional>

#include "text/diagonals.hpp"
#include "text/indel.hpp"
#include "text/lanes/formula.hpp"
#include "text/signature.hpp"
#include "text/strips.hpp"

namespace pyudf::text {

/// What the recurrences share whose horizontal and vertical differences are -1, 0 and 1. Differences from above
/// travel as two carries: below zero, and at most zero.
struct EditRecurrence {
  static std::int64_t first_column(std::int64_t rows) noexcept { return rows; }
  static std::int64_t horizontal(const std::uint64_t* carries, std::int64_t columns) noexcept {
    return columns - std::popcount(carries[0]) - std::popcount(carries[1]);
  }
  static bool alive(const Span& span, std::int64_t limit) noexcept {
    // Neighbours differ by at most 1, and every step that leaves the last cell's diagonal must be undone.
    const std::int64_t lowest = (span.before + span.after - span.columns) / 2;
    const std::int64_t nearest = span.rows_left - span.columns_left;
    return lowest + std::max({std::int64_t{0}, nearest - span.columns, -nearest}) <= limit;
  }
  static std::int64_t missed(std::int64_t limit) noexcept { return limit + 1; }

  /// Cells from which the last one is reached, and which are reached, by `limit` edits together.
  static Band band(std::int64_t size1, std::int64_t size2, std::int64_t limit) noexcept {
    const std::int64_t last = size2 - size1;
    return {-((limit - last) / 2), (limit + last) / 2};
  }
};

/// Myers 1999 in the form of Hyyrö 2003, with the horizontal differences read off the addition: its carries are the
/// places where the difference is -1, so that neither those nor the diagonal differences need be formed.
struct LevenshteinRecurrence : EditRecurrence {
  static constexpr int kCarries = 2;
  static constexpr int kWords = 4;
  static constexpr std::int64_t kReach = 0;
  struct Word {
    std::uint64_t above_zero;      // the vertical difference is +1
    std::uint64_t not_below_zero;  // it is 0 or +1
  };

  static Word start() noexcept { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }

  static void step(Word& word, std::uint64_t matches, std::uint64_t (&carries)[kCarries]) noexcept {
    const std::uint64_t matched = matches & word.above_zero;
    const std::uint64_t half = matched + word.above_zero, sum = half + carries[0];
    const std::uint64_t at_most_zero = (sum | matches | word.above_zero) & word.not_below_zero;  // horizontally
    const std::uint64_t shifted = at_most_zero + at_most_zero + carries[1];
    const std::uint64_t apart = ~matches & word.not_below_zero;
    carries[0] = (half < matched) | (sum < half);
    carries[1] = at_most_zero >> 63;
    word.above_zero = shifted & (sum | apart);
    word.not_below_zero = shifted | apart;
  }

  static std::int64_t vertical(Word word, std::uint64_t rows) noexcept {
    return std::popcount(word.above_zero & rows) - std::popcount(~word.not_below_zero & rows);
  }
};

/// What an edit distance of unit costs decides without a table, and how it runs where it needs one.
template <class Recurrence, Edits edits>
struct EditDistance {
  /// Up to this size a prepared text is better run whatever the cutoff (measured).
  static constexpr std::int64_t kShort = 32;

  template <class Char>
  static std::int64_t score(Text<Char> s1, Text<Char> s2, std::int64_t cutoff, Scratch& scratch) {
    if (s1.size > s2.size) std::swap(s1, s2);
    if (s2.size - s1.size > cutoff) return s2.size - s1.size;
    trim_common_affixes(s1, s2);
    if (s1.empty()) return s2.size;
    if (few_edits(cutoff, s1.size)) return distance_by_diagonals<edits>(s1, s2, cutoff);
    const std::int64_t limit = std::min(cutoff, s2.size);
    return run_recurrence<Recurrence>(s1, s2, Recurrence::band(s1.size, s2.size, limit), limit, scratch);
  }

  /// The same with the left text prepared.
  template <class Char>
  static std::int64_t score(PreparedPattern& s1, Text<Char> s2, std::int64_t cutoff, Scratch& scratch) {
    const std::int64_t difference = std::abs(s1.size() - s2.size);
    if (difference > cutoff) return difference;
    if (s1.size() <= kShort) return run_word<Recurrence>(s1.word(), s1.size(), s2);
    const std::int64_t limit = std::min(cutoff, std::max(s1.size(), s2.size));
    if (s1.size() <= PreparedPattern::kMaxSize && !few_edits(cutoff, std::min(s1.size(), s2.size)))
      return s1.template run<Recurrence>(s2, Recurrence::band(s1.size(), s2.size, limit), limit, scratch);
    return s1.with_text(s2, scratch, [&](auto a, auto b) { return score(a, b, cutoff, scratch); });
  }
};

struct Levenshtein {
  static constexpr std::string_view title = "Levenshtein";
  static constexpr std::string_view definition =
      "the fewest insertions, deletions and substitutions that turn s1 into s2";
  static constexpr std::string_view source =
      "Levenshtein, Binary codes capable of correcting deletions, insertions, and reversals, 1966; "
      "Wagner and Fischer, The string-to-string correction problem, 1974; "
      "Myers, A fast bit-vector algorithm for approximate string matching based on dynamic programming, 1999; "
      "Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances, 2003.";
  static constexpr const char* examples[] = {
      ">>> pyudf.levenshtein(\"kitten\", \"sitting\")\n3",
      ">>> pyudf.levenshtein.similarity(\"kitten\", \"sitting\")\n4",
      ">>> round(pyudf.levenshtein.normalized_distance(\"kitten\", \"sitting\"), 4)\n0.4286",
      ">>> round(pyudf.levenshtein.normalized_similarity(\"kitten\", \"sitting\"), 4)\n0.5714"};

  using Score = std::int64_t;
  struct Options;
  class Query;
  static constexpr Kind kind = Kind::distance;
  static bool symmetric(const Options&) noexcept;
  static std::int64_t maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept;

  static constexpr BoundOf bound_of = BoundOf::edits;
  static std::int64_t signature_bound(const Options&, Score cutoff, std::int64_t size1, std::int64_t size2) noexcept;

  static std::optional<lanes::Measure> measure(const Options&) noexcept;

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score cutoff, Scratch& scratch);

 private:
  using Unit = EditDistance<LevenshteinRecurrence, Edits::substitution>;

  template <class Char>
  static Score weighted(Text<Char> s1, Text<Char> s2, const Options&, Score cutoff, Scratch& scratch);
};

struct Levenshtein::Options {
  std::int64_t insertion = 1, deletion = 1, substitution = 1;

  static constexpr std::int32_t count = 1;
  static constexpr pyudf_type kCosts = detail::describe<pyudf_list>(PYUDF_LIST, &type<std::int64_t>::description, 3);
  static constexpr std::int64_t kOnes[] = {1, 1, 1};
  static constexpr pyudf_value kFallback{{.list = {kOnes, 3}}, 0, 0};
  static constexpr pyudf_parameter parameters[count] = {
      {"weights", "Costs of an insertion, a deletion and a substitution.", &kCosts, &kFallback, PYUDF_OPTION, 0}};

  static Options read(const pyudf_value* values) noexcept {
    const auto* costs = static_cast<const std::int64_t*>(values[0].list.data);
    return {costs[0], costs[1], costs[2]};
  }
  const char* invalid() const noexcept {
    if (std::min({insertion, deletion, substitution}) < 0) return "weights must not be negative";
    // Sums of them fit 64 bits for all texts that fit a memory.
    constexpr std::int64_t largest = std::int64_t{1} << 30;
    return std::max({insertion, deletion, substitution}) > largest ? "weights must not exceed 2**30" : nullptr;
  }

  /// All edits cost the same.
  bool uniform() const noexcept { return insertion == deletion && substitution == insertion; }
  /// No substitution is better than a deletion and an insertion.
  bool indel() const noexcept { return insertion == deletion && substitution - insertion >= deletion; }
};

class Levenshtein::Query : public PatternQuery<LevenshteinRecurrence> {
 public:
  static bool usable(const Options& options) noexcept { return options.uniform() && options.insertion > 0; }

  template <class Char>
  Score score(Text<Char> s2, const Options& options, Score cutoff, Scratch& scratch) {
    const std::int64_t cost = options.insertion;
    if (cost == 1) return Unit::score(s1_, s2, cutoff, scratch);
    return Unit::score(s1_, s2, cutoff / cost, scratch) * cost;
  }

  /// Two texts at once, without a cutoff.
  template <class Char>
  std::array<Score, 2> score_two(Text<Char> a, Text<Char> b, const Options& options) const noexcept {
    const auto [edits_a, edits_b] = PatternQuery::score_two(a, b, options);
    return {edits_a * options.insertion, edits_b * options.insertion};
  }
};

inline bool Levenshtein::symmetric(const Options& options) noexcept { return options.insertion == options.deletion; }

inline std::int64_t Levenshtein::maximum(std::int64_t size1, std::int64_t size2, const Options& options) noexcept {
  const auto [insertion, deletion, substitution] = options;
  if (options.uniform()) return std::max(size1, size2) * insertion;
  const std::int64_t common = std::min(size1, size2);
  const std::int64_t rewrite = size1 * deletion + size2 * insertion;
  return std::min(rewrite, common * substitution + (size1 - common) * deletion + (size2 - common) * insertion);
}

inline std::int64_t Levenshtein::signature_bound(const Options& options, Score cutoff, std::int64_t size1,
                                                 std::int64_t size2) noexcept {
  // A division costs more than all the rest.
  return signature_bits(options.insertion == 1 ? cutoff : cutoff / options.insertion, size1, size2);
}

inline std::optional<lanes::Measure> Levenshtein::measure(const Options& options) noexcept {
  if (options.insertion != 1) return {};
  if (options.uniform()) return lanes::Measure::edits;
  return options.indel() ? std::optional(lanes::Measure::indel) : std::nullopt;
}

template <class Char>
Levenshtein::Score Levenshtein::score(Text<Char> s1, Text<Char> s2, const Options& options, Score cutoff,
                                      Scratch& scratch) {
  const std::int64_t cost = options.insertion;
  if (!options.uniform() && !options.indel()) return weighted(s1, s2, options, cutoff, scratch);
  if (cost == 0) return 0;
  // Rounded down: a negative cutoff becomes 0, and then 0 is above it all the same.
  const std::int64_t edits = cutoff == kNoCutoff ? kNoCutoff : cutoff / cost;
  const std::int64_t distance =
      options.uniform() ? Unit::score(s1, s2, edits, scratch) : Indel::score(s1, s2, {}, edits, scratch);
  return distance * cost;
}

/// Wagner and Fischer 1974, one row.
template <class Char>
Levenshtein::Score Levenshtein::weighted(Text<Char> s1, Text<Char> s2, const Options& options, Score cutoff,
                                         Scratch& scratch) {
  const auto [insertion, deletion, substitution] = options;
  const std::int64_t common = std::min(s1.size, s2.size);
  const std::int64_t least = (s2.size - common) * insertion + (s1.size - common) * deletion;
  if (least > cutoff) return least;
  trim_common_affixes(s1, s2);
  std::int64_t* row = scratch.cells.at_least(s1.size + 1);
  row[0] = 0;
  for (std::int64_t i = 0; i < s1.size; ++i) row[i + 1] = row[i] + deletion;
  for (const Char c : s2) {
    std::int64_t diagonal = row[0], best = row[0] = row[0] + insertion;
    for (std::int64_t i = 0; i < s1.size; ++i) {
      const std::int64_t substituted = s1[i] == c ? diagonal : diagonal + substitution;
      diagonal = row[i + 1];
      row[i + 1] = std::min({substituted, row[i] + deletion, diagonal + insertion});
      best = std::min(best, row[i + 1]);
    }
    if (best > cutoff) return best;
  }
  return row[s1.size];
}

}  // namespace pyudf::text
