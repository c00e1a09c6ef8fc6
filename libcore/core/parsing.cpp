// parsing.cpp: each task parses some lines into their rows; texts that it had to make follow the source's windows.
#include "core/parsing.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/string_view.hpp"
#include "core/utf8.hpp"
#include "logs/addresses.hpp"
#include "logs/machine.hpp"
#include "logs/numbers.hpp"
#include "logs/texts.hpp"

namespace pyudf {
namespace {

using logs::ColumnType;
using logs::ProgramColumn;

constexpr std::int64_t kTaskLines = 2048, kTaskBytes = 1 << 20;
constexpr double kSteps = 1.0;  // nanoseconds a byte

/// Where a field of a column stands among the rows.
template <class T>
T& value_at(const ParsedColumn& column, std::int64_t row) noexcept {
  return static_cast<T*>(column.values)[row];
}

bool is_text(ColumnType type) noexcept { return type == ColumnType::text_ || type == ColumnType::ip_; }

/// Clears a row of a column.
void clear(ColumnType type, const ParsedColumn& column, std::int64_t row) noexcept {
  column.missing[row] = 1;
  if (column.offsets) column.offsets[row] = 0;
  if (is_text(type))
    value_at<StringView>(column, row) = {};
  else if (type == ColumnType::timestamp_ || type == ColumnType::duration_)
    value_at<std::int64_t>(column, row) = std::numeric_limits<std::int64_t>::min();  // NaT
  else
    value_at<std::int64_t>(column, row) = 0;
}

/// A task's lines, and what came of them besides values.
struct TaskOutput {
  std::int64_t begin = 0, end = 0;
  std::vector<LineError> errors;
  std::string made;
};

/// Parses lines one after the other.
class LineParser {
 public:
  explicit LineParser(const Parsing& call)
      : call_(call), first_made_(static_cast<std::int32_t>((call.lines.size + kWindow - 1) / kWindow)) {}

  void parse(std::int64_t row, TaskOutput& out) {
    out_ = &out;
    row_ = row;
    if (!call_.lines.has(row)) {
      clear_row();
      return finish(true, -1);
    }
    const std::string_view text = call_.lines[row];
    line_ = {text.data(), text.data() + text.size(), call_.lines.data + call_.lines.size};
    ascii_ = is_ascii(reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<std::int64_t>(text.size()));
    as_it_stands_ = (ascii_ || call_.invalid_utf8 == InvalidUtf8::bytes) && !call_.unescapes;
    LineError farthest{row, -1, -1, 0, 0};
    for (std::size_t i = 0; i < call_.programs.size(); ++i) {
      const LineError error = fit(*call_.programs[i], static_cast<std::int32_t>(i));
      if (error.position < 0) return finish(true, static_cast<std::int16_t>(i));
      if (error.position > farthest.position) farthest = error;
    }
    // What the program that got the farthest had read, if another one came after it.
    if (farthest.program + 1 < static_cast<std::int32_t>(call_.programs.size()))
      fit(*call_.programs[static_cast<std::size_t>(farthest.program)], farthest.program);
    if (!call_.keeps_parts) clear_row();
    out.errors.push_back(farthest);
    finish(false, -1);
  }

 private:
  void clear_row() noexcept {
    for (std::size_t k = 0; k < call_.columns.size(); ++k) clear(call_.types[k], call_.columns[k], row_);
  }

  void finish(bool ok, std::int16_t program) noexcept {
    call_.ok[row_] = ok;
    if (call_.program) call_.program[row_] = program;
  }

  /// Runs a program over the line and writes its columns; says where it did not fit, or that it did: position -1.
  LineError fit(const logs::Program& program, std::int32_t number) {
    LineError error{row_, -1, number, 0, 0};
    const logs::Outcome outcome = machine_.run(program, line_);
    if (!outcome.fits) {
      error.position = outcome.at - line_.begin;
      error.step = outcome.op;
      error.reason = static_cast<std::int32_t>(outcome.gave_up ? Reason::gave_up : Reason::no_fit);
    }
    if (program.columns.size() < call_.columns.size()) clear_row();
    for (std::size_t k = 0; k < program.columns.size(); ++k) {
      const ProgramColumn& column = program.columns[k];
      std::int64_t wrong = 0;
      const Reason reason = write(column, wrong);
      if (reason == Reason::no_fit) continue;
      clear(column.type, call_.columns[column.output], row_);
      if (error.position < 0)
        error = {row_, wrong, number, static_cast<std::uint32_t>(program.ops.size() + k),
                 static_cast<std::int32_t>(reason)};
    }
    return error;
  }

