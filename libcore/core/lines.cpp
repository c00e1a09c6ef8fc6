// lines.cpp: the line feeds of each piece of a buffer are found, and then each piece knows its first line's number.
#include "core/lines.hpp"

#include <algorithm>
#include <cstring>

namespace pyudf {
namespace {

constexpr std::int64_t kPiece = 1 << 20;  // bytes
constexpr std::size_t kShortLine = 64;    // fewer on average make a piece's list grow

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

}  // namespace

pyudf_status LineFinder::find(int workers, Tick tick, pyudf_error* error) {
  try {
    const auto pieces = static_cast<std::size_t>((size_ + kPiece - 1) / kPiece);
    feeds_.assign(pieces, {});
    before_.assign(pieces + 1, 0);
  } catch (...) {
    return fail_with_current_exception(error);
  }
  const pyudf_status status =
      each_piece(size_, 0.2, workers, tick, error, [&](std::int64_t begin, std::int64_t end, std::int64_t piece) {
        auto& feeds = feeds_[static_cast<std::size_t>(piece)];
        feeds.reserve(static_cast<std::size_t>(end - begin) / kShortLine);
        logs::find_line_feeds(data_, begin, end, feeds);
      });
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    before_[i + 1] = before_[i] + static_cast<std::int64_t>(feeds_[i].size());
  n_ = before_.back() + (size_ > 0 && data_[size_ - 1] != '\n');
  return status;
}

std::int64_t LineFinder::begin_of_piece(std::size_t piece) const noexcept {
  while (piece > 0)
    if (const auto& feeds = feeds_[--piece]; !feeds.empty()) return feeds.back().at + 1;
  return 0;
}

pyudf_status LineFinder::fill(std::int64_t* begins, std::int64_t* ends, int workers, Tick tick,
                              pyudf_error* error) const {
  const pyudf_status status =
      each_piece(size_, 0.05, workers, tick, error, [&](std::int64_t, std::int64_t, std::int64_t piece) {
        const auto number = static_cast<std::size_t>(piece);
        std::int64_t line = feeds_[number].empty() ? 0 : begin_of_piece(number), row = before_[number];
        for (const logs::LineFeed feed : feeds_[number]) {
          begins[row] = line;
          ends[row++] = feed.at - (feed.has_return && feed.at > line);
          line = feed.at + 1;
        }
      });
  if (status == PYUDF_OK && n_ > before_.back()) {
    begins[n_ - 1] = begin_of_piece(feeds_.size());
    ends[n_ - 1] = size_;
  }
  return status;
}

}  // namespace pyudf
