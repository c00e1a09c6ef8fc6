// polars_series.hpp: the columns that Polars hands over and takes back, and who releases what of them.
// Source: crates/polars-ffi/src/version_0.rs of https://github.com/pola-rs/polars.
#pragma once

#include <cstddef>
#include <vector>

#include "core/arrow_reader.hpp"
#include "pyudf/engine.h"

namespace pyudf {

/// The columns of a call, which are the plugin's to release: each chunk, then what holds them together.
class PolarsColumns {
 public:
  PolarsColumns(pyudf_polars_series* columns, std::size_t n) noexcept : columns_(columns), n_(n) {}
  PolarsColumns(const PolarsColumns&) = delete;
  PolarsColumns& operator=(const PolarsColumns&) = delete;
  ~PolarsColumns();

  std::size_t size() const noexcept { return n_; }
  const ArrowSchema& field(std::size_t i) const noexcept { return *columns_[i].field; }
  std::int64_t rows(std::size_t i) const noexcept;
  std::vector<ArrowPart> parts(std::size_t i) const;

 private:
  pyudf_polars_series* columns_;
  std::size_t n_;
};

/// Makes one array and its schema a column that Polars takes over; they are not to be released by anybody else then.
void give_polars(ArrowSchema schema, ArrowArray array, pyudf_polars_series* column);

}  // namespace pyudf
