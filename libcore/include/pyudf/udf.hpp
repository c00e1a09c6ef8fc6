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

#include <array>
#include <vector>

#include "pyudf/abi.h"
#include "pyudf/guard.hpp"
#include "pyudf/polars.hpp"
#include "pyudf/types.hpp"

namespace pyudf {

/// Documentation of a function, class or aggregate: one sentence, or more. Among the arguments of PYUDF_FUNCTION and
/// the like.
struct doc {
  const char* text;
  constexpr explicit doc(const char* what) : text(what) {}
};

/// An example in Python, as in `pyudf::example(">>> f(1)\n2")`.
struct example {
  const char* text;
  constexpr explicit example(const char* what) : text(what) {}
};

namespace detail {

struct Flag {
  std::uint32_t set, cleared;
};

template <class T>
struct Default {
  const char* name;
  const char* doc;
  T value;
};

}  // namespace detail

/// The results depend on more than the arguments: engines must neither keep nor share them.
constexpr detail::Flag nondeterministic() { return {0, PYUDF_DETERMINISTIC}; }
/// Of two texts: the higher the result, the more alike they are; joins rank by it.
constexpr detail::Flag similarity() { return {PYUDF_SIMILARITY, 0}; }
/// f(a, b) == f(b, a): a matrix of one column with itself is computed by half.
constexpr detail::Flag symmetric() { return {PYUDF_SYMMETRIC, 0}; }
/// A single call may take long (over 10 us): Python's other threads run meanwhile. Calls over columns always let them.
constexpr detail::Flag release_gil() { return {PYUDF_RELEASES_GIL, 0}; }

/// A parameter's name, with documentation or a default: `pyudf::arg("factor", "What to multiply by.") = 2.0`.
struct arg {
  const char* name;
  const char* doc;
  constexpr explicit arg(const char* name_, const char* doc_ = "") : name(name_), doc(doc_) {}
  template <class T>
  constexpr detail::Default<std::decay_t<const T>> operator=(const T& value) const {
    return {name, doc, value};
  }
};

// Hidden: two libraries in one process must not share what is registered.
namespace [[gnu::visibility("hidden")]] detail {

// --- signatures -----------------------------------------------------------------------------------------------------

template <class R, class... A>
struct Signature {
  using Result = std::remove_cvref_t<R>;
  static constexpr std::size_t arity = sizeof...(A);
  static_assert((!(std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>) && ...),
                "pyudf: a parameter is a reference that could be written to: take it by value or by const reference");
  static_assert((!std::is_pointer_v<std::remove_cvref_t<A>> && ...),
                "pyudf: a parameter is a pointer: take text as std::string_view, a list as std::span<const T> or "
                "std::vector<T>");
  static_assert(!std::is_pointer_v<Result>,
                "pyudf: a result is a pointer: return text as std::string, a list as std::vector<T>");
};

template <class F>
struct SignatureOf {
  static_assert(
      requires { &F::operator(); },
      "pyudf: not a function whose parameters are known: a generic lambda or a template needs its types spelt out, "
      "and of overloaded functions one must be chosen with static_cast or pyudf::overloads");
  using Type = typename SignatureOf<decltype(&F::operator())>::Type;
};

#define PYUDF_SIGNATURE(qualifiers, constant)     \
  template <class C, class R, class... A>         \
  struct SignatureOf<R (C::*)(A...) qualifiers> { \
    using Type = Signature<R, A...>;              \
    using Class = C;                              \
    static constexpr bool mutates = !constant;    \
  };
PYUDF_SIGNATURE(, false)
PYUDF_SIGNATURE(noexcept, false)
PYUDF_SIGNATURE(const, true)
PYUDF_SIGNATURE(const noexcept, true)
#undef PYUDF_SIGNATURE

template <class R, class... A>
struct SignatureOf<R (*)(A...)> {
  using Type = Signature<R, A...>;
};
template <class R, class... A>
struct SignatureOf<R (*)(A...) noexcept> {
  using Type = Signature<R, A...>;
};

// --- entries --------------------------------------------------------------------------------------------------------

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

// --- what stands between the parentheses of a macro
// --------------------------------------------------------------------

/// Memory that is never given back: of defaults, which live as long as the library.
struct Lasting : pyudf_memory {
  Lasting()
      : pyudf_memory{[](pyudf_memory*, std::int64_t bytes) {
          return ::operator new(static_cast<std::size_t>(bytes), std::nothrow);
        }} {}
};

template <class T>
inline constexpr bool is_name = std::is_convertible_v<T, const char*> || std::is_same_v<T, arg>;
template <class T>
inline constexpr bool is_default = false;
template <class T>
inline constexpr bool is_default<Default<T>> = true;
template <class T>
inline constexpr bool is_told =
    is_name<T> || is_default<T> || std::is_same_v<T, doc> || std::is_same_v<T, example> || std::is_same_v<T, Flag>;

/// Whether a default of type `From` says what a parameter of type `To` is without losing anything.
template <class From, class To>
inline constexpr bool is_default_for = [] {
  using V = typename Parameter<To>::Value;
  if constexpr (std::is_same_v<From, std::nullopt_t>) return Parameter<To>::optional;
  if constexpr (std::is_arithmetic_v<From> && std::is_arithmetic_v<V>)
    return std::is_same_v<From, bool> == std::is_same_v<V, bool> &&
           (std::is_floating_point_v<V> || std::is_integral_v<From>);
  return std::is_convertible_v<From, To>;
}();

/// The parameters of a function from the names, defaults and documentation that are told of it.
template <class... A>
class Parameters {
 public:
  template <class... Told>
  static const pyudf_parameter* make(const Told&... told) {
    static_assert((is_told<Told> && ...),
                  "pyudf: something here is no name, pyudf::arg, pyudf::doc, pyudf::example or flag; a default stands "
                  "behind its name: pyudf::arg(\"x\") = 2.0");
    static_assert(
        (std::size_t{0} + ... + (is_name<Told> || is_default<Told>)) == sizeof...(A),
        "pyudf: name every parameter of the function once, in order: \"x\", pyudf::arg(\"x\", \"documentation\") or "
        "pyudf::arg(\"x\") = default");
    Parameters made;
    if constexpr ((is_told<Told> && ...)) (made.take(told), ...);
    return made.all_;
  }

