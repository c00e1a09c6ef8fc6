// pairing.cpp: keys are found in one pass over the lines, values written in another one.
#include "core/pairing.hpp"

#include <algorithm>
#include <iterator>

#include "logs/keys.hpp"

namespace pyudf {
namespace {

using logs::ColumnType;
using logs::Pair;

constexpr double kSteps = 1.0;  // nanoseconds a byte

/// Runs work(state, task) for the tasks that the lines are cut into.
template <class MakeState, class Work>
pyudf_status each_task(const Pairing& call, std::size_t tasks, MakeState make_state, Work work, pyudf_error* error) {
  const auto n = static_cast<std::int64_t>(tasks);
  return run_tasks(
      n, threads_for(kSteps * static_cast<double>(call.lines.size), n, call.workers), call.tick, make_state,
      [&](auto& state, std::int64_t task, pyudf_error* failure) {
        try {
          work(state, static_cast<std::size_t>(task));
        } catch (...) {
          return fail_with_current_exception(failure);
        }
        return PYUDF_OK;
      },
      error);
}

/// Keys up to a number of them.
class KeyCollector {
 public:
  explicit KeyCollector(std::int64_t most) : most_(most) {}

  /// The number of a key; one that is new is told.
  std::int64_t number(std::string_view key, std::int64_t after, std::vector<std::string>* news) {
    const std::int64_t known = keys_.find(key, after);
    if (known >= 0) return known;
    if (keys_.size() == most_)
      throw std::invalid_argument("there are more than " + std::to_string(most_) +
                                  " different keys; give those that are wanted: keys=[...]");
    if (news) news->emplace_back(key);
    return keys_.add(key);
  }

 private:
  const std::int64_t most_;
  logs::Keys keys_;
};

/// A thread's reader, and the keys that it has seen. Threads take tasks in ascending order: a key is told with the
/// first of all tasks that it is in by whichever thread has that task.
struct KeyFinder {
  logs::PairSyntax syntax;
  KeyCollector seen;

  void find(const logs::Lines& lines, const LineTask& task, std::vector<std::string>& news) {
    std::visit(
        [&](auto& reader) {
          for (std::int64_t row = task.begin; row < task.end; ++row) {
            if (!lines.has(row)) continue;
            std::int64_t after = -1;
            reader.read(lines.line(row), [&](const Pair& pair) { after = seen.number(pair.key, after, &news); });
          }
        },
        syntax);
  }
};

/// A thread's reader of lines into columns.
class PairWriter {
 public:
  PairWriter(const Pairing& call, const PairColumns& to)
      : call_(call), to_(to), syntax_(*call.syntax), cells_(call.lines, to.invalid_utf8) {
    for (const std::string& key : to.keys) keys_.add(key);
  }

  void write(LineTask& task, std::vector<PairError>& errors) {
    for (std::size_t k = 0; k < to_.columns.size(); ++k)
      for (std::int64_t row = task.begin; row < task.end; ++row) clear(to_.types[k], to_.columns[k], row);
    std::visit(
        [&](auto& reader) {
          for (std::int64_t row = task.begin; row < task.end; ++row) {
            to_.ok[row] = 1;
            if (call_.lines.has(row)) write_line(reader, row, task, errors);
          }
        },
        syntax_);
  }

 private:
  template <class Reader>
  void write_line(Reader& reader, std::int64_t row, LineTask& task, std::vector<PairError>& errors) {
    const logs::Line line = call_.lines.line(row);
    const std::size_t before = errors.size();
    cells_.begin(row, task);
    std::int64_t after = -1;
    const logs::PairFault fault = reader.read(line, [&](const Pair& pair) {
      const std::int64_t number = keys_.find(pair.key, after);
      if (number < 0) return;
      after = number;
      std::int64_t at = pair.at - line.begin;
      const Reason reason = write_value(reader, static_cast<std::size_t>(number), pair, row, at);
      if (reason == Reason::no_fit) return;
      if (errors.size() == before) errors.push_back({row, at, std::string(pair.key), nullptr, reason});
    });
    if (fault.reason && errors.size() == before)
      errors.push_back({row, fault.at - line.begin, fault.key, fault.reason, Reason::no_fit});
    if (errors.size() > before) fail(row);
  }

  template <class Reader>
  Reason write_value(const Reader& reader, std::size_t k, const Pair& pair, std::int64_t row, std::int64_t& at) {
    std::string_view value = pair.value;
    if (pair.escaped) {
      unescaped_.clear();
      reader.unescape(value, unescaped_);
      value = unescaped_;
    }
    if (!is_text(to_.types[k]) && (value.empty() || value == "-")) {
      clear(to_.types[k], to_.columns[k], row);
      return Reason::no_fit;
    }
    const Reason reason = cells_.write(to_.types[k], to_.times[k], to_.columns[k], value, at);
    if (reason != Reason::no_fit) clear(to_.types[k], to_.columns[k], row);
    return reason;
  }

  void fail(std::int64_t row) noexcept {
    to_.ok[row] = 0;
    if (to_.keeps_parts) return;
    for (std::size_t k = 0; k < to_.columns.size(); ++k) clear(to_.types[k], to_.columns[k], row);
  }

  const Pairing& call_;
  const PairColumns& to_;
  logs::PairSyntax syntax_;
  logs::Keys keys_;
  Cells cells_;
  std::string unescaped_;
};

}  // namespace

pyudf_status find_keys(const Pairing& call, std::int64_t most, std::vector<std::string>& keys, pyudf_error* error) {
  try {
    const std::vector<LineTask> tasks = cut(call.lines);
    std::vector<std::vector<std::string>> news(tasks.size());
    const pyudf_status status = each_task(
        call, tasks.size(), [&] { return KeyFinder{*call.syntax, KeyCollector(most)}; },
        [&](KeyFinder& finder, std::size_t task) { finder.find(call.lines, tasks[task], news[task]); }, error);
    if (status != PYUDF_OK) return status;
    KeyCollector all(most);
    std::int64_t after = -1;
    for (const auto& found : news)
      for (const std::string& key : found) after = all.number(key, after, &keys);
    return PYUDF_OK;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

pyudf_status read_pairs(const Pairing& call, const PairColumns& to, Paired& paired, pyudf_error* error) {
  try {
    std::vector<LineTask> tasks = cut(call.lines);
    std::vector<std::vector<PairError>> errors(tasks.size());
    const pyudf_status status = each_task(
        call, tasks.size(), [&] { return PairWriter(call, to); },
        [&](PairWriter& writer, std::size_t task) { writer.write(tasks[task], errors[task]); }, error);
    if (status != PYUDF_OK) return status;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      place_made(call.lines, to.types, to.columns, tasks[i], paired.made);
      std::move(errors[i].begin(), errors[i].end(), std::back_inserter(paired.errors));
    }
    return PYUDF_OK;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
