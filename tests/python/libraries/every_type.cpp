// every_type.cpp: a library with every type of the table, every kind of entry, and functions that fail.
#include <pyudf/udf.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

// --- one function a type, which gives back what it gets
// ---------------------------------------------------------------

template <class T>
T same(const T& value) {
  return value;
}

enum class Colour { red = 3, green, blue };
PYUDF_ENUM(Colour, red, green, blue)

namespace shop {
struct Point {
  double x = 0;
  std::int32_t y = 0;
};
struct Customer {
  std::string name;
  std::optional<std::int64_t> age;
  Point home;
  std::vector<Point> visits;
};
}  // namespace shop
PYUDF_RECORD(shop::Point, x, y)
PYUDF_RECORD(shop::Customer, name, age, home, visits)

using Micros = std::chrono::microseconds;
using Time = std::chrono::sys_time<Micros>;
using NestedMap = std::map<std::string, std::vector<double>>;
using OptionalTexts = std::vector<std::optional<std::string>>;

PYUDF_FUNCTION_AS(same_bool, &same<bool>, "x")
PYUDF_FUNCTION_AS(same_int8, &same<std::int8_t>, "x")
PYUDF_FUNCTION_AS(same_int16, &same<std::int16_t>, "x")
PYUDF_FUNCTION_AS(same_int32, &same<std::int32_t>, "x")
PYUDF_FUNCTION_AS(same_int64, &same<std::int64_t>, "x")
PYUDF_FUNCTION_AS(same_uint8, &same<std::uint8_t>, "x")
PYUDF_FUNCTION_AS(same_uint16, &same<std::uint16_t>, "x")
PYUDF_FUNCTION_AS(same_uint32, &same<std::uint32_t>, "x")
PYUDF_FUNCTION_AS(same_uint64, &same<std::uint64_t>, "x")
PYUDF_FUNCTION_AS(same_float32, &same<float>, "x")
PYUDF_FUNCTION_AS(same_float64, &same<double>, "x")
PYUDF_FUNCTION_AS(same_string, &same<std::string>, "x")
PYUDF_FUNCTION_AS(same_string_view, &same<std::string_view>, "x")
PYUDF_FUNCTION_AS(same_u32string, &same<std::u32string>, "x")
PYUDF_FUNCTION_AS(same_bytes, &same<std::vector<std::byte>>, "x")
PYUDF_FUNCTION_AS(same_bytes_view, &same<std::span<const std::byte>>, "x")
PYUDF_FUNCTION_AS(same_optional_float64, &same<std::optional<double>>, "x")
PYUDF_FUNCTION_AS(same_optional_string, &same<std::optional<std::string>>, "x")
PYUDF_FUNCTION_AS(same_list, &same<std::vector<double>>, "x")
PYUDF_FUNCTION_AS(same_span, &same<std::span<const double>>, "x")
PYUDF_FUNCTION_AS(same_bools, &same<std::vector<bool>>, "x")
PYUDF_FUNCTION_AS(same_texts, &same<OptionalTexts>, "x")
PYUDF_FUNCTION_AS(same_lists, &same<std::vector<std::vector<std::int32_t>>>, "x")
PYUDF_FUNCTION_AS(same_map, &same<NestedMap>, "x")
PYUDF_FUNCTION_AS(same_hash_map, (&same<std::unordered_map<std::int64_t, std::string>>), "x")
PYUDF_FUNCTION_AS(same_set, &same<std::set<std::string>>, "x")
PYUDF_FUNCTION_AS(same_hash_set, &same<std::unordered_set<std::int64_t>>, "x")
PYUDF_FUNCTION_AS(same_pair, (&same<std::pair<std::string, double>>), "x")
PYUDF_FUNCTION_AS(same_tuple, (&same<std::tuple<std::int8_t, std::optional<std::string>, std::vector<double>>>), "x")
PYUDF_FUNCTION_AS(same_point, &same<shop::Point>, "x")
PYUDF_FUNCTION_AS(same_customer, &same<shop::Customer>, "x")
PYUDF_FUNCTION_AS(same_date, &same<std::chrono::sys_days>, "x")
PYUDF_FUNCTION_AS(same_time, &same<Time>, "x")
PYUDF_FUNCTION_AS(same_time_ns, &same<std::chrono::sys_time<std::chrono::nanoseconds>>, "x")
PYUDF_FUNCTION_AS(same_duration, &same<Micros>, "x")
PYUDF_FUNCTION_AS(same_colour, &same<Colour>, "x")