 private:
  // Lives as long as the library.
  pyudf_parameter* all_ = new pyudf_parameter[sizeof...(A) + 1]{};
  std::size_t at_ = 0;

  void take(const char* name) { add(name, ""); }
  void take(const arg& told) { add(told.name, told.doc); }
  template <class T>
  void take(const Default<T>& told) {
    add(told.name, told.doc);
    std::size_t i = 0;
    ((i++ == at_ - 1 ? set_default<std::remove_cvref_t<A>>(told.value) : void()), ...);
  }
  void take(const doc&) {}
  void take(const example&) {}
  void take(const Flag&) {}

  void add(const char* name, const char* documentation) {
    static constexpr const pyudf_type* types[] = {&type<std::remove_cvref_t<A>>::description..., nullptr};
    all_[at_] = {name, documentation, types[at_], nullptr, 0, 0};
    ++at_;
  }

  template <class T, class Told>
  void set_default(const Told& told) {
    if constexpr (is_default_for<Told, T>) {
      auto* value = new pyudf_value{};
      Lasting memory;
      to_value<T>(static_cast<T>(told), *value, memory);
      all_[at_ - 1].fallback = value;
    } else {
      throw std::logic_error("unreachable: see DefaultsFit");
    }
  }
};

/// Checks the types of defaults, each against the parameter at its place.
template <class Parameters, class... Told>
struct DefaultsFit;
template <class... A, class... Told>
struct DefaultsFit<std::tuple<A...>, Told...> {
  template <class T>
  struct Holder {};
  template <class T, class P>
  static consteval bool fits(Holder<T>, Holder<P>) {
    return true;
  }
  template <class T, class P>
  static consteval bool fits(Holder<Default<T>>, Holder<P>) {
    static_assert(
        is_default_for<T, P>,
        "pyudf: a default has another type (T) than its parameter (P); write 2.0 for a double, 2 for an integer, "
        "true for a bool, \"text\" for a text; std::nullopt only where the parameter is a std::optional");
    return true;
  }
  template <class... Seen>
  static consteval bool check(Holder<std::tuple<Seen...>>) {
    if constexpr (sizeof...(Seen) == sizeof...(A))
      return (fits(Holder<Seen>{}, Holder<std::remove_cvref_t<A>>{}) && ... && true);
    else
      return true;  // Parameters::make says what is wrong
  }
  template <class... Sets>
  static auto joined(Holder<Sets>...) -> Holder<decltype(std::tuple_cat(std::declval<Sets>()...))>;
  template <class T>
  using Only = std::conditional_t<is_name<T> || is_default<T>, std::tuple<T>, std::tuple<>>;
  static constexpr bool value = check(decltype(joined(Holder<Only<Told>>{}...)){});
};

/// Documentation, example and flags among what is told.
class Facts {
 public:
  template <class... Told>
  explicit Facts(const Told&... told) {
    (take(told), ...);
  }
  void give(pyudf_function& f) const {
    f.doc = doc_;
    f.example = example_;
    f.flags = flags_;
  }
  const char* documentation() const { return doc_; }
  const char* shown() const { return example_; }
  std::uint32_t flags() const { return flags_; }

