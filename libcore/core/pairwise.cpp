// pairwise.cpp: the scores of all pairs, as a matrix or condensed.
#include "core/pairwise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "core/tiles.hpp"
#include "core/transpose.hpp"
#include "pyudf/store.hpp"

namespace pyudf {
namespace {

/// Writes `value` over the places of the missing rows and columns of one scored piece of a row.
void overwrite_missing(const Pairwise& job, const Dense& result, std::int64_t row, std::int64_t column_begin,
                       std::int64_t column_end, char* out) {
  const std::int64_t bytes = size_of(result.type);
  if (!job.left->data()[row].data) {
    for (std::int64_t c = column_begin; c < column_end; ++c)
      store(&result.missing, 1, result.type, out + (c - column_begin) * bytes);
    return;
  }
  const auto& missing = job.right->missing();
  for (auto at = std::lower_bound(missing.begin(), missing.end(), column_begin);
       at != missing.end() && *at < column_end; ++at)
    store(&result.missing, 1, result.type, out + (*at - column_begin) * bytes);
}

/// Scores a rectangle straight into its place in the result.
pyudf_status score_into(const Pairwise& job, const Scorer& scorer, const Dense& result, const Grid::Area& area,
                        char* out, pyudf_error* error) {
  const pyudf_tile tile{area.row_begin,
                        area.row_end,
                        area.column_begin,
                        area.column_end,
                        out,
                        result.row_bytes,
                        result.type,
                        result.stream ? std::uint32_t{PYUDF_TILE_STREAM} : 0,
                        nullptr};
  if (const pyudf_status status = scorer.score(tile, job.options, error); status != PYUDF_OK) return status;
  if (job.left->missing().empty() && job.right->missing().empty()) return PYUDF_OK;
  for (std::int64_t row = area.row_begin; row < area.row_end; ++row)
    overwrite_missing(job, result, row, area.column_begin, area.column_end,
                      out + (row - area.row_begin) * result.row_bytes);
  return PYUDF_OK;
}

pyudf_status mirror(const Pairwise& job, const Dense& result, pyudf_error* error) noexcept {
  constexpr std::int64_t kRows = 256;  // of a task
  const std::int64_t n = job.left->size(), tasks = (n + kRows - 1) / kRows;
  const double steps = static_cast<double>(n) * static_cast<double>(n) / 4;
  return run_tasks(
      tasks, threads_for(steps, tasks, job.workers), job.tick, [] { return NoState{}; },
      [&](NoState&, std::int64_t task, pyudf_error*) {
        // The longest rows first, for an even load.
        const std::int64_t begin = (tasks - 1 - task) * kRows, end = std::min(n, begin + kRows);
        const auto rows = [&]<class T>(T) {
          mirror_rows<T>({static_cast<char*>(result.out), result.row_bytes}, begin, end);
        };
        switch (size_of(result.type)) {
          case 1: rows(std::uint8_t{}); break;
          case 2: rows(std::uint16_t{}); break;
          case 4: rows(std::uint32_t{}); break;
          default: rows(std::uint64_t{}); break;
        }
        return PYUDF_OK;
      },
      error);
}

/// Scores that a thread keeps before it takes the wanted ones; they stay in the second-level cache.
constexpr double kScratchBytes = 1 << 20;

/// Where row r of a condensed matrix has its first column: after (n-1) + (n-2) + … + (n-r) pairs.
std::int64_t condensed_place(std::int64_t n, std::int64_t row) { return row * n - row * (row + 1) / 2; }

/// Scores a rectangle and takes of it what lies above the diagonal.
pyudf_status score_condensed(const Pairwise& job, const Scorer& scorer, const Dense& result, Grid::Area area,
                             std::vector<std::byte>& memory, pyudf_error* error) {
  const std::int64_t n = job.left->size(), bytes = size_of(result.type);
  area.column_begin = std::max(area.column_begin, area.row_begin);
  if (area.column_begin >= area.column_end) return PYUDF_OK;
  Dense square = result;
  square.row_bytes = (area.column_end - area.column_begin) * bytes;
  memory.resize(static_cast<std::size_t>((area.row_end - area.row_begin) * square.row_bytes));
  auto* const scores = reinterpret_cast<char*>(memory.data());
  if (const pyudf_status status = score_into(job, scorer, square, area, scores, error); status != PYUDF_OK)
    return status;
  return upper_rows(area, 1, [&](std::int64_t row, std::int64_t begin, std::int64_t end) {
    const char* from = scores + (row - area.row_begin) * square.row_bytes + (begin - area.column_begin) * bytes;
    std::memcpy(static_cast<char*>(result.out) + (condensed_place(n, row) + begin - row - 1) * bytes, from,
                static_cast<std::size_t>((end - begin) * bytes));
    return PYUDF_OK;
  });
}

}  // namespace

pyudf_status dense(const Pairwise& job, const Dense& to, pyudf_error* error) noexcept {
  constexpr std::int64_t kCached = 4 << 20;
  const std::int64_t bytes = size_of(to.type);
  const bool batches = in_batches(job);
  Dense result = to;
  result.stream = job.left->size() * to.row_bytes > kCached;
  const auto place = [&](std::int64_t row, std::int64_t column) {
    return static_cast<char*>(result.out) + row * result.row_bytes + column * bytes;
  };
  const pyudf_status status = over_tiles(
      job, batches ? Grid::of_batches(job) : Grid(job), [] { return NoState{}; },
      [&](NoState&, const Scorer& scorer, Grid::Area area, std::int64_t, pyudf_error* e) {
        if (job.triangle && !batches)
          return upper_rows(area, 0, [&](std::int64_t row, std::int64_t begin, std::int64_t end) {
            return score_into(job, scorer, result, {row, row + 1, begin, end}, place(row, begin), e);
          });
        // What a tile has below the diagonal is mirrored from above in the end.
        if (job.triangle) area.column_begin = std::max(area.column_begin, area.row_begin);
        if (area.column_begin >= area.column_end) return PYUDF_OK;
        return score_into(job, scorer, result, area, place(area.row_begin, area.column_begin), e);
      },
      error);
  return status == PYUDF_OK && job.triangle ? mirror(job, result, error) : status;
}

pyudf_status condensed(const Pairwise& job, const Dense& result, pyudf_error* error) noexcept {
  const std::int64_t n = job.left->size(), bytes = size_of(result.type);
  const bool batches = in_batches(job);
  return over_tiles(
      job, batches ? Grid::of_batches(job, kScratchBytes / static_cast<double>(bytes)) : Grid(job),
      [] { return std::vector<std::byte>(); },
      [&](std::vector<std::byte>& memory, const Scorer& scorer, const Grid::Area& area, std::int64_t, pyudf_error* e) {
        if (batches) return score_condensed(job, scorer, result, area, memory, e);
        return upper_rows(area, 1, [&](std::int64_t row, std::int64_t begin, std::int64_t end) {
          return score_into(job, scorer, result, {row, row + 1, begin, end},
                            static_cast<char*>(result.out) + (condensed_place(n, row) + begin - row - 1) * bytes, e);
        });
      },
      error);
}

}  // namespace pyudf
