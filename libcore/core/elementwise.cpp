// elementwise.cpp: reads blocks of rows, decides what is missing, calls the function's batch entry, stores.
#include "core/elementwise.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>

#include "core/slots.hpp"
#include "core/sources.hpp"
#include "pyudf/store.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kBlockInPlace = 8192;  // where nothing is read: what a task costs must not show

/// What a thread needs for its blocks.
struct Workspace {
  std::vector<Buffer> buffers;
  std::vector<pyudf_column> columns;
  SlotBuffer results;  // where they are not written to their place at once
  std::vector<std::uint8_t> present;
  Arena arguments, contents;
};

class Blocks {
 public:
  Blocks(const Elementwise& call, Output& output)
      : call_(call), output_(output), function_(*call.function), result_(*call.function->result) {
    for (const std::int64_t d : call.shape) rows_ *= d;
    bool in_place = true;
    double product = 1;
    sources_.reserve(call.columns.size());
    for (std::size_t c = 0; c < call.columns.size(); ++c) {
      const Spread& spread = call.columns[c];
      sources_.emplace_back(spread, *function_.parameters[c].type, call.shape);
      in_place &= sources_.back().in_place();
      product *= static_cast<double>(std::clamp<std::int64_t>(spread.rows->typical_size(), 1, 1 << 20));
    }
    const double steps_a_row = 20 + product / 8;
    steps_ = steps_a_row * static_cast<double>(rows_);
    block_ = std::clamp<std::int64_t>(static_cast<std::int64_t>(kSerialSteps / steps_a_row), 1,
                                      std::min(in_place ? kBlockInPlace : kBlock, std::max<std::int64_t>(rows_, 1)));
    converts_ = output.type != 0 && output.type != result_.id;
  }

  pyudf_status run(pyudf_error* error) {
    if (rows_ == 0) return PYUDF_OK;
    const std::int64_t tasks = (rows_ + block_ - 1) / block_;
    const pyudf_status status = run_tasks(
        tasks, threads_for(steps_, tasks, call_.workers), call_.tick, [&] { return Lease(*this); },
        [&](Lease& lease, std::int64_t task, pyudf_error* e) { return block(lease.space, task * block_, e); }, error);
    output_.n_missing = n_missing_;
    return status;
  }

 private:
  /// A workspace, whose contents belong to the output in the end.
  struct Lease {
    explicit Lease(Blocks& owner) : blocks(&owner), space(owner.workspace()) {}
    Lease(Lease&& other) noexcept : blocks(other.blocks), space(std::move(other.space)) { other.blocks = nullptr; }
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (!blocks || blocks->output_.type != 0) return;
      const std::lock_guard lock(blocks->mutex_);
      blocks->output_.contents.push_back(std::move(space.contents));
    }
    Blocks* blocks;
    Workspace space;
  };

  Workspace workspace() const {
    Workspace space;
    for (const Source& source : sources_) space.buffers.push_back(source.buffer(block_));
    space.columns.resize(sources_.size());
    if (converts_) space.results = SlotBuffer(block_ * result_.slot);
    space.present.resize(static_cast<std::size_t>(block_));
    return space;
  }

  pyudf_status block(Workspace& space, std::int64_t begin, pyudf_error* error) {
    const std::int64_t n = std::min(block_, rows_ - begin);
    space.arguments.clear();
    if (output_.type != 0) space.contents.clear();
    try {
      for (std::size_t c = 0; c < sources_.size(); ++c)
        space.columns[c] = sources_[c].rows(begin, n, space.buffers[c], space.arguments);
    } catch (...) {
      return fail_with_current_exception(error);
    }
    void* const results = converts_ ? space.results.data() : place(begin);
    bool masked = false;
    const pyudf_status status = call_batch(function_, space.columns, n, call_.options, results, space.present.data(),
                                           masked, space.contents, error);
    if (status != PYUDF_OK) {
      if (error->row >= 0) error->row += begin;
      return status;
    }
    if (masked) write_missing(space, n, results, output_.missing + begin);
    if (converts_) store_slots(result_.id, results, n, output_.type, place(begin));
    return PYUDF_OK;
  }

  char* place(std::int64_t row) const {
    return static_cast<char*>(output_.data) + row * (output_.type != 0 ? size_of(output_.type) : result_.slot);
  }

  void write_missing(const Workspace& space, std::int64_t n, void* results, std::uint8_t* missing) {
    std::int64_t found = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      if (space.present[static_cast<std::size_t>(i)]) continue;
      ++found;
      missing[i] = 1;
      write_missing_slot(result_, static_cast<char*>(results) + i * result_.slot);
    }
    n_missing_ += found;
  }

  const Elementwise& call_;
  Output& output_;
  const pyudf_function& function_;
  const pyudf_type& result_;
  std::vector<Source> sources_;
  std::int64_t rows_ = 1;
  std::int64_t block_ = kBlock;
  double steps_ = 0;
  bool converts_ = false;
  std::atomic<std::int64_t> n_missing_{0};
  std::mutex mutex_;
};

}  // namespace

pyudf_status run(const Elementwise& call, Output& output, pyudf_error* error) noexcept {
  try {
    return Blocks(call, output).run(error);
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
