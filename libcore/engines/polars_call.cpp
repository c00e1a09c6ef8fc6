// polars_call.cpp: columns of Polars through a function of a table, and back.
#include "engines/polars_call.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/aggregate.hpp"
#include "core/arrow_reader.hpp"
#include "core/arrow_writer.hpp"
#include "core/defaults.hpp"
#include "core/elementwise.hpp"
#include "core/loops.hpp"
#include "engines/expression.hpp"
#include "engines/polars_series.hpp"

namespace pyudf {
namespace {

// Polars gives its threads pieces of 100,000 rows when it runs in parallel, and a whole chunk when it does not.
constexpr std::int64_t kOwnThreadsFrom = 200'000;

thread_local std::string last_error;

/// Runs f; what it throws becomes the message that Polars asks for next.
template <class F>
void tell_errors(F&& f) noexcept {
  try {
    last_error.clear();
    f();
  } catch (const std::exception& e) {
    try {
      last_error = e.what();
    } catch (...) {  // no memory for the message
    }
  } catch (...) {
    last_error = "an exception that is not a std::exception";
  }
}

void check_table(const pyudf_table& table) {
  if (table.abi_major == PYUDF_ABI_MAJOR && table.function_bytes == sizeof(pyudf_function) &&
      table.aggregate_bytes == sizeof(pyudf_aggregate))
    return;
  throw std::invalid_argument("the library was built for pyudf's ABI " + std::to_string(table.abi_major) + "." +
                              std::to_string(table.abi_minor) + ", the installed pyudf has " +
                              std::to_string(PYUDF_ABI_MAJOR) + "." + std::to_string(PYUDF_ABI_MINOR) +
                              ": build the library again");
}

[[noreturn]] void fail(const Expression& expression, const pyudf_error& error) {
  const std::string row = error.row >= 0 ? "row " + std::to_string(error.row) + ": " : "";
  throw std::runtime_error(std::string(expression.name()) + ": " + row + error.message);
}

int threads_of_polars() {
  const char* told = std::getenv("POLARS_MAX_THREADS");
  const int most = told ? std::atoi(told) : 0;
  return most > 0 ? std::min(most, available_threads()) : available_threads();
}

/// The columns of an expression as the rows that a call reads.
class Call {
 public:
  Call(const Expression& expression, const PolarsColumns& columns) : expression_(expression), columns_(columns) {
    rows_ = broadcast_rows();
    const pyudf_parameter* const parameters = expression.parameters();
    for (std::size_t p = 0; p < expression.columns.size(); ++p) {
      const std::int32_t at = expression.columns[p];
      try {
        sources_.push_back(
            at < 0 ? std::make_unique<DefaultRows>(parameters[p])
                   : read_arrow(*parameters[p].type, columns.parts(static_cast<std::size_t>(at)), ArrowRules::polars));
      } catch (const std::exception& e) {
        throw std::invalid_argument(std::string(expression.name()) + ": " + parameters[p].name + ": " + e.what());
      }
      spreads_.push_back({sources_.back().get(), {sources_.back()->size() == rows_ && at >= 0 ? 1 : 0}});
    }
  }

  void run(pyudf_polars_series* result) {
    const bool folds = expression_.aggregate;
    const pyudf_type& type = expression_.result();
    const std::int64_t n = folds ? 1 : rows_;
    ArrowBuffer slots(n * type.slot);
    std::vector<std::uint8_t> missing(static_cast<std::size_t>(n));
    Output output{slots.as<void>(), 0, missing.data(), 0, {}};
    pyudf_error error{-1, -1, ""};
    if ((folds ? fold(output, &error) : map(output, &error)) != PYUDF_OK) fail(expression_, error);
    give(std::move(slots), output.n_missing ? missing.data() : nullptr, n, result);
  }

 private:
  /// All columns have as many rows, or one that stands beside each row of the others.
  std::int64_t broadcast_rows() const {
    std::int64_t rows = 1;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::int64_t own = columns_.rows(i);
      if (own == 1 || own == rows) continue;
      if (rows != 1)
        throw std::invalid_argument(std::string(expression_.name()) + ": columns of " + std::to_string(rows) + " and " +
                                    std::to_string(own) + " rows");
      rows = own;
    }
    return rows;
  }

  int workers() const {
    if (expression_.workers > 0) return expression_.workers;
    return rows_ > kOwnThreadsFrom ? threads_of_polars() : 1;
  }

  pyudf_status map(Output& output, pyudf_error* error) const {
    return pyudf::run({expression_.function, expression_.options.data(), {rows_}, spreads_, workers(), {}}, output,
                      error);
  }

  pyudf_status fold(Output& output, pyudf_error* error) const {
    return aggregate({expression_.aggregate, rows_, spreads_, nullptr, 1, workers(), {}}, output, error);
  }

  void give(ArrowBuffer slots, const std::uint8_t* missing, std::int64_t n, pyudf_polars_series* result) const {
    const pyudf_type& type = expression_.result();
    ArrowArray array;
    ArrowSchema schema;
    ReleaseGuard of_array(array);
    ReleaseGuard of_schema(schema);
    write_schema(type, &schema, columns_.field(0).name ? columns_.field(0).name : "");
    if (has_arrow_slots(type))
      give_arrow(type, std::move(slots), missing, n, &array);
    else
      write_arrow(type, slots.as<void>(), missing, n, nullptr, &array);
    give_polars(schema, array, result);
    of_array.keep();
    of_schema.keep();
  }

  const Expression& expression_;
  const PolarsColumns& columns_;
  std::int64_t rows_ = 1;
  std::vector<std::unique_ptr<Rows>> sources_;
  std::vector<Spread> spreads_;
};

void check_columns(std::size_t n) {
  if (n == 0) throw std::invalid_argument("an expression without columns");
}

}  // namespace

void polars_field(const pyudf_table* table, const char* symbol, const ArrowSchema* fields, std::size_t n,
                  const std::uint8_t* kwargs, std::size_t kwargs_size, ArrowSchema* result) noexcept {
  tell_errors([&] {
    check_table(*table);
    check_columns(n);
    std::vector<const ArrowSchema*> schemas;
    for (std::size_t i = 0; i < n; ++i) schemas.push_back(fields + i);
    const Expression expression = resolve(*table, symbol, schemas, read_pickle(kwargs, kwargs_size));
    write_schema(expression.result(), result, fields[0].name ? fields[0].name : "");
  });
}

void polars_call(const pyudf_table* table, const char* symbol, pyudf_polars_series* series, std::size_t n,
                 const std::uint8_t* kwargs, std::size_t kwargs_size, pyudf_polars_series* result) noexcept {
  const PolarsColumns columns(series, n);
  tell_errors([&] {
    check_table(*table);
    check_columns(n);
    std::vector<const ArrowSchema*> schemas;
    for (std::size_t i = 0; i < n; ++i) schemas.push_back(&columns.field(i));
    const Expression expression = resolve(*table, symbol, schemas, read_pickle(kwargs, kwargs_size));
    Call(expression, columns).run(result);
  });
}

const char* polars_error() noexcept { return last_error.c_str(); }

}  // namespace pyudf
