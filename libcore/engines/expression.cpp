// expression.cpp: names and types to functions, plain values to options.
#include "engines/expression.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <stdexcept>

#include "core/arrow_formats.hpp"
#include "core/arrow_reader.hpp"

namespace pyudf {
namespace {

std::string quoted(const std::string& name) { return "'" + name + "'"; }

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw std::invalid_argument(name + ": " + what);
}

/// What functions and aggregates have in common here.
struct Candidate {
  const pyudf_function* function;
  const pyudf_aggregate* aggregate;

  std::string name() const { return function ? function->name : aggregate->name; }
  const pyudf_parameter* parameters() const { return function ? function->parameters : aggregate->parameters; }
  std::int32_t n_columns() const {
    return function ? function->n_parameters - function->n_options : aggregate->n_parameters;
  }
};

std::vector<Candidate> named(const pyudf_table& table, const std::string& symbol) {
  std::vector<Candidate> found;
  const auto same = [&](const char* other) { return other && symbol == other; };
  for (std::int64_t i = 0; i < table.n_functions; ++i)
    if (same(table.functions[i].symbol)) found.push_back({&table.functions[i], nullptr});
  for (std::int64_t i = 0; i < table.n_aggregates; ++i)
    if (same(table.aggregates[i].symbol)) found.push_back({nullptr, &table.aggregates[i]});
  if (found.empty()) refuse(symbol, "there is no such function in the library");
  return found;
}

std::string names_of(const Candidate& candidate) {
  std::string names;
  for (std::int32_t i = 0; i < candidate.n_columns(); ++i)
    names += (i ? ", " : "") + std::string(candidate.parameters()[i].name);
  return names;
}

std::int32_t place_of(const Candidate& candidate, const std::string& name) {
  for (std::int32_t i = 0; i < candidate.n_columns(); ++i)
    if (name == candidate.parameters()[i].name) return i;
  refuse(candidate.name(), "there is no parameter " + quoted(name) + "; it takes " + names_of(candidate));
}

/// Which column each parameter gets, by position or by the names that `columns` holds.
std::vector<std::int32_t> spread(const Candidate& candidate, std::size_t n, const PlainDict& given) {
  std::vector<std::int32_t> columns(static_cast<std::size_t>(candidate.n_columns()), -1);
  const auto told = given.find("columns");
  const bool by_name = told != given.end() && told->second.kind == Plain::list;
  const std::vector<Plain>* names = by_name ? &told->second.items : nullptr;
  if (names ? names->size() != n : n > columns.size())
    refuse(candidate.name(), "it takes " + std::to_string(columns.size()) + " columns (" + names_of(candidate) +
                                 "), got " + std::to_string(n));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t at = names ? static_cast<std::size_t>(place_of(candidate, (*names)[i].letters)) : i;
    columns[at] = static_cast<std::int32_t>(i);
  }
  for (std::size_t p = 0; p < columns.size(); ++p)
    if (columns[p] < 0 && !candidate.parameters()[p].fallback)
      refuse(candidate.name(),
             "it needs a column for " + quoted(candidate.parameters()[p].name) + "; it takes " + names_of(candidate));
  return columns;
}

/// How far a column is from what a parameter takes as it is: 0, or more where it has to be converted.
int distance(const pyudf_type& type, const ArrowSchema& schema) {
  check_arrow(type, schema);
  const ArrowFormat* format = schema.dictionary ? nullptr : look_up_format(schema);
  if (!format || (format->kind != ArrowKind::number && format->kind != ArrowKind::boolean)) return 0;
  if (format->storage == type.id) return 0;
  const auto is_whole = [](std::int32_t id) { return id >= PYUDF_INT8 && id <= PYUDF_UINT64; };
  if (format->kind == ArrowKind::boolean) return 3;
  return is_whole(format->storage) == is_whole(type.id) ? 1 : 2;
}

int distance(const Candidate& candidate, const std::vector<std::int32_t>& columns,
             const std::vector<const ArrowSchema*>& schemas) {
  int sum = 0;
  const ArrowSchema* units = nullptr;  // of the texts that are compared with each other
  for (std::size_t p = 0; p < columns.size(); ++p) {
    if (columns[p] < 0) continue;
    const pyudf_parameter& parameter = candidate.parameters()[p];
    const ArrowSchema& schema = *schemas[static_cast<std::size_t>(columns[p])];
    try {
      sum += distance(*parameter.type, schema);
    } catch (const WrongType& e) {
      throw WrongType(candidate.name() + ": " + parameter.name + ": " + e.what());
    }
    if (parameter.type->id != PYUDF_TEXT) continue;
    const ArrowFormat* format = look_up_format(schema.dictionary ? *schema.dictionary : schema);
    if (!format || format->kind == ArrowKind::null) continue;
    const ArrowFormat* other = units ? look_up_format(units->dictionary ? *units->dictionary : *units) : format;
    if ((other->kind == ArrowKind::text) != (format->kind == ArrowKind::text))
      throw WrongType(candidate.name() +
                      ": text and bytes, whose units (code points, bytes) cannot be compared: cast one of them");
    units = &schema;
  }
  return sum;
}