 private:
  void take(const doc& told) { doc_ = told.text; }
  void take(const example& told) { example_ = told.text; }
  void take(const Flag& told) { flags_ = (flags_ | told.set) & ~told.cleared; }
  template <class T>
  void take(const T&) {}

  const char* doc_ = "";
  const char* example_ = nullptr;
  std::uint32_t flags_ = PYUDF_DETERMINISTIC;
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

// --- the registry ---------------------------------------------------------------------------------------------------

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

// --- classes
// ----------------------------------------------------------------------------------------------------------

namespace [[gnu::visibility("hidden")]] detail {

template <auto member, class... Told>
struct MethodTold {
  const char* name;
  std::tuple<Told...> told;
};

template <auto getter, auto setter, class... Told>
struct PropertyTold {
  const char* name;
  std::tuple<Told...> told;
};

template <class Types, class... Told>
struct ConstructorTold {
  std::tuple<Told...> told;
};

/// Constructs objects of class C from arguments A.
template <class C, class... A>
struct Constructor {
  static pyudf_status scalar(const pyudf_value* args, pyudf_value* result, pyudf_memory*, pyudf_error* error) {
    try {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        result->object = new C(from_value<std::remove_cvref_t<A>>(args[I])...);
      }(std::index_sequence_for<A...>{});
      result->missing = 0;
      return PYUDF_OK;
    } catch (...) {
      return fail_with_current_exception(error);
    }
  }
};

/// What a property's getter or setter calls: a method, or a data member.
template <class C, auto member>
struct Property {
  static constexpr std::size_t self = 1;
  static constexpr bool is_data = std::is_member_object_pointer_v<decltype(member)>;
  static auto get(const C* object) {
    return [object]() -> decltype(auto) {
      if constexpr (is_data)
        return (object->*member);
      else
        return (object->*member)();
    };
  }
  static auto with(const pyudf_value* args) { return get(static_cast<const C*>(args[0].object)); }
  static auto on(const pyudf_column* columns) { return get(*static_cast<C* const*>(columns[0].data)); }
  using Value = std::remove_cvref_t<decltype(get(nullptr)())>;
};

template <class C, auto member>
struct DataSetter {
  static constexpr std::size_t self = 1;
  using Value = typename MemberOf<decltype(member)>::Type;
  static auto set(C* object) {
    return [object](const Value& value) { object->*member = value; };
  }
  static auto with(const pyudf_value* args) { return set(static_cast<C*>(args[0].object)); }
  static auto on(const pyudf_column* columns) { return set(*static_cast<C* const*>(columns[0].data)); }
};

/// Collects what PYUDF_CLASS tells of class C; lives as long as the library.
template <class C>
class ClassBuilder {
 public:
  template <class... Told>
  explicit ClassBuilder(const char* name, const Told&... told) {
    (take(*parts_, told), ...);
    pyudf_class described{};
    described.name = name;
    described.doc = Facts(told...).documentation();
    give(parts_->constructors, described.constructors, described.n_constructors);
    give(parts_->methods, described.methods, described.n_methods);
    give(parts_->getters, described.getters, described.n_getters);
    give(parts_->setters, described.setters, described.n_setters);
    described.destroy = [](void* object) { delete static_cast<C*>(object); };
    registry().classes.push_back(described);
  }

