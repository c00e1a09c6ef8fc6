// defaults.hpp: the default of a parameter as a column that repeats it.
#pragma once

#include <cstdint>

#include "core/rows.hpp"
#include "core/slots.hpp"
#include "core/sources.hpp"
#include "pyudf/abi.h"

namespace pyudf {

/// For a parameter that has a default, whose texts and items stay the table's.
class DefaultRows final : public Rows {
 public:
  explicit DefaultRows(const pyudf_parameter& parameter)
      : bytes_(parameter.type->slot), missing_(parameter.fallback->missing), slot_(parameter.type->slot) {
    if (missing_)
      write_missing_slot(*parameter.type, slot_.data());
    else
      fill_slot(*parameter.type, *parameter.fallback, slot_.data());
  }

  std::int64_t size() const noexcept override { return 1; }
  std::int64_t slot() const noexcept override { return bytes_; }
  pyudf_column in_place() const noexcept override { return {slot_.data(), 0, missing_ ? &kMissing : nullptr}; }

  std::int64_t read(std::int64_t, std::int64_t n, void* slots, std::uint8_t* present, Arena&) const override {
    for (std::int64_t i = 0; i < n; ++i)
      std::memcpy(static_cast<char*>(slots) + i * bytes_, slot_.data(), static_cast<std::size_t>(bytes_));
    if (missing_) std::fill_n(present, n, kMissing);
    return missing_ ? n : 0;
  }

 private:
  static constexpr std::uint8_t kMissing = 0;
  std::int64_t bytes_;
  bool missing_;
  SlotBuffer slot_;
};

}  // namespace pyudf
