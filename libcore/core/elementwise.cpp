// elementwise.cpp: reads blocks of rows, decides what is missing, calls the function's batch entry, stores.
#include "core/elementwise.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>

#include "core/slots.hpp"
#include "pyudf/store.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kBlock = 1024;         // rows of a task at most: their views fit the first-level cache
constexpr std::int64_t kBlockInPlace = 8192;  // where nothing is read: what a task costs must not show

/// Memory for slots of any type.
class SlotBuffer {
 public:
  SlotBuffer() = default;
  explicit SlotBuffer(std::int64_t bytes) : units_(new Unit[static_cast<std::size_t>(bytes / 16 + 1)]) {}
  char* data() const noexcept { return reinterpret_cast<char*>(units_.get()); }

 private:
  struct alignas(16) Unit {
    std::byte bytes[16];
  };
  std::unique_ptr<Unit[]> units_;
};

/// What a thread reads one column's rows into.
struct Buffer {
  SlotBuffer slots;
  std::vector<std::uint8_t> present;
};

/// One argument as the blocks see it.
class Source {
 public:
  Source(const Spread& spread, const pyudf_type& type, const std::vector<std::int64_t>& shape)
      : rows_(*spread.rows), steps_(spread.steps), shape_(shape), slot_(spread.rows->slot()), place_(rows_.in_place()) {
    std::int64_t in_order = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
      constant_ &= steps_[d] == 0 || shape[d] == 1;
      sequential_ &= steps_[d] == in_order || shape[d] == 1;
      in_order *= shape[d];
    }
    repeated_ = constant_ && is_number(type.id);
    // Rows in another order than they lie in are visited many times: reading them once is cheaper.
    if (!place_.data && (constant_ || !sequential_)) read_whole();
  }

  bool in_place() const noexcept { return place_.data && (constant_ || sequential_); }

  Buffer buffer(std::int64_t block) const {
    Buffer buffer;
    if (in_place() && !repeated_) return buffer;
    buffer.slots = SlotBuffer(block * slot_);
    buffer.present.resize(static_cast<std::size_t>(block));
    // A number that stands beside columns is written out, so that the function's loop has no gaps.
    if (repeated_)
      for (std::int64_t i = 0; i < block; ++i) copy(place_.data, buffer.slots.data() + i * slot_);
    return buffer;
  }

  /// Rows [begin, begin + n) of the broadcast column.
  pyudf_column rows(std::int64_t begin, std::int64_t n, Buffer& buffer, Arena& arena) const {
    if (repeated_ && is_here(place_, 0)) return {buffer.slots.data(), slot_, nullptr};
    if (constant_) return {place_.data, 0, place_.present};
    if (sequential_ && place_.data)
      return {at(place_, begin), place_.stride, place_.present ? place_.present + begin : nullptr};
    const std::int64_t missing = sequential_ ? rows_.read(begin, n, buffer.slots.data(), buffer.present.data(), arena)
                                             : gather(begin, n, buffer);
    return {buffer.slots.data(), slot_, missing ? buffer.present.data() : nullptr};
  }

 private:
  static const char* at(const pyudf_column& column, std::int64_t i) {
    return static_cast<const char*>(column.data) + i * column.stride;
  }
  static bool is_here(const pyudf_column& column, std::int64_t i) { return !column.present || column.present[i]; }
  void copy(const void* from, char* to) const { std::memcpy(to, from, static_cast<std::size_t>(slot_)); }

  void read_whole() {
    const std::int64_t n = rows_.size();
    whole_ = SlotBuffer(std::max<std::int64_t>(n, 1) * slot_);
    whole_present_.resize(static_cast<std::size_t>(std::max<std::int64_t>(n, 1)));
    std::int64_t missing = 0;
    for (std::int64_t begin = 0; begin < n; begin += kBlock) {
      const std::int64_t size = std::min(kBlock, n - begin);
      std::uint8_t* present = whole_present_.data() + begin;
      const std::int64_t found = rows_.read(begin, size, whole_.data() + begin * slot_, present, contents_);
      if (!found) std::fill_n(present, size, std::uint8_t{1});
      missing += found;
    }
    place_ = {whole_.data(), slot_, missing ? whole_present_.data() : nullptr};
  }

  std::int64_t gather(std::int64_t begin, std::int64_t n, Buffer& buffer) const {
    const std::int64_t inner = shape_.back(), step = steps_.back();
    std::int64_t missing = 0;
    for (std::int64_t i = 0; i < n;) {
      std::int64_t rest = (begin + i) / inner, row = 0;
      for (std::size_t d = shape_.size() - 1; d-- > 0; rest /= shape_[d]) row += rest % shape_[d] * steps_[d];
      std::int64_t along = (begin + i) % inner;
      for (; along < inner && i < n; ++along, ++i) {
        const std::int64_t from = row + along * step;
        copy(at(place_, from), buffer.slots.data() + i * slot_);
        missing += !(buffer.present[static_cast<std::size_t>(i)] = is_here(place_, from));
      }
    }
    return missing;
  }

  const Rows& rows_;
  const std::vector<std::int64_t>& steps_;
  const std::vector<std::int64_t>& shape_;
  std::int64_t slot_;
  bool constant_ = true;
  bool sequential_ = true;
  bool repeated_ = false;
  pyudf_column place_;  // the column as slots in memory, if they are
  SlotBuffer whole_;
  std::vector<std::uint8_t> whole_present_;
  Arena contents_;
};

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
    const bool masked = find_missing(space, n) > 0 || (result_.flags & PYUDF_OPTIONAL);
    void* const results = converts_ ? space.results.data() : place(begin);
    const pyudf_status status = function_.batch(space.columns.data(), n, call_.options, results,
                                                masked ? space.present.data() : nullptr, &space.contents, error);
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

  /// Marks the rows for which the function is not called; returns how many.
  std::int64_t find_missing(Workspace& space, std::int64_t n) const {
    std::uint8_t* const present = space.present.data();
    std::fill_n(present, n, std::uint8_t{1});
    for (std::size_t c = 0; c < space.columns.size(); ++c) {
      const pyudf_column& column = space.columns[c];
      if (!column.present || (function_.parameters[c].type->flags & PYUDF_OPTIONAL)) continue;
      for (std::int64_t i = 0; i < n; ++i) present[i] &= column.present[column.stride == 0 ? 0 : i];
    }
    return std::count(present, present + n, 0);
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
