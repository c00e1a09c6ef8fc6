// pairwise.cpp: cuts the matrix of all pairs into tiles, scores them, hands the scores to where they are wanted.
#include "core/pairwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <type_traits>
#include <utility>

#include "core/slots.hpp"
#include "pyudf/store.hpp"

namespace pyudf {
namespace {

/// Rows × columns that one task covers. Columns are only cut where a row alone is a task.
struct Grid {
  /// `cheaper`: how many times as many pairs a step may do as where all are scored.
  explicit Grid(const Pairwise& job, double cheaper = 1) : rows(job.left->size()), columns(job.right->size()) {
    const double left = mean(*job.left), right = mean(*job.right);
    const double steps_a_pair = (4 + std::min(left, right) * std::ceil(std::max(left, right) / 64)) / cheaper;
    steps = steps_a_pair * static_cast<double>(rows) * static_cast<double>(columns);
    // A task takes about five milliseconds: often enough for Ctrl-C and for an even load.
    const auto cells = static_cast<std::int64_t>(std::clamp(5e6 / steps_a_pair, 1.0, 1e6 * cheaper));
    tile_columns = std::max<std::int64_t>(1, std::min(columns, cells));
    tile_rows = std::max<std::int64_t>(1, std::min(cells / tile_columns, (rows + 63) / 64));
    across = columns == 0 ? 0 : (columns + tile_columns - 1) / tile_columns;
    tasks = (rows + tile_rows - 1) / tile_rows * across;
  }

  /// For functions that score many pairs at once: tiles of as many rows and columns as Ctrl-C may wait for, and of
  /// `most_cells`.
  static Grid of_batches(const Pairwise& job, double most_cells = 32e6) {
    constexpr double kFaster = 32;
    constexpr std::int64_t kColumns = 1 << 14, kFewest = 64, kBlocksOfTriangle = 8;
    Grid grid(job, kFaster);
    const double pairs = static_cast<double>(grid.rows) * static_cast<double>(grid.columns);
    double cells = std::min(5e6 / (grid.steps / pairs), most_cells);
    if (job.workers > 1) cells = std::min(cells, pairs / (2 * job.workers));
    grid.tile_columns =
        std::min({grid.columns, kColumns, std::max<std::int64_t>(kFewest, std::llround(cells / kFewest))});
    std::int64_t most = std::max<std::int64_t>(kFewest, std::llround(cells / static_cast<double>(grid.tile_columns)));
    if (job.triangle) most = std::min(most, std::max(kFewest, grid.rows / kBlocksOfTriangle));
    const std::int64_t blocks = (grid.rows + most - 1) / most;
    grid.tile_rows = (grid.rows + blocks - 1) / blocks;
    grid.across = (grid.columns + grid.tile_columns - 1) / grid.tile_columns;
    grid.tasks = (grid.rows + grid.tile_rows - 1) / grid.tile_rows * grid.across;
    return grid;
  }

  struct Area {
    std::int64_t row_begin, row_end, column_begin, column_end;
  };
  Area area(std::int64_t task) const {
    const std::int64_t row = task / across * tile_rows, column = task % across * tile_columns;
    return {row, std::min(rows, row + tile_rows), column, std::min(columns, column + tile_columns)};
  }

  std::int64_t rows, columns, tile_rows, tile_columns, across, tasks;
  double steps;

