// jaro.hpp: the Jaro similarity: matching characters within a window, and how many of them are out of order.
#pragma once

#include <optional>

#include "text/lanes/formula.hpp"
#include "text/occurrences.hpp"
#include "text/text.hpp"

namespace pyudf::text {

struct Jaro {
  static constexpr std::string_view title = "Jaro";
  static constexpr std::string_view definition =
      "the mean of three shares: of the characters of s1, and of those of s2, that match one nearby in the other "
      "text, and of the matches that are in the same order in both";
  static constexpr std::string_view source =
      "M. A. Jaro, \"Advances in record-linkage methodology as applied to matching the 1985 census of Tampa, "
      "Florida\", Journal of the American Statistical Association 84 (406), 1989, 414-420.";
  static constexpr const char* examples[] = {
      ">>> round(pyudf.jaro(\"martha\", \"marhta\"), 4)\n0.0556",
      ">>> round(pyudf.jaro.similarity(\"martha\", \"marhta\"), 4)\n0.9444",
      ">>> round(pyudf.jaro.normalized_distance(\"dixon\", \"dicksonx\"), 4)\n0.2333",
      ">>> round(pyudf.jaro.normalized_similarity(\"dixon\", \"dicksonx\"), 4)\n0.7667"};

  using Score = double;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::similarity;
  static bool symmetric(const Options&) noexcept { return true; }
  static Score maximum(std::int64_t, std::int64_t, const Options&) noexcept { return 1.0; }
  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::jaro; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) {
    if (s1.empty() || s2.empty()) return s1.empty() && s2.empty() ? 1.0 : 0.0;
    Pair pair(s1.size, s2.size);
    if (!pair.can_reach(cutoff, std::min(s1.size, s2.size))) return 0.0;
    pair.trim_tails(s1, s2);
    // Characters of the common prefix match one another: what is left of each is out of reach of their partners.
    pair.matches = common_prefix(s1, s2);
    s1 = s1.drop_first(pair.matches);
    s2 = s2.drop_first(pair.matches);
    if (s1.empty() || s2.empty()) return pair.similarity();
    if (s1.size > s2.size) std::swap(s1, s2);  // matches are the same from either side
    if (s1.size > WordPattern::kMaxSize) {
      scratch.occurrences.load(s1);
      return by_lists(scratch.occurrences, s2, pair, cutoff, scratch);
    }
    scratch.word.load(s1);
    const Score similarity = by_word(scratch.word, s2, pair, cutoff);
    scratch.word.clear(s1);
    return similarity;
  }

  /// A left text prepared once for many right ones.
  class Query {
   public:
    static bool usable(const Options&) noexcept { return true; }

    template <class Char>
    void prepare(Text<Char> s1) {
      if (size_ <= WordPattern::kMaxSize) word_.clear(Text<std::uint32_t>{codes_, size_});
      size_ = 0;
      occurrences_loaded_ = false;
      if (s1.size <= WordPattern::kMaxSize) {
        std::copy(s1.begin(), s1.end(), codes_);
        word_.load(s1);
      } else {
        occurrences_.load(s1);
        occurrences_loaded_ = true;
      }
      size_ = s1.size;
    }

    template <class Char>
    Score score(Text<Char> s2, const Options&, Score cutoff, Scratch& scratch) {
      if (size_ == 0 || s2.empty()) return size_ == 0 && s2.empty() ? 1.0 : 0.0;
      Pair pair(size_, s2.size);
      if (!pair.can_reach(cutoff, std::min(size_, s2.size))) return 0.0;
      Text<std::uint32_t> s1{codes_, size_};
      pair.trim_tails(s1, s2);
      if (size_ <= WordPattern::kMaxSize) return by_word(word_, s2, pair, cutoff);
      if (!occurrences_loaded_) occurrences_.load(Text<std::uint32_t>{codes_, size_});
      occurrences_loaded_ = true;
      return by_lists(occurrences_, s2, pair, cutoff, scratch);
    }

   private:
    WordPattern word_;
    Occurrences occurrences_;
    bool occurrences_loaded_ = false;
    std::int64_t size_ = 0;
    std::uint32_t codes_[WordPattern::kMaxSize];  // of a text of that size at most
  };

 private:
  struct Pair {
    Pair(std::int64_t s1_size, std::int64_t s2_size) noexcept
        : size1(s1_size), size2(s2_size), window(std::max<std::int64_t>(std::max(size1, size2) / 2 - 1, 0)) {}

