// duckdb_aggregates.cpp: aggregates of tables over DuckDB's chunks of rows.
#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>

#include "engines/duckdb_functions.hpp"
#include "engines/duckdb_overloads.hpp"
#include "pyudf/guard.hpp"

namespace pyudf::duckdb {
namespace {

struct Overload {
  const pyudf_aggregate* aggregate;
  Given given;
};

constexpr std::align_val_t kAligned{16};

/// An error of one of the aggregate's own entries, on its way to DuckDB.
struct Failed {
  pyudf_error error;
};

void check(pyudf_status status, const pyudf_error& error) {
  if (status != PYUDF_OK) throw Failed{error};
}

/// A state of the aggregate. DuckDB moves its own states from place to place and aligns them to 8 bytes: what it has is
/// a pointer to this, nullptr as long as there has been no row.
class HeldState {
 public:
  /// Of the pointer that DuckDB keeps at `place`.
  static HeldState*& at(void* place) noexcept { return *static_cast<HeldState**>(place); }

  static HeldState* make(const pyudf_aggregate& aggregate) {
    const std::size_t bytes = kHead + static_cast<std::size_t>(aggregate.state_bytes);
    void* const memory = ::operator new(bytes, kAligned);
    auto* const held = new (memory) HeldState(aggregate);
    pyudf_error error{-1, -1, ""};
    if (aggregate.create(held->state(), &error) == PYUDF_OK) return held;
    ::operator delete(memory, kAligned);
    throw Failed{error};
  }

  static HeldState& of(void* place, const pyudf_aggregate& aggregate) {
    HeldState*& held = at(place);
    if (!held) held = make(aggregate);
    return *held;
  }

  void destroy() noexcept {
    aggregate_.destroy(state());
    ::operator delete(this, kAligned);
  }

  void* state() noexcept { return reinterpret_cast<char*>(this) + kHead; }

 private:
  static constexpr std::size_t kHead = 16;
  explicit HeldState(const pyudf_aggregate& aggregate) noexcept : aggregate_(aggregate) {}
  const pyudf_aggregate& aggregate_;
};
static_assert(sizeof(HeldState) <= 16);

/// Runs f; what goes wrong is told to DuckDB.
template <class F>
void tell_errors(FunctionInfo* info, std::int64_t n, F&& f) noexcept {
  const auto& overload = *static_cast<const Overload*>(api.aggregate_function_get_extra_info(info));
  pyudf_error error{-1, -1, ""};
  try {
    return f(overload);
  } catch (const Failed& failed) {
    error = failed.error;
  } catch (...) {
    fail_with_row(&error);
  }
  api.aggregate_function_set_error(info, Message(overload.aggregate->name, error, n).text());
}

Index state_bytes(FunctionInfo*) noexcept { return sizeof(void*); }

void begin(FunctionInfo*, void* state) noexcept { HeldState::at(state) = nullptr; }

void take_up(const Overload& overload, DataChunk* chunk, void** states, std::int64_t n) {
  const pyudf_aggregate& aggregate = *overload.aggregate;
  const Arguments arguments(aggregate.parameters, aggregate.n_parameters, overload.given, chunk, n);
  std::vector<Buffer> buffers = arguments.buffers(n);
  std::vector<pyudf_column> columns;
  Arena strings;
  arguments.read(0, n, buffers, strings, columns);
  std::vector<std::uint8_t> present(static_cast<std::size_t>(n));
  const bool some_missing = find_missing(aggregate.parameters, columns, n, present.data()) > 0;
  // Without groups all rows have one state.
  for (std::int64_t from = 0; from < n;) {
    std::int64_t to = from + 1;
    while (to < n && states[to] == states[from]) ++to;
    pyudf_error error{-1, -1, ""};
    const pyudf_status status =
        aggregate.update(HeldState::of(states[from], aggregate).state(), nullptr, columns.data(), to - from,
                         some_missing ? present.data() + from : nullptr, &error);
    if (error.row >= 0) error.row += from;
    check(status, error);
    for (pyudf_column& column : columns) {
      column.data = static_cast<const char*>(column.data) + (to - from) * column.stride;
      if (column.present && column.stride != 0) column.present += to - from;
    }
    from = to;
  }
}

void update(FunctionInfo* info, DataChunk* chunk, void** states) noexcept {
  const auto n = static_cast<std::int64_t>(api.data_chunk_get_size(chunk));
  tell_errors(info, n, [&](const Overload& overload) {
    if (n > 0) take_up(overload, chunk, states, n);
  });
}

void combine(FunctionInfo* info, void** from, void** into, Index count) noexcept {
  tell_errors(info, -1, [&](const Overload& overload) {
    for (Index i = 0; i < count; ++i) {
      HeldState* const other = HeldState::at(from[i]);
      if (!other) continue;
      pyudf_error error{-1, -1, ""};
      check(overload.aggregate->merge(HeldState::of(into[i], *overload.aggregate).state(), other->state(), &error),
            error);
    }
  });
}

void finish(FunctionInfo* info, void** states, Vector* result, Index count, Index offset) noexcept {
  const auto n = static_cast<std::int64_t>(count);
  tell_errors(info, n, [&](const Overload& overload) {
    const pyudf_aggregate& aggregate = *overload.aggregate;
    const pyudf_type& type = *aggregate.result;
    const SlotBuffer slots(n * type.slot);
    std::vector<std::uint8_t> present(static_cast<std::size_t>(n), 1);
    Arena contents;
    for (std::int64_t i = 0; i < n; ++i) {
      void* const slot = slots.data() + i * type.slot;
      write_missing_slot(type, slot);
      pyudf_error error{-1, -1, ""};
      check(aggregate.finish(HeldState::of(states[i], aggregate).state(), slot, &present[static_cast<std::size_t>(i)],
                             &contents, &error),
            error);
    }
    write_rows(type, slots.data(), present.data(), n, result, static_cast<std::int64_t>(offset));
  });
}

void destroy(void** states, Index count) noexcept {
  for (Index i = 0; i < count; ++i) {
    HeldState*& held = HeldState::at(states[i]);
    if (held) held->destroy();
    held = nullptr;
  }
}

/// Aggregates of one name on their way into a database.
class AggregateSet {
 public:
  explicit AggregateSet(const std::string& name) : name_(name), set_(api.create_aggregate_function_set(name.c_str())) {
    if (!set_) throw std::bad_alloc();
  }
  AggregateSet(const AggregateSet&) = delete;
  AggregateSet& operator=(const AggregateSet&) = delete;
  ~AggregateSet() { api.destroy_aggregate_function_set(&set_); }