 private:
  struct Parts {
    std::vector<pyudf_function> constructors, methods, getters, setters;
  };
  Parts* parts_ = new Parts;

  static void give(const std::vector<pyudf_function>& from, const pyudf_function*& to, std::int32_t& n) {
    to = from.data();
    n = static_cast<std::int32_t>(from.size());
  }

  static void take(Parts&, const doc&) {}

  template <class... A, class... Told>
  static void take(Parts& parts, const ConstructorTold<std::tuple<A...>, Told...>& init) {
    static_assert(std::is_constructible_v<C, std::remove_cvref_t<A>...>,
                  "pyudf::init<A…>: the class has no constructor that takes these types");
    static_assert(DefaultsFit<std::tuple<A...>, Told...>::value);
    pyudf_function f{};
    f.name = "__init__";
    f.result = &object_type;
    f.scalar = Constructor<C, A...>::scalar;
    std::apply(
        [&](const auto&... told) {
          f.parameters = Parameters<A...>::make(told...);
          Facts(told...).give(f);
        },
        init.told);
    f.n_parameters = sizeof...(A);
    parts.constructors.push_back(f);
  }

  template <auto member, class... Told>
  static void take(Parts& parts, const MethodTold<member, Told...>& method) {
    using Traits = SignatureOf<decltype(member)>;
    static_assert(
        std::is_base_of_v<typename Traits::Class, C>,
        "pyudf::method: a method of another class; give one of the class that PYUDF_CLASS names, or of its base");
    std::apply(
        [&](const auto&... told) {
          parts.methods.push_back(with_self(
              make_function<Method<C, member>>(typename Traits::Type{}, method.name, told...), Traits::mutates));
        },
        method.told);
  }

  template <auto getter, auto setter, class... Told>
  static void take(Parts& parts, const PropertyTold<getter, setter, Told...>& property) {
    using Get = Property<C, getter>;
    std::apply(
        [&](const auto&... told) {
          parts.getters.push_back(
              with_self(make_function<Get>(Signature<typename Get::Value>{}, property.name, told...), false));
          if constexpr (std::is_null_pointer_v<decltype(setter)>)
            return;
          else if constexpr (std::is_member_object_pointer_v<decltype(setter)>)
            parts.setters.push_back(with_self(
                make_function<DataSetter<C, setter>>(Signature<void, typename MemberOf<decltype(setter)>::Type>{},
                                                     property.name, "value", told...),
                true));
          else
            parts.setters.push_back(
                with_self(make_function<Method<C, setter>>(typename SignatureOf<decltype(setter)>::Type{},
                                                           property.name, "value", told...),
                          true));
        },
        property.told);
  }

  /// The same function with the object as its first parameter.
  static pyudf_function with_self(pyudf_function f, bool mutates) {
    auto* parameters = new pyudf_parameter[static_cast<std::size_t>(f.n_parameters) + 1];
    parameters[0] = {"self", "", &object_type, nullptr, 0, 0};
    for (std::int32_t i = 0; i < f.n_parameters; ++i) parameters[i + 1] = f.parameters[i];
    delete[] f.parameters;
    f.parameters = parameters;
    ++f.n_parameters;
    if (mutates) f.flags |= PYUDF_MUTATES;
    return f;
  }
};

// --- aggregates
// -------------------------------------------------------------------------------------------------------

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

/// A constructor of a class: the types of its arguments, then what is told of them.
template <class... A, class... Told>
auto init(Told... told) {
  return detail::ConstructorTold<std::tuple<A...>, Told...>{{told...}};
}

/// A method of a class: its name in Python, then what is told of its parameters. Names such as `__repr__`, `__len__`,
/// `__eq__` have their meaning in Python; `__getnewargs__` returns a tuple of the constructor's arguments and so makes
/// objects picklable.
template <auto member, class... Told>
auto method(const char* name, Told... told) {
  return detail::MethodTold<member, Told...>{name, {told...}};
}

/// A property of a class: a const method or a data member; with a method or data member that sets it, writable.
template <auto getter, auto setter = nullptr, class... Told>
auto property(const char* name, Told... told) {
  return detail::PropertyTold<getter, setter, Told...>{name, {told...}};
}

}  // namespace pyudf

// --- macros
// -------------------------------------------------------------------------------------------------------------

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
