// lines.hpp: finds the lines of a buffer on several threads.
#pragma once

#include <cstdint>
#include <vector>

#include "core/loops.hpp"
#include "logs/lines.hpp"

namespace pyudf {

/// A buffer cut into lines: they are found first, for the caller to have room for them.
class LineFinder {
 public:
  LineFinder(const char* data, std::int64_t size) noexcept : data_(data), size_(size) {}

  /// Lines end with LF or CR LF; what stands behind the last one is a line if it is not empty.
  pyudf_status find(int workers, Tick tick, pyudf_error* error);
  std::int64_t n() const noexcept { return n_; }

  /// Writes where each of the n() lines begins and ends.
  pyudf_status fill(std::int64_t* begins, std::int64_t* ends, int workers, Tick tick, pyudf_error* error) const;

 private:
  /// Where the line begins that goes on where a piece begins.
  std::int64_t begin_of_piece(std::size_t piece) const noexcept;

  const char* data_;
  std::int64_t size_;
  std::int64_t n_ = 0;
  std::vector<std::vector<logs::LineFeed>> feeds_;  // of each piece
  std::vector<std::int64_t> before_;                // line feeds before each piece
};

}  // namespace pyudf
