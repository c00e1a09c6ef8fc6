// test_udf.cpp: functions of every type told of by the macros, called from C++ through the table, as engines do.
#include "pyudf/udf.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/memory.hpp"

// What the author of a library writes.

namespace shop {

double scale(double x, double factor) { return x * factor; }
std::string greet(std::string_view name) { return "hello " + std::string(name); }
std::u32string backwards(std::u32string_view text) { return {text.rbegin(), text.rend()}; }
std::vector<std::byte> inverted(std::span<const std::byte> data) {
  std::vector<std::byte> result(data.begin(), data.end());
  for (std::byte& unit : result) unit = ~unit;
  return result;
}
std::optional<double> root(double x) { return x < 0 ? std::nullopt : std::optional(std::sqrt(x)); }
std::vector<bool> negated(std::vector<bool> flags) {
  flags.flip();
  return flags;
}
double or_zero(std::optional<double> x) { return x.value_or(0); }
std::int64_t checked(std::int64_t x) {
  if (x == 13) throw std::invalid_argument("thirteen");
  if (x == 14) throw std::out_of_range("fourteen");
  return x;
}
void nothing(double) {}

double sum(std::span<const double> values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}
std::vector<std::optional<std::string>> split(const std::string& text) {
  std::vector<std::optional<std::string>> parts(1, "");
  for (const char c : text) {
    if (c == ',')
      parts.emplace_back("");
    else
      parts.back()->push_back(c);
  }
  for (auto& part : parts)
    if (part->empty()) part.reset();
  return parts;
}
std::int64_t n_missing(const std::vector<std::optional<std::string>>& parts) {
  std::int64_t n = 0;
  for (const auto& part : parts) n += !part;
  return n;
}
std::map<std::string, std::vector<double>> doubled(std::map<std::string, std::vector<double>> all) {
  for (auto& [key, values] : all)
    for (double& value : values) value *= 2;
  return all;
}
std::unordered_map<std::int32_t, bool> flipped(const std::unordered_map<std::int32_t, bool>& all) {
  std::unordered_map<std::int32_t, bool> result;
  for (const auto& [key, value] : all) result[key] = !value;
  return result;
}
std::set<std::int16_t> shared(const std::set<std::int16_t>& left, const std::unordered_set<std::int16_t>& right) {
  std::set<std::int16_t> both;
  for (const std::int16_t item : left)
    if (right.contains(item)) both.insert(item);
  return both;
}
std::tuple<bool, std::optional<float>, std::string> turned(std::pair<std::string, bool> pair) {
  return {pair.second, pair.second ? std::optional(1.5f) : std::nullopt, pair.first};
}

struct Point {
  double x = 0;
  std::optional<std::int32_t> label;
};
Point moved(const Point& point, double by) { return {point.x + by, point.label}; }
double span_of(const std::vector<Point>& points) { return points.back().x - points.front().x; }

enum class Colour { red = 10, green = 20, blue = 30 };
Colour next(Colour colour) {
  if (colour == Colour::blue) return static_cast<Colour>(99);
  return colour == Colour::red ? Colour::green : Colour::blue;
}

std::chrono::sys_days day_after(std::chrono::sys_days day) { return day + std::chrono::days(1); }
using Micros = std::chrono::sys_time<std::chrono::microseconds>;
Micros later(Micros time, std::chrono::milliseconds by) { return time + by; }

template <class T>
T identity(T x) {
  return x;
}
std::int64_t size_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
std::int64_t size_of(double) { return 8; }
double greeting_length(std::string_view name, std::string_view greeting) noexcept {
  return static_cast<double>(name.size() + greeting.size());
}

class Counter {
 public:
  Counter() = default;
  explicit Counter(std::int64_t start) : at(start) {
    if (start < 0) throw std::domain_error("a counter starts at 0 or above");
    ++alive;
  }
  ~Counter() { --alive; }
  std::int64_t add(std::int64_t by) { return at += by; }
  std::int64_t peek(std::int64_t ahead) const { return at + ahead; }
  std::int64_t half() const { return at / 2; }
  void set_half(std::int64_t half) { at = half * 2; }

