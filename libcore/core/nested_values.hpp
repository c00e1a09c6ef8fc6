// nested_values.hpp: lists and structs of other values: the items of many lists are read in one go.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/arrow_values.hpp"
#include "core/columns.hpp"

namespace pyudf {

namespace detail {
inline constexpr std::int64_t kNoItems[2] = {};  // what an empty list points at: it is not a missing one
}

/// Where the items of a list lie.
struct Extent {
  std::int64_t first, size;
};

/// Lists whose items `extents(i)` finds among those of a child; list 0 is number `offset` there.
template <class Extents>
class Lists final : public ArrowValues {
 public:
  Lists(const pyudf_type& type, std::int64_t length, std::int64_t offset, Extents extents, ArrowNode items)
      : child_(*type.child),
        due_(type.id == PYUDF_LIST && type.size > 0 ? type.size : -1),
        length_(length),
        offset_(offset),
        extents_(extents),
        items_(std::move(items)) {
    if (!(child_.flags & PYUDF_OPTIONAL) && !items_.validity.any() && items_.values)
      place_ = static_cast<const char*>(items_.values->in_place());
  }

  void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const override {
    for (std::int64_t i = 0; i < n;) {
      const Run run = run_of(begin + i, begin + n);
      const char* items = place_ ? place_ + run.items.first * child_.slot : read_items(run, arena);
      for (; i < run.end - begin; ++i) {
        const Extent list = extents_(offset_ + begin + i);
        const void* data = list.size == 0 ? nullptr : items + (list.first - run.items.first) * nested_bytes(child_);
        new (to + i * stride) pyudf_list{data ? data : detail::kNoItems, list.size};
      }
    }
  }

  std::int64_t typical_size() const override {
    const std::int64_t n = std::min<std::int64_t>(length_, 64);
    std::int64_t items = 0;
    for (std::int64_t i = 0; i < n; ++i) items += std::clamp<std::int64_t>(extents_(offset_ + i).size, 0, 1 << 20);
    const std::int64_t each = items_.values ? items_.values->typical_size() : 1;
    return n == 0 ? 0 : items / n * std::clamp<std::int64_t>(each, 1, 1 << 20);
  }

 private:
  /// Lists [begin, end), whose items follow one another.
  struct Run {
    std::int64_t begin, end;
    Extent items;
  };

  Run run_of(std::int64_t begin, std::int64_t end) const {
    Run run{begin, begin + 1, checked(begin)};
    for (; run.end < end; ++run.end) {
      const Extent next = checked(run.end);
      if (next.size == 0) continue;
      if (run.items.size == 0)
        run.items = next;
      else if (next.first == run.items.first + run.items.size)
        run.items.size += next.size;
      else
        break;
    }
    return run;
  }

  Extent checked(std::int64_t i) const {
    const Extent list = extents_(offset_ + i);
    if (list.first < 0 || list.size < 0 || list.size > items_.length || list.first > items_.length - list.size)
      throw InvalidRow(i, "broken Arrow array: the offsets of a list decrease or lie past its " +
                              std::to_string(items_.length) + " items");
    if (due_ >= 0 && list.size != due_)
      throw InvalidRow(
          i, "a list of " + std::to_string(list.size) + " items where " + std::to_string(due_) + " are expected");
    return list;
  }

  const char* read_items(const Run& run, Arena& arena) const {
    const std::int64_t bytes = nested_bytes(child_);
    auto* items = static_cast<char*>(arena.allocate(run.items.size * bytes));
    try {
      items_.read_nested(child_, run.items.first, run.items.size, items, bytes, arena);
    } catch (const InvalidRow& e) {
      for (std::int64_t i = run.begin; i < run.end; ++i) {
        const Extent list = extents_(offset_ + i);
        if (e.row >= list.first && e.row < list.first + list.size)
          throw InvalidRow(i, "item " + std::to_string(e.row - list.first) + ": " + e.reason);
      }
      throw InvalidRow(run.begin, e.reason);
    }
    return items;
  }

  const pyudf_type& child_;
  std::int64_t due_;  // items of every list, or -1
  std::int64_t length_, offset_;
  Extents extents_;
  ArrowNode items_;
  const char* place_ = nullptr;  // the items, where they lie as slots
};

/// Structs of fields, each of which has values of its own.
class Structs final : public ArrowValues {
 public:
  struct Field {
    const pyudf_type* type;
    std::int32_t place;
    std::string title;  // for messages
    ArrowNode node;
    std::int64_t offset;
  };

  Structs(const pyudf_type& type, std::vector<Field> fields) : slot_(type.slot), fields_(std::move(fields)) {}

  void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const override {
    for (std::int64_t i = 0; i < n; ++i) std::memset(to + i * stride, 0, static_cast<std::size_t>(slot_));
    for (const Field& field : fields_) {
      try {
        field.node.read_nested(*field.type, field.offset + begin, n, to + field.place, stride, arena);
      } catch (const InvalidRow& e) {
        throw InvalidRow(e.row - field.offset, field.title + ": " + e.reason);
      }
    }
  }

  std::int64_t typical_size() const override {
    std::int64_t size = 0;
    for (const Field& field : fields_)
      size += field.node.values ? std::clamp<std::int64_t>(field.node.values->typical_size(), 1, 1 << 20) : 1;
    return size;
  }

 private:
  std::int64_t slot_;
  std::vector<Field> fields_;
};

}  // namespace pyudf
