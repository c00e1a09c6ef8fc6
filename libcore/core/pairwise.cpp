// pairwise.cpp: the scores of all pairs, as a matrix or condensed.
#include "core/pairwise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "core/tiles.hpp"
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

template <class T>
void mirror_rows(const Dense& result, std::int64_t n, std::int64_t begin, std::int64_t end) {
  const auto at = [&](std::int64_t r, std::int64_t c) {
    return reinterpret_cast<T*>(static_cast<char*>(result.out) + r * result.row_bytes) + c;
  };
  // Squares of 64 × 64 keep both the rows read and the rows written in the cache.
  for (std::int64_t left = 0; left < end; left += 64)
    for (std::int64_t row = std::max(begin, left); row < end; ++row)
      for (std::int64_t c = left; c < std::min({left + 64, row, n}); ++c) *at(row, c) = *at(c, row);
}

pyudf_status mirror(const Pairwise& job, const Dense& result, pyudf_error* error) noexcept {
  const std::int64_t n = job.left->size(), tasks = (n + 63) / 64;
  const double steps = static_cast<double>(n) * static_cast<double>(n) / 2;
  return run_tasks(
      tasks, threads_for(steps, tasks, job.workers), job.tick, [] { return NoState{}; },
      [&](NoState&, std::int64_t task, pyudf_error*) {
        const std::int64_t begin = task * 64, end = std::min(n, begin + 64);
        switch (size_of(result.type)) {
          case 1: mirror_rows<std::uint8_t>(result, n, begin, end); break;
          case 2: mirror_rows<std::uint16_t>(result, n, begin, end); break;
          case 4: mirror_rows<std::uint32_t>(result, n, begin, end); break;
          default: mirror_rows<std::uint64_t>(result, n, begin, end); break;
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