  std::int64_t at = 0;
  static inline int alive = 0;
};

struct Mean {
  void update(double x, std::optional<double> weight) {
    if (std::isinf(x)) throw std::overflow_error("infinite");
    sum += x * weight.value_or(1);
    n += weight.value_or(1);
  }
  void merge(const Mean& other) {
    sum += other.sum;
    n += other.n;
  }
  std::optional<double> finish() const { return n == 0 ? std::nullopt : std::optional(sum / n); }
  double sum = 0, n = 0;
};

}  // namespace shop

PYUDF_RECORD(shop::Point, x, label)
PYUDF_ENUM(shop::Colour, red, green, blue)

PYUDF_FUNCTION(shop::scale, "x", pyudf::arg("factor", "What to multiply by.") = 2, pyudf::doc("x times factor."),
               pyudf::example(">>> scale(1.0)\n2.0"))
PYUDF_FUNCTION(shop::greet, "name", pyudf::nondeterministic(), pyudf::release_gil())
PYUDF_FUNCTION(shop::backwards, "text")
PYUDF_FUNCTION(shop::inverted, "data")
PYUDF_FUNCTION(shop::root, "x")
PYUDF_FUNCTION(shop::or_zero, pyudf::arg("x") = std::nullopt)
PYUDF_FUNCTION(shop::checked, "x")
PYUDF_FUNCTION(shop::nothing, "x")
PYUDF_FUNCTION(shop::sum, "values")
PYUDF_FUNCTION(shop::negated, "flags")
PYUDF_FUNCTION(shop::split, "text")
PYUDF_FUNCTION(shop::n_missing, "parts")
PYUDF_FUNCTION(shop::doubled, "all")
PYUDF_FUNCTION(shop::flipped, "all")
PYUDF_FUNCTION(shop::shared, "left", "right")
PYUDF_FUNCTION(shop::turned, "pair")
PYUDF_FUNCTION(shop::moved, "point", "by")
PYUDF_FUNCTION(shop::span_of, "points")
PYUDF_FUNCTION(shop::next, "colour")
PYUDF_FUNCTION(shop::day_after, "day")
PYUDF_FUNCTION(shop::later, "time", "by")
PYUDF_FUNCTION(shop::greeting_length, "name", pyudf::arg("greeting") = "good day", pyudf::similarity(),
               pyudf::symmetric())
PYUDF_FUNCTION_AS(identity_bool, &shop::identity<bool>, "x")
PYUDF_FUNCTION_AS(identity_int8, &shop::identity<std::int8_t>, "x")
PYUDF_FUNCTION_AS(identity_int16, &shop::identity<std::int16_t>, "x")
PYUDF_FUNCTION_AS(identity_int32, &shop::identity<std::int32_t>, "x")
PYUDF_FUNCTION_AS(identity_int64, &shop::identity<std::int64_t>, "x")
PYUDF_FUNCTION_AS(identity_uint8, &shop::identity<std::uint8_t>, "x")
PYUDF_FUNCTION_AS(identity_uint16, &shop::identity<std::uint16_t>, "x")
PYUDF_FUNCTION_AS(identity_uint32, &shop::identity<std::uint32_t>, "x")
PYUDF_FUNCTION_AS(identity_uint64, &shop::identity<std::uint64_t>, "x")
PYUDF_FUNCTION_AS(identity_float32, &shop::identity<float>, "x")
PYUDF_FUNCTION_AS(identity_float64, &shop::identity<double>, "x")
PYUDF_FUNCTION_AS(
    larger,
    [](double x, double y) {
      const std::pair<double, double> both{x, y};
      return both.first > both.second ? x : y;
    },
    "x", "y")
PYUDF_FUNCTION_AS(size,
                  pyudf::overloads(static_cast<std::int64_t (*)(std::string_view)>(shop::size_of),
                                   static_cast<std::int64_t (*)(double)>(shop::size_of)),
                  "x")
PYUDF_CLASS(shop::Counter, pyudf::doc("Counts."), pyudf::init<>(), pyudf::init<std::int64_t>("start"),
            pyudf::method<&shop::Counter::add>("add", pyudf::arg("by") = 1),
            pyudf::method<&shop::Counter::peek>("peek", "ahead"), pyudf::property<&shop::Counter::at>("at"),
            pyudf::property<&shop::Counter::half, &shop::Counter::set_half>("half"),
            pyudf::property<&shop::Counter::at, &shop::Counter::at>("where"))
