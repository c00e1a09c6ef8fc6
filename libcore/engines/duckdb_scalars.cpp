// duckdb_scalars.cpp: functions of tables over DuckDB's chunks of rows.
#include <algorithm>
#include <cstring>
#include <memory>
#include <set>
#include <stdexcept>

#include "engines/duckdb_functions.hpp"
#include "engines/duckdb_overloads.hpp"
#include "pyudf/guard.hpp"

namespace pyudf::duckdb {
namespace {

/// A function, and which of its arguments are given; what DuckDB keeps beside it.
struct Overload {
  const pyudf_function* function;
  Given given;
  std::int32_t n_columns() const noexcept { return function->n_parameters - function->n_options; }
};

bool is_same(const pyudf_type& type, const void* a, const void* b) noexcept {
  if (is_number(type.id)) return std::memcmp(a, b, static_cast<std::size_t>(type.slot)) == 0;
  if (type.id != PYUDF_LIST || !is_number(type.child->id) || (type.child->flags & PYUDF_OPTIONAL)) return false;
  const auto &left = *static_cast<const pyudf_list*>(a), &right = *static_cast<const pyudf_list*>(b);
  return left.size == right.size &&
         std::memcmp(left.data, right.data, static_cast<std::size_t>(left.size * type.child->slot)) == 0;
}

/// The options of a call, which SQL has in every row and a function takes for many rows at once.
class OptionRows {
 public:
  OptionRows(const Overload& overload, DataChunk* chunk, std::int64_t n) : function_(*overload.function), n_(n) {
    const pyudf_parameter* const options = function_.parameters + overload.n_columns();
    for (std::int32_t i = 0; i < function_.n_options; ++i) values_.push_back(*options[i].fallback);
    for (std::int32_t i = 0; i < overload.given.options; ++i) {
      const auto at = static_cast<Index>(overload.given.columns + i);
      const VectorRows rows(*options[i].type, api.data_chunk_get_vector(chunk, at), n, overload.given.units);
      Column& column = given_.emplace_back(Column{&options[i], SlotBuffer(n * rows.slot()), {}});
      column.present.resize(static_cast<std::size_t>(n));
      if (rows.read(0, n, column.slots.data(), column.present.data(), arena_) == 0)
        std::fill(column.present.begin(), column.present.end(), std::uint8_t{1});
    }
  }

  /// Sets the values to those of a row; returns the first row that has others.
  std::int64_t next(std::int64_t row) {
    std::int64_t end = n_;
    for (std::size_t i = 0; i < given_.size(); ++i) {
      const Column& column = given_[i];
      values_[i] = column.has(row) ? load_value(*column.option->type, column.slot(row)) : *column.option->fallback;
      std::int64_t same = row + 1;
      while (same < end && column.is_same(row, same)) ++same;
      end = same;
    }
    return end;
  }

  bool given() const noexcept { return !given_.empty(); }
  const pyudf_value* values() const noexcept { return values_.data(); }

 private:
  struct Column {
    const pyudf_parameter* option;
    SlotBuffer slots;
    std::vector<std::uint8_t> present;

    bool has(std::int64_t row) const noexcept { return present[static_cast<std::size_t>(row)]; }
    const char* slot(std::int64_t row) const noexcept { return slots.data() + row * option->type->slot; }
    bool is_same(std::int64_t a, std::int64_t b) const noexcept {
      if (has(a) != has(b)) return false;
      return !has(a) || duckdb::is_same(*option->type, slot(a), slot(b));
    }
  };

  const pyudf_function& function_;
  std::int64_t n_;
  std::vector<pyudf_value> values_;
  std::vector<Column> given_;
  Arena arena_;
};

/// One call over one chunk.
class ChunkCall {
 public:
  ChunkCall(const Overload& overload, DataChunk* chunk, Vector* result, std::int64_t n)
      : function_(*overload.function),
        type_(*overload.function->result),
        n_(n),
        block_(std::min(n, kBlock)),
        arguments_(function_.parameters, overload.n_columns(), overload.given, chunk, n),
        options_(overload, chunk, n),
        result_(result),
        in_place_(has_vector_slots(type_)),
        buffers_(arguments_.buffers(block_)),
        present_(static_cast<std::size_t>(block_)) {
    if (in_place_)
      place_ = static_cast<char*>(api.vector_get_data(result));
    else
      slots_ = SlotBuffer(block_ * type_.slot);
  }

  pyudf_status run(pyudf_error* error) {
    for (std::int64_t begin = 0; begin < n_;) {
      const std::int64_t end = options_.next(begin);
      if (const pyudf_status status = check_options(begin, error); status != PYUDF_OK) return status;
      for (; begin < end; begin += block_)
        if (const pyudf_status status = block(begin, std::min(block_, end - begin), error); status != PYUDF_OK)
          return status;
      begin = end;
    }
    return PYUDF_OK;
  }

 private:
  pyudf_status check_options(std::int64_t row, pyudf_error* error) const {
    if (!options_.given() || !function_.plan) return PYUDF_OK;
    const std::vector<std::int64_t> sizes(static_cast<std::size_t>(function_.n_parameters), 0);
    pyudf_plan plan{};
    const pyudf_status status = function_.plan(options_.values(), sizes.data(), &plan, error);
    if (status != PYUDF_OK) error->row = row;
    return status;
  }

