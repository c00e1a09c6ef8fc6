// pairwise.hpp: a function of two texts over all pairs of two columns: dense, condensed, the best k, those within a
// cutoff.
#pragma once

#include <cstdint>
#include <vector>

#include "core/columns.hpp"
#include "core/loops.hpp"
#include "pyudf/abi.h"

namespace pyudf {

struct Pairwise {
  const pyudf_function* function;
  const pyudf_value* options;
  const TextViews* left;
  const TextViews* right;
  bool triangle = false;  // left and right are one column: only row < column is wanted
  int workers = 1;
  Tick tick;
  // Constants: the object of a method before the texts, parameters that keep their defaults after them.
  std::vector<pyudf_column> before{}, after{};
};

/// A result matrix in memory; each row is contiguous.
struct Dense {
  void* out;
  std::int32_t type;       // numeric pyudf_type_id
  std::int64_t row_bytes;  // from one row to the next
  double missing;          // what a pair with a missing text scores
  bool stream = false;     // it is larger than caches
};

/// shape (left, right). With `triangle` the lower half is mirrored and the diagonal computed too.
pyudf_status dense(const Pairwise& job, const Dense& result, pyudf_error* error) noexcept;

/// The upper triangle row by row without the diagonal, as SciPy's pdist lays it out; row_bytes is not used.
pyudf_status condensed(const Pairwise& job, const Dense& result, pyudf_error* error) noexcept;

/// What counts as a hit.
struct Selection {
  double cutoff = 0;  // a hit is no worse than this
  bool has_cutoff = false;
  bool similarity = false;          // higher is better
  std::int32_t cutoff_option = -1;  // which option is the function's score_cutoff, or -1

  bool keeps(double score) const noexcept { return similarity ? score >= cutoff : score <= cutoff; }
};

/// The k best of each row, best first, lower column first among equals; scores (rows, k) and columns (rows, k),
/// -1 where there are not as many. Only the filled places of scores are written.
pyudf_status nearest(const Pairwise& job, const Selection& selection, std::int64_t k, double* scores,
                     std::int64_t* columns, pyudf_error* error) noexcept;

struct Hit {
  std::int64_t row, column;
  double score;
};

/// All hits by row, then column, in pieces.
pyudf_status within(const Pairwise& job, const Selection& selection, std::vector<std::vector<Hit>>& hits,
                    pyudf_error* error) noexcept;

}  // namespace pyudf
