// rows.hpp: a column of any type, whatever layout it lies in, read a block of rows at a time into slots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/memory.hpp"
#include "pyudf/abi.h"

namespace pyudf {

class Rows {
 public:
  virtual ~Rows() = default;

  virtual std::int64_t size() const noexcept = 0;

  /// Bytes of one of its slots.
  virtual std::int64_t slot() const noexcept = 0;

  /// Rows [begin, begin + n) as slots, whose contents may lie in the arena. Returns how many are missing; if any,
  /// `present` is 1 or 0 for each row. Throws for what cannot be read.
  virtual std::int64_t read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present,
                            Arena& arena) const = 0;

  /// The whole column, if it lies in memory as slots; else without data.
  virtual pyudf_column in_place() const noexcept { return {nullptr, 0, nullptr}; }

  /// A guess at the work that a row means, for sharing it out.
  virtual std::int64_t typical_size() const { return 1; }
};

/// Slots in memory: numbers of an array, values made of Python's objects. present: a byte a row, or NULL.
class SlotRows final : public Rows {
 public:
  SlotRows() = default;
  SlotRows(const void* data, std::int64_t stride, const std::uint8_t* present, std::int64_t size, std::int64_t slot)
      : column_{data, stride, present}, size_(size), slot_(slot) {}

  std::int64_t size() const noexcept override { return size_; }
  std::int64_t slot() const noexcept override { return slot_; }
  pyudf_column in_place() const noexcept override { return column_; }

  std::int64_t read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present, Arena&) const override {
    const char* from = static_cast<const char*>(column_.data) + begin * column_.stride;
    if (column_.stride == slot_)
      std::memcpy(slots, from, static_cast<std::size_t>(n * slot_));
    else
      for (std::int64_t i = 0; i < n; ++i)
        std::memcpy(static_cast<char*>(slots) + i * slot_, from + i * column_.stride, static_cast<std::size_t>(slot_));
    if (!column_.present) return 0;
    std::int64_t missing = 0;
    for (std::int64_t i = 0; i < n; ++i) missing += !(present[i] = column_.present[begin + i]);
    return missing;
  }

 private:
  pyudf_column column_{nullptr, 0, nullptr};
  std::int64_t size_ = 0;
  std::int64_t slot_ = 0;
};

}  // namespace pyudf
