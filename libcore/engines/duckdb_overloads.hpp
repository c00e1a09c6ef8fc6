// duckdb_overloads.hpp: the lists of arguments with which a function of a table may be called in SQL.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/defaults.hpp"
#include "core/sources.hpp"
#include "engines/duckdb_types.hpp"
#include "engines/duckdb_vectors.hpp"
#include "pyudf/abi.h"
#include "pyudf/guard.hpp"

namespace pyudf::duckdb {

/// How many of the columns and options are given in a call.
struct Given {
  std::int32_t columns;
  std::int32_t options;
  Units units;
  std::int32_t count() const noexcept { return columns + options; }
};

/// The columns of one call: vectors, and defaults for those that are not given.
class Arguments {
 public:
  Arguments(const pyudf_parameter* parameters, std::int32_t n_columns, const Given& given, DataChunk* chunk,
            std::int64_t n)
      : steps_{{0}, {1}}, shape_{n} {
    for (std::int32_t i = 0; i < n_columns; ++i) {
      const bool is_given = i < given.columns;
      rows_.push_back(
          is_given ? vector_rows(parameters[i], api.data_chunk_get_vector(chunk, static_cast<Index>(i)), n, given.units)
                   : std::make_unique<DefaultRows>(parameters[i]));
      spreads_.push_back({rows_.back().get(), steps_[is_given]});
    }
    sources_.reserve(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) sources_.emplace_back(spreads_[i], *parameters[i].type, shape_);
  }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  std::vector<Buffer> buffers(std::int64_t block) const {
    std::vector<Buffer> buffers;
    for (const Source& source : sources_) buffers.push_back(source.buffer(block));
    return buffers;
  }

  /// Rows [begin, begin + n) of all columns.
  void read(std::int64_t begin, std::int64_t n, std::vector<Buffer>& buffers, Arena& arena,
            std::vector<pyudf_column>& columns) const {
    columns.resize(sources_.size());
    for (std::size_t i = 0; i < sources_.size(); ++i) columns[i] = sources_[i].rows(begin, n, buffers[i], arena);
  }

  static std::unique_ptr<Rows> vector_rows(const pyudf_parameter& parameter, Vector* vector, std::int64_t n,
                                           Units units) {
    return std::make_unique<VectorRows>(*parameter.type, vector, n, units);
  }

 private:
  std::vector<std::int64_t> steps_[2];  // of what stands beside all rows, of what has a value for each
  std::vector<std::int64_t> shape_;
  std::vector<std::unique_ptr<Rows>> rows_;
  std::vector<Spread> spreads_;
  std::vector<Source> sources_;
};

/// Calls f(given) for each list of arguments that is possible and whose types no earlier one of `seen` has.
template <class F>
void each_overload(const pyudf_parameter* parameters, std::int32_t n_columns, std::int32_t n_options,
                   std::int32_t least, std::set<std::string>& seen, F&& f) {
  std::int32_t required = n_columns;
  while (required > least && parameters[required - 1].fallback) --required;
  bool units = false;
  for (std::int32_t i = 0; i < n_columns; ++i) units |= has_units(*parameters[i].type);
  for (std::int32_t n = required; n <= n_columns + n_options; ++n) {
    for (const Units as : {Units::text, Units::bytes}) {
      if (as == Units::bytes && !units) continue;
      std::string signature;
      for (std::int32_t i = 0; i < n; ++i) signature += signature_of(*parameters[i].type, as) + ";";
      if (seen.insert(signature).second) f(Given{std::min(n, n_columns), std::max(n - n_columns, 0), as});
    }
  }
}

/// What DuckDB shows of an error. Rows are those of a vector: DuckDB knows no other ones here.
class Message {
 public:
  Message(const char* name, const pyudf_error& error, std::int64_t n) noexcept {
    if (error.row >= 0)
      std::snprintf(text_, sizeof text_, "%s: row %lld of %lld: %s", name, static_cast<long long>(error.row),
                    static_cast<long long>(n), error.message);
    else
      std::snprintf(text_, sizeof text_, "%s: %s", name, error.message);
  }
  const char* text() const noexcept { return text_; }

 private:
  char text_[400];
};

/// Fills in the error for the exception that is being handled; that of a row tells it.
inline pyudf_status fail_with_row(pyudf_error* error) noexcept {
  try {
    throw;
  } catch (const InvalidRow& e) {
    return fail(error, PYUDF_VALUE_ERROR, e.reason.c_str(), e.row);
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf::duckdb
