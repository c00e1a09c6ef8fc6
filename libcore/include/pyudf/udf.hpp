// udf.hpp: makes table entries of C++ functions, classes and aggregates: what the author of a library includes.
//
//   #include <pyudf/udf.hpp>
//
//   std::int64_t calc_distance(std::string_view s1, std::string_view s2) { … }
//
//   PYUDF_FUNCTION(calc_distance, "s1", "s2", pyudf::doc("Edit distance between two strings."))
//   PYUDF_MODULE(cpp_utils, "Fast helpers for customer data.")
//
// Macros stand outside of all namespaces. The library contains no Python: it serves every Python version and every
// engine.
#pragma once

#include "pyudf/abi.h"
#include "pyudf/aggregates.hpp"
#include "pyudf/classes.hpp"
#include "pyudf/entries.hpp"
#include "pyudf/polars.hpp"
#include "pyudf/registry.hpp"
#include "pyudf/types.hpp"

#define PYUDF_JOIN_(a, b) a##b
#define PYUDF_JOIN(a, b) PYUDF_JOIN_(a, b)

// A recursive macro: 256 fields or members at most.
#define PYUDF_PARENTHESES ()
#define PYUDF_EXPAND(...) PYUDF_EXPAND_1(PYUDF_EXPAND_1(PYUDF_EXPAND_1(PYUDF_EXPAND_1(__VA_ARGS__))))
#define PYUDF_EXPAND_1(...) PYUDF_EXPAND_2(PYUDF_EXPAND_2(PYUDF_EXPAND_2(PYUDF_EXPAND_2(__VA_ARGS__))))
#define PYUDF_EXPAND_2(...) PYUDF_EXPAND_3(PYUDF_EXPAND_3(PYUDF_EXPAND_3(PYUDF_EXPAND_3(__VA_ARGS__))))
#define PYUDF_EXPAND_3(...) __VA_ARGS__
#define PYUDF_EACH(what, Type, ...) PYUDF_EXPAND(PYUDF_EACH_(what, Type, __VA_ARGS__))
#define PYUDF_EACH_(what, Type, first, ...) \
  what(Type, first) __VA_OPT__(, PYUDF_EACH_AGAIN PYUDF_PARENTHESES(what, Type, __VA_ARGS__))
#define PYUDF_EACH_AGAIN() PYUDF_EACH_

#define PYUDF_STRING(Type, name) #name
#define PYUDF_MEMBER(Type, name) &Type::name
#define PYUDF_MEMBER_VALUE(Type, name) static_cast<std::int64_t>(Type::name)
#define PYUDF_ENUMERATOR(Type, name) Type::name

/// A function: its parameters' names in order, and pyudf::doc and the like among them.
#define PYUDF_FUNCTION(function, ...) \
  PYUDF_REGISTER(__COUNTER__, function, (&function), &function __VA_OPT__(, ) __VA_ARGS__)

/// A function, lambda, template's instance or pyudf::overloads(…) under a name of its own.
#define PYUDF_FUNCTION_AS(name, ...) PYUDF_REGISTER(__COUNTER__, name, (__VA_ARGS__), __VA_ARGS__)

#define PYUDF_REGISTER(counter, name, callable, ...) PYUDF_REGISTER_(counter, name, callable, __VA_ARGS__)
#define PYUDF_REGISTER_(counter, name, callable, ...)                                                               \
  static constexpr auto pyudf_callable_##counter = ::pyudf::detail::first_of callable;                              \
  static const ::pyudf::detail::RegisterFunction<pyudf_callable_##counter> pyudf_registered_##counter(#name,        \
                                                                                                      __VA_ARGS__); \
  PYUDF_POLARS_PLUGIN(counter, #name, ::pyudf::detail::told_table)

/// An enumeration and its members: `PYUDF_ENUM(Colour, red, green, blue)`.
#define PYUDF_ENUM(Type, ...)                                                                     \
  template <>                                                                                     \
  struct [[gnu::visibility("hidden")]] pyudf::detail::Names<Type> {                               \
    static constexpr const char* title = unqualified(#Type);                                      \
    static constexpr const char* all[] = {PYUDF_EACH(PYUDF_STRING, Type, __VA_ARGS__)};           \
    static constexpr Type members[] = {PYUDF_EACH(PYUDF_ENUMERATOR, Type, __VA_ARGS__)};          \
    static constexpr std::int64_t values[] = {PYUDF_EACH(PYUDF_MEMBER_VALUE, Type, __VA_ARGS__)}; \
  };                                                                                              \
  template <>                                                                                     \
  struct [[gnu::visibility("hidden")]] pyudf::type<Type>                                          \
      : pyudf::detail::Enumeration<Type, pyudf::detail::Names<Type>> {};                          \
  static const ::pyudf::detail::RegisterType PYUDF_JOIN(pyudf_type_, __COUNTER__)(&::pyudf::type<Type>::description);

/// A struct and the fields that travel: `PYUDF_RECORD(Point, x, y)`.
#define PYUDF_RECORD(Type, ...)                                                                                  \
  template <>                                                                                                    \
  struct [[gnu::visibility("hidden")]] pyudf::detail::Names<Type> {                                              \
    static constexpr const char* title = unqualified(#Type);                                                     \
    static constexpr const char* all[] = {PYUDF_EACH(PYUDF_STRING, Type, __VA_ARGS__)};                          \
  };                                                                                                             \
  template <>                                                                                                    \
  struct [[gnu::visibility("hidden")]] pyudf::type<Type>                                                         \
      : pyudf::detail::Record<Type, pyudf::detail::Names<Type>, PYUDF_EACH(PYUDF_MEMBER, Type, __VA_ARGS__)> {}; \
  static const ::pyudf::detail::RegisterType PYUDF_JOIN(pyudf_type_, __COUNTER__)(&::pyudf::type<Type>::description);

/// A class: constructors, methods and properties.
#define PYUDF_CLASS(Type, ...)                                                            \
  static const ::pyudf::detail::ClassBuilder<Type> PYUDF_JOIN(pyudf_class_, __COUNTER__)( \
      ::pyudf::detail::unqualified(#Type), __VA_ARGS__);

/// An aggregate: a struct with update(T…), merge(const Self&) and finish() const.
#define PYUDF_AGGREGATE(Type, ...) PYUDF_AGGREGATE_AS(Type, Type __VA_OPT__(, ) __VA_ARGS__)

/// An aggregate under a name of its own.
#define PYUDF_AGGREGATE_AS(name, Type, ...) PYUDF_REGISTER_AGGREGATE(__COUNTER__, name, Type __VA_OPT__(, ) __VA_ARGS__)
#define PYUDF_REGISTER_AGGREGATE(counter, name, Type, ...)                                                     \
  static const ::pyudf::detail::RegisterAggregate<Type> PYUDF_JOIN(pyudf_aggregate_,                           \
                                                                   counter)(#name __VA_OPT__(, ) __VA_ARGS__); \
  PYUDF_POLARS_PLUGIN(counter, #name, ::pyudf::detail::told_table)

/// The library's name and documentation: once, in one of its source files.
#define PYUDF_MODULE(name, ...)                                                                     \
  extern "C" [[gnu::visibility("default"), gnu::used]] const pyudf_table* pyudf_module_table() {    \
    static const pyudf_table table = ::pyudf::detail::make_table(#name __VA_OPT__(, ) __VA_ARGS__); \
    return &table;                                                                                  \
  }                                                                                                 \
  PYUDF_POLARS_MODULE()