PYUDF_AGGREGATE(shop::Mean, "x", pyudf::arg("weight") = std::nullopt, pyudf::doc("The mean."))
PYUDF_AGGREGATE_AS(average, shop::Mean, "x", "weight")
PYUDF_MODULE(shop, "A shop.")

// What engines do with it.

namespace {

const pyudf_table& table() { return *pyudf_module_table(); }

const pyudf_function& function(const std::string& name, int overload = 0) {
  for (std::int64_t i = 0; i < table().n_functions; ++i)
    if (table().functions[i].name == name && overload-- == 0) return table().functions[i];
  throw std::logic_error("no function " + name);
}

const pyudf_class& counter() {
  EXPECT_EQ(table().n_classes, 1);
  return table().classes[0];
}

const pyudf_function& named(const pyudf_function* all, std::int32_t n, const std::string& name) {
  for (std::int32_t i = 0; i < n; ++i)
    if (all[i].name == name) return all[i];
  throw std::logic_error("no member " + name);
}

/// The value of a C++ type, its contents in an arena.
template <class T>
pyudf_value value(const T& from, pyudf::Arena& arena) {
  pyudf_value made{};
  pyudf::detail::to_value<T>(from, made, arena);
  return made;
}

/// The function called once with C++ values.
template <class R, class... A>
R call(const pyudf_function& f, const A&... args) {
  pyudf::Arena arena, results;
  pyudf_error error{};
  const pyudf_value values[] = {value<A>(args, arena)..., pyudf_value{}};
  pyudf_value result{};
  if (f.scalar(values, &result, &results, &error) != PYUDF_OK) throw std::runtime_error(error.message);
  return pyudf::detail::from_value<R>(result);
}

/// The status of a call once with C++ values, and what the error says.
template <class... A>
std::pair<pyudf_status, std::string> failure(const pyudf_function& f, const A&... args) {
  pyudf::Arena arena;
  pyudf_error error{};
  const pyudf_value values[] = {value<A>(args, arena)..., pyudf_value{}};
  pyudf_value result{};
  const pyudf_status status = f.scalar(values, &result, &arena, &error);
  return {status, error.message};
}

/// A column of C++ values as slots, with room between them where `gap` is not 0.
template <class T>
class Column {
 public:
  using V = typename pyudf::detail::Parameter<T>::Value;
  using Slot = typename pyudf::type<V>::Slot;

  explicit Column(const std::vector<T>& values, std::size_t gap = 0)
      : step_(1 + gap), slots_(new Slot[values.size() * step_]{}) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if constexpr (pyudf::detail::Parameter<T>::optional) {
        present_.push_back(values[i].has_value());
        if (values[i]) slots_[i * step_] = pyudf::type<V>::to(*values[i], arena_);
      } else {
        slots_[i * step_] = pyudf::type<V>::to(values[i], arena_);
      }
    }
  }
  pyudf_column view(bool constant = false) const {
    return {slots_.get(), constant ? 0 : static_cast<std::int64_t>(step_ * sizeof(Slot)),
            present_.empty() ? nullptr : present_.data()};
  }

 private:
  std::size_t step_;
  std::unique_ptr<Slot[]> slots_;  // not a vector, which packs bools
  std::vector<std::uint8_t> present_;
  pyudf::Arena arena_;
};

/// The function over columns of n rows; where there is no result: no value.
template <class R>
std::vector<std::optional<R>> over(const pyudf_function& f, std::vector<pyudf_column> columns, std::size_t n,
                                   std::vector<std::uint8_t> present = {}) {
  using Slot = typename pyudf::type<R>::Slot;
  pyudf::Arena arena;
  pyudf_error error{};
  const std::unique_ptr<Slot[]> slots(new Slot[n + 1]{});
  if (f.result->flags & PYUDF_OPTIONAL && present.empty()) present.assign(n, 1);
  const pyudf_status status = f.batch(columns.data(), static_cast<std::int64_t>(n), nullptr, slots.get(),
                                      present.empty() ? nullptr : present.data(), &arena, &error);
  if (status != PYUDF_OK) throw std::runtime_error(std::to_string(error.row) + ": " + error.message);
  std::vector<std::optional<R>> results;
  for (std::size_t i = 0; i < n; ++i) {
    results.emplace_back();
    if (present.empty() || present[i]) results.back() = pyudf::type<R>::from(slots[i]);
  }
  return results;
}

