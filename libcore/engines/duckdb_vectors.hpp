// duckdb_vectors.hpp: vectors of DuckDB as columns.
#pragma once

#include <cstdint>
#include <vector>

#include "core/arrow_values.hpp"
#include "core/rows.hpp"
#include "engines/duckdb_api.hpp"
#include "engines/duckdb_types.hpp"

namespace pyudf::duckdb {

/// A flat vector of the type that type_for() gives for a parameter. Its memory stays DuckDB's.
class VectorRows final : public Rows {
 public:
  VectorRows(const pyudf_type& type, Vector* vector, std::int64_t n, Units units);

  std::int64_t size() const noexcept override { return node_.length; }
  std::int64_t slot() const noexcept override { return slot_; }
  std::int64_t read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present,
                    Arena& arena) const override;
  pyudf_column in_place() const noexcept override;

 private:
  std::int64_t slot_;
  ArrowNode node_;
  std::vector<std::uint8_t> present_;  // of rows in place, where some are missing
};

/// Writes n slots, one after the other, to rows [at, at + n) of a vector of the type that type_for() gives for a
/// result. present: 1 for rows that have a value; NULL: all have. Throws InvalidRow for what DuckDB cannot hold.
void write_rows(const pyudf_type& type, const void* slots, const std::uint8_t* present, std::int64_t n, Vector* vector,
                std::int64_t at);

/// Whether the slots of a type are what DuckDB has in a vector: a function may write them there itself.
bool has_vector_slots(const pyudf_type& type) noexcept;

/// Marks rows of a vector as missing.
void write_missing(const pyudf_type& type, const std::uint8_t* present, std::int64_t n, Vector* vector,
                   std::int64_t at);

}  // namespace pyudf::duckdb
