// rowwise.hpp: two columns row by row, a pair of texts in each lane.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "text/lanes/target.hpp"

namespace pyudf::text::lanes {

/// Rows that were run together.
struct RowCounts {
  std::span<const std::int32_t> rows;
  PairCounts pairs;  // of the texts in these rows
};

/// Sorts rows by the lanes that their texts need and runs them.
class Rowwise {
 public:
  /// Whether rows are worth being sorted. Single pairs that are read in step are as fast; and where one text stands in
  /// all rows and is prepared for them, those of the shortest steps are.
  static constexpr bool suits(Measure measure, bool one_stands) noexcept {
    const bool has_short_steps = measure == Measure::edits || counted(measure) == Count::common;
    return !is_in_step(measure) && !(one_stands && has_short_steps);
  }

  explicit Rowwise(Measure measure);

  /// Runs rows of two columns of texts, but not those that are absent (`present`: a byte a row, or nullptr), and calls
  /// take(RowCounts) for all that were run together. The rows left are alone().
  template <class Take>
  void run(const pyudf_column* columns, std::int64_t n, const std::uint8_t* present, Take&& take) {
    alone_.clear();
    for (std::int64_t begin = 0; begin < n; begin += kBlock) {
      sort(columns, begin, std::min(n, begin + kBlock), present);
      for (std::int32_t kind = 0; kind < kKinds; ++kind)
        for (auto rows = of_kind(kind); !rows.empty();) {
          const auto together = rows.first(std::min(rows.size(), lanes_of(kind)));
          rows = rows.subspan(together.size());
          if (together.size() < kFewest)
            alone_.insert(alone_.end(), together.begin(), together.end());
          else
            take(run(kind, columns, together));
        }
    }
  }

  /// The rows that no lane was found for: of texts that are too long, or of a kind that has few.
  std::span<const std::int32_t> alone() const noexcept { return alone_; }

 private:
  static constexpr std::int64_t kBlock = 4096;  // rows that are sorted together: their views stay in the cache
  static constexpr std::size_t kFewest = 4;     // rows of a run: fewer are scored sooner one by one
  static constexpr std::int32_t kKinds = kPairWidths * kPairPlanes;
  static constexpr std::int32_t kKeysOfKind = kPairRows + 1;

  struct Memory;
  template <class Unit>
  struct Filler;

  void sort(const pyudf_column* columns, std::int64_t begin, std::int64_t end, const std::uint8_t* present);
  std::span<const std::int32_t> of_kind(std::int32_t kind) const noexcept;
  std::size_t lanes_of(std::int32_t kind) const noexcept;
  RowCounts run(std::int32_t kind, const pyudf_column* columns, std::span<const std::int32_t> rows);
  template <class Unit>
  RowCounts run(std::int32_t planes, const pyudf_column* columns, std::span<const std::int32_t> rows);

  Count count_;
  const Target& target_;
  std::vector<std::int32_t> alone_;
  std::vector<std::uint16_t> keys_;  // of the rows of a block: their kind, then the size of the query
  std::vector<std::int32_t> ends_;   // of the rows of each key in the order
  std::vector<std::int32_t> order_;  // rows, sorted by key
  std::shared_ptr<Memory> memory_;
};

}  // namespace pyudf::text::lanes
