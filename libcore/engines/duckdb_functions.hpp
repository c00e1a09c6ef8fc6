// duckdb_functions.hpp: functions and aggregates of tables as functions of a database.
#pragma once

#include <string>
#include <vector>

#include "engines/duckdb_api.hpp"
#include "pyudf/abi.h"

namespace pyudf::duckdb {

/// Registers overloads under one name: each function with its defaults given or not, and with one option after the
/// other behind the columns. Throws std::runtime_error where DuckDB refuses, WrongType for types that it has not.
void register_functions(Connection* connection, const std::string& name,
                        const std::vector<const pyudf_function*>& overloads);

void register_aggregates(Connection* connection, const std::string& name,
                         const std::vector<const pyudf_aggregate*>& overloads);

/// A function without arguments that gives a text.
void register_text(Connection* connection, const std::string& name, const std::string& text);

}  // namespace pyudf::duckdb