 private:
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

/// Scores that a thread keeps before they are looked at; they stay in the second-level cache.
constexpr double kScratchBytes = 1 << 20;

struct NoState {};

/// Whether the function is to be given tiles of many rows.
bool in_batches(const Pairwise& job) {
  constexpr std::int64_t kFew = 16;
  return job.function->flags & PYUDF_BATCHES && std::min(job.left->size(), job.right->size()) >= kFew;
}

/// Runs task(scorer, area, error) over the grid.
template <class MakeState, class Task>
pyudf_status over_tiles(const Pairwise& job, const Grid& grid, MakeState make_state, Task task,
                        pyudf_error* error) noexcept {
  try {
    if (grid.tasks == 0) return PYUDF_OK;
    Scorer scorer(job);
    if (const pyudf_status status = scorer.begin(error); status != PYUDF_OK) return status;
    return run_tasks(
        grid.tasks, threads_for(grid.steps, grid.tasks, job.workers), job.tick, make_state,
        [&](auto& state, std::int64_t i, pyudf_error* e) { return task(state, scorer, grid.area(i), i, e); }, error);
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

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
                        result.stream ? std::uint32_t{PYUDF_TILE_STREAM} : 0};
  if (const pyudf_status status = scorer.score(tile, job.options, error); status != PYUDF_OK) return status;
  if (job.left->missing().empty() && job.right->missing().empty()) return PYUDF_OK;
  for (std::int64_t row = area.row_begin; row < area.row_end; ++row)
    overwrite_missing(job, result, row, area.column_begin, area.column_end,
                      out + (row - area.row_begin) * result.row_bytes);
  return PYUDF_OK;
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

/// Tells the function of the threshold, where it takes one; an infinite one is none.
void set_cutoff(const Pairwise& job, const Selection& selection, double threshold, std::vector<pyudf_value>& options) {
  if (selection.cutoff_option < 0) return;
  pyudf_value& option = options[static_cast<std::size_t>(selection.cutoff_option)];
  option.missing = std::isinf(threshold);
  if (option.missing) return;
  if (job.function->result->id == PYUDF_INT64)
    option.integer = static_cast<std::int64_t>(threshold);
  else
    option.real = threshold;
}

/// Scores of one row against some columns, piece by piece: cutoff() says before each piece what is still of interest,
/// visit(column, score) gets the scores that are, of texts that are not missing.
class Pieces {
 public:
  Pieces(const Pairwise& job, const Selection& selection) : job_(job), selection_(selection) {
    options_.assign(job.options, job.options + job.function->n_options);
  }

  template <class Cutoff, class Visit>
  pyudf_status over(const Scorer& scorer, std::int64_t row, std::int64_t begin, std::int64_t end, Cutoff&& cutoff,
                    Visit&& visit, pyudf_error* error) {
    const pyudf_text* right = job_.right->data();
    for (; begin < end; begin += kPiece) {
      const std::int64_t n = std::min(kPiece, end - begin);
      set_cutoff(cutoff());
      const pyudf_tile tile{row, row + 1, begin, begin + n, scores_, sizeof scores_, PYUDF_FLOAT64, 0};
      if (const pyudf_status status = scorer.score(tile, options_.data(), error); status != PYUDF_OK) return status;
      for (std::int64_t i = 0; i < n; ++i)
        if (passes(scores_[i]) && right[begin + i].data) visit(begin + i, scores_[i]);
    }
    return PYUDF_OK;
  }

 private:
  static constexpr std::int64_t kPiece = 1024;

  bool passes(double score) const { return selection_.similarity ? score >= threshold_ : score <= threshold_; }

  void set_cutoff(double threshold) {
    threshold_ = threshold;
    pyudf::set_cutoff(job_, selection_, threshold, options_);
  }

  const Pairwise& job_;
  const Selection& selection_;
  std::vector<pyudf_value> options_;
  double threshold_ = 0;
  double scores_[kPiece];
};

/// The best k of a row so far, as a heap whose top is the worst.
class Best {
  bool before(const Hit& a, const Hit& b) const {
    if (a.score != b.score) return selection_.similarity ? a.score > b.score : a.score < b.score;
    return a.column < b.column;
  }
  auto compare() const {
    return [this](const Hit& a, const Hit& b) { return before(a, b); };
  }

 public:
  Best(const Selection& selection, std::int64_t k) : selection_(selection), k_(k) {}

  void clear() { hits_.clear(); }

  /// No score worse than this can still enter; it ties with the worst at best.
  double threshold() const {
    if (static_cast<std::int64_t>(hits_.size()) == k_) return hits_.front().score;
    if (selection_.has_cutoff) return selection_.cutoff;
    return selection_.similarity ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }

  /// Whether a score can enter, of a column after all that were added.
  bool takes(double score) const {
    if (static_cast<std::int64_t>(hits_.size()) == k_)
      return selection_.similarity ? score > hits_.front().score : score < hits_.front().score;
    return !selection_.has_cutoff || (selection_.similarity ? score >= selection_.cutoff : score <= selection_.cutoff);
  }

  void add(std::int64_t column, double score) {
    const Hit hit{0, column, score};
    if (static_cast<std::int64_t>(hits_.size()) == k_) {
      if (!before(hit, hits_.front())) return;
      std::pop_heap(hits_.begin(), hits_.end(), compare());
      hits_.pop_back();
    }
    hits_.push_back(hit);
    std::push_heap(hits_.begin(), hits_.end(), compare());
  }

  std::vector<Hit> sorted() {
    std::sort(hits_.begin(), hits_.end(), compare());
    return hits_;
  }

 private:
  const Selection& selection_;
  std::int64_t k_;
  std::vector<Hit> hits_;
};

void write_best(const std::vector<Hit>& hits, std::int64_t k, std::int64_t row, double* scores, std::int64_t* columns) {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    scores[row * k + static_cast<std::int64_t>(i)] = hits[i].score;
    columns[row * k + static_cast<std::int64_t>(i)] = hits[i].column;
  }
}

/// A thread's own things for nearest and within.
struct Search {
  Search(const Pairwise& job, const Selection& selection, std::int64_t k)
      : pieces(job, selection), best(selection, k) {}
  Pieces pieces;
  Best best;
};

/// The hits of one task, of which the function does not know the whole selection: its cutoff may be a fraction where
/// the function's is a count.
struct Found : pyudf_hits {
  Found(const Selection& of, bool above_diagonal, std::vector<Hit>& found)
      : pyudf_hits{keep, above_diagonal, 0}, selection(of), to(found) {}

