// arrow_slots.hpp: the slots that an Arrow array is written from: some runs of them, at any depth.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/columns.hpp"
#include "core/slots.hpp"
#include "pyudf/abi.h"

namespace pyudf {

/// Slots that lie `stride` bytes apart: the rows of a column; the items of lists, one run for each; a field of those.
struct ArrowSlots {
  struct Run {
    const char* slots;
    std::int64_t n;
  };

  std::vector<Run> runs;
  std::int64_t stride = 0;
  std::int64_t n = 0;
  std::vector<std::uint8_t> present;  // a byte each, 0 or 1; empty: all are there
  std::int64_t n_missing = 0;

  bool has(std::int64_t i) const noexcept { return n_missing == 0 || present[static_cast<std::size_t>(i)]; }

  /// Calls f(i, slot) for each, missing ones too.
  template <class F>
  void each(F&& f) const {
    std::int64_t i = 0;
    for (const Run& run : runs) {
      const char* slot = run.slots;
      for (std::int64_t k = 0; k < run.n; ++k, ++i, slot += stride) f(i, slot);
    }
  }

  /// Marks those whose flag says so.
  void read_flags(const pyudf_type& type) {
    if (!(type.flags & PYUDF_OPTIONAL)) return;
    if (present.empty()) present.assign(static_cast<std::size_t>(n), 1);
    each([&](std::int64_t i, const char* slot) {
      std::uint8_t& here = present[static_cast<std::size_t>(i)];
      if (!here || *nested_flag(type, const_cast<char*>(slot))) return;
      here = 0;
      ++n_missing;
    });
  }
};

/// The items of lists, one run for each; their sizes are added up in `offsets`.
template <class Offset>
ArrowSlots items_of(const pyudf_type& child, const ArrowSlots& lists, Offset* offsets) {
  ArrowSlots items;
  items.stride = nested_bytes(child);
  items.runs.reserve(static_cast<std::size_t>(lists.n));
  offsets[0] = 0;
  lists.each([&](std::int64_t i, const char* slot) {
    if (lists.has(i)) {
      const auto& list = *reinterpret_cast<const pyudf_list*>(slot);
      if (list.size > 0) items.runs.push_back({static_cast<const char*>(list.data), list.size});
      items.n += list.size;
    }
    if (items.n > std::numeric_limits<Offset>::max())
      throw std::overflow_error("row " + std::to_string(i) + ": more than " +
                                std::to_string(std::numeric_limits<Offset>::max()) +
                                " entries in the maps of one array: write fewer rows at once");
    offsets[i + 1] = static_cast<Offset>(items.n);
  });
  items.read_flags(child);
  return items;
}

/// A field of structs.
inline ArrowSlots field_of(const pyudf_type& type, std::int32_t i, const ArrowSlots& structs) {
  ArrowSlots field = structs;
  for (ArrowSlots::Run& run : field.runs) run.slots += type.offsets[i];
  field.read_flags(*type.fields[i]);
  return field;
}

/// Whether one of the entries of maps, or its key, is missing.
inline bool has_missing_key(const pyudf_type& entry, const ArrowSlots& entries) {
  return entries.n_missing > 0 || field_of(entry, 0, entries).n_missing > 0;
}

/// Writes what lies in lists; a row that cannot be written is told by the list it is in.
template <class Offset, class F>
void write_items(const Offset* offsets, std::int64_t n, F&& f) {
  try {
    f();
  } catch (const InvalidRow& e) {
    const auto list = std::upper_bound(offsets, offsets + n + 1, e.row) - offsets - 1;
    throw InvalidRow(list, "item " + std::to_string(e.row - offsets[list]) + ": " + e.reason);
  }
}

}  // namespace pyudf
