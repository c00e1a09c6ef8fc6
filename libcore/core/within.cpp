// within.cpp: the pairs within a cutoff.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/best.hpp"
#include "core/yield.hpp"

namespace pyudf {
namespace {

using Parts = std::vector<std::vector<Hit>>;

/// `within` for functions that find the pairs themselves.
pyudf_status find_within(const Pairwise& job, const Selection& selection, Parts& hits, pyudf_error* error) {
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

/// Takes rows of scores and keeps those within the cutoff.
struct WithinRows : pyudf_rows {
  WithinRows(const Pairwise& of, const Selection& with, std::int32_t type_of_scores, std::vector<Hit>& hits)
      : pyudf_rows{keep}, job(of), selection(with), type(type_of_scores), to(hits) {}

  static pyudf_status keep(pyudf_rows* rows, std::int64_t row, std::int64_t column, std::int64_t n,
                           const void* scores) {
    auto& self = static_cast<WithinRows&>(*rows);
    const pyudf_text* const right = self.job.right->data() + column;
    if (!self.job.left->data()[row].data) return PYUDF_OK;
    try {
      with_scores(scores, self.type, [&](const auto* typed) {
        visit_wanted(
            typed, n, self.selection.similarity, [&] { return Wanted{self.selection.cutoff, false}; },
            [&](std::int64_t i) {
              if (right[i].data && (!self.job.triangle || column + i > row))
                self.to.push_back({row, column + i, static_cast<double>(typed[i])});
            });
      });
      return PYUDF_OK;
    } catch (...) {
      return PYUDF_MEMORY_ERROR;
    }
  }

  const Pairwise& job;
  const Selection& selection;
  std::int32_t type;
  std::vector<Hit>& to;
};

/// Sorts the hits of some rows, of each of which they come by column.
void sort_by_row(std::vector<Hit>& hits, std::int64_t row_begin, std::int64_t row_end) {
  std::vector<std::int64_t> next(static_cast<std::size_t>(row_end - row_begin) + 1);
  const auto of_row = [&](std::int64_t row) -> std::int64_t& {
    return next[static_cast<std::size_t>(row - row_begin)];
  };
  for (const Hit& hit : hits) ++of_row(hit.row + 1);
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Hit> sorted(hits.size());
  for (const Hit& hit : hits) sorted[static_cast<std::size_t>(of_row(hit.row)++)] = hit;
  hits.swap(sorted);
}

/// `within` for functions that score many pairs at once, which hand their rows over in an order of their own.
pyudf_status within_in_batches(const Pairwise& job, const Selection& selection, Parts& hits, pyudf_error* error) {
  const auto options = options_within(job, selection);
  std::int32_t type;
  if (const pyudf_status status = narrowest_type(job, options.data(), type, error); status != PYUDF_OK) return status;
  const Grid grid = Grid::of_rows(job);
  hits.resize(static_cast<std::size_t>(grid.blocks_of_rows()));
  return over_rows(
      job, grid, [] { return NoState{}; },
      [&](NoState&, const Scorer& scorer, const Grid::Area& rows, std::int64_t block, auto&& each_tile,
          pyudf_error* e) {
        auto& found = hits[static_cast<std::size_t>(block)];
        WithinRows kept(job, selection, type, found);
        const pyudf_status status = each_tile([&](Grid::Area area) {
          if (job.triangle) area.column_begin = std::max(area.column_begin, area.row_begin);
          if (area.column_begin >= area.column_end) return PYUDF_OK;
          return scorer.score(tile_of(area, type, &kept), options.data(), e);
        });
        sort_by_row(found, rows.row_begin, rows.row_end);
        return status;
      },
      error);
}

/// The same row by row.
pyudf_status within_by_rows(const Pairwise& job, const Selection& selection, Parts& hits, pyudf_error* error) {
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
}

/// How many pairs of a batch are scored while one by itself is: of long texts a glance tells most from one another.
std::int64_t pairs_together(const Pairwise& job) noexcept {
  constexpr std::int64_t kShort = 64, kLong = 4, kWord = 64;
  return std::max(job.left->total(), job.right->total()) <= kWord * std::min(job.left->size(), job.right->size())
             ? kShort
             : kLong;
}

}  // namespace

pyudf_status within(const Pairwise& job, const Selection& selection, std::vector<std::vector<Hit>>& hits,
                    pyudf_error* error) noexcept {
  try {
    const bool batches = in_batches(job);
    if (finds(job, selection)) {
      Yield yield;
      if (batches)
        if (const pyudf_status status = yield_of(job, selection, yield, error); status != PYUDF_OK) return status;
      if (yield.pays(pairs_together(job))) return find_within(job, selection, hits, error);
    }
    return batches ? within_in_batches(job, selection, hits, error) : within_by_rows(job, selection, hits, error);
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
