// pairing.hpp: lines of keys and values to columns, one for each key, on several threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/cells.hpp"
#include "core/loops.hpp"
#include "logs/lines.hpp"
#include "logs/pairs.hpp"

namespace pyudf {

struct Pairing {
  logs::Lines lines;
  const logs::PairSyntax* syntax = nullptr;
  int workers = 1;
  Tick tick;
};

/// The keys of all lines in the order in which they are first seen; PYUDF_VALUE_ERROR if there are more than `most`.
pyudf_status find_keys(const Pairing& call, std::int64_t most, std::vector<std::string>& keys, pyudf_error* error);

/// The columns that are wanted, each with the values of its key. Of a key that stands twice in a line the last counts.
/// What is no text is missing where `-` or nothing stands for it.
struct PairColumns {
  std::vector<std::string> keys;  // all different
  std::vector<logs::ColumnType> types;
  std::vector<logs::TimeFormat> times;  // of timestamps
  std::vector<ParsedColumn> columns;
  std::uint8_t* ok;         // a byte a row, 0 where the line is broken or a value is none of its type
  bool keeps_parts = true;  // of such lines, what had been read
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;
};

/// Why a line is not ok, and in which value. A fault is one of the line itself; nullptr: of the value, as `reason`
/// says.
struct PairError {
  std::int64_t row, position;
  std::string key;
  const char* fault;
  Reason reason;
};

struct Paired {
  std::vector<PairError> errors;  // by rows
  std::vector<std::string> made;  // as of Parsed
};

/// Reads all lines. Results do not depend on the number of threads.
pyudf_status read_pairs(const Pairing& call, const PairColumns& to, Paired& paired, pyudf_error* error);

}  // namespace pyudf
