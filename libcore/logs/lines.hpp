// lines.hpp: the lines of a source as places in its memory, and where those of a buffer begin and end.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

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

/// Where a line ends: at a line feed, which `has_return` says to have a carriage return before it.
struct LineFeed {
  std::int64_t at : 63;
  std::int64_t has_return : 1;
};

/// Appends the line feeds within data[begin, end).
inline void find_line_feeds(const char* data, std::int64_t begin, std::int64_t end, std::vector<LineFeed>& feeds) {
  const char* at = data + begin;
  const char* const stop = data + end;
  while (at < stop) {
    const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(stop - at));
    if (!found) return;
    at = static_cast<const char*>(found);
    const std::int64_t feed = at - data;
    feeds.push_back({feed, feed > 0 && at[-1] == '\r' ? -1 : 0});
    ++at;
  }
}

}  // namespace pyudf::logs
