// prefix.hpp: the length of the common prefix.
#pragma once

#include <optional>

#include "text/lanes/formula.hpp"
#include "text/text.hpp"

namespace pyudf::text {

struct Prefix {
  static constexpr std::string_view title = "Prefix";
  static constexpr std::string_view definition = "the number of leading characters that s1 and s2 share";
  static constexpr std::string_view source = "RapidFuzz 3.14, ``rapidfuzz.distance.Prefix``.";
  static constexpr const char* examples[] = {
      ">>> pyudf.prefix(\"prefix\", \"pretext\")\n4", ">>> pyudf.prefix.similarity(\"prefix\", \"pretext\")\n3",
      ">>> round(pyudf.prefix.normalized_distance(\"prefix\", \"pretext\"), 4)\n0.5714",
      ">>> round(pyudf.prefix.normalized_similarity(\"prefix\", \"pretext\"), 4)\n0.4286"};

  using Score = std::int64_t;
  using Options = NoOptions;
  static constexpr Kind kind = Kind::similarity;
  static bool symmetric(const Options&) noexcept { return true; }
  static std::int64_t maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept {
    return std::max(size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options&) noexcept { return lanes::Measure::prefix; }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options&, Score, Scratch&) noexcept {
    return common_prefix(s1, s2);
  }
};

}  // namespace pyudf::text
