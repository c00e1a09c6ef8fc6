// lines.cpp: the line feeds of each piece of a buffer are counted, and then each piece knows its first line's number.
#include "core/lines.hpp"

#include <algorithm>
#include <cstring>

namespace pyudf {
namespace {

constexpr std::int64_t kPiece = 1 << 20;  // bytes

struct NoState {};

/// Runs task(begin, end, number) for each piece of a buffer; about `steps` nanoseconds a byte.
template <class Task>
pyudf_status each_piece(std::int64_t size, double steps, int workers, Tick tick, pyudf_error* error, Task task) {
  const std::int64_t pieces = (size + kPiece - 1) / kPiece;
  const int threads = threads_for(steps * static_cast<double>(size), pieces, workers);
  return run_tasks(
      pieces, threads, tick, [] { return NoState{}; },
      [&](NoState&, std::int64_t piece, pyudf_error*) {
        task(piece * kPiece, std::min(size, (piece + 1) * kPiece), piece);
        return PYUDF_OK;
      },
      error);
}

/// Where the line begins that goes on at `at`.
std::int64_t line_begin(const char* data, std::int64_t at) noexcept {
  while (at > 0 && data[at - 1] != '\n') --at;
  return at;
}

}  // namespace

pyudf_status LineFinder::count(int workers, Tick tick, pyudf_error* error) {
  try {
    before_.assign(static_cast<std::size_t>((size_ + kPiece - 1) / kPiece + 1), 0);
  } catch (...) {
    return fail_with_current_exception(error);
  }
  const pyudf_status status =
      each_piece(size_, 0.1, workers, tick, error, [&](std::int64_t begin, std::int64_t end, std::int64_t piece) {
        before_[static_cast<std::size_t>(piece + 1)] = logs::count_line_feeds(data_ + begin, end - begin);
      });
  for (std::size_t i = 1; i < before_.size(); ++i) before_[i] += before_[i - 1];
  n_ = before_.back() + (size_ > 0 && data_[size_ - 1] != '\n');
  return status;
}

pyudf_status LineFinder::fill(std::int64_t* begins, std::int64_t* ends, int workers, Tick tick,
                              pyudf_error* error) const {
  const pyudf_status status =
      each_piece(size_, 0.2, workers, tick, error, [&](std::int64_t begin, std::int64_t end, std::int64_t piece) {
        const auto at = static_cast<std::size_t>(piece);
        if (before_[at] == before_[at + 1]) return;  // also, a long line is not searched for its begin in vain
        logs::find_lines(data_, begin, end, line_begin(data_, begin), begins + before_[at], ends + before_[at]);
      });
  if (status == PYUDF_OK && n_ > before_.back()) {
    begins[n_ - 1] = line_begin(data_, size_);
    ends[n_ - 1] = size_;
  }
  return status;
}

}  // namespace pyudf
