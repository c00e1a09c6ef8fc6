// sources.hpp: the columns of a call as its blocks see them: in place, read block by block, or broadcast.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "core/memory.hpp"
#include "core/rows.hpp"
#include "core/slots.hpp"
#include "pyudf/abi.h"

namespace pyudf {

/// How the rows of one column are spread over the result: the steps, in rows, along each dimension.
struct Spread {
  const Rows* rows;
  std::vector<std::int64_t> steps;
};

inline constexpr std::int64_t kBlock = 1024;  // rows of a task at most: their views fit the first-level cache

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

/// Marks the rows in which nothing is missing that must not be; returns how many others there are. Where there are
/// none, nothing is marked.
inline std::int64_t find_missing(const pyudf_parameter* parameters, const std::vector<pyudf_column>& columns,
                                 std::int64_t n, std::uint8_t* present) {
  bool marked = false;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const pyudf_column& column = columns[c];
    if (!column.present || (parameters[c].type->flags & PYUDF_OPTIONAL)) continue;
    if (!std::exchange(marked, true)) std::fill_n(present, n, std::uint8_t{1});
    for (std::int64_t i = 0; i < n; ++i) present[i] &= column.present[column.stride == 0 ? 0 : i];
  }
  return marked ? std::count(present, present + n, 0) : 0;
}

/// Calls a function for n rows, but not where something is missing that must not be. `present` has room for a byte a
/// row; `masked` tells whether it says which rows have a result, or all have.
inline pyudf_status call_batch(const pyudf_function& function, const std::vector<pyudf_column>& columns, std::int64_t n,
                               const pyudf_value* options, void* out, std::uint8_t* present, bool& masked,
                               Arena& contents, pyudf_error* error) {
  const bool optional = function.result->flags & PYUDF_OPTIONAL;
  const bool some_missing = find_missing(function.parameters, columns, n, present) > 0;
  masked = some_missing || optional;
  if (optional && !some_missing) std::fill_n(present, n, std::uint8_t{1});
  return function.batch(columns.data(), n, options, out, masked ? present : nullptr, &contents, error);
}

}  // namespace pyudf
