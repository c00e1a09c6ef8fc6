// parameters.hpp: what is told of a function beside its code: names, defaults, documentation, flags.
#pragma once

#include <array>
#include <tuple>
#include <type_traits>

#include "pyudf/abi.h"
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

}  // namespace detail

}  // namespace pyudf
