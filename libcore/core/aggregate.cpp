// aggregate.cpp: folds pieces of the rows into states, merges the states, asks each for its result.
#include "core/aggregate.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "core/slots.hpp"
#include "core/sources.hpp"

namespace pyudf {
namespace {

/// The states of all groups.
class States {
 public:
  States(const pyudf_aggregate& function, std::int64_t n) : function_(function) {
    memory_.reset(new Unit[static_cast<std::size_t>(n * function.state_bytes / 16 + 1)]);
    n_ = n;
  }
  States(States&& other) noexcept
      : function_(other.function_),
        memory_(std::move(other.memory_)),
        n_(other.n_),
        made_(std::exchange(other.made_, 0)) {}
  States& operator=(States&&) = delete;
  ~States() {
    for (std::int64_t i = 0; i < made_; ++i) function_.destroy(at(i));
  }

  pyudf_status create(pyudf_error* error) {
    for (; made_ < n_; ++made_)
      if (const pyudf_status status = function_.create(at(made_), error); status != PYUDF_OK) return status;
    return PYUDF_OK;
  }

  pyudf_status merge(const States& other, pyudf_error* error) {
    for (std::int64_t i = 0; i < n_; ++i)
      if (const pyudf_status status = function_.merge(at(i), other.at(i), error); status != PYUDF_OK) return status;
    return PYUDF_OK;
  }

  void* at(std::int64_t i) const { return reinterpret_cast<char*>(memory_.get()) + i * function_.state_bytes; }

 private:
  struct alignas(16) Unit {
    std::byte bytes[16];
  };
  const pyudf_aggregate& function_;
  std::unique_ptr<Unit[]> memory_;
  std::int64_t n_ = 0;
  std::int64_t made_ = 0;
};

/// What a thread reads rows into.
struct Workspace {
  std::vector<Buffer> buffers;
  std::vector<pyudf_column> columns;
  std::vector<std::uint8_t> present;
  Arena arguments;
};

class Fold {
 public:
  explicit Fold(const Aggregation& call) : call_(call), function_(*call.function), shape_{call.n} {
    constexpr std::int64_t kLeast = 65536, kMost = 64;
    // The states of all pieces together take no more room than an eighth of the rows.
    const std::int64_t by_groups = call.n / (8 * std::max<std::int64_t>(call.n_groups, 1));
    pieces_ = std::clamp<std::int64_t>(std::min(call.n / kLeast, by_groups), 1, kMost);
    piece_ = (call.n + pieces_ - 1) / pieces_;
    sources_.reserve(call.columns.size());
    for (std::size_t c = 0; c < call.columns.size(); ++c)
      sources_.emplace_back(call.columns[c], *function_.parameters[c].type, shape_);
    for (std::int64_t i = 0; i < pieces_; ++i) states_.emplace_back(function_, call.n_groups);
  }

  pyudf_status run(Output& output, pyudf_error* error) {
    const double steps = 20.0 * static_cast<double>(call_.n);
    pyudf_status status = run_tasks(
        pieces_, threads_for(steps, pieces_, call_.workers), call_.tick, [&] { return workspace(); },
        [&](Workspace& space, std::int64_t piece, pyudf_error* e) { return fold(space, piece, e); }, error);
    for (std::int64_t i = 1; status == PYUDF_OK && i < pieces_; ++i)
      status = states_[0].merge(states_[static_cast<std::size_t>(i)], error);
    return status == PYUDF_OK ? finish(output, error) : status;
  }

 private:
  Workspace workspace() const {
    Workspace space;
    for (const Source& source : sources_) space.buffers.push_back(source.buffer(kBlock));
    space.columns.resize(sources_.size());
    space.present.resize(kBlock);
    return space;
  }

  pyudf_status fold(Workspace& space, std::int64_t piece, pyudf_error* error) {
    States& states = states_[static_cast<std::size_t>(piece)];
    if (const pyudf_status status = states.create(error); status != PYUDF_OK) return status;
    const std::int64_t end = std::min(call_.n, (piece + 1) * piece_);
    for (std::int64_t begin = piece * piece_; begin < end; begin += kBlock)
      if (const pyudf_status status = block(space, states, begin, std::min(kBlock, end - begin), error);
          status != PYUDF_OK)
        return status;
    return PYUDF_OK;
  }

  pyudf_status block(Workspace& space, States& states, std::int64_t begin, std::int64_t n, pyudf_error* error) {
    space.arguments.clear();
    try {
      for (std::size_t c = 0; c < sources_.size(); ++c)
        space.columns[c] = sources_[c].rows(begin, n, space.buffers[c], space.arguments);
    } catch (...) {
      return fail_with_current_exception(error);
    }
    std::int64_t missing = find_missing(function_.parameters, space.columns, n, space.present.data());
    const std::int64_t* const groups = call_.groups ? call_.groups + begin : nullptr;
    if (groups && !missing) std::fill_n(space.present.begin(), n, std::uint8_t{1});
    for (std::int64_t i = 0; groups && i < n; ++i) {
      missing += groups[i] < 0;
      space.present[static_cast<std::size_t>(i)] &= groups[i] >= 0;
    }
    const pyudf_status status = function_.update(states.at(0), groups, space.columns.data(), n,
                                                 missing ? space.present.data() : nullptr, error);
    if (status != PYUDF_OK && error->row >= 0) error->row += begin;
    return status;
  }

  pyudf_status finish(Output& output, pyudf_error* error) {
    Arena& contents = output.contents.emplace_back();
    for (std::int64_t i = 0; i < call_.n_groups; ++i) {
      std::uint8_t present = 1;
      void* const slot = static_cast<char*>(output.data) + i * function_.result->slot;
      const pyudf_status status = function_.finish(states_[0].at(i), slot, &present, &contents, error);
      if (status != PYUDF_OK) return status;
      output.missing[i] = !present;
      output.n_missing += !present;
      if (!present) write_missing_slot(*function_.result, slot);
    }
    return PYUDF_OK;
  }

  const Aggregation& call_;
  const pyudf_aggregate& function_;
  const std::vector<std::int64_t> shape_;
  std::int64_t pieces_ = 1, piece_ = 1;
  std::vector<Source> sources_;
  std::vector<States> states_;
};

}  // namespace

pyudf_status aggregate(const Aggregation& call, Output& output, pyudf_error* error) noexcept {
  try {
    return Fold(call).run(output, error);
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
