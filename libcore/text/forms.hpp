// forms.hpp: derives the four forms of a metric from its one formula, and reads the options of their calls.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "pyudf/abi.h"
#include "text/text.hpp"

namespace pyudf::text {

enum class Form { distance, similarity, normalized_distance, normalized_similarity };

constexpr bool is_similarity(Form form) { return form == Form::similarity || form == Form::normalized_similarity; }
constexpr bool is_normalized(Form form) {
  return form == Form::normalized_distance || form == Form::normalized_similarity;
}

/// The score of one form. Cutoffs and edge values are those of RapidFuzz 3.14.
///   distance > cutoff -> cutoff + 1 (1.0 for a normalised or fractional one); similarity < cutoff -> 0.
/// `raw(cutoff)` runs the metric's own formula.
template <class Kernel, Form form>
class FormOf {
  using Raw = typename Kernel::Score;
  static constexpr bool kCounts = std::is_same_v<Raw, std::int64_t>;
  static constexpr bool kRawIsDistance = Kernel::kind == Kind::distance;

 public:
  using Score = std::conditional_t<kCounts && !is_normalized(form), std::int64_t, double>;

  /// The cutoff that changes no score.
  static constexpr Score no_cutoff() {
    if constexpr (is_similarity(form))
      return 0;
    else if constexpr (std::is_same_v<Score, std::int64_t>)
      return kNoCutoff;
    else
      return 1.0;
  }

  template <class F>
  static Score score(Raw maximum, Score cutoff, F&& raw) {
    if constexpr (!kCounts)
      return fraction(cutoff, raw);
    else if constexpr (form == Form::distance)
      return distance(maximum, cutoff, raw);
    else if constexpr (form == Form::similarity)
      return similarity(maximum, cutoff, raw);
    else if constexpr (form == Form::normalized_distance)
      return normalized_distance(maximum, cutoff, raw);
    else
      return normalized_similarity(maximum, cutoff, raw);
  }

 private:
  template <class F>
  static std::int64_t distance(std::int64_t maximum, std::int64_t cutoff, F&& raw) {
    std::int64_t score;
    if constexpr (kRawIsDistance)
      score = raw(cutoff);
    else
      score = maximum - raw(cutoff < maximum ? maximum - cutoff : 0);
    return score <= cutoff ? score : cutoff + 1;
  }

  template <class F>
  static std::int64_t similarity(std::int64_t maximum, std::int64_t cutoff, F&& raw) {
    if (cutoff > maximum) return 0;
    std::int64_t score;
    if constexpr (kRawIsDistance)
      score = maximum - raw(cutoff > 0 ? maximum - cutoff : kNoCutoff);
    else
      score = raw(cutoff);
    return score >= cutoff ? score : 0;
  }

  template <class F>
  static double normalized_distance(std::int64_t maximum, double cutoff, F&& raw) {
    if (maximum == 0) return 0.0;
    const auto largest = static_cast<double>(maximum);
    const std::int64_t bound = cutoff >= 1.0 ? kNoCutoff : static_cast<std::int64_t>(std::ceil(largest * cutoff));
    const double score = static_cast<double>(distance(maximum, bound, raw)) / largest;
    return score <= cutoff ? score : 1.0;
  }

  template <class F>
  static double normalized_similarity(std::int64_t maximum, double cutoff, F&& raw) {
    if (cutoff > 1.0) return 0.0;
    const double score = 1.0 - normalized_distance(maximum, std::min(1.0, 1.0 - cutoff + kRounding), raw);
    return score >= cutoff ? score : 0.0;
  }

  /// Metrics whose own score is a similarity between 0 and 1 (Jaro): its normalised forms are the plain ones.
  template <class F>
  static double fraction(double cutoff, F&& raw) {
    if constexpr (is_similarity(form)) {
      const double score = raw(cutoff);
      return score >= cutoff ? score : 0.0;
    } else {
      const double score = 1.0 - raw(std::max(0.0, 1.0 - cutoff - kRounding));
      return score <= cutoff ? score : 1.0;
    }
  }

  /// Slack for a cutoff that is turned into another form's, so that rounding never loses a score that reaches it.
  static constexpr double kRounding = 1e-5;
};

/// One pair of texts by the metric's own formula: a function of its own, shared by all forms and entries.
template <class Kernel>
[[gnu::noinline]] typename Kernel::Score raw_score(const pyudf_text& a, const pyudf_text& b,
                                                   const typename Kernel::Options& options,
                                                   typename Kernel::Score cutoff, Scratch& scratch) {
  return with_equal_widths(a, b, scratch,
                           [&](auto s1, auto s2) { return Kernel::score(s1, s2, options, cutoff, scratch); });
}

/// The options of a call: the metric's own, then score_cutoff.
template <class Kernel, Form form>
struct Call {
  using Formed = FormOf<Kernel, form>;
  using Options = typename Kernel::Options;
  using Score = typename Formed::Score;
  static constexpr bool kCounts = std::is_same_v<Score, std::int64_t>;

  explicit Call(const pyudf_value* values)
      : options(Options::read(values)),
        cutoff(values[Options::count].missing ? Formed::no_cutoff() : number(values[Options::count])) {}

  Score score(const pyudf_text& a, const pyudf_text& b, Scratch& scratch) const {
    return Formed::score(Kernel::maximum(a.size, b.size, options), cutoff,
                         [&](auto bound) { return raw_score<Kernel>(a, b, options, bound, scratch); });
  }

  const char* invalid() const {
    // Negated, so that NaN is refused too.
    if (!(cutoff >= 0)) return "score_cutoff must not be negative or NaN";
    return options.invalid();
  }

  bool has_cutoff() const noexcept { return cutoff != Formed::no_cutoff(); }

  Options options;
  Score cutoff;

 private:
  static Score number(const pyudf_value& value) {
    if constexpr (kCounts)
      return value.integer;
    else
      return value.real;
  }
};

inline const pyudf_text& text(const pyudf_column& column, std::int64_t i) noexcept {
  return *reinterpret_cast<const pyudf_text*>(static_cast<const char*>(column.data) + i * column.stride);
}

}  // namespace pyudf::text
