// duckdb_api.hpp: the functions of DuckDB's C API for extensions that are used here, and their places in its table.
#pragma once

#include <cstdint>

namespace pyudf::duckdb {

// Opaque to extensions.
struct Database;
struct Connection;
struct LogicalType;
struct DataChunk;
struct Vector;
struct ScalarFunction;
struct ScalarFunctionSet;
struct AggregateFunction;
struct AggregateFunctionSet;
struct ExtensionInfo;
struct FunctionInfo;

using Index = std::uint64_t;
using State = std::uint32_t;  // 0: done
using Delete = void (*)(void*);

/// What an extension's entry gets.
struct Access {
  void (*set_error)(ExtensionInfo* info, const char* error);
  Database** (*get_database)(ExtensionInfo* info);
  const void* (*get_api)(ExtensionInfo* info, const char* version);
};

/// DuckDB's names of types, as numbers.
enum TypeId : std::uint32_t {
  kBoolean = 1,
  kTinyint = 2,
  kSmallint = 3,
  kInteger = 4,
  kBigint = 5,
  kUtinyint = 6,
  kUsmallint = 7,
  kUinteger = 8,
  kUbigint = 9,
  kFloat = 10,
  kDouble = 11,
  kTimestamp = 12,
  kDate = 13,
  kInterval = 15,
  kVarchar = 17,
  kBlob = 18,
  kTimestampS = 20,
  kTimestampMs = 21,
  kTimestampNs = 22,
};

/// Where the items of a list lie in the child of its vector.
struct ListEntry {
  std::uint64_t offset;
  std::uint64_t length;
};

struct Interval {
  std::int32_t months;
  std::int32_t days;
  std::int64_t micros;
};

using Execute = void (*)(FunctionInfo*, DataChunk*, Vector*);
using StateSize = Index (*)(FunctionInfo*);
using StateInit = void (*)(FunctionInfo*, void*);
using StateUpdate = void (*)(FunctionInfo*, DataChunk*, void**);
using StateCombine = void (*)(FunctionInfo*, void**, void**, Index);
using StateFinalize = void (*)(FunctionInfo*, void**, Vector*, Index, Index);
using StateDestroy = void (*)(void**, Index);

/// The version of the table whose places these are. Later versions only add to its end, so DuckDB hands this one out as
/// well. https://github.com/duckdb/extension-template-c, duckdb_capi/duckdb_extension.h (MIT)
inline constexpr const char* kApiVersion = "v1.2.0";

// ENTRY(name, place, result, parameters)
#define PYUDF_DUCKDB_API(ENTRY)                                                                 \
  ENTRY(connect, 3, State, (Database*, Connection**))                                           \
  ENTRY(disconnect, 6, void, (Connection**))                                                    \
  ENTRY(create_logical_type, 156, LogicalType*, (std::uint32_t))                                \
  ENTRY(create_list_type, 159, LogicalType*, (LogicalType*))                                    \
  ENTRY(create_array_type, 160, LogicalType*, (LogicalType*, Index))                            \
  ENTRY(create_map_type, 161, LogicalType*, (LogicalType*, LogicalType*))                       \
  ENTRY(create_struct_type, 163, LogicalType*, (LogicalType**, const char**, Index))            \
  ENTRY(create_enum_type, 164, LogicalType*, (const char**, Index))                             \
  ENTRY(enum_internal_type, 170, std::uint32_t, (LogicalType*))                                 \
  ENTRY(destroy_logical_type, 184, void, (LogicalType**))                                       \
  ENTRY(data_chunk_get_column_count, 189, Index, (DataChunk*))                                  \
  ENTRY(data_chunk_get_vector, 190, Vector*, (DataChunk*, Index))                               \
  ENTRY(data_chunk_get_size, 191, Index, (DataChunk*))                                          \
  ENTRY(vector_get_column_type, 193, LogicalType*, (Vector*))                                   \
  ENTRY(vector_get_data, 194, void*, (Vector*))                                                 \
  ENTRY(vector_get_validity, 195, std::uint64_t*, (Vector*))                                    \
  ENTRY(vector_ensure_validity_writable, 196, void, (Vector*))                                  \
  ENTRY(vector_assign_string_element_len, 198, void, (Vector*, Index, const char*, Index))      \
  ENTRY(list_vector_get_child, 199, Vector*, (Vector*))                                         \
  ENTRY(list_vector_get_size, 200, Index, (Vector*))                                            \
  ENTRY(list_vector_set_size, 201, State, (Vector*, Index))                                     \
  ENTRY(list_vector_reserve, 202, State, (Vector*, Index))                                      \
  ENTRY(struct_vector_get_child, 203, Vector*, (Vector*, Index))                                \
  ENTRY(array_vector_get_child, 204, Vector*, (Vector*))                                        \
  ENTRY(create_scalar_function, 209, ScalarFunction*, ())                                       \
  ENTRY(destroy_scalar_function, 210, void, (ScalarFunction**))                                 \
  ENTRY(scalar_function_set_name, 211, void, (ScalarFunction*, const char*))                    \
  ENTRY(scalar_function_set_special_handling, 213, void, (ScalarFunction*))                     \
  ENTRY(scalar_function_set_volatile, 214, void, (ScalarFunction*))                             \
  ENTRY(scalar_function_add_parameter, 215, void, (ScalarFunction*, LogicalType*))              \
  ENTRY(scalar_function_set_return_type, 216, void, (ScalarFunction*, LogicalType*))            \
  ENTRY(scalar_function_set_extra_info, 217, void, (ScalarFunction*, void*, Delete))            \
  ENTRY(scalar_function_set_function, 218, void, (ScalarFunction*, Execute))                    \
  ENTRY(scalar_function_get_extra_info, 220, void*, (FunctionInfo*))                            \
  ENTRY(scalar_function_set_error, 221, void, (FunctionInfo*, const char*))                     \
  ENTRY(create_scalar_function_set, 222, ScalarFunctionSet*, (const char*))                     \
  ENTRY(destroy_scalar_function_set, 223, void, (ScalarFunctionSet**))                          \
  ENTRY(add_scalar_function_to_set, 224, State, (ScalarFunctionSet*, ScalarFunction*))          \
  ENTRY(register_scalar_function_set, 225, State, (Connection*, ScalarFunctionSet*))            \
  ENTRY(create_aggregate_function, 226, AggregateFunction*, ())                                 \
  ENTRY(destroy_aggregate_function, 227, void, (AggregateFunction**))                           \
  ENTRY(aggregate_function_set_name, 228, void, (AggregateFunction*, const char*))              \
  ENTRY(aggregate_function_add_parameter, 229, void, (AggregateFunction*, LogicalType*))        \
  ENTRY(aggregate_function_set_return_type, 230, void, (AggregateFunction*, LogicalType*))      \
  ENTRY(aggregate_function_set_functions, 231, void,                                            \
        (AggregateFunction*, StateSize, StateInit, StateUpdate, StateCombine, StateFinalize))   \
  ENTRY(aggregate_function_set_destructor, 232, void, (AggregateFunction*, StateDestroy))       \
  ENTRY(aggregate_function_set_special_handling, 234, void, (AggregateFunction*))               \
  ENTRY(aggregate_function_set_extra_info, 235, void, (AggregateFunction*, void*, Delete))      \
  ENTRY(aggregate_function_get_extra_info, 236, void*, (FunctionInfo*))                         \
  ENTRY(aggregate_function_set_error, 237, void, (FunctionInfo*, const char*))                  \
  ENTRY(create_aggregate_function_set, 238, AggregateFunctionSet*, (const char*))               \
  ENTRY(destroy_aggregate_function_set, 239, void, (AggregateFunctionSet**))                    \
  ENTRY(add_aggregate_function_to_set, 240, State, (AggregateFunctionSet*, AggregateFunction*)) \
  ENTRY(register_aggregate_function_set, 241, State, (Connection*, AggregateFunctionSet*))

struct Api {
#define PYUDF_DUCKDB_MEMBER(name, place, result, parameters) result(*name) parameters;
  PYUDF_DUCKDB_API(PYUDF_DUCKDB_MEMBER)
#undef PYUDF_DUCKDB_MEMBER

  Api() = default;

  /// Takes the functions out of the table that `get_api` gives.
  explicit Api(const void* table) noexcept {
    const auto* places = static_cast<void* const*>(table);
#define PYUDF_DUCKDB_TAKE(name, place, result, parameters) name = reinterpret_cast<result(*) parameters>(places[place]);
    PYUDF_DUCKDB_API(PYUDF_DUCKDB_TAKE)
#undef PYUDF_DUCKDB_TAKE
  }
};

/// That of the DuckDB which has loaded this library: one process has one.
inline Api api;

}  // namespace pyudf::duckdb
