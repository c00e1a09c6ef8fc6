// text.hpp: what every text metric is written against: views of code points, scratch memory, widths made equal.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "pyudf/abi.h"
#include "pyudf/types.hpp"
#include "text/occurrences.hpp"
#include "text/pattern.hpp"

namespace pyudf::text {

/// A cutoff that no distance exceeds.
inline constexpr std::int64_t kNoCutoff = std::numeric_limits<std::int64_t>::max();

/// Which of the two a metric's own `score` computes; the other forms are derived from it.
enum class Kind { distance, similarity };

/// Memory that the loops lend to kernels: it grows to the largest text of a batch and is reused.
struct Scratch {
  WordPattern word;
  BlockPattern blocks;
  Occurrences occurrences;
  Buffer<std::uint64_t> words;    // bit vectors of multi-word algorithms
  Buffer<std::int64_t> cells;     // rows of dynamic programmes
  Buffer<std::uint32_t> widened;  // the narrower of two texts, in the width of the wider
};

/// The parameters of a metric that has none of its own.
struct NoOptions {
  static constexpr std::int32_t count = 0;
  static constexpr const pyudf_parameter* parameters = nullptr;
  static NoOptions read(const pyudf_value*) noexcept { return {}; }
  /// Why these options cannot be used, or nullptr.
  const char* invalid() const noexcept { return nullptr; }
};

/// Calls f(Text<Char>) with the text in its own width.
template <class F>
decltype(auto) with_width(const pyudf_text& text, F&& f) {
  switch (text.width) {
    case 1: return f(Text<std::uint8_t>{static_cast<const std::uint8_t*>(text.data), text.size});
    case 2: return f(Text<std::uint16_t>{static_cast<const std::uint16_t*>(text.data), text.size});
    default: return f(Text<std::uint32_t>{static_cast<const std::uint32_t*>(text.data), text.size});
  }
}

/// The text copied into `buffer`, each unit as a Char.
template <class Char>
Text<Char> widen(const pyudf_text& text, Buffer<std::uint32_t>& buffer) {
  // Four bytes a unit are enough for every Char.
  auto* to = reinterpret_cast<Char*>(buffer.at_least(text.size));
  with_width(text, [&](auto from) {
    for (std::int64_t i = 0; i < from.size; ++i) to[i] = static_cast<Char>(from[i]);
  });
  return {to, text.size};
}

/// Calls f(Text<Char>, Text<Char>) with both texts in the width of the wider one, so that a kernel is
/// compiled three times and not nine; widening costs O(n) where the kernel costs O(n·m).
template <class F>
decltype(auto) with_equal_widths(const pyudf_text& a, const pyudf_text& b, Scratch& scratch, F&& f) {
  return with_width(a.width >= b.width ? a : b, [&]<class Char>(Text<Char> wider) {
    if (a.width == b.width)
      return f(Text<Char>{static_cast<const Char*>(a.data), a.size},
               Text<Char>{static_cast<const Char*>(b.data), b.size});
    if (a.width > b.width) return f(wider, widen<Char>(b, scratch.widened));
    return f(widen<Char>(a, scratch.widened), wider);
  });
}

/// How many leading units two texts share.
template <class Char>
std::int64_t common_prefix(Text<Char> a, Text<Char> b) noexcept {
  const std::int64_t n = std::min(a.size, b.size);
  std::int64_t i = 0;
  constexpr std::int64_t step = 8 / sizeof(Char);
  for (; i + step <= n; i += step) {
    std::uint64_t x, y;
    std::memcpy(&x, a.data + i, 8);
    std::memcpy(&y, b.data + i, 8);
    if (x != y) break;
  }
  while (i < n && a[i] == b[i]) ++i;
  return i;
}

/// How many trailing units two texts share.
template <class Char>
std::int64_t common_suffix(Text<Char> a, Text<Char> b) noexcept {
  const std::int64_t n = std::min(a.size, b.size);
  std::int64_t i = 0;
  constexpr std::int64_t step = 8 / sizeof(Char);
  for (; i + step <= n; i += step) {
    std::uint64_t x, y;
    std::memcpy(&x, a.data + a.size - i - step, 8);
    std::memcpy(&y, b.data + b.size - i - step, 8);
    if (x != y) break;
  }
  while (i < n && a[a.size - 1 - i] == b[b.size - 1 - i]) ++i;
  return i;
}

/// Cuts the affixes that two texts share and returns how many units went, counted once.
template <class Char>
std::int64_t trim_common_affixes(Text<Char>& a, Text<Char>& b) noexcept {
  const std::int64_t prefix = common_prefix(a, b);
  a = a.drop_first(prefix);
  b = b.drop_first(prefix);
  const std::int64_t suffix = common_suffix(a, b);
  a = a.drop_last(suffix);
  b = b.drop_last(suffix);
  return prefix + suffix;
}

}  // namespace pyudf::text
