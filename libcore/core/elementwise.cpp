// elementwise.cpp: reads blocks of rows, decides what is missing, calls the function's batch entry, stores.
#include "core/elementwise.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>

#include "pyudf/store.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kBlock = 1024;  // rows of a task at most: their views fit the first-level cache

/// One argument as the blocks see it.
class Source {
 public:
  Source(const Spread& spread, const std::vector<std::int64_t>& shape) : spread_(spread), shape_(shape) {
    std::int64_t in_order = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
      constant_ &= spread.steps[d] == 0 || shape[d] == 1;
      sequential_ &= spread.steps[d] == in_order || shape[d] == 1;
      in_order *= shape[d];
    }
    // Rows in another order than they lie in are visited many times: reading them once is cheaper.
    if (constant_ || !sequential_) whole_.emplace(*spread.column);
  }

  /// Rows [begin, begin + n) of the broadcast column.
  pyudf_column rows(std::int64_t begin, std::int64_t n, pyudf_text* views, Arena& arena) const {
    if (constant_) return {whole_->data(), 0};
    if (sequential_)
      spread_.column->read(begin, n, views, arena);
    else
      gather(begin, n, views);
    return {views, sizeof(pyudf_text)};
  }

 private:
  void gather(std::int64_t begin, std::int64_t n, pyudf_text* views) const {
    const std::int64_t inner = shape_.back(), step = spread_.steps.back();
    for (std::int64_t i = 0; i < n;) {
      std::int64_t rest = (begin + i) / inner, row = 0;
      for (std::size_t d = shape_.size() - 1; d-- > 0; rest /= shape_[d]) row += rest % shape_[d] * spread_.steps[d];
      std::int64_t at = (begin + i) % inner;
      for (; at < inner && i < n; ++at, ++i) views[i] = whole_->data()[row + at * step];
    }
  }

  const Spread& spread_;
  const std::vector<std::int64_t>& shape_;
  bool constant_ = true;
  bool sequential_ = true;
  std::optional<TextViews> whole_;
};

/// What a thread needs for its blocks.
struct Workspace {
  explicit Workspace(std::size_t n_columns, std::int64_t block)
      : views(n_columns),
        columns(n_columns),
        scores(new std::byte[static_cast<std::size_t>(block) * 8]),
        present(static_cast<std::size_t>(block)) {
    for (auto& v : views) v.resize(static_cast<std::size_t>(block));
  }
  template <class T>
  T* scores_as() {
    return reinterpret_cast<T*>(scores.get());
  }

  std::vector<std::vector<pyudf_text>> views;
  std::vector<pyudf_column> columns;
  std::unique_ptr<std::byte[]> scores;  // of the function's result type
  std::vector<std::uint8_t> present;
  Arena arena;
};

void store_scores(const pyudf_function& function, Workspace& space, std::int64_t n, std::int32_t type, void* out) {
  if (function.result->id == PYUDF_INT64)
    store(space.scores_as<std::int64_t>(), n, type, out);
  else
    store(space.scores_as<double>(), n, type, out);
}

/// Marks the rows in which an argument is missing; returns how many.
std::int64_t find_missing(Workspace& space, std::int64_t n) {
  std::int64_t found = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    bool here = true;
    for (const pyudf_column& column : space.columns)
      here &= reinterpret_cast<const pyudf_text*>(static_cast<const char*>(column.data) + i * column.stride)->data !=
              nullptr;
    space.present[static_cast<std::size_t>(i)] = here;
    found += !here;
  }
  return found;
}

void write_missing(Workspace& space, std::int64_t n, bool real, std::uint8_t* missing) {
  for (std::int64_t i = 0; i < n; ++i) {
    if (space.present[static_cast<std::size_t>(i)]) continue;
    missing[i] = 1;
    // Written as 0 into an integer result: whoever asked sees the mask.
    if (real)
      space.scores_as<double>()[i] = std::numeric_limits<double>::quiet_NaN();
    else
      space.scores_as<std::int64_t>()[i] = 0;
  }
}

class Blocks {
 public:
  Blocks(const Elementwise& call, void* out, std::int32_t out_type, std::uint8_t* missing)
      : call_(call), out_(static_cast<char*>(out)), out_type_(out_type), missing_(missing) {
    for (const std::int64_t d : call.shape) rows_ *= d;
    double steps_a_row = 20;
    std::int64_t product = 1;
    sources_.reserve(call.columns.size());
    for (const Spread& spread : call.columns) {
      sources_.emplace_back(spread, call.shape);
      product *= std::max<std::int64_t>(1, std::min<std::int64_t>(spread.column->typical_size(), 1 << 20));
    }
    steps_a_row += static_cast<double>(product) / 8;
    steps_ = steps_a_row * static_cast<double>(rows_);
    block_ = std::clamp<std::int64_t>(static_cast<std::int64_t>(kSerialSteps / steps_a_row), 1,
                                      std::min(kBlock, std::max<std::int64_t>(rows_, 1)));
  }

  pyudf_status run(pyudf_error* error) {
    if (rows_ == 0) return PYUDF_OK;
    const std::int64_t tasks = (rows_ + block_ - 1) / block_;
    return run_tasks(
        tasks, threads_for(steps_, tasks, call_.workers), call_.tick,
        [&] { return Workspace(sources_.size(), block_); },
        [&](Workspace& space, std::int64_t task, pyudf_error* e) { return block(space, task * block_, e); }, error);
  }

  std::int64_t n_missing() const { return n_missing_; }

 private:
  pyudf_status block(Workspace& space, std::int64_t begin, pyudf_error* error) {
    const std::int64_t n = std::min(block_, rows_ - begin);
    space.arena.clear();
    try {
      for (std::size_t c = 0; c < sources_.size(); ++c)
        space.columns[c] = sources_[c].rows(begin, n, space.views[c].data(), space.arena);
    } catch (...) {
      return fail_with_current_exception(error);
    }
    const bool some_missing = find_missing(space, n) > 0;
    const pyudf_function& f = *call_.function;
    const pyudf_status status = f.batch(space.columns.data(), n, call_.options, space.scores.get(),
                                        some_missing ? space.present.data() : nullptr, error);
    if (status != PYUDF_OK) {
      if (error->row >= 0) error->row += begin;
      return status;
    }
    if (some_missing) {
      n_missing_ += std::count(space.present.begin(), space.present.begin() + n, 0);
      write_missing(space, n, f.result->id == PYUDF_FLOAT64, missing_ + begin);
    }
    store_scores(f, space, n, out_type_, out_ + begin * size_of(out_type_));
    return PYUDF_OK;
  }

  const Elementwise& call_;
  char* out_;
  std::int32_t out_type_;
  std::uint8_t* missing_;
  std::vector<Source> sources_;
  std::int64_t rows_ = 1;
  std::int64_t block_ = kBlock;
  double steps_ = 0;
  std::atomic<std::int64_t> n_missing_{0};
};

}  // namespace

pyudf_status run(const Elementwise& call, void* out, std::int32_t out_type, std::uint8_t* missing,
                 std::int64_t* n_missing, pyudf_error* error) noexcept {
  try {
    Blocks blocks(call, out, out_type, missing);
    const pyudf_status status = blocks.run(error);
    *n_missing = blocks.n_missing();
    return status;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
