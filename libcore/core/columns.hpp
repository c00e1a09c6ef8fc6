// columns.hpp: columns of text in the layouts in which they lie in memory, read a block of rows at a time as views.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/memory.hpp"
#include "core/rows.hpp"
#include "pyudf/abi.h"

namespace pyudf {

/// A row that cannot be read.
struct InvalidRow : std::invalid_argument {
  InvalidRow(std::int64_t at, const std::string& why)
      : std::invalid_argument("row " + std::to_string(at) + ": " + why), row(at), reason(why) {}

  std::int64_t row;
  std::string reason;
};

enum class Layout : std::int32_t {
  views,       // an array of pyudf_text
  offsets_32,  // Arrow utf8, binary
  offsets_64,  // Arrow large_utf8, large_binary
  view_16,     // Arrow utf8_view, binary_view: 16-byte headers
  pointer_16,  // the same headers, with a pointer where Arrow's have a buffer and an offset: DuckDB
  fixed        // NumPy U and S: `units` units a row, trailing zeros are padding
};

/// Consecutive rows of one layout. All memory is borrowed.
struct Chunk {
  Layout layout = Layout::views;
  bool utf8 = false;  // bytes are UTF-8 and are read as code points
  std::int64_t length = 0;
  std::int64_t offset = 0;                 // rows of the buffers before the first of this chunk
  const std::uint8_t* validity = nullptr;  // Arrow bitmap: a set bit is a value
  const void* data = nullptr;              // views, bytes, headers or units
  const void* offsets = nullptr;
  const void* const* buffers = nullptr;  // of view_16
  const std::int64_t* buffer_sizes = nullptr;
  std::int64_t n_buffers = 0;
  std::int64_t stride = 0;  // of fixed: bytes from one row to the next, may be negative
  std::int64_t units = 0;   // of fixed
  std::int32_t width = 1;   // of fixed
};

/// A column of text: one or several chunks.
class TextColumn final : public Rows {
 public:
  void append(const Chunk& chunk);

  /// As which type its rows are read: PYUDF_TEXT (as narrow as they are), PYUDF_UTF8, PYUDF_CODE_POINTS, PYUDF_BINARY.
  void read_as(std::int32_t type) noexcept { type_ = type; }

  std::int64_t size() const noexcept override { return starts_.back(); }
  std::int64_t slot() const noexcept override { return sizeof(pyudf_text); }

  /// Rows [begin, begin + n) as views; a missing row has no data. Decoded text lies in the arena.
  /// Throws InvalidRow for broken UTF-8 or offsets.
  void read(std::int64_t begin, std::int64_t n, pyudf_text* out, Arena& arena) const;
  std::int64_t read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present,
                    Arena& arena) const override;

  /// Units of a row; reads a few rows at most.
  std::int64_t typical_size() const override;

 private:
  std::vector<Chunk> chunks_;
  std::vector<std::int64_t> starts_{0};
  std::int32_t type_ = PYUDF_TEXT;
};

/// A column read whole, for functions that visit its rows many times.
class TextViews {
 public:
  explicit TextViews(const TextColumn& column);

  const pyudf_text* data() const noexcept { return views_.data(); }
  std::int64_t size() const noexcept { return static_cast<std::int64_t>(views_.size()); }
  std::int64_t largest() const noexcept { return largest_; }                      // units of the longest text
  std::int64_t total() const noexcept { return total_; }                          // units of all texts
  const std::vector<std::int64_t>& missing() const noexcept { return missing_; }  // rows, ascending

 private:
  std::vector<pyudf_text> views_;
  std::vector<std::int64_t> missing_;
  Arena arena_;
  std::int64_t largest_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace pyudf