    /// Cuts the characters that no window reaches.
    template <class Char1, class Char2>
    void trim_tails(Text<Char1>& s1, Text<Char2>& s2) const noexcept {
      s1.size = std::min(s1.size, size2 + window);
      s2.size = std::min(s2.size, size1 + window);
    }

    /// Whether n matches are enough if all are in order. The arithmetic is that of similarity() and rounding is
    /// monotone, so that no score that reaches the cutoff is lost.
    bool can_reach(double cutoff, std::int64_t n) const noexcept {
      return cutoff <= 0.0 || of(static_cast<double>(n), 1.0) >= cutoff;
    }

    double similarity() const noexcept {
      if (matches == 0) return 0.0;
      const auto m = static_cast<double>(matches);
      return of(m, (m - static_cast<double>(misplaced / 2)) / m);
    }

    /// The mean of the three shares, summed in RapidFuzz's order, so that results are equal to the last bit.
    double of(double m, double in_order) const noexcept {
      return (m / static_cast<double>(size1) + m / static_cast<double>(size2) + in_order) / 3.0;
    }

    std::int64_t size1, size2;
    std::int64_t window;
    std::int64_t matches = 0;
    std::int64_t misplaced = 0;  // matches that meet another character when both texts' are read in order
  };

  /// For s1 of one word: its characters as bits.
  template <class Char>
  static Score by_word(const WordPattern& pattern, Text<Char> s2, Pair pair, Score cutoff) noexcept {
    std::uint64_t reach = ~std::uint64_t{0} >> (63 - std::min<std::int64_t>(pair.window, 63));
    std::uint64_t flags = 0;  // the characters of s1 that match
    constexpr std::int64_t kGroup = 8;
    std::uint64_t matched[WordPattern::kMaxSize + kGroup];  // where those of s2 that match occur in s1
    std::int64_t n = 0;
    for (std::int64_t j = 0; j < s2.size; ++j) {
      const std::uint64_t masks = pattern.masks(s2[j]);
      const std::uint64_t candidates = masks & reach & ~flags;
      flags |= candidates & (~candidates + 1);
      matched[n] = masks;
      n += candidates != 0;
      reach = reach << 1 | static_cast<std::uint64_t>(j < pair.window);
    }
    pair.matches += n;
    if (!pair.can_reach(cutoff, pair.matches)) return 0.0;
    // In groups, as a loop of n turns would be mispredicted; there are no flags left past n.
    std::fill_n(matched + n, kGroup, 0);
    std::int64_t in_place = 0;
    for (std::int64_t k = 0; k < n; k += kGroup)
      for (std::int64_t i = k; i < k + kGroup; ++i, flags &= flags - 1)
        in_place += (matched[i] & flags & (~flags + 1)) != 0;
    pair.misplaced = n - in_place;
    return pair.similarity();
  }

  /// For texts of any length, in linear time: windows only move on, and so does the next free position of each
  /// character.
  template <class Char>
  static Score by_lists(const Occurrences& s1, Text<Char> s2, Pair pair, Score cutoff, Scratch& scratch) {
    const std::int64_t words = (s1.size() + 63) / 64;
    std::uint64_t* flags1 = scratch.words.at_least(words);
    std::fill_n(flags1, words, 0);
    std::int64_t* free = scratch.cells.at_least(s1.lists() + s2.size);
    std::copy_n(s1.first(), s1.lists(), free);
    std::int64_t* matched = free + s1.lists();  // the characters of s2 that match, as numbers of lists
    std::int64_t n = 0;
    for (std::int64_t j = 0; j < s2.size; ++j) {
      const std::int64_t list = s1.list(s2[j]);
      std::int64_t i = free[list];
      while (i < j - pair.window) i = s1.next(i);
      if (i <= j + pair.window) {
        flags1[i / 64] |= std::uint64_t{1} << (i % 64);
        matched[n++] = list;
        i = s1.next(i);
      }
      free[list] = i;
    }
    pair.matches += n;
    if (!pair.can_reach(cutoff, pair.matches)) return 0.0;
    for (std::int64_t word = 0; word < words; ++word)
      for (std::uint64_t flags = flags1[word]; flags != 0; flags &= flags - 1)
        pair.misplaced += s1.list_at(word * 64 + std::countr_zero(flags)) != *matched++;
    return pair.similarity();
  }
};

}  // namespace pyudf::text
