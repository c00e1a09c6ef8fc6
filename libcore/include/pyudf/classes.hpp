// classes.hpp: C++ classes as entries of the table: constructors, methods, properties.
#pragma once

#include <tuple>
#include <vector>

#include "pyudf/entries.hpp"
#include "pyudf/registry.hpp"

namespace pyudf {

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
