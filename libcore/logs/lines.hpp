// lines.hpp: the lines of a source as places in its memory, and where those of a buffer begin and end.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pyudf::logs {

/// A line, and how far the bytes behind it may be read.
struct Line {
  const char* begin;
  const char* end;
  const char* readable;

  std::size_t places() const noexcept { return static_cast<std::size_t>(end - begin) + 1; }
};

/// Lines that lie in one piece of memory. All memory is borrowed.
struct Lines {
  const char* data = nullptr;
  std::int64_t size = 0;  // bytes of data
  const std::int64_t* begins = nullptr;
  const std::int64_t* ends = nullptr;
  const std::uint8_t* present = nullptr;  // a byte a line, 0 where there is none; nullptr: there is one everywhere
  std::int64_t n = 0;

  bool has(std::int64_t i) const noexcept { return !present || present[i]; }
  std::string_view operator[](std::int64_t i) const noexcept {
    return {data + begins[i], static_cast<std::size_t>(ends[i] - begins[i])};
  }
  Line line(std::int64_t i) const noexcept { return {data + begins[i], data + ends[i], data + size}; }
};

/// The line feeds of a buffer.
inline std::int64_t count_line_feeds(const char* data, std::int64_t size) noexcept {
  std::int64_t n = 0;
  while (size > 0) {
    // So few that a byte can count them: the compiler makes vectors of bytes of this.
    const std::int64_t step = size < 128 ? size : 128;
    std::uint8_t found = 0;
    for (std::int64_t i = 0; i < step; ++i) found = static_cast<std::uint8_t>(found + (data[i] == '\n'));
    n += found;
    data += step;
    size -= step;
  }
  return n;
}

/// Writes where the lines that end within data[begin, end) begin and end, without CR LF or LF; the first of them begins
/// at `line`. Returns where the line after the last one begins.
inline std::int64_t find_lines(const char* data, std::int64_t begin, std::int64_t end, std::int64_t line,
                               std::int64_t* begins, std::int64_t* ends) noexcept {
  const char* at = data + begin;
  const char* const stop = data + end;
  while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(stop - at))) {
    at = static_cast<const char*>(found);
    const std::int64_t feed = at - data;
    *begins++ = line;
    *ends++ = feed - (feed > line && data[feed - 1] == '\r');
    line = feed + 1;
    if (++at == stop) break;
  }
  return line;
}

}  // namespace pyudf::logs
