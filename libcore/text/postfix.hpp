// postfix.hpp: the length of the common suffix.
#pragma once

#include <optional>

#include "text/lanes/formula.hpp"
#include "text/text.hpp"

namespace pyudf::text {

struct Postfix {
  static constexpr std::string_view title = "Postfix";
  static constexpr std::string_view definition = "the number of trailing characters that s1 and s2 share";
  static constexpr std::string_view source = "RapidFuzz 3.14, ``rapidfuzz.distance.Postfix``.";
  static constexpr const char* examples[] = {
      ">>> pyudf.postfix(\"nation\", \"station\")\n2", ">>> pyudf.postfix.similarity(\"nation\", \"station\")\n5",
      ">>> round(pyudf.postfix.normalized_distance(\"nation\", \"station\"), 4)\n0.2857",
      ">>> round(pyudf.postfix.normalized_similarity(\"nation\", \"station\"), 4)\n0.7143"};

  using Score = std::int64_t;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::similarity;
  static bool symmetric(const Options&) noexcept { return true; }
  static Score maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept {
    return std::max(size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::postfix; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score, Scratch&) noexcept {
    return common_suffix(s1, s2);
  }
};

}  // namespace pyudf::text
