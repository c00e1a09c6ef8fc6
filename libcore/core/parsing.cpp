// parsing.cpp: each task parses some lines into their rows; texts that it had to make follow the source's windows.
#include "core/parsing.hpp"

#include "logs/machine.hpp"
#include "logs/texts.hpp"

namespace pyudf {
namespace {

using logs::ColumnType;
using logs::ProgramColumn;

constexpr double kSteps = 1.0;  // nanoseconds a byte

/// Parses lines one after the other.
class LineParser {
 public:
  explicit LineParser(const Parsing& call) : call_(call), cells_(call.lines, call.invalid_utf8) {}

  void parse(std::int64_t row, LineTask& task, std::vector<LineError>& errors) {
    row_ = row;
    if (!call_.lines.has(row)) {
      clear_row();
      return finish(true, -1);
    }
    line_ = call_.lines.line(row);
    cells_.begin(row, task);
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
    errors.push_back(farthest);
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
    std::string_view text = gather(column);
    if (!text.data() || is_missing(column, text)) {
      clear(column.type, to, row_);
      return Reason::no_fit;
    }
    const bool in_line = text.data() >= line_.begin && text.data() <= line_.end;
    wrong = in_line ? text.data() - line_.begin : 0;
    if (call_.unescapes && column.type == ColumnType::text_ && text.find('\\') != std::string_view::npos) {
      unescaped_.clear();
      logs::unescape(text, unescaped_);
      text = unescaped_;
    }
    return cells_.write(column.type, column.time, to, text, wrong);
  }

  static bool is_missing(const ProgramColumn& column, std::string_view text) noexcept {
    for (const std::string& missing : column.missing)
      if (missing.size() == text.size() && (text.empty() || (missing[0] == text[0] && missing == text))) return true;
    return false;
  }

  const Parsing& call_;
  Cells cells_;
  logs::Machine machine_;
  logs::Line line_{};
  std::int64_t row_ = 0;
  std::string joined_, unescaped_;
};

}  // namespace

pyudf_status parse(const Parsing& call, Parsed& parsed, pyudf_error* error) {
  try {
    std::vector<LineTask> tasks = cut(call.lines);
    std::vector<std::vector<LineError>> errors(tasks.size());
    const auto n = static_cast<std::int64_t>(tasks.size());
    const pyudf_status status = run_tasks(
        n, threads_for(kSteps * static_cast<double>(call.lines.size), n, call.workers), call.tick,
        [&] { return LineParser(call); },
        [&](LineParser& parser, std::int64_t task, pyudf_error* failure) {
          const auto at = static_cast<std::size_t>(task);
          try {
            for (std::int64_t row = tasks[at].begin; row < tasks[at].end; ++row)
              parser.parse(row, tasks[at], errors[at]);
          } catch (...) {
            return fail_with_current_exception(failure);
          }
          return PYUDF_OK;
        },
        error);
    if (status != PYUDF_OK) return status;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      place_made(call.lines, call.types, call.columns, tasks[i], parsed.made);
      parsed.errors.insert(parsed.errors.end(), errors[i].begin(), errors[i].end());
    }
    return PYUDF_OK;
  } catch (...) {
    return fail_with_current_exception(error);
  }
}

}  // namespace pyudf
