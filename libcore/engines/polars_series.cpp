// polars_series.cpp: releases columns in the order that Polars expects.
#include "engines/polars_series.hpp"

#include <memory>

namespace pyudf {
namespace {

/// A result: Polars moves the array out of it, and releases the rest.
struct Given {
  ArrowSchema schema;
  ArrowArray array;
  ArrowArray* arrays[1];
};

void release_given(pyudf_polars_series* column) {
  const std::unique_ptr<Given> given(static_cast<Given*>(column->private_data));
  if (given->schema.release) given->schema.release(&given->schema);
  column->release = nullptr;
  column->private_data = nullptr;
}

}  // namespace

PolarsColumns::~PolarsColumns() {
  for (std::size_t i = 0; i < n_; ++i) {
    pyudf_polars_series& column = columns_[i];
    for (std::size_t k = 0; k < column.n_arrays; ++k)
      if (ArrowArray* array = column.arrays[k]; array && array->release) array->release(array);
    if (column.release) column.release(&column);
  }
}

std::int64_t PolarsColumns::rows(std::size_t i) const noexcept {
  std::int64_t rows = 0;
  for (std::size_t k = 0; k < columns_[i].n_arrays; ++k) rows += columns_[i].arrays[k]->length;
  return rows;
}

std::vector<ArrowPart> PolarsColumns::parts(std::size_t i) const {
  std::vector<ArrowPart> parts;
  for (std::size_t k = 0; k < columns_[i].n_arrays; ++k) parts.push_back({columns_[i].field, columns_[i].arrays[k]});
  return parts;
}

void give_polars(ArrowSchema schema, ArrowArray array, pyudf_polars_series* column) {
  auto given = std::make_unique<Given>(Given{schema, array, {nullptr}});
  given->arrays[0] = &given->array;
  *column = {&given->schema, given->arrays, 1, release_given, nullptr};
  column->private_data = given.release();
}

}  // namespace pyudf
