// signature.hpp: what a callable takes and gives.
#pragma once

#include <tuple>
#include <type_traits>

namespace pyudf {

namespace [[gnu::visibility("hidden")]] detail {

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

}  // namespace detail

}  // namespace pyudf
