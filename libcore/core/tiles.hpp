// tiles.hpp: cuts the matrix of all pairs into tiles and runs a function over them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "core/pairwise.hpp"
#include "core/slots.hpp"
#include "pyudf/store.hpp"

namespace pyudf {

/// Rows × columns that one task covers.
struct Grid {
  /// Columns are only cut where a row alone is a task. `cheaper`: how many times as many pairs a step may do as where
  /// all are scored.
  explicit Grid(const Pairwise& job, double cheaper = 1) : rows(job.left->size()), columns(job.right->size()) {
    const double left = mean(*job.left), right = mean(*job.right);
    const double steps_a_pair = (4 + std::min(left, right) * std::ceil(std::max(left, right) / 64)) / cheaper;
    steps = steps_a_pair * static_cast<double>(rows) * static_cast<double>(columns);
    // A task takes about five milliseconds: often enough for Ctrl-C and for an even load.
    const auto cells = static_cast<std::int64_t>(std::clamp(5e6 / steps_a_pair, 1.0, 1e6 * cheaper));
    tile_columns = std::max<std::int64_t>(1, std::min(columns, cells));
    tile_rows = std::max<std::int64_t>(1, std::min(cells / tile_columns, (rows + 63) / 64));
    count_tasks();
  }

  /// For functions that score many pairs at once: tiles of as many pairs as Ctrl-C may wait for, and of `most_cells`.
  /// They are nearly square: rows have the more in common, and columns fill the more vectors, the more there are. Only
  /// so many columns are prepared at once as the cache holds the scores of, which threads share.
  static Grid of_batches(const Pairwise& job, double most_cells = 32e6) {
    constexpr double kFaster = 32, kSteps = 10e6;  // half of the tenth of a second in the narrowest vectors
    constexpr std::int64_t kColumns = 1 << 12, kFewest = 64, kFewestRows = 16, kBlocksOfTriangle = 8;
    Grid grid(job, kFaster);
    const double pairs = static_cast<double>(grid.rows) * static_cast<double>(grid.columns);
    const std::int64_t tasks = job.workers > 1 ? kTasksOfWorker * job.workers : 1;
    const double cells = std::min(kSteps / (grid.steps / pairs), most_cells);
    const double fair = std::min(cells, pairs / static_cast<double>(tasks));
    const auto cut = [](std::int64_t n, std::int64_t parts) { return parts == 0 ? 0 : (n + parts - 1) / parts; };
    const double side = std::min(std::sqrt(fair), static_cast<double>(grid.rows));
    const std::int64_t widest =
        std::clamp<std::int64_t>(std::llround(fair / side), kFewest, job.workers > 1 ? kColumns / 2 : kColumns);
    const std::int64_t across = cut(grid.columns, widest);
    grid.tile_columns = std::min(grid.columns, cut(cut(grid.columns, across), kFewest) * kFewest);
    std::int64_t most =
        std::max<std::int64_t>(kFewestRows, std::llround(cells / static_cast<double>(grid.tile_columns)));
    if (job.triangle) most = std::min(most, std::max(kFewest, grid.rows / kBlocksOfTriangle));
    const std::int64_t blocks = std::max(cut(grid.rows, most), cut(tasks, across));
    grid.tile_rows = std::max(kFewestRows, (grid.rows + blocks - 1) / blocks);
    grid.count_tasks();
    return grid;
  }

  /// For the same functions where one thread takes whole rows, a tile after the other: as many as one of those tiles
  /// has, but not more than `most_rows`, and few enough for an even load and for progress to be seen.
  static Grid of_rows(const Pairwise& job, std::int64_t most_rows = 1 << 12) {
    constexpr std::int64_t kFewest = 64, kManyTiles = 64, kFewestBlocks = 8;
    Grid grid = of_batches(job);
    const std::int64_t blocks = std::max<std::int64_t>(job.workers > 1 ? kTasksOfWorker * job.workers : 1,
                                                       grid.tasks > kManyTiles ? kFewestBlocks : 1);
    const std::int64_t fair = (grid.rows + blocks - 1) / blocks;
    grid.tile_rows = std::min(most_rows, std::clamp(fair, kFewest, std::max(kFewest, grid.tile_rows)));
    grid.count_tasks();
    return grid;
  }

