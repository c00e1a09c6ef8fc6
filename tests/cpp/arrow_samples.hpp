// arrow_samples.hpp: a record, an enumeration, rows as C++ values, and random values of any type.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/memory.hpp"
#include "core/rows.hpp"
#include "pyudf/types.hpp"

// Hidden, as the traits are.
namespace [[gnu::visibility("hidden")]] samples {

struct Point {
  std::int64_t x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

struct Order {
  std::string customer;
  std::vector<Point> route;
  std::optional<std::int32_t> discount;
  bool paid = false;
  bool operator==(const Order&) const = default;
};

enum class Colour { red, green, blue };

}  // namespace samples

// What PYUDF_RECORD and PYUDF_ENUM make, without a module to register it in.
template <>
struct pyudf::detail::Names<samples::Point> {
  static constexpr const char* title = "Point";
  static constexpr const char* all[] = {"x", "y"};
};
template <>
struct pyudf::type<samples::Point> : pyudf::detail::Record<samples::Point, pyudf::detail::Names<samples::Point>,
                                                           &samples::Point::x, &samples::Point::y> {};

template <>
struct pyudf::detail::Names<samples::Order> {
  static constexpr const char* title = "Order";
  static constexpr const char* all[] = {"customer", "route", "discount", "paid"};
};
template <>
struct pyudf::type<samples::Order>
    : pyudf::detail::Record<samples::Order, pyudf::detail::Names<samples::Order>, &samples::Order::customer,
                            &samples::Order::route, &samples::Order::discount, &samples::Order::paid> {};

template <>
struct pyudf::detail::Names<samples::Colour> {
  static constexpr const char* title = "Colour";
  static constexpr const char* all[] = {"red", "green", "blue"};
  static constexpr samples::Colour members[] = {samples::Colour::red, samples::Colour::green, samples::Colour::blue};
  static constexpr std::int64_t values[] = {0, 1, 2};
};
template <>
struct pyudf::type<samples::Colour>
    : pyudf::detail::Enumeration<samples::Colour, pyudf::detail::Names<samples::Colour>> {};

namespace [[gnu::visibility("hidden")]] samples {

template <class T>
using Column = std::vector<std::optional<T>>;

template <class T>
constexpr const pyudf_type& type_of = pyudf::type<T>::description;

/// Rows [begin, begin + n), read as a block and turned into values by the traits that functions use.
template <class T>
Column<T> read(const pyudf::Rows& rows, std::int64_t begin, std::int64_t n) {
  using Slot = typename pyudf::type<T>::Slot;
  EXPECT_EQ(rows.slot(), static_cast<std::int64_t>(sizeof(Slot)));
  const auto size = static_cast<std::size_t>(n);
  const std::unique_ptr<Slot[]> slots(new Slot[size]);
  std::vector<std::uint8_t> present(size, 7);
  pyudf::Arena arena;
  const std::int64_t missing = rows.read(begin, n, slots.get(), present.data(), arena);
  Column<T> values;
  std::int64_t found = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const bool here = missing == 0 || present[i] == 1;
    EXPECT_TRUE(missing == 0 || present[i] <= 1);
    found += !here;
    values.push_back(here ? std::optional<T>(pyudf::type<T>::from(slots[i])) : std::nullopt);
  }
  EXPECT_EQ(found, missing);
  return values;
}

template <class T>
Column<T> read(const pyudf::Rows& rows) {
  return read<T>(rows, 0, rows.size());
}

/// Values as the slots of a result column, with the bytes that tell what is missing.
template <class T>
struct Slots {
  using Slot = typename pyudf::type<T>::Slot;
  std::unique_ptr<Slot[]> slots;
  std::vector<std::uint8_t> missing;
  pyudf::Arena memory;
  std::int64_t n;

  explicit Slots(const Column<T>& values)
      : slots(new Slot[values.size()]()), missing(values.size()), n(static_cast<std::int64_t>(values.size())) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      missing[i] = !values[i];
      if (values[i]) slots[i] = pyudf::type<T>::to(*values[i], memory);
    }
  }
};

