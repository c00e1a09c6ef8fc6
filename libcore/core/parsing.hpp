// parsing.hpp: lines to columns by programs, on several threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/loops.hpp"
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

struct Parsing {
  logs::Lines lines;
  std::vector<const logs::Program*> programs;  // a line is parsed by the first that it fits
  std::vector<logs::ColumnType> types;         // of the columns
  std::vector<ParsedColumn> columns;
  std::uint8_t* ok;         // a byte a row, 0 where the line fitted no program
  std::int16_t* program;    // which one it fitted, -1 for none; nullptr: not wanted
  bool keeps_parts = true;  // of lines that fit no program, what had been read
  bool unescapes = false;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;
  int workers = 1;
  Tick tick;
};

/// Why a line was not parsed: by which program it got the farthest, and at which of its steps it did not go on; those
/// behind the last one are its columns, for texts that are no value of their type.
struct LineError {
  std::int64_t row, position;
  std::int32_t program;
  std::uint32_t step;
  std::int32_t reason;  // one of Reason
};
enum class Reason : std::int32_t { no_fit, no_value, invalid_utf8, gave_up };

/// Views reach so far into the source from where a window of it begins.
inline constexpr std::int64_t kWindow = std::int64_t{1} << 30;

struct Parsed {
  std::vector<LineError> errors;  // by rows
  std::vector<std::string> made;  // texts that are not in the source as they should be: buffers behind the windows
};

/// Parses all lines. Results do not depend on the number of threads.
pyudf_status parse(const Parsing& call, Parsed& parsed, pyudf_error* error);

}  // namespace pyudf
