// types.hpp: how C++ types cross the bridge: one trait for each row of the table of types.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <ratio>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "pyudf/abi.h"

// Hidden: two libraries in one process may both have a struct Point, each with its own description.
namespace [[gnu::visibility("hidden")]] pyudf {

/// How values of type `T` are described to callers, read out of slots and written into them.
///
/// | C++ | Arrow | Python |
/// |---|---|---|
/// | `bool`, `std::int8_t` … `std::uint64_t`, `float`, `double` | the same | `bool`, `int`, `float` |
/// | `std::string_view`, `std::string` (UTF-8) | utf8 | `str` |
/// | `std::u32string_view`, `std::u32string` (code points) | utf8 | `str` |
/// | `std::span<const std::byte>`, `std::vector<std::byte>` | binary | `bytes` |
/// | `std::optional<T>` | nullable T | `T` or `None` |
/// | `std::vector<T>`; `std::span<const T>` of numbers, without a copy | list | `list`, array |
/// | `std::map<K, V>`, `std::unordered_map<K, V>` | map | `dict` |
/// | `std::set<T>`, `std::unordered_set<T>` | list | `set` |
/// | `std::pair`, `std::tuple` | struct | `tuple` |
/// | a struct told of by PYUDF_RECORD | struct | named tuple |
/// | `std::chrono::sys_days` | date32 | `datetime.date` |
/// | `std::chrono::sys_time` and durations of s, ms, us or ns | timestamp, duration | `datetime`, `timedelta` |
/// | an enumeration told of by PYUDF_ENUM | dictionary | `enum.Enum` |
///
/// A trait has `Slot`, the C type of a slot; `description`; `from(slot)`, a value out of a slot, which may view memory
/// of the caller; and `to(value, memory)`, a slot whose contents lie in `memory`.
template <class T>
struct type;

namespace detail {

template <class>
inline constexpr bool never = false;

template <class T>
inline constexpr bool is_character = false;
template <>
inline constexpr bool is_character<char> = true;
template <>
inline constexpr bool is_character<wchar_t> = true;
template <>
inline constexpr bool is_character<char8_t> = true;
template <>
inline constexpr bool is_character<char16_t> = true;
template <>
inline constexpr bool is_character<char32_t> = true;

template <class T>
concept Number = std::is_arithmetic_v<T> && !is_character<T> && sizeof(T) <= 8;

template <class T>
concept Mapping = requires(T map, typename T::key_type key, typename T::mapped_type value) {
  map.insert_or_assign(std::move(key), std::move(value));
};

template <class T>
concept Set = !Mapping<T> && requires(T set, typename T::key_type key) {
  set.insert(std::move(key)).second;
  requires std::is_same_v<typename T::key_type, typename T::value_type>;
};

template <Number T>
constexpr std::int32_t number_id() {
  constexpr std::int32_t step = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  if constexpr (std::is_same_v<T, bool>) return PYUDF_BOOL;
  if constexpr (std::is_floating_point_v<T>) return sizeof(T) == 4 ? PYUDF_FLOAT32 : PYUDF_FLOAT64;
  return (std::is_signed_v<T> ? PYUDF_INT8 : PYUDF_UINT8) + step;
}

template <class Slot>
constexpr pyudf_type describe(std::int32_t id, const pyudf_type* child = nullptr, std::int32_t size = 0) {
  return {id, size, child, 0, static_cast<std::int32_t>(sizeof(Slot)), nullptr, nullptr, nullptr, nullptr, nullptr};
}

/// Memory of the caller for `bytes`; never null, so that no text or list seems to be missing.
inline void* allocate(pyudf_memory& memory, std::size_t bytes) {
  void* to = memory.allocate(&memory, static_cast<std::int64_t>(bytes));
  if (to == nullptr) throw std::bad_alloc();
  return to;
}

template <class Unit>
pyudf_text copy_text(const void* data, std::size_t units, pyudf_memory& memory) {
  void* to = allocate(memory, units * sizeof(Unit));
  if (units != 0) std::memcpy(to, data, units * sizeof(Unit));
  return {to, static_cast<std::int64_t>(units), static_cast<std::int32_t>(sizeof(Unit)), 0};
}

/// A text or bytes: `T` is constructed from a pointer to `Unit` and a size.
template <class T, class Unit, std::int32_t id>
struct Text {
  using Slot = pyudf_text;
  static constexpr pyudf_type description = describe<Slot>(id);
  static T from(const Slot& slot) {
    const auto* data = static_cast<const Unit*>(slot.data);
    const auto size = static_cast<std::size_t>(slot.size);
    if constexpr (std::is_constructible_v<T, const Unit*, std::size_t>)
      return T(data, size);
    else
      return T(data, data + size);
  }
  static Slot to(const T& value, pyudf_memory& memory) { return copy_text<Unit>(value.data(), value.size(), memory); }
};

/// A value of `T` in a column is its slot alone; what is missing is told beside the column.
template <class T>
struct Parameter {
  static constexpr bool optional = false;
  using Value = T;
};
template <class T>
struct Parameter<std::optional<T>> {
  static_assert(!Parameter<T>::optional, "pyudf: an optional of an optional; one std::optional is enough");
  static constexpr bool optional = true;
  using Value = typename Parameter<T>::Value;
};

/// A value within a list or a struct, where an optional one has its flag behind it.
template <class T>
struct Nested {
  using Slot = typename type<T>::Slot;
  static T from(const Slot& slot) { return type<T>::from(slot); }
  template <class U>
  static Slot to(const U& value, pyudf_memory& memory) {
    return type<T>::to(value, memory);
  }
};
template <class T>
struct Nested<std::optional<T>> {
  static_assert(!Parameter<T>::optional, "pyudf: an optional of an optional; one std::optional is enough");
  struct Slot {
    typename type<T>::Slot value;
    alignas(8) std::int64_t present;
  };
  static std::optional<T> from(const Slot& slot) {
    if (!slot.present) return std::nullopt;
    return type<T>::from(slot.value);
  }
  static Slot to(const std::optional<T>& value, pyudf_memory& memory) {
    Slot slot{};
    if (value) slot = {type<T>::to(*value, memory), 1};
    return slot;
  }
};

/// The items of any container as a list in memory of the caller.
template <class T, class Container>
pyudf_list copy_list(const Container& values, pyudf_memory& memory) {
  using Slot = typename Nested<T>::Slot;
  const auto n = static_cast<std::size_t>(values.size());
  auto* slots = static_cast<Slot*>(allocate(memory, n * sizeof(Slot)));
  std::size_t i = 0;
  for (const auto& value : values) slots[i++] = Nested<T>::to(value, memory);
  return {slots, static_cast<std::int64_t>(n)};
}

/// The slots of a list's items.
template <class T>
auto items(const pyudf_list& list) {
  using Slot = typename Nested<T>::Slot;
  return std::span<const Slot>(static_cast<const Slot*>(list.data), static_cast<std::size_t>(list.size));
}

constexpr std::int32_t aligned(std::size_t bytes) { return static_cast<std::int32_t>((bytes + 7) / 8 * 8); }

/// Where the fields of a struct lie: each at a multiple of 8.
template <class... T>
struct Fields {
  static constexpr std::size_t size = sizeof...(T);
  static constexpr std::int32_t bytes = (aligned(sizeof(typename Nested<T>::Slot)) + ... + 0);
  struct alignas(8) Slot {
    std::byte bytes[Fields::bytes == 0 ? 8 : Fields::bytes];
  };
  struct Offsets {
    std::int32_t at[size == 0 ? 1 : size];
  };
  static constexpr Offsets offsets = [] {
    Offsets found{};
    std::int32_t at = 0;
    std::size_t i = 0;
    ((found.at[i++] = at, at += aligned(sizeof(typename Nested<T>::Slot))), ...);
    return found;
  }();
  static constexpr const pyudf_type* types[size == 0 ? 1 : size] = {&type<T>::description...};