template <class R>
std::vector<std::optional<R>> all(std::initializer_list<std::optional<R>> values) {
  return values;
}

TEST(Table, SaysWhatTheMacrosWereTold) {
  EXPECT_STREQ(table().name, "shop");
  EXPECT_STREQ(table().doc, "A shop.");
  EXPECT_EQ(table().abi_major, PYUDF_ABI_MAJOR);
  EXPECT_EQ(table().function_bytes, static_cast<std::int64_t>(sizeof(pyudf_function)));
  const pyudf_function& scale = function("scale");
  EXPECT_STREQ(scale.doc, "x times factor.");
  EXPECT_STREQ(scale.example, ">>> scale(1.0)\n2.0");
  EXPECT_EQ(scale.n_parameters, 2);
  EXPECT_EQ(scale.n_options, 0);
  EXPECT_STREQ(scale.parameters[0].name, "x");
  EXPECT_EQ(scale.parameters[0].fallback, nullptr);
  EXPECT_STREQ(scale.parameters[1].doc, "What to multiply by.");
  EXPECT_EQ(scale.parameters[1].fallback->real, 2.0);
  EXPECT_EQ(scale.flags, static_cast<std::uint32_t>(PYUDF_DETERMINISTIC));
  EXPECT_EQ(function("greet").flags, static_cast<std::uint32_t>(PYUDF_RELEASES_GIL));
  EXPECT_EQ(function("greeting_length").flags,
            static_cast<std::uint32_t>(PYUDF_DETERMINISTIC | PYUDF_SIMILARITY | PYUDF_SYMMETRIC));
}

TEST(Table, DefaultsAreValuesOfTheParameter) {
  const pyudf_value& text = *function("greeting_length").parameters[1].fallback;
  EXPECT_EQ(std::string_view(static_cast<const char*>(text.text.data), static_cast<std::size_t>(text.text.size)),
            "good day");
  EXPECT_EQ(function("or_zero").parameters[0].fallback->missing, 1);
}

TEST(Table, RegistersWhatStandsInOtherFilesOfTheLibrary) { EXPECT_EQ(call<double>(function("elsewhere"), 1.0), 42.0); }

TEST(Table, KnowsRecordsAndEnumerations) {
  ASSERT_EQ(table().n_types, 2);
  const pyudf_type& point = *table().types[0];
  EXPECT_STREQ(point.name, "Point");
  EXPECT_EQ(point.size, 2);
  EXPECT_STREQ(point.names[1], "label");
  EXPECT_EQ(point.fields[0]->id, PYUDF_FLOAT64);
  EXPECT_EQ(point.fields[1]->id, PYUDF_INT32);
  EXPECT_TRUE(point.fields[1]->flags & PYUDF_OPTIONAL);
  EXPECT_EQ(point.offsets[1], 8);
  EXPECT_EQ(point.slot, 24);
  const pyudf_type& colour = *table().types[1];
  EXPECT_STREQ(colour.name, "Colour");
  EXPECT_EQ(colour.size, 3);
  EXPECT_STREQ(colour.names[2], "blue");
  EXPECT_EQ(colour.values[2], 30);
}

template <class T>
class Numbers : public testing::Test {};
template <class T>
struct Numbered {
  static constexpr const char* name = std::is_same_v<T, bool>            ? "identity_bool"
                                      : std::is_same_v<T, std::int8_t>   ? "identity_int8"
                                      : std::is_same_v<T, std::int16_t>  ? "identity_int16"
                                      : std::is_same_v<T, std::int32_t>  ? "identity_int32"
                                      : std::is_same_v<T, std::int64_t>  ? "identity_int64"
                                      : std::is_same_v<T, std::uint8_t>  ? "identity_uint8"
                                      : std::is_same_v<T, std::uint16_t> ? "identity_uint16"
                                      : std::is_same_v<T, std::uint32_t> ? "identity_uint32"
                                      : std::is_same_v<T, std::uint64_t> ? "identity_uint64"
                                      : std::is_same_v<T, float>         ? "identity_float32"
                                                                         : "identity_float64";
};
using EveryNumber = testing::Types<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                                   std::uint16_t, std::uint32_t, std::uint64_t, float, double>;
TYPED_TEST_SUITE(Numbers, EveryNumber);

