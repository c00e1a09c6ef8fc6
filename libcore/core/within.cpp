// within.cpp: the pairs within a cutoff.
#include <cstdint>
#include <vector>

#include "core/selection.hpp"

namespace pyudf {
namespace {

/// `within` for functions that find the pairs themselves.
pyudf_status find_within(const Pairwise& job, const Selection& selection, std::vector<std::vector<Hit>>& hits,
                         pyudf_error* error) {
  const auto options = options_within(job, selection);
  const Grid grid(job, kCheaper);
  hits.resize(static_cast<std::size_t>(grid.tasks));
  return over_tiles(
      job, grid, [] { return NoState{}; },
      [&](NoState&, const Scorer& scorer, const Grid::Area& area, std::int64_t task, pyudf_error* e) {
        auto& to = hits[static_cast<std::size_t>(task)];
        Hits found(selection, job.triangle,
                   [&](std::int64_t row, std::int64_t column, double score) { to.push_back({row, column, score}); });
        return scorer.within(tile_of(area), options.data(), found, e);
      },
      error);
}

}  // namespace

pyudf_status within(const Pairwise& job, const Selection& selection, std::vector<std::vector<Hit>>& hits,
                    pyudf_error* error) noexcept {
  try {
    if (finds(job, selection)) return find_within(job, selection, hits, error);
    const Grid grid(job);
    hits.resize(static_cast<std::size_t>(grid.tasks));
    return over_tiles(
        job, grid, [&] { return Pieces(job, selection); },
        [&](Pieces& pieces, const Scorer& scorer, const Grid::Area& area, std::int64_t task, pyudf_error* e) {
          auto& found = hits[static_cast<std::size_t>(task)];
          return upper_rows(area, job.triangle ? 1 : -job.left->size(),
                            [&](std::int64_t row, std::int64_t begin, std::int64_t end) -> pyudf_status {
                              if (!job.left->data()[row].data) return PYUDF_OK;
                              return pieces.over(
                                  scorer, row, begin, end, [&] { return selection.cutoff; },
                                  [&](std::int64_t column, double score) { found.push_back({row, column, score}); }, e);
                            });
        },
        error);
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