  static constexpr pyudf_type describe(const char* name, const char* const* names) {
    return {PYUDF_STRUCT,
            static_cast<std::int32_t>(size),
            nullptr,
            0,
            static_cast<std::int32_t>(sizeof(Slot)),
            name,
            names,
            types,
            offsets.at,
            nullptr};
  }
  template <class F>
  static F get(const Slot& slot, std::size_t i) {
    return Nested<F>::from(*reinterpret_cast<const typename Nested<F>::Slot*>(slot.bytes + offsets.at[i]));
  }
  template <class F>
  static void set(Slot& slot, std::size_t i, const F& value, pyudf_memory& memory) {
    new (slot.bytes + offsets.at[i]) typename Nested<F>::Slot(Nested<F>::to(value, memory));
  }
};

/// std::tuple and std::pair.
template <class Tuple, class... T>
struct TupleOf {
  using F = Fields<T...>;
  using Slot = typename F::Slot;
  static constexpr pyudf_type description = F::describe(nullptr, nullptr);
  static Tuple from(const Slot& slot) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Tuple{F::template get<T>(slot, I)...};
    }(std::index_sequence_for<T...>{});
  }
  template <class Value>  // Tuple, or a map's pair of a const key
  static Slot to(const Value& value, pyudf_memory& memory) {
    Slot slot{};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (F::template set<T>(slot, I, std::get<I>(value), memory), ...);
    }(std::index_sequence_for<T...>{});
    return slot;
  }
};

