// duckdb_types.cpp: one type of DuckDB's for each of the table.
#include "engines/duckdb_types.hpp"

#include <iterator>
#include <vector>

#include "core/arrow_formats.hpp"

namespace pyudf::duckdb {
namespace {

/// The plain types by their pyudf_type_id; 0: one that is made of others, or that depends on a size.
constexpr std::uint32_t kPlain[] = {
    kInteger,  // NONE: what NULL is in a result
    kBoolean,  kTinyint, kSmallint, kInteger, kBigint, kUtinyint, kUsmallint, kUinteger, kUbigint,
    0,  // FLOAT16
    kFloat,    kDouble,  kVarchar,
    0,                                                     // LIST
    kVarchar,  kVarchar, kBlob,     0,        0,       0,  // SET, MAP, STRUCT
    kDate,
    0,          // TIMESTAMP
    kInterval,  // DURATION
    0,          // ENUM
    0,          // OBJECT
};
static_assert(std::size(kPlain) == PYUDF_OBJECT + 1);

std::uint32_t plain_id(const pyudf_type& type, Role role, Units units) noexcept {
  if (type.id == PYUDF_TEXT && units == Units::bytes) return kBlob;
  if (type.id == PYUDF_ENUM && role == Role::parameter) return kVarchar;
  if (type.id == PYUDF_TIMESTAMP)
    return type.size == 0 ? kTimestampS : type.size == 3 ? kTimestampMs : type.size == 6 ? kTimestamp : kTimestampNs;
  return type.id >= 0 && type.id <= PYUDF_OBJECT ? kPlain[type.id] : 0;
}

LogicalType* made(const pyudf_type& type, LogicalType* logical) {
  if (!logical) throw WrongType("DuckDB has no type for " + title_of(type));
  return logical;
}

OwnedType struct_type(const pyudf_type& type, Role role, Units units) {
  std::vector<OwnedType> fields;
  std::vector<std::string> names;
  std::vector<LogicalType*> logical;
  std::vector<const char*> titles;
  for (std::int32_t i = 0; i < type.size; ++i) {
    fields.push_back(type_for(*type.fields[i], role, units));
    names.push_back(field_name(type, i));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    logical.push_back(fields[i].get());
    titles.push_back(names[i].c_str());
  }
  return OwnedType(made(type, api.create_struct_type(logical.data(), titles.data(), logical.size())));
}

OwnedType enum_type(const pyudf_type& type) {
  std::vector<const char*> names(type.names, type.names + type.size);
  return OwnedType(made(type, api.create_enum_type(names.data(), names.size())));
}

}  // namespace

OwnedType type_for(const pyudf_type& type, Role role, Units units) {
  if (const std::uint32_t id = plain_id(type, role, units)) return OwnedType(made(type, api.create_logical_type(id)));
  switch (type.id) {
    case PYUDF_LIST:
    case PYUDF_SET: {
      const OwnedType child = type_for(*type.child, role, units);
      const bool sized = role == Role::result && type.id == PYUDF_LIST && type.size > 0;
      return OwnedType(made(type, sized ? api.create_array_type(child.get(), static_cast<Index>(type.size))
                                        : api.create_list_type(child.get())));
    }
    case PYUDF_MAP: {
      const OwnedType key = type_for(*type.child->fields[0], role, units);
      const OwnedType value = type_for(*type.child->fields[1], role, units);
      return OwnedType(made(type, api.create_map_type(key.get(), value.get())));
    }
    case PYUDF_STRUCT: return struct_type(type, role, units);
    case PYUDF_ENUM: return enum_type(type);
    default: return OwnedType(made(type, nullptr));
  }
}

std::string signature_of(const pyudf_type& type, Units units) {
  if (const std::uint32_t id = plain_id(type, Role::parameter, units)) return std::to_string(id);
  std::string signature = type.id == PYUDF_MAP ? "m" : type.id == PYUDF_STRUCT ? "s" : "l";
  signature += "(";
  if (type.child) signature += signature_of(*type.child, units);
  for (std::int32_t i = 0; type.fields && i < type.size; ++i)
    signature += field_name(type, i) + ":" + signature_of(*type.fields[i], units) + ",";
  return signature + ")";
}

bool has_units(const pyudf_type& type) noexcept {
  if (type.id == PYUDF_TEXT) return true;
  if (type.child && has_units(*type.child)) return true;
  for (std::int32_t i = 0; type.fields && i < type.size; ++i)
    if (has_units(*type.fields[i])) return true;
  return false;
}

}  // namespace pyudf::duckdb
