// parsing.hpp: lines to columns by programs, on several threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/cells.hpp"
#include "core/loops.hpp"
#include "logs/lines.hpp"
#include "logs/program.hpp"

namespace pyudf {

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

struct Parsed {
  std::vector<LineError> errors;  // by rows
  std::vector<std::string> made;  // texts that are not in the source as they should be: buffers behind the windows
};

/// Parses all lines. Results do not depend on the number of threads.
pyudf_status parse(const Parsing& call, Parsed& parsed, pyudf_error* error);

}  // namespace pyudf
