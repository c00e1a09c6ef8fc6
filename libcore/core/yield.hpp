// yield.hpp: what a function that finds pairs by itself would find and score, going by some of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/selection.hpp"

namespace pyudf {

/// Of some pairs, how many were looked at, had to be scored, and are within the cutoff.
struct Yield {
  std::int64_t pairs = 0, scored = 0, within = 0;

  /// Whether finding pairs beats scoring all in batches: a pair by itself costs as much as `together` in one.
  bool pays(std::int64_t together) const noexcept { return scored * together <= pairs; }

  /// Whether so few are within the cutoff that it need not be raised with the best so far.
  bool is_small() const noexcept {
    constexpr std::int64_t kOneOf = 512;
    return pairs > 0 && within < pairs / kOneOf;
  }
};

/// `n` texts from all over a column, not those that a sample of another size has.
inline std::vector<pyudf_text> sample_of(const TextViews& column, std::int64_t n) {
  std::vector<pyudf_text> some;
  const std::int64_t step = column.size() / n;
  for (std::int64_t i = 0; i < n; ++i) some.push_back(column.data()[i * step + step / 2]);
  return some;
}

/// Leaves the yield empty where a function does not find pairs, or for fewer than are worth a question.
inline pyudf_status yield_of(const Pairwise& job, const Selection& selection, Yield& yield, pyudf_error* error) {
  constexpr std::int64_t kRows = 16, kMostColumns = 1024, kShare = 16, kFewest = 16;
  const std::int64_t rows = job.left->size(), n = job.right->size();
  const std::int64_t columns = std::min({kMostColumns, n, rows * n / (kRows * kShare)});
  if (!finds(job, selection) || rows < kRows || columns < kFewest) return PYUDF_OK;
  const std::vector<pyudf_text> left = sample_of(*job.left, kRows), right = sample_of(*job.right, columns);
  const pyudf_column texts[] = {{left.data(), sizeof(pyudf_text), nullptr},
                                {right.data(), sizeof(pyudf_text), nullptr}};
  const auto options = options_within(job, selection);
  const std::int64_t sizes[] = {kRows, columns};
  const pyudf_function& function = *job.function;
  void* state = nullptr;
  if (function.outer_begin)
    if (const pyudf_status status = function.outer_begin(texts, sizes, options.data(), &state, error);
        status != PYUDF_OK)
      return status;
  Hits found(selection, false, [&](std::int64_t, std::int64_t, double) { ++yield.within; });
  const pyudf_tile tile = tile_of({0, kRows, 0, columns});
  const pyudf_status status = function.outer_within(state, texts, options.data(), &tile, &found, error);
  if (state && function.outer_end) function.outer_end(state);
  yield.pairs = kRows * columns;
  yield.scored = found.scored;
  return status;
}

}  // namespace pyudf