template <class M>
struct MemberOf;
template <class C, class T>
struct MemberOf<T C::*> {
  using Type = std::remove_cv_t<T>;
};

/// What PYUDF_RECORD and PYUDF_ENUM tell of a type: its title, and the names of its fields or members.
template <class T>
struct Names;

/// A struct told of by PYUDF_RECORD: its fields by their pointers to members.
template <class T, class Names, auto... members>
struct Record {
  static_assert(std::is_default_constructible_v<T>,
                "PYUDF_RECORD: the struct needs a constructor without arguments: give its fields initial values");
  using F = Fields<typename MemberOf<decltype(members)>::Type...>;
  using Slot = typename F::Slot;
  static constexpr pyudf_type description = F::describe(Names::title, Names::all);
  static T from(const Slot& slot) {
    T value{};
    std::size_t i = 0;
    ((value.*members = F::template get<typename MemberOf<decltype(members)>::Type>(slot, i++)), ...);
    return value;
  }
  static Slot to(const T& value, pyudf_memory& memory) {
    Slot slot{};
    std::size_t i = 0;
    (F::set(slot, i++, value.*members, memory), ...);
    return slot;
  }
};

/// An enumeration told of by PYUDF_ENUM: its slot is the place of a member in the list.
template <class T, class Names>
struct Enumeration {
  using Slot = std::int32_t;
  static constexpr std::int32_t size = static_cast<std::int32_t>(std::size(Names::members));
  static constexpr pyudf_type description = {PYUDF_ENUM,   size,       nullptr, 0,       sizeof(Slot),
                                             Names::title, Names::all, nullptr, nullptr, Names::values};
  static T from(Slot slot) {
    if (slot < 0 || slot >= size) throw std::out_of_range("no member of the enumeration");
    return Names::members[slot];
  }
  static Slot to(T value, pyudf_memory&) {
    for (Slot i = 0; i < size; ++i)
      if (Names::members[i] == value) return i;
    throw std::domain_error("the value " + std::to_string(static_cast<std::int64_t>(value)) + " of " + Names::title +
                            " is not among those told to PYUDF_ENUM");
  }
};

/// The last part of a name, so that `shop::Point` is called Point.
constexpr const char* unqualified(const char* name) {
  const char* last = name;
  for (; *name; ++name)
    if (*name == ':') last = name + 1;
  return last;
}

/// The power of ten of a unit of time, -1 where Arrow and NumPy have none for it.
template <class Period>
constexpr std::int32_t unit_of() {
  if constexpr (std::ratio_equal_v<Period, std::ratio<1>>) return 0;
  if constexpr (std::ratio_equal_v<Period, std::milli>) return 3;
  if constexpr (std::ratio_equal_v<Period, std::micro>) return 6;
  if constexpr (std::ratio_equal_v<Period, std::nano>) return 9;
  return -1;
}

}  // namespace detail