  void add(const pyudf_aggregate& aggregate, const Given& given) {
    std::vector<OwnedType> types;
    for (std::int32_t i = 0; i < given.columns; ++i)
      types.push_back(type_for(*aggregate.parameters[i].type, Role::parameter, given.units));
    const OwnedType result = type_for(*aggregate.result, Role::result);
    auto extra = std::make_unique<Overload>(Overload{&aggregate, given});
    AggregateFunction* function = api.create_aggregate_function();
    if (!function) throw std::bad_alloc();
    api.aggregate_function_set_name(function, name_.c_str());
    for (const OwnedType& type : types) api.aggregate_function_add_parameter(function, type.get());
    api.aggregate_function_set_return_type(function, result.get());
    api.aggregate_function_set_functions(function, state_bytes, begin, update, combine, finish);
    api.aggregate_function_set_destructor(function, destroy);
    // Of no rows at all the aggregate itself says what comes out.
    api.aggregate_function_set_special_handling(function);
    api.aggregate_function_set_extra_info(function, extra.release(),
                                          [](void* kept) { delete static_cast<Overload*>(kept); });
    const State state = api.add_aggregate_function_to_set(set_, function);
    api.destroy_aggregate_function(&function);
    if (state) refuse();
  }

  void register_in(Connection* connection) {
    if (api.register_aggregate_function_set(connection, set_)) refuse();
  }

 private:
  [[noreturn]] void refuse() const {
    throw std::runtime_error("DuckDB refuses an aggregate " + name_ +
                             ": one with the same name and types is there already");
  }

  std::string name_;
  AggregateFunctionSet* set_;
};

}  // namespace

void register_aggregates(Connection* connection, const std::string& name,
                         const std::vector<const pyudf_aggregate*>& overloads) {
  AggregateSet set(name);
  std::set<std::string> seen;
  for (const pyudf_aggregate* a : overloads)
    each_overload(a->parameters, a->n_parameters, 0, 1, seen, [&](const Given& given) { set.add(*a, given); });
  set.register_in(connection);
}

}  // namespace pyudf::duckdb
