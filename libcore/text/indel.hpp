// indel.hpp: the edit distance of insertions and deletions, which the longest common subsequence gives.
#pragma once

#include "text/lcs_seq.hpp"

namespace pyudf::text {

struct Indel {
  static constexpr std::string_view title = "Indel";
  static constexpr std::string_view definition = "the fewest insertions and deletions that turn s1 into s2";
  static constexpr std::string_view source =
      "Needleman and Wunsch, A general method applicable to the search for similarities, 1970; "
      "Hyyrö, Bit-parallel LCS-length computation revisited, 2004.";
  static constexpr const char* examples[] = {
      ">>> pyudf.indel(\"kitten\", \"sitting\")\n5", ">>> pyudf.indel.similarity(\"kitten\", \"sitting\")\n8",
      ">>> round(pyudf.indel.normalized_distance(\"kitten\", \"sitting\"), 4)\n0.3846",
      ">>> round(pyudf.indel.normalized_similarity(\"kitten\", \"sitting\"), 4)\n0.6154"};

  using Score = std::int64_t;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::distance;
  static bool symmetric(const Options&) noexcept { return true; }
  static std::int64_t maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept { return size1 + size2; }
  static constexpr BoundOf bound_of = BoundOf::indels;
  static std::int64_t signature_bound(const Options&, Score cutoff, std::int64_t size1, std::int64_t size2) noexcept {
    return signature_bits_of_indels(cutoff, size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::indel; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options& options, Score cutoff, Scratch& scratch) {
    const std::int64_t total = s1.size + s2.size;
    return total - 2 * LcsSeq::score(s1, s2, options, common_at_least(total, cutoff), scratch);
  }

  class Query {
   public:
    static bool usable(const Options&) noexcept { return true; }

    template <class Char>
    void prepare(Text<Char> s1) {
      size_ = s1.size;
      lcs_.prepare(s1);
    }

    template <class Char>
    Score score(Text<Char> s2, const Options& options, Score cutoff, Scratch& scratch) {
      const std::int64_t total = size_ + s2.size;
      return total - 2 * lcs_.score(s2, options, common_at_least(total, cutoff), scratch);
    }

    bool takes_two() const noexcept { return lcs_.takes_two(); }

    /// Two texts at once, without a cutoff.
    template <class Char>
    std::array<Score, 2> score_two(Text<Char> a, Text<Char> b, const Options& options) const noexcept {
      const auto [common_a, common_b] = lcs_.score_two(a, b, options);
      return {size_ + a.size - 2 * common_a, size_ + b.size - 2 * common_b};
    }

   private:
    LcsSeq::Query lcs_;
    std::int64_t size_ = 0;
  };

 private:
  /// The longest common subsequence of a pair whose distance keeps the cutoff.
  static Score common_at_least(std::int64_t total, Score cutoff) noexcept {
    return cutoff >= total ? 0 : (total - std::max<Score>(cutoff, 0) + 1) / 2;
  }
};

}  // namespace pyudf::text
