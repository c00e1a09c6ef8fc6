// arrow_slots.hpp: the slots that an Arrow array is written from: some runs of them, at any depth.
#pragma once

#include <cstdint>
#include <vector>

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

}  // namespace pyudf