// --- options ---------------------------------------------------------------------------------------------------------

std::optional<std::int64_t> integer(const Plain& plain) {
  if (plain.kind == Plain::integer || plain.kind == Plain::boolean) return plain.whole;
  if (plain.kind == Plain::real && std::nearbyint(plain.number) == plain.number && std::fabs(plain.number) < 0x1p63)
    return static_cast<std::int64_t>(plain.number);
  return std::nullopt;
}

std::optional<double> real(const Plain& plain) {
  if (plain.kind == Plain::real) return plain.number;
  if (plain.kind == Plain::integer) return static_cast<double>(plain.whole);
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> integers(const Plain& plain, std::int32_t size) {
  const bool fits = size == 0 || plain.items.size() == static_cast<std::size_t>(size);
  if (plain.kind != Plain::list || !fits) return std::nullopt;
  std::vector<std::int64_t> values;
  for (const Plain& item : plain.items) {
    const auto value = integer(item);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

/// Writes a plain value as an option; false where it has another type.
bool fill(const pyudf_parameter& parameter, const Plain& plain, Expression& expression, pyudf_value& out) {
  out = {};
  const pyudf_type& type = *parameter.type;
  if (plain.kind == Plain::none) {
    out.missing = 1;
    return parameter.fallback && parameter.fallback->missing;
  }
  if (type.id == PYUDF_FLOAT64) {
    const auto value = real(plain);
    out.real = value.value_or(0);
    return value.has_value();
  }
  if (type.id == PYUDF_LIST) {
    auto values = integers(plain, type.size);
    if (!values) return false;
    const auto& kept = expression.lists.emplace_back(*std::move(values));
    out.list = {kept.data(), static_cast<std::int64_t>(kept.size())};
    return true;
  }
  const auto value = integer(plain);
  out.integer = value.value_or(0);
  return value.has_value();
}

void read_workers(const std::string& name, const Plain& plain, Expression& expression) {
  const auto workers = integer(plain);
  if (!workers || *workers < 0 || *workers > 1024) refuse(name, "workers must be a number from 0 (all cores) to 1024");
  expression.workers = static_cast<int>(*workers);
}

void read_options(const PlainDict& given, Expression& expression) {
  const pyudf_function* const f = expression.function;
  const std::int32_t n_columns = f ? f->n_parameters - f->n_options : 0, n_options = f ? f->n_options : 0;
  for (std::int32_t i = 0; i < n_options; ++i) expression.options.push_back(*f->parameters[n_columns + i].fallback);
  for (const auto& [name, plain] : given) {
    if (name == "columns") continue;
    std::int32_t at = 0;
    while (at < n_options && name != f->parameters[n_columns + at].name) ++at;
    if (at == n_options && name == "workers")
      read_workers(expression.name(), plain, expression);
    else if (at == n_options)
      refuse(expression.name(), "there is no option " + quoted(name));
    else if (!fill(f->parameters[n_columns + at], plain, expression, expression.options[static_cast<std::size_t>(at)]))
      refuse(expression.name(),
             "the option " + quoted(name) + " is no " + title_of(*f->parameters[n_columns + at].type));
  }
}

/// Has the function say what it thinks of its options.
void check_options(const Expression& expression) {
  if (!expression.function || !expression.function->plan) return;
  const std::vector<std::int64_t> sizes(expression.columns.size(), 0);
  pyudf_plan plan{};
  pyudf_error error{-1, -1, ""};
  if (expression.function->plan(expression.options.data(), sizes.data(), &plan, &error) != PYUDF_OK)
    refuse(expression.name(), error.message);
}

}  // namespace

Expression resolve(const pyudf_table& table, const std::string& symbol, const std::vector<const ArrowSchema*>& schemas,
                   const PlainDict& given) {
  Expression best;
  int least = 0;
  std::string problems;
  const std::vector<Candidate> candidates = named(table, symbol);
  for (const Candidate& candidate : candidates) {
    try {
      const std::vector<std::int32_t> columns = spread(candidate, schemas.size(), given);
      const int far = distance(candidate, columns, schemas);
      if ((best.function || best.aggregate) && far >= least) continue;
      best.function = candidate.function;
      best.aggregate = candidate.aggregate;
      best.columns = columns;
      least = far;
    } catch (const std::exception& e) {
      if (candidates.size() == 1) throw;
      problems += std::string("; ") + e.what();
    }
  }
  if (!best.function && !best.aggregate) throw WrongType(symbol + ": no overload takes these columns" + problems);
  read_options(given, best);
  check_options(best);
  return best;
}

}  // namespace pyudf
