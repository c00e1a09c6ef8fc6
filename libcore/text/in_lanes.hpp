// in_lanes.hpp: scores many pairs at a time, where a metric and the texts allow it; what they do not is scored alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "pyudf/abi.h"
#include "pyudf/store.hpp"
#include "text/lanes/rowwise.hpp"
#include "text/matrix.hpp"
#include "text/one_by_one.hpp"

namespace pyudf::text {

/// Tiles and rows of one form of a metric.
template <class Kernel, Form form>
struct InLanes {
  using Call = text::Call<Kernel, form>;
  using Formed = typename Call::Formed;
  using Score = typename Call::Score;
  static constexpr bool kCounts = Call::kCounts;

  /// Scores a tile; false where that is better done pair by pair.
  static bool score_tile(Matrix* matrix, const Call& call, const pyudf_column* columns, const pyudf_tile& tile) {
    lanes::Batch* const batch = batch_for(matrix, call, tile);
    if (!batch) return false;
    const lanes::Formula formula = formula_of(call);
    if (!tile.rows) {
      batch->score(tile, formula);
      score_long_texts(*batch, call, columns, tile);
    } else if (batch->long_rows().empty() && batch->long_columns().empty()) {
      batch->score(tile, formula);
    } else {
      PatchedRows rows(*batch, call, columns, tile);
      pyudf_tile patched = tile;
      patched.rows = &rows;
      patched.flags &= ~std::uint32_t{PYUDF_TILE_BEST};
      batch->score(patched, formula);
    }
    return true;
  }

  /// Scores the rows that are present; false where that is better done row by row. Where it fails, i says at which.
  static bool score_rows(const Call& call, const pyudf_column* columns, std::int64_t n, const std::uint8_t* present,
                         Score* scores, std::int64_t& i) {
    constexpr std::int64_t kFewRows = 16;
    const auto measure = Kernel::measure(call.options);
    if (n < kFewRows || !measure) return false;
    const bool one_stands = columns[0].stride == 0 || columns[1].stride == 0;
    if (!lanes::Rowwise::suits(*measure, one_stands)) return false;
    for (int side = 0; side < 2; ++side)
      if (columns[side].stride == 0 && text(columns[side], 0).size > lanes::kPairRows) return false;
    lanes::Rowwise rowwise(*measure);
    if constexpr (kRawCounts) {
      const lanes::Formula raw = lanes::formula(*measure, Kernel::kind == Kind::similarity, false);
      rowwise.run(columns, n, present, [&](const lanes::RowCounts& some) { finish_counts(call, raw, some, scores); });
    } else {
      const lanes::Formula formula = formula_of(call);
      rowwise.run(columns, n, present, [&](const lanes::RowCounts& some) {
        double finished[lanes::kMostPairs];
        lanes::current_target().finish_pairs(some.pairs, formula, finished);
        for (std::size_t lane = 0; lane < some.rows.size(); ++lane) scores[some.rows[lane]] = finished[lane];
      });
    }
    Scratch scratch;
    for (const std::int32_t row : rowwise.alone()) {
      i = row;
      scores[row] = call.score(text(columns[0], row), text(columns[1], row), scratch);
    }
    return true;
  }

 private:
  static constexpr bool kRawCounts = std::is_same_v<typename Kernel::Score, std::int64_t>;

  static lanes::Formula formula_of(const Call& call) {
    lanes::Formula formula = lanes::formula(*Kernel::measure(call.options), is_similarity(form), is_normalized(form));
    if constexpr (!kCounts)
      formula.cutoff = call.cutoff;
    else if constexpr (is_similarity(form))
      formula.lowest = call.cutoff;
    else if (call.has_cutoff())
      formula.highest = call.cutoff;
    if constexpr (requires { call.options.prefix_weight; }) {
      formula.prefix_weight = call.options.prefix_weight;
      formula.weight = lanes::fraction_of(formula.prefix_weight);
    }
    return formula;
  }

  /// Scores of some rows from what was counted, of which `raw` makes the metric's own score.
  static void finish_counts(const Call& call, const lanes::Formula& raw, const lanes::RowCounts& some, Score* scores) {
    const auto* const counts = static_cast<const std::uint8_t*>(some.pairs.counts);
    for (std::size_t lane = 0; lane < some.rows.size(); ++lane) {
      const std::int64_t size1 = some.pairs.text_sizes[lane], size2 = some.pairs.query_sizes[lane];
      const std::int64_t score = lanes::base_of(raw.base, size1, size2) + raw.factor * counts[lane];
      scores[some.rows[lane]] =
          Formed::score(Kernel::maximum(size1, size2, call.options), call.cutoff, [&](std::int64_t) { return score; });
    }
  }

