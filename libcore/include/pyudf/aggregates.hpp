// aggregates.hpp: C++ structs that fold rows as aggregates of the table.
#pragma once

#include "pyudf/entries.hpp"
#include "pyudf/guard.hpp"
#include "pyudf/registry.hpp"

namespace pyudf {

namespace [[gnu::visibility("hidden")]] detail {

template <class A, class Update>
struct AggregateEntries;

template <class A, class R, class... T>
struct AggregateEntries<A, Signature<R, T...>> {
  using Result = std::remove_cvref_t<decltype(std::declval<const A&>().finish())>;

  static pyudf_status create(void* state, pyudf_error* error) {
    try {
      new (state) A();
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static void destroy(void* state) { static_cast<A*>(state)->~A(); }

  static pyudf_status update(void* states, const std::int64_t* groups, const pyudf_column* columns, std::int64_t n,
                             const std::uint8_t* present, pyudf_error* error) {
    std::int64_t i = 0;
    auto* all = static_cast<A*>(states);
    try {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        for (; i < n; ++i)
          if (!present || present[i]) all[groups ? groups[i] : 0].update(Rows<T>::at(columns[I], i)...);
      }(std::index_sequence_for<T...>{});
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error, i);
    }
  }

  static pyudf_status merge(void* into, const void* from, pyudf_error* error) {
    try {
      static_cast<A*>(into)->merge(*static_cast<const A*>(from));
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  static pyudf_status finish(const void* state, void* out, std::uint8_t* present, pyudf_memory* memory,
                             pyudf_error* error) {
    try {
      Results<Result>::put(out, 0, present, *memory, [&] { return static_cast<const A*>(state)->finish(); });
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }

  template <class... Told>
  static pyudf_aggregate make(const char* name, const Told&... told) {
    static_assert(DefaultsFit<std::tuple<T...>, std::decay_t<const Told>...>::value);
    static_assert(alignof(A) <= 16, "pyudf: the aggregate is aligned to more than 16 bytes");
    static_assert(std::is_default_constructible_v<A>, "pyudf: the aggregate needs a constructor without arguments");
    const Facts facts(told...);
    pyudf_aggregate made{};
    made.name = name;
    made.doc = facts.documentation();
    made.example = facts.shown();
    made.parameters = Parameters<T...>::make(told...);
    made.n_parameters = sizeof...(T);
    made.flags = facts.flags();
    made.result = result_type<Result>();
    made.state_bytes = sizeof(A);
    made.create = create;
    made.destroy = destroy;
    made.update = update;
    made.merge = merge;
    made.finish = finish;
    return made;
  }
};

template <class A>
struct RegisterAggregate {
  static_assert(
      requires { &A::update; },
      "PYUDF_AGGREGATE: the struct needs exactly one method update(T…), which takes up one row");
  static_assert(
      requires(A a, const A& b) { a.merge(b); },
      "PYUDF_AGGREGATE: the struct needs a method merge(const A&), which takes up what another one has seen");
  static_assert(requires(const A& a) { a.finish(); }, "PYUDF_AGGREGATE: the struct needs a method finish() const");

  template <class... Told>
  explicit RegisterAggregate(const char* symbol, const Told&... told) {
    using Update = typename SignatureOf<decltype(&A::update)>::Type;
    registry().aggregates.push_back(AggregateEntries<A, Update>::make(unqualified(symbol), told...));
    registry().aggregates.back().symbol = symbol;
  }
};

}  // namespace detail

}  // namespace pyudf
