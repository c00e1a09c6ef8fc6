// cells.hpp: writes what was read in lines into columns, a row for each line: numbers, times, texts where they lie.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/string_view.hpp"
#include "logs/addresses.hpp"
#include "logs/lines.hpp"
#include "logs/program.hpp"

namespace pyudf {

/// Where the values of a column go, a row for each line. Texts are Arrow's string views.
struct ParsedColumn {
  void* values;
  std::int16_t* offsets;  // of timestamps to UTC, in minutes; nullptr: not wanted
  std::uint8_t* missing;  // a byte a row, 1 where there is no value
};

/// What to do with bytes in texts that are no UTF-8.
enum class InvalidUtf8 : std::int32_t { replace, bytes, error };

/// Why a line did not give a value; of a value by itself no_fit says that nothing is wrong.
enum class Reason : std::int32_t { no_fit, no_value, invalid_utf8, gave_up };

/// Views reach so far into the source from where a window of it begins.
inline constexpr std::int64_t kWindow = std::int64_t{1} << 30;
inline constexpr std::size_t kLongest = std::numeric_limits<std::int32_t>::max() - kWindow;

/// Some lines, which one thread reads, and the texts that had to be made of them.
struct LineTask {
  std::int64_t begin = 0, end = 0;
  std::string made;
};

/// Lines cut into tasks of so many lines, or of so many bytes where they are long.
std::vector<LineTask> cut(const logs::Lines& lines);

inline bool is_text(logs::ColumnType type) noexcept {
  return type == logs::ColumnType::text_ || type == logs::ColumnType::ip_;
}

/// Clears a row of a column.
void clear(logs::ColumnType type, const ParsedColumn& column, std::int64_t row) noexcept;

/// Moves the texts that a task made behind those that there are, which follow the source's windows, and its views with
/// them.
void place_made(const logs::Lines& lines, const std::vector<logs::ColumnType>& types,
                const std::vector<ParsedColumn>& columns, LineTask& task, std::vector<std::string>& made);

/// Writes the values of one line after the other.
class Cells {
 public:
  Cells(const logs::Lines& lines, InvalidUtf8 invalid_utf8);

  /// The line that is written from now on.
  void begin(std::int64_t row, LineTask& task) noexcept;

  /// Writes a value of the line. `at` is where in the line it stands; where it is no UTF-8, that is told more closely.
  Reason write(logs::ColumnType type, const logs::TimeFormat& time, const ParsedColumn& to, std::string_view text,
               std::int64_t& at) {
    to.missing[row_] = 0;
    if (!is_text(type)) return write_value(type, time, to, text);
    if (type == logs::ColumnType::ip_ && !logs::is_ip(text)) return Reason::no_value;
    if (!ascii_ || !in_line(text)) return write_odd(to, text, at);
    return write_view(to, text);
  }

 private:
  bool in_line(std::string_view text) const noexcept {
    return text.data() >= line_.data() && text.data() <= line_.data() + line_.size();
  }
  Reason write_view(const ParsedColumn& to, std::string_view text) noexcept {
    if (text.size() > kLongest) return Reason::gave_up;
    const std::int64_t at = text.data() - lines_.data;
    const auto window = static_cast<std::int32_t>(at / kWindow), offset = static_cast<std::int32_t>(at % kWindow);
    const bool roomy = lines_.size - at >= static_cast<std::int64_t>(StringView::kInline);
    static_cast<StringView*>(to.values)[row_] =
        roomy ? StringView::readable(text, window, offset) : StringView(text, window, offset);
    return Reason::no_fit;
  }
  Reason write_value(logs::ColumnType type, const logs::TimeFormat& time, const ParsedColumn& to,
                     std::string_view text);
  Reason write_odd(const ParsedColumn& to, std::string_view text, std::int64_t& at);
  Reason write_made(const ParsedColumn& to, std::string_view text);

  const logs::Lines& lines_;
  const InvalidUtf8 invalid_utf8_;
  const std::int32_t first_made_;
  std::string_view line_;
  bool task_ascii_ = false, ascii_ = true;
  std::int64_t row_ = 0;
  LineTask* task_ = nullptr;
  std::string repaired_;
};

}  // namespace pyudf