  static pyudf_status keep(pyudf_hits* hits, std::int64_t row, const std::int64_t* columns, const double* scores,
                           std::int64_t n) {
    auto& found = static_cast<Found&>(*hits);
    const auto [cutoff, similarity] = std::pair(found.selection.cutoff, found.selection.similarity);
    try {
      for (std::int64_t i = 0; i < n; ++i)
        if (similarity ? scores[i] >= cutoff : scores[i] <= cutoff) found.to.push_back({row, columns[i], scores[i]});
      return PYUDF_OK;
    } catch (...) {
      return PYUDF_MEMORY_ERROR;
    }
  }

  const Selection& selection;
  std::vector<Hit>& to;
};

/// `within` for functions that find the pairs themselves.
pyudf_status find_within(const Pairwise& job, const Selection& selection, std::vector<std::vector<Hit>>& hits,
                         pyudf_error* error) {
  // Whole rows wherever that can be: what comes before the first pair of a row is done once.
  constexpr double kCheaper = 16;
  std::vector<pyudf_value> options(job.options, job.options + job.function->n_options);
  set_cutoff(job, selection, selection.cutoff, options);
  const Grid grid(job, kCheaper);
  hits.resize(static_cast<std::size_t>(grid.tasks));
  return over_tiles(
      job, grid, [] { return NoState{}; },
      [&](NoState&, const Scorer& scorer, const Grid::Area& area, std::int64_t task, pyudf_error* e) {
        Found found(selection, job.triangle, hits[static_cast<std::size_t>(task)]);
        const pyudf_tile tile{
            area.row_begin, area.row_end, area.column_begin, area.column_end, nullptr, 0, PYUDF_FLOAT64, 0};
        return scorer.within(tile, options.data(), found, e);
      },
      error);
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

namespace {

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

namespace {

/// The unsigned type in which the scores of a function take least memory; FLOAT64 for fractions.
pyudf_status narrowest_type(const Pairwise& job, const pyudf_value* options, std::int32_t& type, pyudf_error* error) {
  type = PYUDF_FLOAT64;
  if (job.function->result->id != PYUDF_INT64 || !job.function->plan) return PYUDF_OK;
  const std::int64_t largest[] = {job.left->largest(), job.right->largest()};
  pyudf_plan plan{};
  if (const pyudf_status status = job.function->plan(options, largest, &plan, error); status != PYUDF_OK) return status;
  if (plan.lowest >= 0 && plan.highest <= 65535) type = plan.highest <= 255 ? PYUDF_UINT8 : PYUDF_UINT16;
  return PYUDF_OK;
}

/// The best of some scores. Compilers keep the order in which fractions are compared: in one chain each would wait for
/// the one before.
template <bool similarity, class T>
T best_of(const T* scores, std::int64_t n) {
  constexpr std::int64_t kChains = std::is_integral_v<T> ? 1 : 8;
  const auto better = [](T a, T b) { return (similarity ? a > b : a < b) ? a : b; };
  T top[kChains];
  std::fill_n(top, kChains, scores[0]);
  std::int64_t i = 0;
  for (; i + kChains <= n; i += kChains)
    for (std::int64_t chain = 0; chain < kChains; ++chain) top[chain] = better(scores[i + chain], top[chain]);
  for (; i < n; ++i) top[0] = better(scores[i], top[0]);
  return std::accumulate(top + 1, top + kChains, top[0], better);
}

/// Offers the scores of one row to the best so far, block by block: of most blocks the best score is not good enough.
template <class T>
void offer(const T* scores, std::int64_t n, std::int64_t first_column, const pyudf_text* right, bool similarity,
           Best& best) {
  constexpr std::int64_t kBlock = 128;
  for (std::int64_t begin = 0; begin < n; begin += kBlock) {
    const std::int64_t end = std::min(n, begin + kBlock);
    const T top = similarity ? best_of<true>(scores + begin, end - begin) : best_of<false>(scores + begin, end - begin);
    if (!best.takes(static_cast<double>(top))) continue;
    for (std::int64_t i = begin; i < end; ++i)
      if (best.takes(static_cast<double>(scores[i])) && right[first_column + i].data)
        best.add(first_column + i, static_cast<double>(scores[i]));
  }
}

void offer(const void* scores, std::int32_t type, std::int64_t n, std::int64_t first_column, const pyudf_text* right,
           bool similarity, Best& best) {
  switch (type) {
    case PYUDF_UINT8: return offer(static_cast<const std::uint8_t*>(scores), n, first_column, right, similarity, best);
    case PYUDF_UINT16:
      return offer(static_cast<const std::uint16_t*>(scores), n, first_column, right, similarity, best);
    default: return offer(static_cast<const double*>(scores), n, first_column, right, similarity, best);
  }
}

/// `nearest` for functions that score many pairs at once: some rows at a time against one piece of the right column
/// after the other.
pyudf_status nearest_in_batches(const Pairwise& job, const Selection& selection, std::int64_t k, double* scores,
                                std::int64_t* columns, pyudf_error* error) {
  constexpr std::int64_t kColumns = 4096, kFewest = 64;
  std::vector<pyudf_value> options(job.options, job.options + job.function->n_options);
  if (selection.has_cutoff) set_cutoff(job, selection, selection.cutoff, options);
  std::int32_t type;
  if (const pyudf_status status = narrowest_type(job, options.data(), type, error); status != PYUDF_OK) return status;
  Grid grid(job);
  grid.tile_columns = std::min(grid.columns, kColumns);
  const std::int64_t row_bytes = grid.tile_columns * size_of(type);
  const std::int64_t most = std::max<std::int64_t>(kFewest, 4 * static_cast<std::int64_t>(kScratchBytes) / row_bytes);
  const std::int64_t share = (grid.rows + 4 * job.workers - 1) / (4 * job.workers);
  grid.tile_rows = std::min(grid.rows, std::min(most, job.workers > 1 ? std::max(kFewest, share) : most));
  grid.across = 1;
  grid.tasks = (grid.rows + grid.tile_rows - 1) / grid.tile_rows;
  struct State {
    std::vector<std::byte> memory;
    std::vector<Best> best;
  };
  const pyudf_text *left = job.left->data(), *right = job.right->data();
  return over_tiles(
      job, grid,
      [&] {
        return State{std::vector<std::byte>(static_cast<std::size_t>(grid.tile_rows * row_bytes)),
                     std::vector<Best>(static_cast<std::size_t>(grid.tile_rows), Best(selection, k))};
      },
      [&](State& state, const Scorer& scorer, const Grid::Area& area, std::int64_t, pyudf_error* e) -> pyudf_status {
        for (Best& best : state.best) best.clear();
        const auto best_of = [&](std::int64_t row) -> Best& {
          return state.best[static_cast<std::size_t>(row - area.row_begin)];
        };
        for (std::int64_t begin = 0; begin < grid.columns; begin += kColumns) {
          const std::int64_t end = std::min(grid.columns, begin + kColumns);
          const pyudf_tile tile{area.row_begin, area.row_end, begin, end, state.memory.data(), row_bytes, type, 0};
          if (const pyudf_status status = scorer.score(tile, options.data(), e); status != PYUDF_OK) return status;
          for (std::int64_t row = area.row_begin; row < area.row_end; ++row)
            if (left[row].data)
              offer(state.memory.data() + (row - area.row_begin) * row_bytes, type, end - begin, begin, right,
                    selection.similarity, best_of(row));
        }
        for (std::int64_t row = area.row_begin; row < area.row_end; ++row)
          write_best(best_of(row).sorted(), k, row, scores, columns);
        return PYUDF_OK;
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

pyudf_status within(const Pairwise& job, const Selection& selection, std::vector<std::vector<Hit>>& hits,
                    pyudf_error* error) noexcept {
  try {
    if (job.function->outer_within && selection.cutoff_option >= 0) return find_within(job, selection, hits, error);
    const Grid grid(job);
    hits.resize(static_cast<std::size_t>(grid.tasks));
    return over_tiles(
        job, grid, [&] { return Search(job, selection, 0); },
        [&](Search& search, const Scorer& scorer, const Grid::Area& area, std::int64_t task, pyudf_error* e) {
          auto& found = hits[static_cast<std::size_t>(task)];
          return upper_rows(area, job.triangle ? 1 : -job.left->size(),
                            [&](std::int64_t row, std::int64_t begin, std::int64_t end) -> pyudf_status {
                              if (!job.left->data()[row].data) return PYUDF_OK;
                              return search.pieces.over(
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
