// selection.hpp: the pairs of a matrix that a selection asks for, handed over as they are scored or found.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/tiles.hpp"

namespace pyudf {

/// Tells the function of the threshold, where it takes one; an infinite one is none.
inline void set_cutoff(const Pairwise& job, const Selection& selection, double threshold,
                       std::vector<pyudf_value>& options) {
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
      const pyudf_tile tile{row, row + 1, begin, begin + n, scores_, sizeof scores_, PYUDF_FLOAT64, 0, nullptr};
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

/// What a function finds by itself goes to take(row, column, score). The function does not know the whole selection:
/// its cutoff may be a fraction where the function's is a count.
template <class Take>
class Hits : public pyudf_hits {
 public:
  Hits(const Selection& selection, bool above_diagonal, Take take)
      : pyudf_hits{take_row, above_diagonal, 0, 0}, selection_(selection), take_(take) {}

 private:
  static pyudf_status take_row(pyudf_hits* hits, std::int64_t row, const std::int64_t* columns, const double* scores,
                               std::int64_t n) {
    auto& self = static_cast<Hits&>(*hits);
    try {
      for (std::int64_t i = 0; i < n; ++i)
        if (self.selection_.keeps(scores[i])) self.take_(row, columns[i], scores[i]);
      return PYUDF_OK;
    } catch (...) {
      return PYUDF_MEMORY_ERROR;
    }
  }

  const Selection& selection_;
  Take take_;
};

/// Tiles for functions that find pairs themselves. Whole rows wherever that can be: what comes before the first pair of
/// a row is done once.
inline constexpr double kCheaper = 16;

inline bool finds(const Pairwise& job, const Selection& selection) {
  return job.function->outer_within && selection.cutoff_option >= 0;
}

inline std::vector<pyudf_value> options_within(const Pairwise& job, const Selection& selection) {
  std::vector<pyudf_value> options(job.options, job.options + job.function->n_options);
  set_cutoff(job, selection, selection.cutoff, options);
  return options;
}

/// The unsigned type in which the scores of a function take least memory; FLOAT64 for fractions.
inline pyudf_status narrowest_type(const Pairwise& job, const pyudf_value* options, std::int32_t& type,
                                   pyudf_error* error) {
  type = PYUDF_FLOAT64;
  if (job.function->result->id != PYUDF_INT64) return PYUDF_OK;
  pyudf_plan plan;
  if (const pyudf_status status = plan_of(job, options, plan, error); status != PYUDF_OK) return status;
  if (plan.lowest >= 0 && plan.highest <= 65535) type = plan.highest <= 255 ? PYUDF_UINT8 : PYUDF_UINT16;
  return PYUDF_OK;
}

/// A tile whose scores are handed over, or are none of its own.
inline pyudf_tile tile_of(const Grid::Area& area, std::int32_t type = PYUDF_FLOAT64, pyudf_rows* rows = nullptr,
                          std::uint32_t flags = 0) {
  return {area.row_begin, area.row_end, area.column_begin, area.column_end, nullptr, 0, type, flags, rows};
}

}  // namespace pyudf
