// hamming.hpp: the Hamming distance: positions that differ.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "text/lanes/formula.hpp"
#include "text/text.hpp"

namespace pyudf::text {

struct Hamming {
  static constexpr std::string_view title = "Hamming";
  static constexpr std::string_view definition = "the number of positions at which s1 and s2 differ";
  static constexpr std::string_view source =
      "R. W. Hamming, \"Error detecting and error correcting codes\", Bell System Technical Journal 29 (2), 1950, "
      "147-160.";
  static constexpr const char* examples[] = {
      ">>> pyudf.hamming(\"karolin\", \"kathrin\")\n3", ">>> pyudf.hamming.similarity(\"karolin\", \"kathrin\")\n4",
      ">>> round(pyudf.hamming.normalized_distance(\"karolin\", \"kathrin\"), 4)\n0.4286",
      ">>> round(pyudf.hamming.normalized_similarity(\"karolin\", \"kathrin\"), 4)\n0.5714"};

  struct Options {
    bool pad = true;

    static constexpr pyudf_value kTrue{{.integer = 1}, 0, 0};
    static constexpr std::int32_t count = 1;
    static constexpr pyudf_parameter parameters[] = {
        {"pad",
         "Whether the positions that only the longer text has count as differing; if not, texts of unequal lengths "
         "are refused.",
         &type<bool>::description, &kTrue, PYUDF_OPTION, 0}};
    static Options read(const pyudf_value* values) noexcept { return {values[0].integer != 0}; }
    /// Why these options cannot be used, or nullptr.
    const char* invalid() const noexcept { return nullptr; }
  };

  using Score = std::int64_t;
  static constexpr Kind kind = Kind::distance;
  static bool symmetric(const Options&) noexcept { return true; }
  static Score maximum(std::int64_t size1, std::int64_t size2, const Options&) noexcept {
    return std::max(size1, size2);
  }

  static std::optional<lanes::Measure> measure(const Options& options) noexcept {
    return options.pad ? std::optional(lanes::Measure::hamming) : std::nullopt;
  }

  template <class Char>
  static Score score(Text<Char> s1, Text<Char> s2, const Options& options, Score, Scratch&) {
    if (s1.size != s2.size && !options.pad) refuse(s1.size, s2.size);
    const std::int64_t n = std::min(s1.size, s2.size);
    return std::max(s1.size, s2.size) - n + differences(s1.data, s2.data, n);
  }

 private:
  /// Counts in lanes as narrow as the characters, so that a vector compares and adds as many as it holds.
  template <class Char>
  static Score differences(const Char* a, const Char* b, std::int64_t n) noexcept {
    constexpr std::int64_t kBlock = 240;  // whole vectors, and no count that a byte cannot hold
    Score total = 0;
    for (; n >= kBlock; n -= kBlock, a += kBlock, b += kBlock) {
      Char count = 0;
      for (std::int64_t i = 0; i < kBlock; ++i) count = static_cast<Char>(count + (a[i] != b[i]));
      total += count;
    }
    Char count = 0;
    for (std::int64_t i = 0; i < n; ++i) count = static_cast<Char>(count + (a[i] != b[i]));
    return total + count;
  }

  [[noreturn]] static void refuse(std::int64_t size1, std::int64_t size2) {
    throw std::invalid_argument("texts of lengths " + std::to_string(size1) + " and " + std::to_string(size2) +
                                ": hamming needs equal lengths, or pad=True");
  }
};

}  // namespace pyudf::text