  /// The text of a column: where one capture took part, as it stands in the line, else joined. Its data is nullptr
  /// where none did.
  std::string_view gather(const ProgramColumn& column) {
    if (column.captures.size() == 1) {
      const logs::Taken& taken = machine_.captures()[column.captures[0]];
      return {taken.begin, static_cast<std::size_t>(taken.end - taken.begin)};
    }
    std::string_view found;
    bool several = false;
    for (const std::uint32_t capture : column.captures) {
      const logs::Taken& taken = machine_.captures()[capture];
      if (!taken.begin) continue;
      const std::string_view part(taken.begin, static_cast<std::size_t>(taken.end - taken.begin));
      if (!found.data()) {
        found = part;
        continue;
      }
      if (!several) joined_ = found;
      several = true;
      joined_ += column.separator;
      joined_ += part;
    }
    return several ? std::string_view(joined_) : found;
  }

  /// Writes a column's value. Reason::no_fit means that there is none to be told.
  Reason write(const ProgramColumn& column, std::int64_t& wrong) {
    const ParsedColumn& to = call_.columns[column.output];
    const std::string_view text = gather(column);
    if (!text.data() || is_missing(column, text)) {
      clear(column.type, to, row_);
      return Reason::no_fit;
    }
    const bool in_line = text.data() >= line_.begin && text.data() <= line_.end;
    wrong = in_line ? text.data() - line_.begin : 0;
    to.missing[row_] = 0;
    if (column.type == ColumnType::text_ && as_it_stands_ && in_line &&
        static_cast<std::int64_t>(text.size()) < kWindow) {
      put(to, text, true);
      return Reason::no_fit;
    }
    if (is_text(column.type)) return write_text(column, to, text, in_line, wrong);
    return write_value(column, to, text) ? Reason::no_fit : Reason::no_value;
  }

  static bool is_missing(const ProgramColumn& column, std::string_view text) noexcept {
    for (const std::string& missing : column.missing)
      if (missing.size() == text.size() && (text.empty() || (missing[0] == text[0] && missing == text))) return true;
    return false;
  }

  bool write_value(const ProgramColumn& column, const ParsedColumn& to, std::string_view text) {
    switch (column.type) {
      case ColumnType::int_: return logs::read_int(text, value_at<std::int64_t>(to, row_));
      case ColumnType::float_: return logs::read_float(text, value_at<double>(to, row_));
      case ColumnType::duration_: return logs::read_duration(text, value_at<std::int64_t>(to, row_));
      default: break;
    }
    logs::Moment moment;
    if (!column.time.read(text, moment)) return false;
    value_at<std::int64_t>(to, row_) = moment.microseconds;
    if (to.offsets) to.offsets[row_] = moment.has_offset ? moment.offset : std::numeric_limits<std::int16_t>::min();
    return true;
  }

  Reason write_text(const ProgramColumn& column, const ParsedColumn& to, std::string_view text, bool in_line,
                    std::int64_t& wrong) {
    if (column.type == ColumnType::ip_ && !logs::is_ip(text)) return Reason::no_value;
    if (call_.unescapes && text.find('\\') != std::string_view::npos) {
      unescaped_.clear();
      logs::unescape(text, unescaped_);
      text = unescaped_;
      in_line = false;
    }
    if ((!ascii_ || !in_line) && call_.invalid_utf8 != InvalidUtf8::bytes) {
      const std::size_t valid = logs::valid_utf8_prefix(text);
      if (valid < text.size()) {
        wrong += in_line ? static_cast<std::int64_t>(valid) : 0;
        if (call_.invalid_utf8 == InvalidUtf8::error) return Reason::invalid_utf8;
        repaired_.clear();
        logs::replace_invalid_utf8(text, repaired_);
        text = repaired_;
        in_line = false;
      }
    }
    if (text.size() > std::numeric_limits<std::int32_t>::max() - kWindow) return Reason::gave_up;
    put(to, text, in_line);
    return Reason::no_fit;
  }

