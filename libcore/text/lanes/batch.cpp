// batch.cpp: cuts a tile into blocks of queries whose counts stay in the cache, runs them and writes their scores.
#include "text/lanes/batch.hpp"

#include <algorithm>
#include <atomic>

#include "pyudf/store.hpp"

namespace pyudf::text::lanes {
namespace {

constexpr std::int64_t kNarrow = 255;    // counts up to it fit a byte
constexpr std::int64_t kLongest = 4096;  // a longer text is better scored alone, within a band
constexpr std::int64_t kQueries = 64;    // of a block
constexpr std::int64_t kPiece = 512;     // columns that are written at a time

std::int64_t longer_than(std::int64_t size, const pyudf_text* texts, std::int64_t n) {
  return std::count_if(texts, texts + n, [&](const pyudf_text& text) { return text.size > size; });
}

/// The size up to which texts are run in lanes. A few long ones must not make the lanes of all others wide.
std::int64_t longest_in_lanes(const pyudf_text* left, std::int64_t rows, const pyudf_text* right,
                              std::int64_t columns) {
  constexpr std::int64_t kFew = 256;  // one of so many
  const bool few =
      longer_than(kNarrow, left, rows) <= rows / kFew && longer_than(kNarrow, right, columns) <= columns / kFew;
  return few ? kNarrow : kLongest;
}

}  // namespace

const Target& current_target() noexcept {
#if PYUDF_X86_TARGETS
  switch (simd::current()) {
    case simd::Target::avx512: return kAvx512;
    case simd::Target::avx2: return kAvx2;
    default: break;
  }
#endif
  return kBaseline;
}

Batch::Side::Side(const pyudf_text* all, std::int64_t count, std::int64_t longest) : texts(all), n(count) {
  for (std::int64_t i = 0; i < n; ++i)
    if (texts[i].size > longest) too_long.push_back(i);
  if (too_long.empty()) return;
  shortened.assign(texts, texts + n);
  for (const std::int64_t i : too_long) shortened[static_cast<std::size_t>(i)].size = 0;
  texts = shortened.data();
}

Batch::Batch(const pyudf_text* left, std::int64_t rows, const pyudf_text* right, std::int64_t columns, Measure measure)
    : measure_(measure),
      target_(current_target()),
      longest_(longest_in_lanes(left, rows, right, columns)),
      left_(left, rows, longest_),
      right_(right, columns, longest_),
      usable_(std::all_of(right_.texts, right_.texts + columns, [&](const pyudf_text& text) {
        return with_width(text, [&](auto t) { return alphabet_.add(t); });
      })) {
  if (usable_) queries_ = std::make_unique<Queries>(left_.texts, rows, alphabet_);
}

std::shared_ptr<Batch::Shelf> Batch::shelf(std::int64_t begin, std::int64_t end) {
  constexpr std::size_t kKept = 8;
  std::shared_ptr<Shelf> found;
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(shelves_.begin(), shelves_.end(),
                                 [&](const auto& shelf) { return shelf->begin == begin && shelf->end == end; });
    if (at != shelves_.end()) {
      found = *at;
    } else {
      if (shelves_.size() == kKept) shelves_.erase(shelves_.begin());
      found = shelves_.emplace_back(std::make_shared<Shelf>());
      found->begin = begin;
      found->end = end;
    }
  }
  std::call_once(found->once, [&] {
    found->slab = std::make_unique<Slab>(right_.texts + begin, end - begin, alphabet_, target_.vector_bytes,
                                         longest_ <= kNarrow ? 8 : 16);
  });
  return found;
}

/// Queries that are run against a slab before their scores are written.
struct Batch::Block {
  const Slab& slab;
  const pyudf_tile& tile;
  const std::int64_t* rows;  // of the queries
  std::int64_t n;
  std::byte* counts;
};

void Batch::score(const pyudf_tile& tile, const Formula& formula) {
  const auto shelved = shelf(tile.column_begin, tile.column_end);
  const std::vector<std::int64_t> order = queries_->ordered(tile.row_begin, tile.row_end);
  const Slab& slab = *shelved->slab;
  Workspace counts, workspace;
  // What gathers counts reads whole vectors.
  std::byte* const memory = counts.at_least((kQueries * slab.stride() + 64) * (longest_ <= kNarrow ? 1 : 2) + 64);
  const auto n = static_cast<std::int64_t>(order.size());
  for (std::int64_t begin = 0; begin < n; begin += kQueries) {
    const Block block{slab, tile, order.data() + begin, std::min(kQueries, n - begin), memory};
    run(block, workspace);
    write(block, formula);
  }
  // Stores past the cache are seen by other threads only after a fence.
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void Batch::run(const Block& block, Workspace& workspace) const {
  Query queries[kQueries];
  for (std::int64_t i = 0; i < block.n; ++i) {
    const std::int64_t row = block.rows[i];
    queries[i] = {queries_->codes(row), queries_->size(row), i > 0 ? queries_->shared(row, block.rows[i - 1]) : 0};
  }
  const Run run_group = target_.run[static_cast<int>(counted(measure_))][longest_ > kNarrow];
  for (const Group& group : block.slab.groups())
    run_group(group, queries, block.n, block.counts, block.slab.stride(), workspace);
}

void Batch::write(const Block& block, const Formula& formula) const {
  const bool wide = longest_ > kNarrow;
  const std::int64_t bytes = size_of(block.tile.out_type), columns = block.slab.columns();
  alignas(64) std::byte gathered[(kPiece + 64) * 2];
  alignas(64) std::byte finished[kPiece * 8];
  for (std::int64_t i = 0; i < block.n; ++i) {
    const std::int64_t row = block.rows[i];
    auto* out = static_cast<std::byte*>(block.tile.out) + (row - block.tile.row_begin) * block.tile.row_bytes;
    const std::byte* counts = block.counts + i * block.slab.stride() * (wide ? 2 : 1);
    for (std::int64_t begin = 0; begin < columns; begin += kPiece, out += kPiece * bytes) {
      const std::int64_t n = std::min(kPiece, columns - begin);
      target_.gather[wide](block.slab, counts, begin, begin + n, gathered);
      const Counts piece{gathered, block.slab.sizes() + begin, n, queries_->size(row), !wide};
      const bool stream = block.tile.flags & PYUDF_TILE_STREAM;
      target_.finish[wide](piece, formula, block.tile.out_type, stream ? finished : out);
      if (stream) target_.stream(out, finished, n * bytes);
    }
  }
}

}  // namespace pyudf::text::lanes