TYPED_TEST(Numbers, ComeBackAsTheyWere) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const pyudf_function& f = function(Numbered<T>::name);
  const std::vector<T> values = {T(0), T(1), Limits::lowest(), Limits::max()};
  EXPECT_EQ(f.result->slot, static_cast<std::int32_t>(sizeof(T)));
  for (const T x : values) EXPECT_EQ(call<T>(f, x), x);
  for (const std::size_t gap : {0u, 2u}) {
    const Column<T> column(values, gap);
    const auto results = over<T>(f, {column.view()}, values.size());
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(results[i], values[i]);
  }
}

TEST(Batch, ColumnsAndConstants) {
  const Column<double> x({1, 2, 3}), factor({10, 20, 30}, 1);
  EXPECT_EQ(over<double>(function("scale"), {x.view(), factor.view()}, 3), all<double>({10.0, 40.0, 90.0}));
  EXPECT_EQ(over<double>(function("scale"), {x.view(), factor.view(true)}, 3), all<double>({10.0, 20.0, 30.0}));
  EXPECT_EQ(over<double>(function("scale"), {x.view(true), factor.view(true)}, 2), all<double>({10.0, 10.0}));
  EXPECT_EQ(over<double>(function("scale"), {x.view(), factor.view()}, 0), all<double>({}));
}

TEST(Batch, IsNotCalledForRowsThatAreMissing) {
  const Column<std::int64_t> x({1, 13, 3});
  EXPECT_EQ(over<std::int64_t>(function("checked"), {x.view()}, 3, {1, 0, 1}), all<std::int64_t>({1, std::nullopt, 3}));
}

TEST(Batch, AnErrorNamesItsRow) {
  std::vector<std::int64_t> rows(100, 1);
  rows[41] = 13;
  for (const std::size_t gap : {0u, 1u}) {
    const Column<std::int64_t> x(rows, gap);
    pyudf_error error{};
    std::vector<std::int64_t> out(100);
    const pyudf_column column = x.view();
    pyudf::Arena arena;
    EXPECT_EQ(function("checked").batch(&column, 100, nullptr, out.data(), nullptr, &arena, &error), PYUDF_VALUE_ERROR);
    EXPECT_EQ(error.row, 41);
    EXPECT_EQ(error.column, -1);
    EXPECT_STREQ(error.message, "thirteen");
  }
}

TEST(Scalar, AnErrorHasNoRow) {
  EXPECT_EQ(failure(function("checked"), std::int64_t{13}), std::pair(PYUDF_VALUE_ERROR, std::string("thirteen")));
  EXPECT_EQ(failure(function("checked"), std::int64_t{14}), std::pair(PYUDF_INDEX_ERROR, std::string("fourteen")));
}

TEST(Void, HasNoResult) {
  EXPECT_EQ(function("nothing").result->id, PYUDF_NONE);
  const Column<double> x({1, 2});
  const pyudf_column column = x.view();
  pyudf::Arena arena;
  pyudf_error error{};
  EXPECT_EQ(function("nothing").batch(&column, 2, nullptr, nullptr, nullptr, &arena, &error), PYUDF_OK);
  EXPECT_EQ(failure(function("nothing"), 1.0).first, PYUDF_OK);
}

TEST(Optional, Results) {
  EXPECT_EQ(call<std::optional<double>>(function("root"), 4.0), 2.0);
  EXPECT_EQ(call<std::optional<double>>(function("root"), -4.0), std::nullopt);
  for (const std::size_t gap : {0u, 1u}) {
    const Column<double> x({4, -4, 9, -9}, gap);
    EXPECT_EQ(over<double>(function("root"), {x.view()}, 4), all<double>({2.0, std::nullopt, 3.0, std::nullopt}));
    EXPECT_EQ(over<double>(function("root"), {x.view()}, 4, {1, 1, 0, 1}),
              all<double>({2.0, std::nullopt, std::nullopt, std::nullopt}));
  }
}

