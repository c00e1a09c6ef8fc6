// osa.hpp: the optimal string alignment distance: Levenshtein with transpositions that are not edited again.
#pragma once

#include "text/levenshtein.hpp"

namespace pyudf::text {

/// Hyyrö 2003. A transposition ends where this character and the last match crosswise and the cell two steps up the
/// diagonal cost an edit; there the vertical difference is not +1, so that it acts just like one more match.
struct OsaRecurrence : EditRecurrence {
  static constexpr int kCarries = 3;  // the third: the upper half of a transposition
  static constexpr int kWords = 2;
  static constexpr std::int64_t kReach = 1;
  struct Word {
    LevenshteinRecurrence::Word differences;
    std::uint64_t edited;   // the diagonal difference of the last column is +1
    std::uint64_t matches;  // of the last column
  };

  static Word start() noexcept { return {LevenshteinRecurrence::start(), 0, 0}; }

  static void step(Word& word, std::uint64_t matches, std::uint64_t (&carries)[kCarries]) noexcept {
    auto& [above_zero, not_below_zero] = word.differences;
    const std::uint64_t halves = word.edited & matches;
    const std::uint64_t reached = matches | ((halves + halves + carries[2]) & word.matches);
    const std::uint64_t matched = matches & above_zero;
    const std::uint64_t half = matched + above_zero, sum = half + carries[0];
    const std::uint64_t at_most_zero = (sum | reached | above_zero) & not_below_zero;
    const std::uint64_t shifted = at_most_zero + at_most_zero + carries[1];
    const std::uint64_t apart = ~reached & not_below_zero;
    carries[0] = (half < matched) | (sum < half);
    carries[1] = at_most_zero >> 63;
    carries[2] = halves >> 63;
    word.edited = apart & ~(sum ^ above_zero);
    word.matches = matches;
    above_zero = shifted & (sum | apart);
    not_below_zero = shifted | apart;
  }

  static std::int64_t vertical(const Word& word, std::uint64_t rows) noexcept {
    return LevenshteinRecurrence::vertical(word.differences, rows);
  }
};

struct Osa {
  static constexpr std::string_view title = "Optimal string alignment";
  static constexpr std::string_view definition =
      "the fewest insertions, deletions, substitutions and transpositions of adjacent characters that turn s1 into s2, "
      "with no part edited twice";
  static constexpr std::string_view source =
      "Damerau, A technique for computer detection and correction of spelling errors, 1964; "
      "Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances, 2003.";
  static constexpr const char* examples[] = {">>> pyudf.osa(\"CA\", \"ABC\")\n3",
                                             ">>> pyudf.osa.similarity(\"teh\", \"the\")\n2",
                                             ">>> round(pyudf.osa.normalized_distance(\"teh\", \"the\"), 4)\n0.3333",
                                             ">>> round(pyudf.osa.normalized_similarity(\"teh\", \"the\"), 4)\n0.6667"};

  using Score = std::int64_t;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::distance;
  static bool symmetric(const Options&) noexcept { return true; }
  static std::int64_t maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept {
    return std::max(size1, size2);
  }
  static constexpr BoundOf bound_of = BoundOf::swaps;
  static std::int64_t signature_bound(const Options&, Score cutoff, std::int64_t size1, std::int64_t size2) noexcept {
    return signature_bits(cutoff, size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::swaps; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) {
    return Unit::score(s1, s2, cutoff, scratch);
  }

  class Query : public PatternQuery<OsaRecurrence> {
   public:
    static bool usable(const Options&) noexcept { return true; }

    template <class Char>
    Score score(Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) {
      return Unit::score(s1_, s2, cutoff, scratch);
    }
  };

 private:
  using Unit = EditDistance<OsaRecurrence, Edits::substitution_and_transposition>;
};

}  // namespace pyudf::text