  /// The lanes to score a tile in, or nullptr where that does not pay.
  static lanes::Batch* batch_for(Matrix* matrix, const Call& call, const pyudf_tile& tile) {
    const auto measure = Kernel::measure(call.options);
    // The last tile may have few rows; those of one are asked for where no batch is wanted.
    if (!matrix || !measure || tile.row_end - tile.row_begin < 2) return nullptr;
    // Whole scores of at most 32 bits and fractions are what lanes write.
    if (!kCounts ? tile.out_type != PYUDF_FLOAT32 && tile.out_type != PYUDF_FLOAT64
                 : tile.out_type == PYUDF_FLOAT16 || tile.out_type == PYUDF_BOOL)
      return nullptr;
    return filter_is_better(*matrix, call) || !matrix->is_worth_lanes(*measure) ? nullptr : matrix->batch(*measure);
  }

  /// Whether most pairs are so long and so far apart, for the cutoff, that a look at them is enough.
  static bool filter_is_better(const Matrix& matrix, const Call& call) noexcept {
    if (!HasSignatureBound<Kernel> || !call.has_cutoff()) return false;
    const std::int64_t size = matrix.typical_size();
    const double maximum = static_cast<double>(Kernel::maximum(size, size, call.options));
    const double cutoff = static_cast<double>(call.cutoff) * (is_normalized(form) ? maximum : 1.0);
    const double edits =
        is_similarity(form) ? (is_normalized(form) ? maximum : static_cast<double>(size)) - cutoff : cutoff;
    return size > 64 && edits * 16 < static_cast<double>(size);
  }

  /// Those of the places `all` that lie in [begin, end).
  static std::span<const std::int64_t> between(const std::vector<std::int64_t>& all, std::int64_t begin,
                                               std::int64_t end) {
    return std::span(std::lower_bound(all.begin(), all.end(), begin), std::lower_bound(all.begin(), all.end(), end));
  }

  /// Overwrites the scores of the texts that no lane holds.
  static void score_long_texts(const lanes::Batch& batch, const Call& call, const pyudf_column* columns,
                               const pyudf_tile& tile) {
    for (const std::int64_t which : between(batch.long_rows(), tile.row_begin, tile.row_end)) {
      pyudf_tile one = tile;
      one.row_begin = which, one.row_end = which + 1;
      one.out = static_cast<char*>(tile.out) + (which - tile.row_begin) * tile.row_bytes;
      std::int64_t row, column;
      OneByOne<Kernel, form>::score_tile(nullptr, call, columns, one, row, column);
    }
    score_columns(between(batch.long_columns(), tile.column_begin, tile.column_end), call, columns, tile);
  }

  /// Scores some columns of a tile.
  static void score_columns(std::span<const std::int64_t> which, const Call& call, const pyudf_column* columns,
                            const pyudf_tile& tile) {
    if (which.empty()) return;
    std::vector<pyudf_text> right;
    for (const std::int64_t column : which) right.push_back(text(columns[1], column));
    std::vector<Score> scores(right.size());
    Scratch scratch;
    const auto each_row = [&](auto&& score) {
      for (std::int64_t row = tile.row_begin; row < tile.row_end; ++row) {
        score(text(columns[0], row));
        char* const out = static_cast<char*>(tile.out) + (row - tile.row_begin) * tile.row_bytes;
        for (std::size_t i = 0; i < which.size(); ++i)
          store(&scores[i], 1, tile.out_type, out + (which[i] - tile.column_begin) * size_of(tile.out_type));
      }
    };
    if constexpr (HasQuery<Kernel>) {
      if (Kernel::Query::usable(call.options)) {
        Row<Kernel> prepared(call.options, scratch);
        return each_row([&](const pyudf_text& left) {
          prepared.prepare(left);
          prepared.template scores<Formed>(right.data(), nullptr, std::ssize(right), call.cutoff, scores.data());
        });
      }
    }
    each_row([&](const pyudf_text& left) {
      for (std::size_t i = 0; i < right.size(); ++i) scores[i] = call.score(left, right[i], scratch);
    });
  }

  /// Puts in the scores of the texts that no lane holds before others take the rows.
  struct PatchedRows : pyudf_rows {
    PatchedRows(const lanes::Batch& of, const Call& with, const pyudf_column* texts, const pyudf_tile& to)
        : pyudf_rows{patch}, batch(of), call(with), columns(texts), tile(to) {}

    static pyudf_status patch(pyudf_rows* self, std::int64_t row, std::int64_t column, std::int64_t n,
                              const void* scores) {
      auto& rows = static_cast<PatchedRows&>(*self);
      try {
        const std::int64_t bytes = size_of(rows.tile.out_type);
        const auto* const first = static_cast<const std::byte*>(scores);
        rows.scores.assign(first, first + n * bytes);
        pyudf_tile part = rows.tile;
        part.row_begin = row, part.row_end = row + 1;
        part.column_begin = column, part.column_end = column + n;
        part.out = rows.scores.data(), part.rows = nullptr;
        score_long_texts(rows.batch, rows.call, rows.columns, part);
        return rows.tile.rows->take(rows.tile.rows, row, column, n, rows.scores.data());
      } catch (...) {
        return PYUDF_MEMORY_ERROR;
      }
    }

    const lanes::Batch& batch;
    const Call& call;
    const pyudf_column* columns;
    const pyudf_tile& tile;
    std::vector<std::byte> scores;
  };
};

}  // namespace pyudf::text