  pyudf_status block(std::int64_t begin, std::int64_t n, pyudf_error* error) {
    strings_.clear();
    contents_.clear();
    arguments_.read(begin, n, buffers_, strings_, columns_);
    void* const to = in_place_ ? place_ + begin * type_.slot : slots_.data();
    bool masked = false;
    const pyudf_status status =
        call_batch(function_, columns_, n, options_.values(), to, present_.data(), masked, contents_, error);
    if (status != PYUDF_OK) {
      if (error->row >= 0) error->row += begin;
      return status;
    }
    try {
      if (!in_place_)
        write_rows(type_, to, masked ? present_.data() : nullptr, n, result_, begin);
      else if (masked)
        write_missing(type_, present_.data(), n, result_, begin);
    } catch (const InvalidRow& e) {
      throw InvalidRow(begin + e.row, e.reason);
    }
    return PYUDF_OK;
  }

  const pyudf_function& function_;
  const pyudf_type& type_;
  std::int64_t n_, block_;
  Arguments arguments_;
  OptionRows options_;
  Vector* result_;
  bool in_place_;
  char* place_ = nullptr;
  SlotBuffer slots_;
  std::vector<Buffer> buffers_;
  std::vector<pyudf_column> columns_;
  std::vector<std::uint8_t> present_;
  Arena strings_, contents_;
};

void execute(FunctionInfo* info, DataChunk* chunk, Vector* result) noexcept {
  const auto& overload = *static_cast<const Overload*>(api.scalar_function_get_extra_info(info));
  const auto n = static_cast<std::int64_t>(api.data_chunk_get_size(chunk));
  pyudf_error error{-1, -1, ""};
  pyudf_status status = PYUDF_OK;
  try {
    if (n > 0) status = ChunkCall(overload, chunk, result, n).run(&error);
  } catch (...) {
    status = fail_with_row(&error);
  }
  if (status != PYUDF_OK) api.scalar_function_set_error(info, Message(overload.function->name, error, n).text());
}

void execute_text(FunctionInfo* info, DataChunk* chunk, Vector* result) noexcept {
  const auto& text = *static_cast<const std::string*>(api.scalar_function_get_extra_info(info));
  for (Index i = 0; i < api.data_chunk_get_size(chunk); ++i)
    api.vector_assign_string_element_len(result, i, text.data(), text.size());
}

/// Functions of one name on their way into a database.
class FunctionSet {
 public:
  explicit FunctionSet(const std::string& name) : name_(name), set_(api.create_scalar_function_set(name.c_str())) {
    if (!set_) throw std::bad_alloc();
  }
  FunctionSet(const FunctionSet&) = delete;
  FunctionSet& operator=(const FunctionSet&) = delete;
  ~FunctionSet() { api.destroy_scalar_function_set(&set_); }

  /// A function that DuckDB keeps `extra` for.
  template <class Extra>
  ScalarFunction* start(Execute f, std::unique_ptr<Extra> extra, const OwnedType& result) {
    ScalarFunction* const function = api.create_scalar_function();
    api.scalar_function_set_name(function, name_.c_str());
    api.scalar_function_set_function(function, f);
    api.scalar_function_set_return_type(function, result.get());
    api.scalar_function_set_extra_info(function, extra.release(), [](void* kept) { delete static_cast<Extra*>(kept); });
    return function;
  }

  void add(ScalarFunction* function) {
    const State state = api.add_scalar_function_to_set(set_, function);
    api.destroy_scalar_function(&function);
    if (state) refuse();
  }

  void register_in(Connection* connection) {
    if (api.register_scalar_function_set(connection, set_)) refuse();
  }

 private:
  [[noreturn]] void refuse() const {
    throw std::runtime_error("DuckDB refuses a function " + name_ +
                             ": one with the same name and types is there already");
  }

  std::string name_;
  ScalarFunctionSet* set_;
};

void add_overload(FunctionSet& set, const pyudf_function& function, const Given& given) {
  std::vector<OwnedType> types;
  bool special = given.options > 0;
  for (std::int32_t i = 0; i < given.count(); ++i) {
    types.push_back(type_for(*function.parameters[i].type, Role::parameter, given.units));
    special |= (function.parameters[i].type->flags & PYUDF_OPTIONAL) != 0;
  }
  ScalarFunction* const made = set.start(execute, std::make_unique<Overload>(Overload{&function, given}),
                                         type_for(*function.result, Role::result));
  for (const OwnedType& type : types) api.scalar_function_add_parameter(made, type.get());
  if (special) api.scalar_function_set_special_handling(made);
  if (!(function.flags & PYUDF_DETERMINISTIC) || (function.flags & PYUDF_MUTATES))
    api.scalar_function_set_volatile(made);
  set.add(made);
}

}  // namespace

void register_functions(Connection* connection, const std::string& name,
                        const std::vector<const pyudf_function*>& overloads) {
  FunctionSet set(name);
  std::set<std::string> seen;
  for (const pyudf_function* f : overloads)
    each_overload(f->parameters, f->n_parameters - f->n_options, f->n_options, 0, seen,
                  [&](const Given& given) { add_overload(set, *f, given); });
  set.register_in(connection);
}

void register_text(Connection* connection, const std::string& name, const std::string& text) {
  FunctionSet set(name);
  set.add(set.start(execute_text, std::make_unique<std::string>(text), OwnedType(api.create_logical_type(kVarchar))));
  set.register_in(connection);
}

}  // namespace pyudf::duckdb
