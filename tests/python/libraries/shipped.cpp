// shipped.cpp: what engines send to their workers: functions of texts, numbers, times and records, and aggregates.
#include <pyudf/udf.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

enum class Size { small = 3, large };
PYUDF_ENUM(Size, small, large)

struct Place {
  double x = 0;
  std::string name;
};
PYUDF_RECORD(Place, x, name)

using Micros = std::chrono::microseconds;
using Time = std::chrono::sys_time<Micros>;
using Lengths = std::map<std::string, std::int64_t>;

double share(std::string_view text, double of) { return static_cast<double>(text.size()) / of; }
PYUDF_FUNCTION(share, "text", pyudf::arg("of") = 2.0)

double bytes_apart(std::string_view a, std::string_view b) {
  return a.size() > b.size() ? static_cast<double>(a.size() - b.size()) : static_cast<double>(b.size() - a.size());
}
PYUDF_FUNCTION(bytes_apart, "a", "b", pyudf::symmetric())

std::uint64_t from_above(double x) { return ~std::uint64_t{0} - static_cast<std::uint64_t>(x); }
PYUDF_FUNCTION(from_above, "x")

Size size_of(double x) { return x < 2 ? Size::small : Size::large; }
PYUDF_FUNCTION(size_of, "x")

Place place(double x, std::string_view name) { return {x, std::string(name)}; }
PYUDF_FUNCTION(place, "x", "name")
std::string name_of(const Place& place) { return place.name; }
PYUDF_FUNCTION(name_of, "place")

std::vector<std::string> repeated(std::string_view text, double n) {
  return std::vector<std::string>(static_cast<std::size_t>(n), std::string(text));
}
PYUDF_FUNCTION(repeated, "text", "n")
Lengths lengths(std::string_view text) { return {{std::string(text), static_cast<std::int64_t>(text.size())}}; }
PYUDF_FUNCTION(lengths, "text")

Time an_hour_later(Time time) { return time + std::chrono::hours(1); }
PYUDF_FUNCTION(an_hour_later, "time")
Micros since_1970(Time time) { return time.time_since_epoch(); }
PYUDF_FUNCTION(since_1970, "time")
std::chrono::sys_days next_day(std::chrono::sys_days day) { return day + std::chrono::days(1); }
PYUDF_FUNCTION(next_day, "day")

void nothing(double) {}
PYUDF_FUNCTION(nothing, "x")

double below(double x, double limit) {
  if (x > limit) throw std::out_of_range("too large");
  return x;
}
PYUDF_FUNCTION(below, "x", "limit")

std::int64_t twice_number(double x) { return static_cast<std::int64_t>(2 * x); }
std::string twice_text(std::string_view text) { return std::string(text) + std::string(text); }
PYUDF_FUNCTION_AS(twice, pyudf::overloads(&twice_number, &twice_text), "x")

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
PYUDF_AGGREGATE_AS(mean_of, Mean, "x")

struct MostBytes {
  std::string text;
  void update(std::string_view other) {
    if (other.size() > text.size()) text = other;
  }
  void merge(const MostBytes& other) { update(other.text); }
  std::string finish() const { return text; }
};
PYUDF_AGGREGATE_AS(most_bytes, MostBytes, "text")

PYUDF_MODULE(shipped, "What engines send to their workers.")