/// Any other type: the compiler's message names it.
template <class T>
struct type {
  static_assert(
      detail::never<T>,
      "pyudf: this C++ type cannot be a parameter or a result (the compiler names it, as in type<T> [with T = …]). "
      "Use bool, std::int8_t … std::uint64_t, float, double; std::string_view, std::string (UTF-8), "
      "std::u32string_view, std::u32string (code points); std::span<const std::byte>, std::vector<std::byte> (bytes); "
      "std::optional<T>; std::vector<T>, std::span<const T> of numbers; std::map, std::unordered_map, std::set, "
      "std::unordered_set; std::pair, std::tuple; std::chrono::sys_days, sys_time and durations; or tell pyudf of your "
      "own struct with PYUDF_RECORD, of your enumeration with PYUDF_ENUM.");
  // So that the message above is the only one.
  using Slot = std::int64_t;
  static constexpr pyudf_type description{};
  static T from(const Slot&);
  static Slot to(const T&, pyudf_memory&);
};

template <detail::Number T>
struct type<T> {
  using Slot = T;
  static constexpr pyudf_type description = detail::describe<Slot>(detail::number_id<T>());
  static T from(Slot slot) noexcept { return slot; }
  static Slot to(T value, pyudf_memory&) noexcept { return value; }
};

template <>
struct type<std::string_view> : detail::Text<std::string_view, char, PYUDF_UTF8> {};
template <>
struct type<std::string> : detail::Text<std::string, char, PYUDF_UTF8> {};
template <>
struct type<std::u32string_view> : detail::Text<std::u32string_view, char32_t, PYUDF_CODE_POINTS> {};
template <>
struct type<std::u32string> : detail::Text<std::u32string, char32_t, PYUDF_CODE_POINTS> {};
template <>
struct type<std::span<const std::byte>> : detail::Text<std::span<const std::byte>, std::byte, PYUDF_BINARY> {};
template <>
struct type<std::vector<std::byte>> : detail::Text<std::vector<std::byte>, std::byte, PYUDF_BINARY> {};

template <class T>
struct type<std::optional<T>> {
  using Slot = typename type<T>::Slot;
  static constexpr pyudf_type description = [] {
    pyudf_type described = type<T>::description;
    described.flags |= PYUDF_OPTIONAL;
    return described;
  }();
};

template <class T, class Allocator>
struct type<std::vector<T, Allocator>> {
  using Slot = pyudf_list;
  static constexpr pyudf_type description = detail::describe<Slot>(PYUDF_LIST, &type<T>::description);
  static std::vector<T, Allocator> from(const Slot& slot) {
    const auto items = detail::items<T>(slot);
    if constexpr (detail::Number<T>) {
      return {items.begin(), items.end()};
    } else {
      std::vector<T, Allocator> values;
      values.reserve(items.size());
      for (const auto& item : items) values.push_back(detail::Nested<T>::from(item));
      return values;
    }
  }
  static Slot to(const std::vector<T, Allocator>& values, pyudf_memory& memory) {
    return detail::copy_list<T>(values, memory);
  }
};

template <class T>
struct type<std::span<T>> {
  static_assert(std::is_const_v<T>, "pyudf: arguments are read-only: take a std::span<const T>");
  static_assert(
      detail::Number<std::remove_const_t<T>>,
      "pyudf: a std::span views a list without a copy, which only lists of numbers allow: take a std::vector<T>");
  using Slot = pyudf_list;
  static constexpr pyudf_type description =
      detail::describe<Slot>(PYUDF_LIST, &type<std::remove_const_t<T>>::description);
  static std::span<T> from(const Slot& slot) noexcept {
    return {static_cast<T*>(slot.data), static_cast<std::size_t>(slot.size)};
  }
  static Slot to(const std::span<T>& values, pyudf_memory& memory) {
    return detail::copy_list<std::remove_const_t<T>>(values, memory);
  }
};

template <detail::Mapping M>
struct type<M> {
  using Slot = pyudf_list;
  using Entry = std::pair<typename M::key_type, typename M::mapped_type>;
  static constexpr pyudf_type description = detail::describe<Slot>(PYUDF_MAP, &type<Entry>::description);
  static M from(const Slot& slot) {
    M map;
    for (const auto& item : detail::items<Entry>(slot)) {
      Entry entry = type<Entry>::from(item);
      map.insert_or_assign(std::move(entry.first), std::move(entry.second));
    }
    return map;
  }
  static Slot to(const M& map, pyudf_memory& memory) { return detail::copy_list<Entry>(map, memory); }
};

