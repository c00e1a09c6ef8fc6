// cells.cpp: views of texts count from the source's windows; texts that had to be made follow these, task by task.
#include "core/cells.hpp"

#include <algorithm>
#include <limits>

#include "core/utf8.hpp"
#include "logs/numbers.hpp"
#include "logs/texts.hpp"

namespace pyudf {
namespace {

using logs::ColumnType;

constexpr std::int64_t kTaskLines = 2048, kTaskBytes = 1 << 20;

/// Where a field of a column stands among the rows.
template <class T>
T& value_at(const ParsedColumn& column, std::int64_t row) noexcept {
  return static_cast<T*>(column.values)[row];
}

bool all_ascii(const char* begin, const char* end) noexcept {
  return begin <= end && is_ascii(reinterpret_cast<const std::uint8_t*>(begin), end - begin);
}

/// The first buffer of views that holds texts that were made.
std::int32_t first_made(const logs::Lines& lines) noexcept {
  return static_cast<std::int32_t>((lines.size + kWindow - 1) / kWindow);
}

}  // namespace

std::vector<LineTask> cut(const logs::Lines& lines) {
  std::vector<LineTask> tasks;
  for (std::int64_t begin = 0; begin < lines.n;) {
    std::int64_t end = std::min(lines.n, begin + kTaskLines);
    const std::int64_t most = lines.begins[begin] + kTaskBytes;
    if (lines.ends[end - 1] > most)
      end = std::max(begin + 1, std::upper_bound(lines.ends + begin, lines.ends + end, most) - lines.ends);
    tasks.push_back({begin, end, {}});
    begin = end;
  }
  return tasks;
}

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

void place_made(const logs::Lines& lines, const std::vector<ColumnType>& types,
                const std::vector<ParsedColumn>& columns, LineTask& task, std::vector<std::string>& made) {
  if (task.made.empty()) return;
  if (made.empty() || made.back().size() + task.made.size() > static_cast<std::size_t>(kWindow)) made.emplace_back();
  const std::int32_t first = first_made(lines);
  const auto base = static_cast<std::int32_t>(made.back().size());
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (!is_text(types[k])) continue;
    for (std::int64_t row = task.begin; row < task.end; ++row) {
      auto& view = value_at<StringView>(columns[k], row);
      if (view.is_inline() || view.buffer != first) continue;
      view.buffer = first + static_cast<std::int32_t>(made.size()) - 1;
      view.offset += base;
    }
  }
  made.back() += task.made;
  task.made = {};
}

Cells::Cells(const logs::Lines& lines, InvalidUtf8 invalid_utf8)
    : lines_(lines), invalid_utf8_(invalid_utf8), first_made_(first_made(lines)) {}

void Cells::begin(std::int64_t row, LineTask& task) noexcept {
  row_ = row;
  line_ = lines_[row];
  // Most logs are ASCII all through: one long look costs less than a short one for each line. Lines stand in order.
  if (task_ != &task)
    task_ascii_ = all_ascii(lines_.data + lines_.begins[task.begin], lines_.data + lines_.ends[task.end - 1]);
  task_ = &task;
  ascii_ = task_ascii_ || all_ascii(line_.data(), line_.data() + line_.size());
}

Reason Cells::write_value(ColumnType type, const logs::TimeFormat& time, const ParsedColumn& to,
                          std::string_view text) {
  const auto judged = [](bool is_one) { return is_one ? Reason::no_fit : Reason::no_value; };
  switch (type) {
    case ColumnType::int_: return judged(logs::read_int(text, value_at<std::int64_t>(to, row_)));
    case ColumnType::float_: return judged(logs::read_float(text, value_at<double>(to, row_)));
    case ColumnType::duration_: return judged(logs::read_duration(text, value_at<std::int64_t>(to, row_)));
    default: break;
  }
  logs::Moment moment;
  if (!time.read(text, moment)) return Reason::no_value;
  value_at<std::int64_t>(to, row_) = moment.microseconds;
  if (to.offsets) to.offsets[row_] = moment.has_offset ? moment.offset : std::numeric_limits<std::int16_t>::min();
  return Reason::no_fit;
}

/// Texts that are not in the line as they are, or may not stay as they are.
Reason Cells::write_odd(const ParsedColumn& to, std::string_view text, std::int64_t& at) {
  const std::size_t valid = invalid_utf8_ == InvalidUtf8::bytes ? text.size() : logs::valid_utf8_prefix(text);
  if (valid == text.size()) return in_line(text) ? write_view(to, text) : write_made(to, text);
  if (in_line(text)) at += static_cast<std::int64_t>(valid);
  if (invalid_utf8_ == InvalidUtf8::error) return Reason::invalid_utf8;
  repaired_.clear();
  logs::replace_invalid_utf8(text, repaired_);
  return write_made(to, repaired_);
}

Reason Cells::write_made(const ParsedColumn& to, std::string_view text) {
  std::string& made = task_->made;
  if (std::max(text.size(), made.size()) > kLongest) return Reason::gave_up;
  // Which buffer it will be, and where in it, is known when all tasks are done.
  const StringView view(text, first_made_, static_cast<std::int32_t>(made.size()));
  value_at<StringView>(to, row_) = view;
  if (!view.is_inline()) made += text;
  return Reason::no_fit;
}

}  // namespace pyudf