TEST(Optional, ParametersSeeWhatIsMissing) {
  EXPECT_EQ(call<double>(function("or_zero"), std::optional<double>()), 0.0);
  EXPECT_EQ(call<double>(function("or_zero"), std::optional(3.0)), 3.0);
  const Column<std::optional<double>> x({5.0, std::nullopt, 7.0});
  EXPECT_EQ(over<double>(function("or_zero"), {x.view()}, 3), all<double>({5.0, 0.0, 7.0}));
  const Column<double> whole({5, 6});
  EXPECT_EQ(over<double>(function("or_zero"), {whole.view()}, 2), all<double>({5.0, 6.0}));
  const Column<std::optional<double>> none({std::nullopt});
  EXPECT_EQ(over<double>(function("or_zero"), {none.view(true)}, 3), all<double>({0.0, 0.0, 0.0}));
}

TEST(Texts, Utf8CodePointsBytes) {
  EXPECT_EQ(call<std::string>(function("greet"), std::string_view("Jürgen")), "hello Jürgen");
  EXPECT_EQ(call<std::string>(function("greet"), std::string_view()), "hello ");
  EXPECT_EQ(call<std::u32string>(function("backwards"), std::u32string_view(U"añ🦆")), U"🦆ña");
  EXPECT_EQ(call<std::vector<std::byte>>(function("inverted"), std::vector{std::byte{0}, std::byte{0xF0}}),
            (std::vector{std::byte{0xFF}, std::byte{0x0F}}));
  const Column<std::string_view> names({"a", "", "ccc"}, 1);
  EXPECT_EQ(over<std::string>(function("greet"), {names.view()}, 3),
            all<std::string>({"hello a", "hello ", "hello ccc"}));
}

TEST(Texts, AnEmptyResultIsNotAMissingOne) {
  pyudf::Arena arena;
  pyudf_error error{};
  const pyudf_value empty = value(std::u32string_view(), arena);
  pyudf_value result{};
  ASSERT_EQ(function("backwards").scalar(&empty, &result, &arena, &error), PYUDF_OK);
  EXPECT_NE(result.text.data, nullptr);
  EXPECT_EQ(result.text.size, 0);
}

TEST(Lists, ViewsAndNested) {
  EXPECT_EQ(call<double>(function("sum"), std::vector<double>{1, 2, 3.5}), 6.5);
  EXPECT_EQ(call<double>(function("sum"), std::vector<double>{}), 0.0);
  EXPECT_EQ(call<std::vector<bool>>(function("negated"), std::vector<bool>{true, false}),
            (std::vector<bool>{false, true}));
  using Parts = std::vector<std::optional<std::string>>;
  EXPECT_EQ(call<Parts>(function("split"), std::string("a,,bc")), (Parts{"a", std::nullopt, "bc"}));
  EXPECT_EQ(call<std::int64_t>(function("n_missing"), Parts{std::nullopt, "", std::nullopt}), 2);
  const Column<std::vector<double>> lists({{1, 2}, {}, {3}});
  EXPECT_EQ(over<double>(function("sum"), {lists.view()}, 3), all<double>({3.0, 0.0, 3.0}));
  const Column<std::string> texts({"x", "y,"});
  EXPECT_EQ(over<Parts>(function("split"), {texts.view()}, 2), all<Parts>({Parts{"x"}, Parts{"y", std::nullopt}}));
}

TEST(Maps, OrderedAndNot) {
  using Lists = std::map<std::string, std::vector<double>>;
  EXPECT_EQ(call<Lists>(function("doubled"), Lists{{"a", {1, 2}}, {"b", {}}}), (Lists{{"a", {2, 4}}, {"b", {}}}));
  using Flags = std::unordered_map<std::int32_t, bool>;
  EXPECT_EQ(call<Flags>(function("flipped"), Flags{{-1, true}, {7, false}}), (Flags{{-1, false}, {7, true}}));
}

TEST(Sets, OrderedAndNot) {
  EXPECT_EQ(call<std::set<std::int16_t>>(function("shared"), std::set<std::int16_t>{1, 2, 3},
                                         std::unordered_set<std::int16_t>{3, 1, 9}),
            (std::set<std::int16_t>{1, 3}));
}