  void put(const ParsedColumn& to, std::string_view text, bool in_line) {
    StringView& view = value_at<StringView>(to, row_);
    if (in_line) {
      const std::int64_t at = text.data() - call_.lines.data;
      const auto window = static_cast<std::int32_t>(at / kWindow), offset = static_cast<std::int32_t>(at % kWindow);
      const bool roomy = line_.readable - text.data() >= static_cast<std::int64_t>(StringView::kInline);
      view = roomy ? StringView::readable(text, window, offset) : StringView(text, window, offset);
    } else {
      // Which buffer it will be, and where in it, is known when all tasks are done.
      view = {text, first_made_, static_cast<std::int32_t>(out_->made.size())};
      if (!view.is_inline()) out_->made += text;
    }
  }

  const Parsing& call_;
  const std::int32_t first_made_;
  logs::Machine machine_;
  logs::Line line_{};
  bool ascii_ = true;
  bool as_it_stands_ = true;  // texts of the line need no look
  std::int64_t row_ = 0;
  TaskOutput* out_ = nullptr;
  std::string joined_, unescaped_, repaired_;
};

/// Lines cut into tasks of so many lines, or of so many bytes where they are long.
std::vector<TaskOutput> cut(const logs::Lines& lines) {
  std::vector<TaskOutput> tasks;
  for (std::int64_t begin = 0; begin < lines.n;) {
    std::int64_t end = std::min(lines.n, begin + kTaskLines);
    const std::int64_t most = lines.begins[begin] + kTaskBytes;
    if (lines.ends[end - 1] > most)
      end = std::max(begin + 1, std::upper_bound(lines.ends + begin, lines.ends + end, most) - lines.ends);
    tasks.emplace_back();
    tasks.back().begin = begin;
    tasks.back().end = end;
    begin = end;
  }
  return tasks;
}

/// Moves the texts that a task made behind those that there are, and its views with them.
void place_made(const Parsing& call, TaskOutput& task, std::vector<std::string>& made) {
  if (task.made.empty()) return;
  if (made.empty() || made.back().size() + task.made.size() > static_cast<std::size_t>(kWindow)) made.emplace_back();
  const auto first = static_cast<std::int32_t>((call.lines.size + kWindow - 1) / kWindow);
  const auto base = static_cast<std::int32_t>(made.back().size());
  for (std::size_t k = 0; k < call.columns.size(); ++k) {
    if (!is_text(call.types[k])) continue;
    for (std::int64_t row = task.begin; row < task.end; ++row) {
      auto& view = value_at<StringView>(call.columns[k], row);
      if (view.is_inline() || view.buffer != first) continue;
      view.buffer = first + static_cast<std::int32_t>(made.size()) - 1;
      view.offset += base;
    }
  }
  made.back() += task.made;
  task.made = {};
}

}  // namespace

pyudf_status parse(const Parsing& call, Parsed& parsed, pyudf_error* error) {
  try {
    std::vector<TaskOutput> tasks = cut(call.lines);
    const auto n = static_cast<std::int64_t>(tasks.size());
    const pyudf_status status = run_tasks(
        n, threads_for(kSteps * static_cast<double>(call.lines.size), n, call.workers), call.tick,
        [&] { return LineParser(call); },
        [&](LineParser& parser, std::int64_t task, pyudf_error* failure) {
          TaskOutput& out = tasks[static_cast<std::size_t>(task)];
          try {
            for (std::int64_t row = out.begin; row < out.end; ++row) parser.parse(row, out);
          } catch (...) {
            return fail_with_current_exception(failure);
          }
          return PYUDF_OK;
        },
        error);
    if (status != PYUDF_OK) return status;
    for (TaskOutput& task : tasks) {
      place_made(call, task, parsed.made);
      parsed.errors.insert(parsed.errors.end(), task.errors.begin(), task.errors.end());
    }
    return PYUDF_OK;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