  struct Area {
    std::int64_t row_begin, row_end, column_begin, column_end;
  };
  std::int64_t blocks_of_rows() const { return across == 0 ? 0 : tasks / across; }
  Area area(std::int64_t task) const {
    const std::int64_t row = task / across * tile_rows, column = task % across * tile_columns;
    return {row, std::min(rows, row + tile_rows), column, std::min(columns, column + tile_columns)};
  }

  std::int64_t rows, columns, tile_rows, tile_columns, across, tasks;
  double steps;

 private:
  static constexpr std::int64_t kTasksOfWorker = 3;

  void count_tasks() {
    across = columns == 0 ? 0 : (columns + tile_columns - 1) / tile_columns;
    tasks = (rows + tile_rows - 1) / tile_rows * across;
  }
  static double mean(const TextViews& views) {
    return views.size() == 0 ? 0.0 : static_cast<double>(views.total()) / static_cast<double>(views.size());
  }
};

/// The function's outer entry for the life of one call, or the way round for functions without one.
class Scorer {
 public:
  explicit Scorer(const Pairwise& job)
      : job_(job),
        columns_{{job.left->data(), sizeof(pyudf_text), nullptr}, {job.right->data(), sizeof(pyudf_text), nullptr}} {}
  Scorer(const Scorer&) = delete;
  Scorer& operator=(const Scorer&) = delete;
  ~Scorer() {
    if (state_ && job_.function->outer_end) job_.function->outer_end(state_);
  }

  pyudf_status begin(pyudf_error* error) {
    const std::int64_t sizes[] = {job_.left->size(), job_.right->size()};
    if (!job_.function->outer_begin) return PYUDF_OK;
    return job_.function->outer_begin(columns_, sizes, job_.options, &state_, error);
  }

  pyudf_status score(const pyudf_tile& tile, const pyudf_value* options, pyudf_error* error) const {
    if (job_.function->outer) return job_.function->outer(state_, columns_, options, &tile, error);
    return score_by_rows(tile, options, error);
  }

  /// For functions with such an entry.
  pyudf_status within(const pyudf_tile& tile, const pyudf_value* options, pyudf_hits& hits, pyudf_error* error) const {
    return job_.function->outer_within(state_, columns_, options, &tile, &hits, error);
  }

 private:
  /// One left text against some right ones is a batch whose first column stands still.
  pyudf_status score_by_rows(const pyudf_tile& tile, const pyudf_value* options, pyudf_error* error) const {
    Piece piece(job_);
    for (std::int64_t row = tile.row_begin; row < tile.row_end; ++row) {
      char* out = static_cast<char*>(tile.out) + (row - tile.row_begin) * tile.row_bytes;
      for (std::int64_t begin = tile.column_begin; begin < tile.column_end; begin += Piece::size) {
        const std::int64_t n = std::min(Piece::size, tile.column_end - begin);
        const pyudf_status status = piece.score(row, begin, n, options, error);
        if (status != PYUDF_OK) {
          error->column = error->row < 0 ? -1 : begin + error->row;
          error->row = row;
          return status;
        }
        piece.store(*job_.function->result, n, tile.out_type, out);
        out += n * size_of(tile.out_type);
      }
    }
    return PYUDF_OK;
  }

  /// Some scores of one row, as the function's batch entry gives them.
  struct Piece {
    static constexpr std::int64_t size = 512;

    explicit Piece(const Pairwise& of) : job(of), columns(of.before), texts(of.before.size()) {
      columns.resize(texts + 2);
      columns.insert(columns.end(), of.after.begin(), of.after.end());
    }

    pyudf_status score(std::int64_t row, std::int64_t begin, std::int64_t n, const pyudf_value* options,
                       pyudf_error* error) {
      const pyudf_text *left = job.left->data() + row, *right = job.right->data() + begin;
      // The function never sees a missing text; what is written for it now is overwritten by the caller.
      std::int64_t missing = 0;
      for (std::int64_t i = 0; i < n; ++i) missing += !(present[i] = left->data && right[i].data);
      const bool may_be_missing = job.function->result->flags & PYUDF_OPTIONAL;
      if (missing) std::memset(slots, 0, sizeof slots);
      contents.clear();
      columns[texts] = {left, 0, nullptr};
      columns[texts + 1] = {right, sizeof(pyudf_text), nullptr};
      return job.function->batch(columns.data(), n, options, slots, missing || may_be_missing ? present : nullptr,
                                 &contents, error);
    }