TEST(Tuples, AndPairs) {
  using Triple = std::tuple<bool, std::optional<float>, std::string>;
  EXPECT_EQ(call<Triple>(function("turned"), std::pair<std::string, bool>("a", true)), Triple(true, 1.5f, "a"));
  const Column<std::pair<std::string, bool>> pairs({{"x", false}, {"yy", true}}, 1);
  EXPECT_EQ(over<Triple>(function("turned"), {pairs.view()}, 2),
            all<Triple>({Triple(false, std::nullopt, "x"), Triple(true, 1.5f, "yy")}));
}

TEST(Records, AloneAndWithinLists) {
  const auto moved = call<shop::Point>(function("moved"), shop::Point{1, 7}, 0.5);
  EXPECT_EQ(moved.x, 1.5);
  EXPECT_EQ(moved.label, 7);
  EXPECT_EQ(call<shop::Point>(function("moved"), shop::Point{}, 0.5).label, std::nullopt);
  EXPECT_EQ(call<double>(function("span_of"), std::vector<shop::Point>{{1, 2}, {4, std::nullopt}}), 3.0);
}

TEST(Enumerations, ArePlacesInTheList) {
  EXPECT_EQ(call<shop::Colour>(function("next"), shop::Colour::red), shop::Colour::green);
  pyudf::Arena arena;
  EXPECT_EQ(value(shop::Colour::blue, arena).integer, 2);
  const auto [status, message] = failure(function("next"), shop::Colour::blue);
  EXPECT_EQ(status, PYUDF_VALUE_ERROR);
  EXPECT_NE(message.find("the value 99 of Colour"), std::string::npos) << message;
  pyudf_error error{};
  pyudf_value wild{}, result{};
  wild.integer = 3;
  EXPECT_EQ(function("next").scalar(&wild, &result, &arena, &error), PYUDF_INDEX_ERROR);
}

TEST(Times, DaysPointsAndDurations) {
  using namespace std::chrono;
  const sys_days day = 2024y / February / 28;
  EXPECT_EQ(call<sys_days>(function("day_after"), day), sys_days(2024y / February / 29));
  EXPECT_EQ(call<shop::Micros>(function("later"), shop::Micros(microseconds(-5)), milliseconds(1)),
            shop::Micros(microseconds(995)));
  EXPECT_EQ(function("later").result->size, 6);
  EXPECT_EQ(function("later").parameters[1].type->size, 3);
}

TEST(Callables, LambdasTemplatesOverloads) {
  EXPECT_EQ(call<double>(function("larger"), 1.0, 2.0), 2.0);
  EXPECT_EQ(call<std::int64_t>(function("size", 0), std::string_view("abc")), 3);
  EXPECT_EQ(call<std::int64_t>(function("size", 1), 1.0), 8);
}

TEST(Classes, ConstructorsMethodsProperties) {
  const pyudf_class& c = counter();
  EXPECT_STREQ(c.name, "Counter");
  EXPECT_STREQ(c.doc, "Counts.");
  ASSERT_EQ(c.n_constructors, 2);
  pyudf::Arena arena;
  pyudf_error error{};
  pyudf_value start{}, made{}, result{};
  start.integer = -1;
  EXPECT_EQ(c.constructors[1].scalar(&start, &made, &arena, &error), PYUDF_VALUE_ERROR);
  start.integer = 40;
  ASSERT_EQ(c.constructors[1].scalar(&start, &made, &arena, &error), PYUDF_OK);
  EXPECT_EQ(shop::Counter::alive, 1);

  const pyudf_function& add = named(c.methods, c.n_methods, "add");
  EXPECT_TRUE(add.flags & PYUDF_MUTATES);
  EXPECT_EQ(add.n_parameters, 2);
  EXPECT_EQ(add.parameters[0].type->id, PYUDF_OBJECT);
  EXPECT_EQ(add.parameters[1].fallback->integer, 1);
  pyudf_value args[2] = {made, {}};
  args[1].integer = 2;
  ASSERT_EQ(add.scalar(args, &result, &arena, &error), PYUDF_OK);
  EXPECT_EQ(result.integer, 42);

  const pyudf_function& peek = named(c.methods, c.n_methods, "peek");
  EXPECT_FALSE(peek.flags & PYUDF_MUTATES);
  const Column<std::int64_t> ahead({1, 2, 3});
  EXPECT_EQ(over<std::int64_t>(peek, {{&made.object, 0, nullptr}, ahead.view()}, 3), all<std::int64_t>({43, 44, 45}));

  ASSERT_EQ(named(c.getters, c.n_getters, "at").scalar(&made, &result, &arena, &error), PYUDF_OK);
  EXPECT_EQ(result.integer, 42);
  EXPECT_EQ(c.n_setters, 2);
  args[1].integer = 50;
  ASSERT_EQ(named(c.setters, c.n_setters, "half").scalar(args, &result, &arena, &error), PYUDF_OK);
  ASSERT_EQ(named(c.getters, c.n_getters, "half").scalar(&made, &result, &arena, &error), PYUDF_OK);
  EXPECT_EQ(result.integer, 50);
  args[1].integer = 6;
  ASSERT_EQ(named(c.setters, c.n_setters, "where").scalar(args, &result, &arena, &error), PYUDF_OK);
  ASSERT_EQ(named(c.getters, c.n_getters, "where").scalar(&made, &result, &arena, &error), PYUDF_OK);
  EXPECT_EQ(result.integer, 6);
  c.destroy(made.object);
  EXPECT_EQ(shop::Counter::alive, 0);
}

