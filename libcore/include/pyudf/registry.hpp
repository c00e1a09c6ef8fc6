// registry.hpp: what the macros of a library have told of, and the table of it.
#pragma once

#include <utility>
#include <vector>

#include "pyudf/abi.h"
#include "pyudf/entries.hpp"
#include "pyudf/polars.hpp"

namespace pyudf {

// Hidden: two libraries in one process must not share what is registered.
namespace [[gnu::visibility("hidden")]] detail {

/// What the macros of this library have told of; complete before main or dlopen returns.
struct Registry {
  std::vector<pyudf_function> functions;
  std::vector<pyudf_aggregate> aggregates;
  std::vector<pyudf_class> classes;
  std::vector<const pyudf_type*> types;
};

/// Never destroyed: callers read the table for as long as the process lives.
inline Registry& registry() {
  static Registry& registry = *new Registry;
  return registry;
}

inline pyudf_table make_table(const char* name, const char* documentation = "") {
  const Registry& r = registry();
  const auto size = [](const auto& all) { return static_cast<std::int64_t>(all.size()); };
  pyudf_table table{};
  table.abi_major = PYUDF_ABI_MAJOR;
  table.abi_minor = PYUDF_ABI_MINOR;
  table.name = name;
  table.doc = documentation;
  table.functions = r.functions.data();
  table.n_functions = size(r.functions);
  table.function_bytes = sizeof(pyudf_function);
  table.aggregates = r.aggregates.data();
  table.n_aggregates = size(r.aggregates);
  table.classes = r.classes.data();
  table.n_classes = size(r.classes);
  table.types = r.types.data();
  table.n_types = size(r.types);
  table.aggregate_bytes = sizeof(pyudf_aggregate);
  table.class_bytes = sizeof(pyudf_class);
  return table;
}

/// The same for engines, which look for functions by their symbols.
inline const pyudf_table& told_table() {
  static const pyudf_table& table = *new pyudf_table(make_table(""));
  return table;
}

struct RegisterType {
  explicit RegisterType(const pyudf_type* told) { registry().types.push_back(told); }
};

template <class... F>
struct Overloads {
  std::tuple<F...> all;
};
template <class T>
inline constexpr std::size_t n_overloads = 0;
template <class... F>
inline constexpr std::size_t n_overloads<Overloads<F...>> = sizeof...(F);

/// Registers the callable of a constant: what PYUDF_FUNCTION declares one of.
template <const auto& callable>
struct RegisterFunction {
  template <class First, class... Told>
  explicit RegisterFunction(const char* symbol, const First&, const Told&... told) {
    constexpr std::size_t n = n_overloads<std::remove_cvref_t<decltype(callable)>>;
    if constexpr (n == 0)
      add<Free<callable>>(symbol, told...);
    else
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (add<Free<callable, I>>(symbol, told...), ...);
      }(std::make_index_sequence<n>{});
  }

 private:
  template <class F, class... Told>
  static void add(const char* symbol, const Told&... told) {
    using S = typename SignatureOf<typename F::Type>::Type;
    registry().functions.push_back(make_function<F>(S{}, unqualified(symbol), told...));
    registry().functions.back().symbol = symbol;
  }
};

template <class First, class... Rest>
constexpr First first_of(First first, const Rest&...) {
  return first;
}

}  // namespace detail

/// Several functions of one name: the one whose parameters fit the arguments is called.
template <class... F>
constexpr detail::Overloads<F...> overloads(F... functions) {
  return {{functions...}};
}

}  // namespace pyudf
