// signature.hpp: which characters a text has, in 64 bits: tells most distant pairs without aligning them.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "text/scan.hpp"
#include "text/text.hpp"

namespace pyudf::text {

/// Texts of so many characters are worth the call of a kernel.
inline constexpr std::int64_t kLongToSign = 64;

/// The bits of a text's Signature.
template <class Char>
std::uint64_t signature(Text<Char> text) noexcept {
  if (text.size < kLongToSign) return signature_of(text.data, text.size).bits();
  return std::get<Sign<Char>*>(signature_kernels().sign)(text.data, text.size).bits();
}

/// How many characters of each class a text has, or 255 where there are more.
struct Counts {
  std::uint8_t of[32] = {};
};

template <class Char>
Counts counts(Text<Char> text) noexcept {
  Counts all;
  for (const Char c : text) {
    std::uint8_t& count = all.of[c & 31];
    count = static_cast<std::uint8_t>(count + (count < 255));
  }
  return all;
}

/// The sum of what the counts of two texts differ in each class: like bits of signatures, but tells long texts too.
inline int difference(const Counts& a, const Counts& b) noexcept {
  int sum = 0;
  for (int i = 0; i < 32; ++i) sum += std::abs(a.of[i] - b.of[i]);
  return sum;
}

/// The signatures of a column.
inline std::vector<std::uint64_t> signatures(const pyudf_text* texts, std::int64_t n) {
  std::vector<std::uint64_t> all(static_cast<std::size_t>(n));
  std::transform(texts, texts + n, all.begin(),
                 [](const pyudf_text& text) { return with_width(text, [](auto t) { return signature(t); }); });
  return all;
}

/// So many edits can change every bit and every count.
inline constexpr std::int64_t kManyEdits = 1 << 20;

/// The most bits in which the signatures of two texts differ, and the most that their counts do, that `edits`
/// insertions, deletions and substitutions part: the difference in size takes one an edit, the others two. Negative
/// where it takes more edits than there are.
inline std::int64_t signature_bits(std::int64_t edits, std::int64_t size1, std::int64_t size2) noexcept {
  const std::int64_t difference = std::abs(size1 - size2);
  if (difference > edits) return -1;
  return std::min(edits, kManyEdits) * 2 - std::min(difference, kManyEdits);
}

/// The same where only insertions and deletions part them.
inline std::int64_t signature_bits_of_indels(std::int64_t edits, std::int64_t size1, std::int64_t size2) noexcept {
  return std::abs(size1 - size2) > edits ? -1 : std::min(edits, kManyEdits);
}

/// What a metric's bound counts.
enum class BoundOf {
  edits,   // insertions, deletions and substitutions
  swaps,   // these and swaps, each of which is two of them
  indels,  // insertions and deletions
};

/// The most insertions, deletions and substitutions in which two texts differ whose sizes do by `difference`, where
/// the bound of their signatures is `bits`.
constexpr std::int64_t most_edits(BoundOf what, std::int64_t bits, std::int64_t difference) noexcept {
  if (what == BoundOf::indels) return bits;
  return what == BoundOf::swaps ? bits + difference : (bits + difference) / 2;
}

/// A metric that says by how much the signatures, or the counts, of two texts of these sizes may differ where its score
/// keeps a cutoff: negative where none does. The further apart the sizes, the less is allowed: past the first size, to
/// either side, that no text of which keeps the cutoff, none does.
template <class Kernel>
concept HasSignatureBound = requires(const typename Kernel::Options& options, std::int64_t n) {
  { Kernel::signature_bound(options, n, n, n) } -> std::same_as<std::int64_t>;
  { Kernel::bound_of } -> std::same_as<const BoundOf&>;
};

}  // namespace pyudf::text
