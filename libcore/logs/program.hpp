// program.hpp: what a line must look like, as a list of simple steps; and the columns that come of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logs/byte_set.hpp"
#include "logs/timestamps.hpp"

namespace pyudf::logs {

enum class Code : std::uint8_t {
#define OP(name) name##_,
#include "logs/ops.def"
#undef OP
};

inline constexpr std::uint8_t kAnywhere = 1, kFirst = 1, kAhead = 1, kEdge = 2, kEscape = 4;
inline constexpr std::uint32_t kEndless = UINT32_MAX;

/// One step; which of the fields count, and as what, is told in ops.def.
struct Op {
  Code code;
  std::uint8_t flags;
  std::uint16_t set;
  std::int32_t slot;  // the capture that takes what this step takes; -1: none
  std::uint32_t a, b;
};

enum class ColumnType : std::uint8_t {
#define COLUMN_TYPE(name, size) name##_,
#include "logs/column_types.def"
#undef COLUMN_TYPE
};

/// A column is made of what some captures took: of those that took part, joined.
struct ProgramColumn {
  ColumnType type;
  TimeFormat time;  // of a timestamp
  std::uint32_t output;
  std::vector<std::uint32_t> captures;
  std::string separator;
  std::vector<std::string> missing;  // spellings of no value
};

/// A program that has been checked: all that it refers to is there, and no line makes it run forever.
class Program {
 public:
  /// Throws std::invalid_argument for what is no program.
  static std::unique_ptr<Program> load(std::string_view bytes);

  std::vector<Op> ops;
  std::string pool;
  std::vector<ByteSet> sets, complements;
  std::vector<std::int32_t> choices;  // for each op its number among those that have choices; -1: it has none
  std::uint32_t n_choices = 0, n_captures = 0, n_registers = 0;
  std::vector<ProgramColumn> columns;

  bool is_straight() const noexcept { return n_choices == 0; }
};

}  // namespace pyudf::logs
