// entry.hpp: the entries of the function table of each form of a metric.
#pragma once

#include <algorithm>
#include <cstdint>

#include "pyudf/abi.h"
#include "pyudf/guard.hpp"
#include "text/in_lanes.hpp"

namespace pyudf::text {

/// The table entry of one form of one metric.
template <class Kernel, Form form>
struct Entry {
  using Call = text::Call<Kernel, form>;
  using Options = typename Call::Options;
  using Score = typename Call::Score;
  static constexpr bool kCounts = Call::kCounts;
  static constexpr std::int32_t kParameters = 2 + Options::count + 1;

  static pyudf_status plan(const pyudf_value* values, const std::int64_t* largest, pyudf_plan* plan,
                           pyudf_error* error) {
    const Call call(values);
    if (const char* reason = call.invalid()) return fail(error, PYUDF_VALUE_ERROR, reason);
    // Weights can make a pair with an empty text the furthest one.
    const auto maximum =
        std::max({Kernel::maximum(largest[0], largest[1], call.options), Kernel::maximum(largest[0], 0, call.options),
                  Kernel::maximum(0, largest[1], call.options)});
    plan->lowest = 0.0;
    plan->highest = is_normalized(form) ? 1.0 : static_cast<double>(maximum);
    // A distance past the cutoff is written as cutoff + 1.
    if (kCounts && !is_similarity(form) && call.has_cutoff())
      plan->highest = std::min(plan->highest, static_cast<double>(call.cutoff) + 1.0);
    plan->symmetric = Kernel::symmetric(call.options);
    if constexpr (HasMeasure<Kernel>) plan->batches = Kernel::measure(call.options).has_value();
    return PYUDF_OK;
  }

  static pyudf_status scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory*, pyudf_error* error) {
    try {
      const Call call(args + 2);
      if (const char* reason = call.invalid()) return fail(error, PYUDF_VALUE_ERROR, reason);
      thread_local Scratch scratch;
      const Score score = call.score(args[0].text, args[1].text, scratch);
      if constexpr (kCounts)
        result->integer = score;
      else
        result->real = score;
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static pyudf_status batch(const pyudf_column* columns, std::int64_t n, const pyudf_value* values, void* out,
                            std::uint8_t* present, pyudf_memory*, pyudf_error* error) {
    std::int64_t i = 0;
    try {
      const Call call(values);
      auto* const scores = static_cast<Score*>(out);
      if constexpr (HasMeasure<Kernel>)
        if (InLanes<Kernel, form>::score_rows(call, columns, n, present, scores, i)) return PYUDF_OK;
      OneByOne<Kernel, form>::score_rows(call, columns, n, present, scores, i);
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error, i);
    }
  }

  /// What all tiles share, unless there is one row only.
  static pyudf_status outer_begin(const pyudf_column* columns, const std::int64_t* sizes, const pyudf_value*,
                                  void** state, pyudf_error* error) {
    if (sizes[0] < 2 || sizes[1] == 0) return PYUDF_OK;
    try {
      *state = static_cast<RightColumn*>(new Matrix(&text(columns[0], 0), sizes[0], &text(columns[1], 0), sizes[1]));
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static void outer_end(void* state) { delete matrix(state); }

  static pyudf_status outer(void* state, const pyudf_column* columns, const pyudf_value* values, const pyudf_tile* tile,
                            pyudf_error* error) {
    std::int64_t row = tile->row_begin, column = tile->column_begin;
    try {
      const Call call(values);
      if constexpr (HasMeasure<Kernel>)
        if (InLanes<Kernel, form>::score_tile(matrix(state), call, columns, *tile)) return PYUDF_OK;
      OneByOne<Kernel, form>::score_tile(matrix(state), call, columns, *tile, row, column);
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error, row, column);
    }
  }

 private:
  static Matrix* matrix(void* state) noexcept { return static_cast<Matrix*>(static_cast<RightColumn*>(state)); }
};

}  // namespace pyudf::text