// --- kinds of functions
// -----------------------------------------------------------------------------------------------

double scale(double x, double factor, std::string_view unit) {
  return unit == "milli" ? x * factor / 1000 : x * factor;
}
PYUDF_FUNCTION(scale, "x", pyudf::arg("factor", "What to multiply by.") = 2.0, pyudf::arg("unit") = "one",
               pyudf::doc("x times factor.\n\nMore about it."), pyudf::example(">>> every_type.scale(2.0)\n4.0"))

std::int64_t total(const std::vector<std::int64_t>& items, std::optional<std::int64_t> more) {
  std::int64_t sum = more.value_or(0);
  for (const std::int64_t item : items) sum += item;
  return sum;
}
PYUDF_FUNCTION(total, pyudf::arg("items") = std::vector<std::int64_t>{1, 2, 3}, pyudf::arg("more") = std::nullopt)

PYUDF_FUNCTION_AS(
    add,
    [](double x, double y) {
      double sum = x, other = y;
      return sum + other;
    },
    "x", "y")
PYUDF_FUNCTION_AS(seven, [] { return 7; })

std::optional<double> inverse(double x) { return x == 0 ? std::nullopt : std::optional(1 / x); }
PYUDF_FUNCTION(inverse, "x")

double or_zero(std::optional<double> x) { return x.value_or(0); }
PYUDF_FUNCTION(or_zero, "x")

std::int64_t length_gap(std::string_view a, std::string_view b) {
  return std::abs(static_cast<std::int64_t>(a.size()) - static_cast<std::int64_t>(b.size()));
}
PYUDF_FUNCTION(length_gap, "a", "b", pyudf::symmetric())

double shared_letters(std::u32string_view a, std::u32string_view b) {
  return static_cast<double>(std::count_if(a.begin(), a.end(), [&](char32_t c) { return b.find(c) != b.npos; }));
}
PYUDF_FUNCTION(shared_letters, "a", "b", pyudf::similarity())

// A metric with a parameter more, and overloads of which one is a metric.
double weighted_gap(std::string_view a, std::string_view b, double weight, std::optional<std::int64_t> least) {
  return weight * static_cast<double>(std::max(length_gap(a, b), least.value_or(0)));
}
PYUDF_FUNCTION(weighted_gap, "a", "b", pyudf::arg("weight") = 2.0, pyudf::arg("least") = std::nullopt)
PYUDF_FUNCTION_AS(gap, pyudf::overloads([](double x, double y) { return x - y; }, &length_gap), "a", "b")