template <detail::Set S>
struct type<S> {
  using Slot = pyudf_list;
  using Item = typename S::key_type;
  static constexpr pyudf_type description = detail::describe<Slot>(PYUDF_SET, &type<Item>::description);
  static S from(const Slot& slot) {
    S set;
    for (const auto& item : detail::items<Item>(slot)) set.insert(detail::Nested<Item>::from(item));
    return set;
  }
  static Slot to(const S& set, pyudf_memory& memory) { return detail::copy_list<Item>(set, memory); }
};

template <class A, class B>
struct type<std::pair<A, B>> : detail::TupleOf<std::pair<A, B>, std::remove_const_t<A>, B> {};
template <class... T>
struct type<std::tuple<T...>> : detail::TupleOf<std::tuple<T...>, T...> {};

template <class Duration>
struct type<std::chrono::time_point<std::chrono::system_clock, Duration>> {
  using T = std::chrono::time_point<std::chrono::system_clock, Duration>;
  static constexpr bool days = std::ratio_equal_v<typename Duration::period, std::chrono::days::period>;
  static constexpr std::int32_t unit = detail::unit_of<typename Duration::period>();
  static_assert(days || unit >= 0, "pyudf: a point in time counts days (sys_days), s, ms, us or ns");
  static_assert(std::is_integral_v<typename Duration::rep>, "pyudf: a point in time counts whole units");
  using Slot = std::conditional_t<days, std::int32_t, std::int64_t>;
  static constexpr pyudf_type description =
      detail::describe<Slot>(days ? PYUDF_DATE : PYUDF_TIMESTAMP, nullptr, days ? 0 : unit);
  static T from(Slot slot) noexcept { return T(Duration(static_cast<typename Duration::rep>(slot))); }
  static Slot to(const T& value, pyudf_memory&) noexcept { return static_cast<Slot>(value.time_since_epoch().count()); }
};

template <class Rep, class Period>
struct type<std::chrono::duration<Rep, Period>> {
  using T = std::chrono::duration<Rep, Period>;
  static constexpr std::int32_t unit = detail::unit_of<Period>();
  static_assert(unit >= 0 && std::is_integral_v<Rep>, "pyudf: a duration counts whole s, ms, us or ns");
  using Slot = std::int64_t;
  static constexpr pyudf_type description = detail::describe<Slot>(PYUDF_DURATION, nullptr, unit);
  static T from(Slot slot) noexcept { return T(static_cast<Rep>(slot)); }
  static Slot to(const T& value, pyudf_memory&) noexcept { return static_cast<Slot>(value.count()); }
};

namespace detail {

template <class T>
T from_value(const pyudf_value& value) {
  using V = typename Parameter<T>::Value;
  using Slot = typename type<V>::Slot;
  if constexpr (Parameter<T>::optional)
    if (value.missing) return std::nullopt;
  if constexpr (std::is_same_v<Slot, pyudf_text>)
    return type<V>::from(value.text);
  else if constexpr (std::is_same_v<Slot, pyudf_list>)
    return type<V>::from(value.list);
  else if constexpr (std::is_floating_point_v<Slot>)
    return type<V>::from(static_cast<Slot>(value.real));
  else if constexpr (std::is_integral_v<Slot>)
    return type<V>::from(static_cast<Slot>(value.integer));
  else
    return type<V>::from(*static_cast<const Slot*>(value.slot));
}

template <class T>
void to_value(const T& result, pyudf_value& value, pyudf_memory& memory) {
  using V = typename Parameter<T>::Value;
  using Slot = typename type<V>::Slot;
  if constexpr (Parameter<T>::optional) {
    value.missing = !result;
    if (result) to_value<V>(*result, value, memory);
  } else {
    value.missing = 0;
    const Slot slot = type<V>::to(result, memory);
    if constexpr (std::is_same_v<Slot, pyudf_text>)
      value.text = slot;
    else if constexpr (std::is_same_v<Slot, pyudf_list>)
      value.list = slot;
    else if constexpr (std::is_floating_point_v<Slot>)
      value.real = slot;
    else if constexpr (std::is_integral_v<Slot>)
      value.integer = static_cast<std::int64_t>(slot);
    else
      value.slot = new (allocate(memory, sizeof(Slot))) Slot(slot);
  }
}

}  // namespace detail

}  // namespace pyudf
