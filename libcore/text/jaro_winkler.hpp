// jaro_winkler.hpp: the Jaro-Winkler similarity: Jaro's, raised for a common prefix.
#pragma once

#include "text/jaro.hpp"
#include "text/text.hpp"

namespace pyudf::text {

struct JaroWinkler {
  static constexpr std::string_view title = "Jaro-Winkler";
  static constexpr std::string_view definition =
      "the Jaro similarity, which, where it exceeds 0.7, is brought closer to 1 by prefix_weight of the way for each "
      "of up to four common leading characters";
  static constexpr std::string_view source =
      "W. E. Winkler, \"String comparator metrics and enhanced decision rules in the Fellegi-Sunter model of record "
      "linkage\", Proceedings of the Section on Survey Research Methods, American Statistical Association, 1990, "
      "354-359.";
  static constexpr const char* examples[] = {
      ">>> round(pyudf.jaro_winkler(\"martha\", \"marhta\"), 4)\n0.0389",
      ">>> round(pyudf.jaro_winkler.similarity(\"martha\", \"marhta\"), 4)\n0.9611",
      ">>> round(pyudf.jaro_winkler.normalized_distance(\"dixon\", \"dicksonx\"), 4)\n0.1867",
      ">>> round(pyudf.jaro_winkler.normalized_similarity(\"dixon\", \"dicksonx\"), 4)\n0.8133"};

  struct Options {
    double prefix_weight = 0.1;

    static constexpr pyudf_value kTenth{{.real = 0.1}, 0, 0};
    static constexpr std::int32_t count = 1;
    static constexpr pyudf_parameter parameters[] = {{"prefix_weight",
                                                      "How much each common leading character adds, from 0 to 0.25.",
                                                      &type<double>::description, &kTenth, PYUDF_OPTION, 0}};
    static Options read(const pyudf_value* values) noexcept { return {values[0].real}; }
    /// Why these options cannot be used, or nullptr.
    const char* invalid() const noexcept {
      // Negated, so that NaN is refused too.
      return !(prefix_weight >= 0.0 && prefix_weight <= 0.25) ? "prefix_weight must lie between 0 and 0.25" : nullptr;
    }
  };

  using Score = double;
  static constexpr Kind kind = Kind::similarity;
  static bool symmetric(const Options&) noexcept { return true; }
  static Score maximum(std::int64_t, std::int64_t, const Options&) noexcept { return 1.0; }
  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::jaro_winkler; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options& options, Score cutoff, Scratch& scratch) {
    return raised(shared(s1, s2), options, cutoff,
                  [&](double bound) { return Jaro::score(s1, s2, {}, bound, scratch); });
  }

  /// A left text prepared once for many right ones.
  class Query {
   public:
    static bool usable(const Options&) noexcept { return true; }

    template <class Char>
    void prepare(Text<Char> s1) {
      jaro_.prepare(s1);
      start_size_ = std::min(s1.size, kPrefix);
      std::copy_n(s1.data, start_size_, start_);
    }

    template <class Char>
    Score score(Text<Char> s2, const Options& options, Score cutoff, Scratch& scratch) {
      return raised(shared(Text<std::uint32_t>{start_, start_size_}, s2), options, cutoff,
                    [&](double bound) { return jaro_.score(s2, {}, bound, scratch); });
    }

   private:
    Jaro::Query jaro_;
    std::int64_t start_size_ = 0;
    std::uint32_t start_[4];
  };

 private:
  static constexpr std::int64_t kPrefix = 4;  // leading characters that count
  static constexpr double kBoost = 0.7;       // Jaro similarities up to this one are left as they are

  template <class Char1, class Char2>
  static std::int64_t shared(Text<Char1> s1, Text<Char2> s2) noexcept {
    const std::int64_t n = std::min({s1.size, s2.size, kPrefix});
    std::int64_t i = 0;
    while (i < n && s1[i] == s2[i]) ++i;
    return i;
  }

  /// `jaro(bound)` is exact where it reaches the bound.
  template <class F>
  static Score raised(std::int64_t prefix, const Options& options, Score cutoff, F&& jaro) {
    const double share = static_cast<double>(prefix) * options.prefix_weight;
    const double similarity = jaro(bound(share, cutoff));
    return similarity > kBoost ? similarity + share * (1.0 - similarity) : similarity;
  }

  /// The Jaro similarity that it takes to reach the cutoff; less a little, for rounding.
  static double bound(double share, double cutoff) noexcept {
    if (cutoff <= kBoost) return cutoff;
    const double missing = cutoff - share - 1e-9;
    return share < 1.0 ? std::max(kBoost, missing / (1.0 - share)) : kBoost;
  }
};

}  // namespace pyudf::text