std::int64_t size_of_text(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
double size_of_number(double number) { return -number; }
std::int64_t size_of_list(const std::vector<double>& list) { return 100 + static_cast<std::int64_t>(list.size()); }
std::int64_t size_of_integer(std::int64_t number) { return 1000 + number; }
PYUDF_FUNCTION_AS(size, pyudf::overloads(&size_of_text, &size_of_number, &size_of_list, &size_of_integer), "x")

double fails_above(double x, double limit) {
  if (x > limit) throw std::out_of_range("too large");
  return x;
}
PYUDF_FUNCTION(fails_above, "x", "limit")

double fails_as(std::string_view how) {
  if (how == "invalid_argument") throw std::invalid_argument("how");
  if (how == "domain_error") throw std::domain_error("how");
  if (how == "length_error") throw std::length_error("how");
  if (how == "range_error") throw std::range_error("how");
  if (how == "out_of_range") throw std::out_of_range("how");
  if (how == "bad_alloc") throw std::bad_alloc();
  if (how == "overflow_error") throw std::overflow_error("how");
  if (how == "runtime_error") throw std::runtime_error("how");
  if (how == "int") throw 5;
  return 1;
}
PYUDF_FUNCTION(fails_as, "how")

void nothing(double) {}
PYUDF_FUNCTION(nothing, "x")

double slowly(double x) {
  double sum = 0;
  for (int i = 0; i < 300; ++i) sum += std::sin(x + i);
  return sum;
}
PYUDF_FUNCTION(slowly, "x", pyudf::release_gil())

// --- a class
// ----------------------------------------------------------------------------------------------------------

class Matcher {
 public:
  explicit Matcher(std::string pattern, std::int32_t limit) : pattern_(std::move(pattern)), limit_(limit) {
    if (pattern_.empty()) throw std::invalid_argument("an empty pattern");
  }
  bool match(std::string_view text) const { return text.find(pattern_) != text.npos; }
  std::string cut(std::string_view text, std::int32_t at) const {
    return std::string(text.substr(0, static_cast<std::size_t>(at))) + pattern_;
  }
  std::int64_t gap(std::string_view a, std::string_view b) const {
    if (a == pattern_ && b == pattern_) throw std::invalid_argument("the pattern twice");
    return limit_ + length_gap(a, b);
  }
  std::int64_t count_pairs(std::string_view, std::string_view) { return ++seen; }
  const std::string& pattern() const { return pattern_; }
  std::int32_t limit() const { return limit_; }
  void set_limit(std::int32_t limit) {
    if (limit < 0) throw std::domain_error("a negative limit");
    limit_ = limit;
  }
  std::int64_t count(double) { return ++seen; }
  std::tuple<std::string, std::int32_t> arguments() const { return {pattern_, limit_}; }
  std::int64_t size() const { return static_cast<std::int64_t>(pattern_.size()); }
  std::int64_t seen = 0;

 private:
  std::string pattern_;
  std::int32_t limit_;
};
PYUDF_CLASS(Matcher, pyudf::doc("Looks for a pattern."),
            pyudf::init<std::string, std::int32_t>("pattern", pyudf::arg("limit") = 5),
            pyudf::method<&Matcher::match>("match", "text", pyudf::doc("Whether the text holds the pattern.")),
            pyudf::method<&Matcher::cut>("cut", "text", pyudf::arg("at") = 1),
            pyudf::method<&Matcher::count>("count", "x"), pyudf::method<&Matcher::size>("__len__"),
            pyudf::method<&Matcher::gap>("gap", "a", "b"),
            pyudf::method<&Matcher::count_pairs>("count_pairs", "a", "b"),
            pyudf::method<&Matcher::arguments>("__getnewargs__"),
            pyudf::property<&Matcher::pattern>("pattern", pyudf::doc("What is looked for.")),
            pyudf::property<&Matcher::limit, &Matcher::set_limit>("limit"),
            pyudf::property<&Matcher::seen, &Matcher::seen>("seen"))

struct Bare {
  std::int64_t value = 1;
};
PYUDF_CLASS(Bare, pyudf::init<>(), pyudf::property<&Bare::value>("value"))

// --- aggregates
// -------------------------------------------------------------------------------------------------------

struct Mean {
  double sum = 0;
  std::int64_t n = 0;
  void update(double x) {
    sum += x;
    ++n;
  }
  void merge(const Mean& other) {
    sum += other.sum;
    n += other.n;
  }
  std::optional<double> finish() const { return n == 0 ? std::nullopt : std::optional(sum / static_cast<double>(n)); }
};
PYUDF_AGGREGATE(Mean, "x", pyudf::doc("The mean."))

struct Longest {
  std::string text;
  void update(std::string_view other, std::int64_t least) {
    if (other == "fail") throw std::invalid_argument("told to fail");
    if (static_cast<std::int64_t>(other.size()) >= least && other.size() > text.size()) text = other;
  }
  void merge(const Longest& other) { update(other.text, 0); }
  std::string finish() const { return text; }
};
PYUDF_AGGREGATE_AS(longest, Longest, "text", pyudf::arg("least") = 0)

struct Range {
  std::optional<shop::Point> low;
  void update(double x) {
    if (!low || x < low->x) low = shop::Point{x, 1};
  }
  void merge(const Range& other) {
    if (other.low) update(other.low->x);
  }
  std::optional<shop::Point> finish() const { return low; }
};
PYUDF_AGGREGATE(Range, "x")

PYUDF_MODULE(every_type, "Every type of the table.")
