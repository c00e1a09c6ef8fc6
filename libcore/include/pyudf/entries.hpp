// entries.hpp: the entries of the table that call a C++ function or method.
#pragma once

#include "pyudf/abi.h"
#include "pyudf/guard.hpp"
#include "pyudf/parameters.hpp"
#include "pyudf/signature.hpp"
#include "pyudf/types.hpp"

namespace pyudf {

namespace [[gnu::visibility("hidden")]] detail {

/// Reads the rows of one column as parameters of type A.
template <class A>
struct Rows {
  using T = std::remove_cvref_t<A>;
  using V = typename Parameter<T>::Value;
  using Slot = typename type<V>::Slot;

  static bool contiguous(const pyudf_column& column) { return column.stride == sizeof(Slot) && !column.present; }
  static T from(const Slot& slot) { return type<V>::from(slot); }
  static T at(const pyudf_column& column, std::int64_t i) {
    if constexpr (Parameter<T>::optional)
      if (column.present && !column.present[column.stride == 0 ? 0 : i]) return std::nullopt;
    return type<V>::from(*reinterpret_cast<const Slot*>(static_cast<const char*>(column.data) + i * column.stride));
  }
};

/// Writes the result of row i.
template <class R>
struct Results {
  using V = typename Parameter<R>::Value;
  using Slot = typename type<V>::Slot;

  template <class Call>
  static void put(void* out, std::int64_t i, std::uint8_t* present, pyudf_memory& memory, Call&& call) {
    auto* slots = static_cast<Slot*>(out);
    if constexpr (Parameter<R>::optional) {
      const R result = call();
      present[i] = result.has_value();
      slots[i] = result ? type<V>::to(*result, memory) : Slot{};
    } else {
      slots[i] = type<V>::to(call(), memory);
    }
  }
};
template <>
struct Results<void> {
  template <class Call>
  static void put(void*, std::int64_t, std::uint8_t*, pyudf_memory&, Call&& call) {
    call();
  }
};

inline constexpr pyudf_type no_result{};
inline constexpr pyudf_type object_type = describe<void*>(PYUDF_OBJECT);

template <class R>
constexpr const pyudf_type* result_type() {
  if constexpr (std::is_void_v<R>)
    return &no_result;
  else
    return &type<R>::description;
}

/// The entries of a callable with this signature. Callable::on(columns) gives what to call, Callable::with(args) too.
template <class Callable, class S>
struct Entries;

template <class Callable, class R_, class... A>
struct Entries<Callable, Signature<R_, A...>> {
  using R = std::remove_cvref_t<R_>;
  static constexpr std::size_t self = Callable::self;  // columns before the parameters

  static pyudf_status scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory* memory, pyudf_error* error) {
    try {
      auto&& call = Callable::with(args);
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        if constexpr (std::is_void_v<R>)
          call(from_value<std::remove_cvref_t<A>>(args[self + I])...);
        else
          to_value<R>(call(from_value<std::remove_cvref_t<A>>(args[self + I])...), *result, *memory);
        return PYUDF_OK;
      }(std::index_sequence_for<A...>{});
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static pyudf_status batch(const pyudf_column* columns, std::int64_t n, const pyudf_value*, void* out,
                            std::uint8_t* present, pyudf_memory* memory, pyudf_error* error) {
    std::int64_t row = 0;
    try {
      auto&& call = Callable::on(columns);
      columns += self;
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        if ((Rows<A>::contiguous(columns[I]) && ...) && present == nullptr)
          packed(call, n, out, *memory, row, static_cast<const typename Rows<A>::Slot*>(columns[I].data)...);
        else
          strided(call, n, out, present, *memory, row, columns[I]...);
      }(std::index_sequence_for<A...>{});
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error, row);
    }
  }

  /// A loop of its own for columns without gaps, which compilers turn into vector instructions.
  template <class Call, class... Slot>
  static void packed(Call& call, std::int64_t n, void* out, pyudf_memory& memory, std::int64_t& row,
                     const Slot* __restrict... slots) {
    for (At at(row); at.i < n; ++at.i)
      Results<R>::put(out, at.i, nullptr, memory,
                      [&]() -> decltype(auto) { return call(Rows<A>::from(slots[at.i])...); });
  }

  template <class Call, class... Column>
  static void strided(Call& call, std::int64_t n, void* out, std::uint8_t* present, pyudf_memory& memory,
                      std::int64_t& row, const Column&... columns) {
    for (At at(row); at.i < n; ++at.i) {
      if (present && !present[at.i]) continue;
      Results<R>::put(out, at.i, present, memory,
                      [&]() -> decltype(auto) { return call(Rows<A>::at(columns, at.i)...); });
    }
  }

  /// The row that a loop is at, told when it ends, by an exception too: telling it in every row would slow the loop
  /// down.
  struct At {
    explicit At(std::int64_t& row) : told(row) {}
    At(const At&) = delete;
    At& operator=(const At&) = delete;
    ~At() { told = i; }
    std::int64_t i = 0;
    std::int64_t& told;
  };

  static pyudf_function function() {
    pyudf_function f{};
    f.result = result_type<R>();
    f.scalar = scalar;
    f.batch = batch;
    return f;
  }
};

/// A function or a lambda that stands in a constant, or member `which` of a tuple of them (pyudf::overloads).
template <const auto& callable, std::size_t... which>
struct Free {
  static constexpr std::size_t self = 0;
  static constexpr const auto& get() {
    if constexpr (sizeof...(which) == 0)
      return callable;
    else
      return std::get<which...>(callable.all);
  }
  // Names the constant at the call itself, where compilers see through it and inline what it points to.
  struct Invoke {
    template <class... A>
    decltype(auto) operator()(A&&... args) const {
      if constexpr (sizeof...(which) == 0)
        return callable(std::forward<A>(args)...);
      else
        return std::get<which...>(callable.all)(std::forward<A>(args)...);
    }
  };
  static Invoke with(const pyudf_value*) { return {}; }
  static Invoke on(const pyudf_column*) { return {}; }
  using Type = std::remove_cvref_t<decltype(get())>;
};

/// A method, called on the object that is the first argument.
template <class C, auto member>
struct Method {
  static constexpr std::size_t self = 1;
  static auto bound(C* object) {
    return
        [object](auto&&... args) -> decltype(auto) { return (object->*member)(std::forward<decltype(args)>(args)...); };
  }
  static auto with(const pyudf_value* args) { return bound(static_cast<C*>(args[0].object)); }
  static auto on(const pyudf_column* columns) { return bound(*static_cast<C* const*>(columns[0].data)); }
};

template <class Callable, class R, class... A, class... Told>
pyudf_function make_function(Signature<R, A...>, const char* name, const Told&... told) {
  static_assert(DefaultsFit<std::tuple<A...>, std::decay_t<const Told>...>::value);
  pyudf_function f = Entries<Callable, Signature<R, A...>>::function();
  f.name = name;
  f.parameters = Parameters<A...>::make(told...);
  f.n_parameters = sizeof...(A);
  Facts(told...).give(f);
  return f;
}

}  // namespace detail

}  // namespace pyudf
