// matrix.hpp: what the tiles of one matrix share; each part is made by the first thread that asks for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "pyudf/abi.h"
#include "text/index.hpp"
#include "text/lanes/batch.hpp"

namespace pyudf::text {

/// A metric that can be run over lanes: which, under these options.
template <class Kernel>
concept HasMeasure = requires(const typename Kernel::Options& options) {
  { Kernel::measure(options) } -> std::same_as<std::optional<lanes::Measure>>;
};

class Matrix : public RightColumn {
 public:
  Matrix(const pyudf_text* left, std::int64_t rows, const pyudf_text* right, std::int64_t columns)
      : RightColumn(right, columns, rows), left_(left), rows_(rows), right_(right), columns_(columns) {}

  /// Whether the pairs cost more one by one than the tables of lanes do, in nanoseconds.
  bool is_worth_lanes(lanes::Measure measure) const noexcept {
    constexpr double kTables = 3000, kText = 35, kCharacter = 4, kPair = 10, kPairInStep = 7;
    // Few texts share more leading characters than a word has.
    const bool one_word = counted(measure) == lanes::Count::leading;
    const auto size = static_cast<double>(one_word ? std::min<std::int64_t>(typical_size(), 64) : typical_size());
    const auto rows = static_cast<double>(rows_), columns = static_cast<double>(columns_);
    const double pair = lanes::is_in_step(measure) ? kPairInStep : kPair + size * std::ceil(size / 64);
    return rows * columns * pair > kTables + (rows + columns) * (kText + kCharacter * size);
  }

  /// nullptr where lanes cannot hold these texts. All calls name the same measure.
  lanes::Batch* batch(lanes::Measure measure) {
    std::call_once(once_, [&] { batch_ = std::make_unique<lanes::Batch>(left_, rows_, right_, columns_, measure); });
    return batch_->usable() ? batch_.get() : nullptr;
  }

 private:
  const pyudf_text* left_;
  std::int64_t rows_;
  const pyudf_text* right_;
  std::int64_t columns_;
  std::once_flag once_;
  std::unique_ptr<lanes::Batch> batch_;
};

}  // namespace pyudf::text
