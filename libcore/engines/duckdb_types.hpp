// duckdb_types.hpp: the types of the table as DuckDB's.
#pragma once

#include <string>
#include <utility>

#include "engines/duckdb_api.hpp"
#include "pyudf/abi.h"

namespace pyudf::duckdb {

/// A type of DuckDB's that is given back.
class OwnedType {
 public:
  explicit OwnedType(LogicalType* type) noexcept : type_(type) {}
  OwnedType(OwnedType&& other) noexcept : type_(std::exchange(other.type_, nullptr)) {}
  OwnedType& operator=(OwnedType&&) = delete;
  ~OwnedType() {
    if (type_) api.destroy_logical_type(&type_);
  }
  LogicalType* get() const noexcept { return type_; }

 private:
  LogicalType* type_;
};

/// What a type is for: parameters take more than the type itself, for DuckDB converts what it is given to them. Names
/// of members are taken as text, lists of a certain size as any; whether the size is right is seen when they are read.
enum class Role { parameter, result };

/// What a TEXT is in an overload: text, or bytes.
enum class Units { text, bytes };

/// Throws WrongType where DuckDB has nothing like it.
OwnedType type_for(const pyudf_type& type, Role role, Units units = Units::text);

/// The same for all types that are one type to DuckDB as a parameter, and for no others.
std::string signature_of(const pyudf_type& type, Units units);

/// Whether the type, or what is within it, is a TEXT.
bool has_units(const pyudf_type& type) noexcept;

}  // namespace pyudf::duckdb