    void store(const pyudf_type& result, std::int64_t n, std::int32_t type, void* out) const {
      if (!(result.flags & PYUDF_OPTIONAL)) return store_slots(result.id, slots, n, type, out);
      double scores[size];
      store_slots(result.id, slots, n, PYUDF_FLOAT64, scores);
      for (std::int64_t i = 0; i < n; ++i)
        if (!present[i]) scores[i] = std::numeric_limits<double>::quiet_NaN();
      pyudf::store(scores, n, type, out);
    }

    const Pairwise& job;
    std::vector<pyudf_column> columns;
    std::size_t texts;  // which columns are the texts: this one and the next
    alignas(16) std::byte slots[size * 8];
    std::uint8_t present[size];
    Arena contents;
  };

  const Pairwise& job_;
  const pyudf_column columns_[2];
  void* state_ = nullptr;
};

struct NoState {};

/// What the function tells of this call; nothing where it has no plan.
inline pyudf_status plan_of(const Pairwise& job, const pyudf_value* options, pyudf_plan& plan, pyudf_error* error) {
  plan = {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), 0, 0};
  if (!job.function->plan) return PYUDF_OK;
  const std::int64_t largest[] = {job.left->largest(), job.right->largest()};
  return job.function->plan(options, largest, &plan, error);
}

/// Whether the function is to be given tiles of many rows: few pairs are not worth the preparation.
inline bool in_batches(const Pairwise& job) {
  constexpr std::int64_t kFew = 2, kFewPairs = 16;
  const std::int64_t rows = job.left->size(), columns = job.right->size();
  if (!job.function->outer || std::min(rows, columns) < kFew || rows * columns < kFewPairs) return false;
  pyudf_plan plan;
  pyudf_error error;
  return plan_of(job, job.options, plan, &error) == PYUDF_OK && plan.batches;
}

/// Runs f(scorer) where the grid has tasks.
template <class F>
pyudf_status with_scorer(const Pairwise& job, const Grid& grid, F&& f, pyudf_error* error) noexcept {
  try {
    if (grid.tasks == 0) return PYUDF_OK;
    Scorer scorer(job);
    const pyudf_status status = scorer.begin(error);
    return status == PYUDF_OK ? f(scorer) : status;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

/// Runs task(state, scorer, area, i, error) over the grid.
template <class MakeState, class Task>
pyudf_status over_tiles(const Pairwise& job, const Grid& grid, MakeState make_state, Task task,
                        pyudf_error* error) noexcept {
  const auto run = [&](const Scorer& scorer) {
    return run_tasks(
        grid.tasks, threads_for(grid.steps, grid.tasks, job.workers), job.tick, make_state,
        [&](auto& state, std::int64_t i, pyudf_error* e) { return task(state, scorer, grid.area(i), i, e); }, error);
  };
  return with_scorer(job, grid, run, error);
}

/// Runs task(state, scorer, rows, block, each_tile, error) over the blocks of rows of a grid, where each_tile(score)
/// calls score(area) from left to right, between which Ctrl-C is heard.
template <class MakeState, class Task>
pyudf_status over_rows(const Pairwise& job, const Grid& grid, MakeState make_state, Task task,
                       pyudf_error* error) noexcept {
  const std::int64_t blocks = grid.blocks_of_rows();
  const auto run = [&](const Scorer& scorer) {
    return run_tasks(
        blocks, threads_for(grid.steps, blocks, job.workers), job.tick, make_state,
        [&](auto& state, std::int64_t block, pyudf_error* e, Pulse& pulse) {
          const auto each_tile = [&](auto&& score) -> pyudf_status {
            for (std::int64_t i = block * grid.across; i < (block + 1) * grid.across && pulse.go_on(); ++i)
              if (const pyudf_status status = score(grid.area(i)); status != PYUDF_OK) return status;
            return PYUDF_OK;
          };
          return task(state, scorer, grid.area(block * grid.across), block, each_tile, e);
        },
        error);
  };
  return with_scorer(job, grid, run, error);
}

/// Calls score(row, column_begin, column_end) for what an area has of the upper triangle.
template <class F>
pyudf_status upper_rows(const Grid::Area& area, std::int64_t diagonal, F&& score) {
  for (std::int64_t row = area.row_begin; row < area.row_end; ++row) {
    const std::int64_t begin = std::max(area.column_begin, row + diagonal);
    if (begin >= area.column_end) continue;
    if (const pyudf_status status = score(row, begin, area.column_end); status != PYUDF_OK) return status;
  }
  return PYUDF_OK;
}

}  // namespace pyudf
