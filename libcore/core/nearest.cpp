// nearest.cpp: the best pairs of each row.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/best.hpp"
#include "core/selection.hpp"
#include "core/yield.hpp"

namespace pyudf {
namespace {

void write_best(const std::vector<Hit>& hits, std::int64_t k, std::int64_t row, double* scores, std::int64_t* columns) {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    scores[row * k + static_cast<std::int64_t>(i)] = hits[i].score;
    columns[row * k + static_cast<std::int64_t>(i)] = hits[i].column;
  }
}

/// A thread's own things for `nearest` of functions that score row by row.
struct Search {
  Search(const Pairwise& job, const Selection& selection, std::int64_t k)
      : pieces(job, selection), best(selection, k) {}
  Pieces pieces;
  Best best;
};

/// `nearest` where few pairs are within the cutoff.
template <class Write>
pyudf_status find_nearest(const Pairwise& job, const Selection& selection, std::int64_t k, Write write,
                          pyudf_error* error) {
  const auto options = options_within(job, selection);
  return over_tiles(
      job, Grid(job, kCheaper), [&] { return Best(selection, k); },
      [&](Best& best, const Scorer& scorer, const Grid::Area& area, std::int64_t, pyudf_error* e) {
        std::int64_t last = -1;
        const auto finish_row = [&] {
          if (last >= 0) write(last, best.sorted());
          best.clear();
        };
        Hits found(selection, false, [&](std::int64_t row, std::int64_t column, double score) {
          if (row != last) finish_row(), last = row;
          best.add(column, score);
        });
        const pyudf_status status = scorer.within(tile_of(area), options.data(), found, e);
        finish_row();
        return status;
      },
      error);
}

/// Takes rows of scores and keeps the best of each.
struct BestOfRows : pyudf_rows {
  BestOfRows(const Pairwise& of, const Selection& selection, std::int32_t type_of_scores, std::int64_t rows,
             std::int64_t k)
      : pyudf_rows{keep},
        job(of),
        type(type_of_scores),
        similarity(selection.similarity),
        best(static_cast<std::size_t>(rows), Best(selection, k)) {}

  void start(std::int64_t row) {
    first = row;
    for (Best& of_row : best) of_row.clear();
  }
  Best& at(std::int64_t row) { return best[static_cast<std::size_t>(row - first)]; }

  static pyudf_status keep(pyudf_rows* rows, std::int64_t row, std::int64_t column, std::int64_t n,
                           const void* scores) {
    auto& self = static_cast<BestOfRows&>(*rows);
    try {
      if (self.job.left->data()[row].data)
        with_scores(scores, self.type, [&](const auto* typed) {
          offer(typed, n, column, self.job.right->data(), self.similarity, self.at(row));
        });
      return PYUDF_OK;
    } catch (...) {
      return PYUDF_MEMORY_ERROR;
    }
  }

  const Pairwise& job;
  std::int32_t type;
  bool similarity;
  std::int64_t first = 0;
  std::vector<Best> best;
};

/// `nearest` for functions that score many pairs at once: whole rows, as many as share the preparation of the columns.
pyudf_status nearest_in_batches(const Pairwise& job, const Selection& selection, std::int64_t k, double* scores,
                                std::int64_t* columns, pyudf_error* error) {
  std::vector<pyudf_value> options(job.options, job.options + job.function->n_options);
  if (selection.has_cutoff) set_cutoff(job, selection, selection.cutoff, options);
  std::int32_t type;
  if (const pyudf_status status = narrowest_type(job, options.data(), type, error); status != PYUDF_OK) return status;
  constexpr std::int64_t kMostKept = 1 << 20, kMostRows = 1 << 12;
  const std::int64_t kept = std::clamp<std::int64_t>(std::min(k, job.right->size()), 1, kMostKept);
  // A missing text is best of none, which who scores does not look at.
  const std::uint32_t flags = k == 1 && job.right->missing().empty() ? std::uint32_t{PYUDF_TILE_BEST} : 0;
  const Grid grid = Grid::of_rows(job, std::min(kMostRows, kMostKept / kept));
  return over_rows(
      job, grid, [&] { return BestOfRows(job, selection, type, grid.tile_rows, k); },
      [&](BestOfRows& best, const Scorer& scorer, const Grid::Area& rows, std::int64_t, auto&& each_tile,
          pyudf_error* e) {
        best.start(rows.row_begin);
        const pyudf_status status = each_tile(
            [&](const Grid::Area& area) { return scorer.score(tile_of(area, type, &best, flags), options.data(), e); });
        for (std::int64_t row = rows.row_begin; status == PYUDF_OK && row < rows.row_end; ++row)
          write_best(best.at(row).sorted(), k, row, scores, columns);
        return status;
      },
      error);
}

}  // namespace

pyudf_status nearest(const Pairwise& job, const Selection& selection, std::int64_t k, double* scores,
                     std::int64_t* columns, pyudf_error* error) noexcept {
  try {
    const Grid grid(job);
    const auto write = [&](std::int64_t row, const std::vector<Hit>& hits) {
      write_best(hits, k, row, scores, columns);
    };
    std::fill_n(columns, job.left->size() * k, -1);
    if (selection.has_cutoff) {
      Yield yield;
      if (const pyudf_status status = yield_of(job, selection, yield, error); status != PYUDF_OK) return status;
      if (yield.is_small()) return find_nearest(job, selection, k, write, error);
    }
    if (in_batches(job)) return nearest_in_batches(job, selection, k, scores, columns, error);
    // Where a row is cut, each part finds its own best and they are put together at the end.
    std::vector<std::vector<Hit>> parts(grid.across > 1 ? static_cast<std::size_t>(grid.tasks) : 0);
    const pyudf_status status = over_tiles(
        job, grid, [&] { return Search(job, selection, k); },
        [&](Search& search, const Scorer& scorer, const Grid::Area& area, std::int64_t task, pyudf_error* e) {
          for (std::int64_t row = area.row_begin; row < area.row_end; ++row) {
            if (!job.left->data()[row].data) continue;
            search.best.clear();
            const pyudf_status scored = search.pieces.over(
                scorer, row, area.column_begin, area.column_end, [&] { return search.best.threshold(); },
                [&](std::int64_t column, double score) { search.best.add(column, score); }, e);
            if (scored != PYUDF_OK) return scored;
            if (parts.empty())
              write(row, search.best.sorted());
            else
              parts[static_cast<std::size_t>(task)] = search.best.sorted();
          }
          return PYUDF_OK;
        },
        error);
    for (std::size_t begin = 0; status == PYUDF_OK && begin < parts.size();
         begin += static_cast<std::size_t>(grid.across)) {
      Best best(selection, k);
      for (std::size_t i = begin; i < begin + static_cast<std::size_t>(grid.across); ++i)
        for (const Hit& hit : parts[i]) best.add(hit.column, hit.score);
      write(static_cast<std::int64_t>(begin) / grid.across, best.sorted());
    }
    return status;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