/// Values at random: often the same, sometimes extreme, sizes from 0 to a few.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  std::int64_t below(std::int64_t end) { return std::uniform_int_distribution<std::int64_t>(0, end - 1)(engine_); }

  template <class T>
  Column<T> column(std::int64_t n, int percent_missing) {
    Column<T> values;
    for (std::int64_t i = 0; i < n; ++i)
      values.push_back(below(100) < percent_missing ? std::nullopt : std::optional<T>(one(static_cast<T*>(nullptr))));
    return values;
  }

 private:
  template <class T>
  T make() {
    return one(static_cast<T*>(nullptr));
  }

  bool one(bool*) { return below(2) == 1; }
  template <class T>
    requires std::is_arithmetic_v<T>
  T one(T*) {
    switch (below(8)) {
      case 0: return std::numeric_limits<T>::max();
      case 1: return std::numeric_limits<T>::lowest();
      case 2: return T{0};
      default: return static_cast<T>(below(100));
    }
  }
  std::string one(std::string*) {
    static const char* const some[] = {"", "a", "twelve bytes", "thirteen byte", "ünï", "漢字かな交じり文", "😀😀😀😀"};
    return some[below(7)];
  }
  std::u32string one(std::u32string*) {
    static const char32_t* const some[] = {U"", U"a", U"\x7F\x80\xFF", U"漢字かな交じり文", U"😀 and more than twelve"};
    return some[below(5)];
  }
  std::vector<std::byte> one(std::vector<std::byte>*) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(below(20)));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(below(256));
    return bytes;
  }
  Colour one(Colour*) { return static_cast<Colour>(below(3)); }
  std::chrono::sys_days one(std::chrono::sys_days*) {
    return std::chrono::sys_days(std::chrono::days(below(100000) - 50000));
  }
  template <class Duration>
  std::chrono::time_point<std::chrono::system_clock, Duration> one(
      std::chrono::time_point<std::chrono::system_clock, Duration>*) {
    return std::chrono::time_point<std::chrono::system_clock, Duration>(make<Duration>());
  }
  template <class Period>
  std::chrono::duration<std::int64_t, Period> one(std::chrono::duration<std::int64_t, Period>*) {
    return std::chrono::duration<std::int64_t, Period>(make<std::int64_t>());
  }
  Point one(Point*) { return {make<std::int64_t>(), make<double>()}; }
  Order one(Order*) {
    return {make<std::string>(), make<std::vector<Point>>(), make<std::optional<std::int32_t>>(), make<bool>()};
  }
  template <class T>
  std::optional<T> one(std::optional<T>*) {
    return below(3) == 0 ? std::nullopt : std::optional<T>(make<T>());
  }
  template <class T>
  std::vector<T> one(std::vector<T>*) {
    std::vector<T> items;
    for (std::int64_t n = below(4); n > 0; --n) items.push_back(make<T>());
    return items;
  }
  template <class T>
  std::set<T> one(std::set<T>*) {
    const std::vector<T> items = make<std::vector<T>>();
    return {items.begin(), items.end()};
  }
  template <class K, class V>
  std::map<K, V> one(std::map<K, V>*) {
    std::map<K, V> map;
    for (std::int64_t n = below(4); n > 0; --n) map.insert_or_assign(make<K>(), make<V>());
    return map;
  }
  template <class A, class B>
  std::pair<A, B> one(std::pair<A, B>*) {
    return {make<A>(), make<B>()};
  }
  template <class... T>
  std::tuple<T...> one(std::tuple<T...>*) {
    return std::tuple<T...>{make<T>()...};
  }

  std::mt19937 engine_;
};

/// Every type of the table, and some of them within others, three deep.
#define SAMPLE_TYPES                                                                                             \
  bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,       \
      std::uint64_t, float, double, std::string, std::u32string, std::vector<std::byte>, samples::Colour,        \
      std::chrono::sys_days, std::chrono::sys_seconds,                                                           \
      std::chrono::sys_time<std::chrono::duration<std::int64_t, std::nano>>,                                     \
      std::chrono::duration<std::int64_t, std::milli>, std::chrono::duration<std::int64_t, std::micro>,          \
      samples::Point, samples::Order, std::vector<bool>, std::vector<std::int32_t>, std::vector<double>,         \
      std::vector<std::optional<std::int16_t>>, std::vector<std::optional<std::string>>, std::set<std::string>,  \
      std::set<std::int64_t>, std::map<std::string, double>, std::map<std::int32_t, std::optional<std::string>>, \
      std::pair<std::int32_t, std::string>, std::tuple<bool, std::optional<samples::Colour>, std::u32string>,    \
      std::vector<std::vector<std::vector<std::int64_t>>>, std::vector<std::map<std::string, samples::Point>>,   \
      std::map<std::u32string, std::vector<std::optional<samples::Order>>>,                                      \
      std::vector<std::optional<std::vector<std::optional<std::pair<std::string, std::chrono::sys_days>>>>>

}  // namespace samples