TEST(Aggregates, GroupsMergeFinish) {
  ASSERT_EQ(table().n_aggregates, 2);
  EXPECT_STREQ(table().aggregates[1].name, "average");
  const pyudf_aggregate& mean = table().aggregates[0];
  EXPECT_STREQ(mean.name, "Mean");
  EXPECT_STREQ(mean.doc, "The mean.");
  EXPECT_EQ(mean.n_parameters, 2);
  EXPECT_TRUE(mean.result->flags & PYUDF_OPTIONAL);
  EXPECT_EQ(mean.state_bytes, static_cast<std::int64_t>(sizeof(shop::Mean)));

  pyudf::Arena arena;
  pyudf_error error{};
  char* states = static_cast<char*>(arena.allocate(4 * mean.state_bytes));
  for (int i = 0; i < 4; ++i) ASSERT_EQ(mean.create(states + i * mean.state_bytes, &error), PYUDF_OK);
  const Column<double> x({1, 2, 3, 4, 100});
  const Column<std::optional<double>> weight({1.0, std::nullopt, 3.0, 1.0, 1.0});
  const pyudf_column columns[] = {x.view(), weight.view()};
  const std::int64_t groups[] = {0, 0, 0, 1, 1};
  const std::uint8_t present[] = {1, 1, 1, 1, 0};
  ASSERT_EQ(mean.update(states, groups, columns, 5, present, &error), PYUDF_OK);
  ASSERT_EQ(mean.update(states + 3 * mean.state_bytes, nullptr, columns, 2, nullptr, &error), PYUDF_OK);
  ASSERT_EQ(mean.merge(states + mean.state_bytes, states + 3 * mean.state_bytes, &error), PYUDF_OK);

  double out[3] = {};
  std::uint8_t found[3] = {1, 1, 1};
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(mean.finish(states + i * mean.state_bytes, out + i, found + i, &arena, &error), PYUDF_OK);
  EXPECT_EQ(out[0], (1 + 2 + 9) / 5.0);
  EXPECT_EQ(out[1], (4 + 1 + 2) / 3.0);
  EXPECT_EQ(found[1], 1);
  EXPECT_EQ(found[2], 0);

  const Column<double> infinite({1, INFINITY});
  const pyudf_column wrong[] = {infinite.view(), weight.view()};
  EXPECT_EQ(mean.update(states, nullptr, wrong, 2, nullptr, &error), PYUDF_OVERFLOW_ERROR);
  EXPECT_EQ(error.row, 1);
  for (int i = 0; i < 4; ++i) mean.destroy(states + i * mean.state_bytes);
}

TEST(Memory, WhatCannotBeHadIsAnError) {
  pyudf_memory none{[](pyudf_memory*, std::int64_t) -> void* { return nullptr; }};
  pyudf::Arena arena;
  pyudf_error error{};
  const pyudf_value name = value(std::string_view("x"), arena);
  pyudf_value result{};
  EXPECT_EQ(function("greet").scalar(&name, &result, &none, &error), PYUDF_MEMORY_ERROR);
}

}  // namespace
