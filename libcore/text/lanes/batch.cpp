// batch.cpp: cuts a tile into blocks of queries whose counts stay in the cache, runs them and writes their scores.
#include "text/lanes/batch.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "pyudf/store.hpp"

namespace pyudf::text::lanes {
namespace {

constexpr std::int64_t kNarrow = 255;    // counts up to it fit a byte
constexpr std::int64_t kLongest = 4096;  // a longer text is better scored alone, within a band
constexpr int kLongestNear = 24;         // characters for each byte of a vector: single pairs take linear time
constexpr std::int64_t kWord = 64;       // characters of a lane, at most
constexpr std::int64_t kQueries = 128;   // of a block
constexpr std::int64_t kPiece = 2048;    // columns that are written at a time
constexpr std::int64_t kSlab = 4096;     // columns of a slab: its tables are some megabytes at most

/// Whether they are so few that they must not make the lanes of all others wide.
bool few_are_longer(std::int64_t size, const pyudf_text* texts, std::int64_t n) {
  constexpr std::int64_t kFew = 256;  // one of so many
  return std::count_if(texts, texts + n, [&](const pyudf_text& text) { return text.size > size; }) <= n / kFew;
}

/// The size up to which a few texts that are longer are scored alone.
std::int64_t narrow_of(Measure measure) {
  if (is_in_step(measure)) return kWord;
  return is_near(measure) ? kNearRows : kNarrow;
}

/// The size up to which texts are run in lanes.
template <class FewAreLonger>
std::int64_t longest_in_lanes(Measure measure, const Vectors& vectors, FewAreLonger&& few_are_longer) {
  const std::int64_t narrow = narrow_of(measure);
  if (counted(measure) == Count::places || few_are_longer(narrow)) return narrow;
  return is_near(measure) ? kLongestNear * vectors.bytes : kLongest;
}

int type_of_counts(Measure measure, std::int64_t longest) {
  return int{is_near(measure)} + int{longest > narrow_of(measure)};
}

pyudf_text part(const pyudf_text& text, std::int64_t begin, std::int64_t end) {
  return {static_cast<const char*>(text.data) + begin * text.width, end - begin, text.width, text.reserved};
}

pyudf_text head(const pyudf_text& text, std::int64_t n, bool backwards) {
  return backwards ? part(text, text.size - n, text.size) : part(text, 0, n);
}

pyudf_text rest(const pyudf_text& text, std::int64_t n, bool backwards) {
  return backwards ? part(text, 0, text.size - n) : part(text, n, text.size);
}

}  // namespace

void hand_over(pyudf_rows& rows, std::int64_t row, std::int64_t column, std::int64_t n, const void* scores) {
  // Who takes rows keeps some of them, for which there may be no memory.
  if (rows.take(&rows, row, column, n, scores) != PYUDF_OK) throw std::bad_alloc();
}

const Target& current_target() noexcept {
#if PYUDF_X86_TARGETS
  switch (simd::current()) {
    case simd::Target::avx512: return kAvx512;
    case simd::Target::avx512bw: return kAvx512bw;
    case simd::Target::avx2: return kAvx2;
    default: break;
  }
#endif
  return kBaseline;
}

Batch::Side::Side(const pyudf_text* all, std::int64_t count, std::int64_t longest) : n(count), whole(all), texts(all) {
  for (std::int64_t i = 0; i < n; ++i)
    if (whole[i].size > longest) too_long.push_back(i);
  if (!too_long.empty()) {
    shortened.assign(whole, whole + n);
    for (const std::int64_t i : too_long) shortened[static_cast<std::size_t>(i)].size = 0;
    texts = shortened.data();
  }
  sizes.reserve(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) sizes.push_back(static_cast<std::uint16_t>(texts[i].size));
}

void Batch::Side::cut(std::int64_t longest, bool backwards) {
  if (shortened.empty()) shortened.assign(whole, whole + n);
  for (pyudf_text& text : shortened)
    if (text.size > longest) text = head(text, longest, backwards);
  texts = shortened.data();
}

Batch::Batch(const pyudf_text* left, std::int64_t rows, const pyudf_text* right, std::int64_t columns, Measure measure)
    : measure_(measure),
      target_(current_target()),
      longest_(longest_in_lanes(
          measure, target_.vectors,
          [&](std::int64_t size) { return few_are_longer(size, left, rows) && few_are_longer(size, right, columns); })),
      type_(type_of_counts(measure, longest_)),
      cut_(counted(measure) == Count::leading && longest_ > kWord),
      slab_columns_(longest_ <= kNarrow || cut_ ? kSlab : kSlab / 8),
      left_(left, rows, longest_),
      right_(right, columns, longest_),
      alphabet_(measure == Measure::postfix) {
  if (cut_)
    for (Side* const side : {&left_, &right_}) side->cut(kWord, measure == Measure::postfix);
  usable_ = few_too_long() && std::all_of(right_.texts, right_.texts + columns, [&](const pyudf_text& text) {
              return with_width(text, [&](auto t) { return alphabet_.add(t); });
            });
  if (!usable_) return;
  if (is_same_backwards(measure)) turn_for_sharing(left_.texts, rows, alphabet_);
  queries_ = std::make_unique<Queries>(left_.texts, rows, alphabet_);
}

/// Whether what is scored alone after the batch is worth the batch.
bool Batch::few_too_long() const noexcept {
  constexpr std::int64_t kFew = 4;  // one of so many
  return (!is_near(measure_) && !is_in_step(measure_)) ||
         (std::ssize(left_.too_long) <= left_.n / kFew && std::ssize(right_.too_long) <= right_.n / kFew);
}

/// A slab that has these columns, and maybe others.
std::shared_ptr<Batch::Shelf> Batch::shelf(std::int64_t begin, std::int64_t end) {
  std::shared_ptr<Shelf> found;
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(shelves_.begin(), shelves_.end(),
                                 [&](const auto& s) { return s->begin <= begin && s->end >= end; });
    if (at != shelves_.end()) {
      found = *at;
    } else {
      found = shelves_.emplace_back(std::make_shared<Shelf>());
      found->begin = begin, found->end = end;
    }
  }
  std::call_once(found->once, [&] {
    found->slab = std::make_unique<Slab>(right_.texts + found->begin, found->end - found->begin, alphabet_,
                                         target_.vectors, longest_ <= kNarrow ? 8 : 16);
    make_room(*found);
  });
  return found;
}

/// Forgets the oldest slabs where all are more than is kept for the rows to come.
void Batch::make_room(const Shelf& built) {
  constexpr std::int64_t kKeptBytes = 32 << 20;
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(shelves_.begin(), shelves_.end(), [&](const auto& s) { return s.get() == &built; });
  shelved_bytes_ += (*at)->bytes = built.slab->bytes();
  std::erase_if(shelves_, [&](const auto& shelf) {
    if (shelved_bytes_ <= kKeptBytes || shelf->bytes == 0 || shelf.get() == &built) return false;
    shelved_bytes_ -= shelf->bytes;
    return true;
  });
}

/// Queries that are run against columns of a slab before their scores are written.
struct Batch::Block {
  const Slab& slab;
  std::int64_t begin, end;   // columns of the slab
  const std::int64_t* rows;  // of the queries
  std::int64_t n;
  std::byte* counts;
};

void Batch::score(const pyudf_tile& tile, const Formula& formula) {
  const std::vector<std::int64_t> order = is_near(measure_) ? queries_->by_size(tile.row_begin, tile.row_end)
                                                            : queries_->ordered(tile.row_begin, tile.row_end);
  const auto n = static_cast<std::int64_t>(order.size());
  Workspace counts, workspace;
  // The columns of a tile are a slab, for the tiles below it too, whether or not these begin further to the right.
  const bool fits = tile.column_end - tile.column_begin <= slab_columns_;
  for (std::int64_t column = tile.column_begin, next; column < tile.column_end; column = next) {
    next = fits ? tile.column_end : std::min(tile.column_end, (column / slab_columns_ + 1) * slab_columns_);
    const auto shelved = shelf(column, next);
    const Slab& slab = *shelved->slab;
    const std::int64_t first = shelved->begin, begin = column - first, end = next - first;
    // What gathers counts reads whole vectors.
    std::byte* const memory = counts.at_least((kQueries * slab.stride() + 64) << type_);
    for (std::int64_t at = 0; at < n; at += kQueries) {
      const Block block{slab, begin, end, order.data() + at, std::min(kQueries, n - at), memory};
      run(block, workspace);
      if (cut_) count_on(block, first);
      if (tile.rows && tile.flags & PYUDF_TILE_BEST && end - begin == slab.columns() && are_counts(tile, formula))
        hand_over_best(block, tile, first, formula.similarity);
      else
        write(block, tile, first + begin - tile.column_begin, formula);
    }
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
  const Run run_group = target_.run[static_cast<int>(counted(measure_))][type_];
  for (const Group& group : block.slab.groups())
    if (group.column_begin < block.end && group.column_end > block.begin)
      run_group(group, queries, block.n, block.counts, block.slab.stride(), workspace);
}

/// Adds to counts of whole words what texts that were cut have in common beyond. `column` is the first of the slab.
void Batch::count_on(const Block& block, std::int64_t column) const {
  constexpr std::int64_t kSome = 64;  // few counts are whole words: they are looked for many at a time
  const bool backwards = measure_ == Measure::postfix;
  const auto goes_on = [&](const pyudf_text& text) { return text.size > kWord && text.size <= longest_; };
  const auto more = [&](auto a, auto b) { return backwards ? common_suffix(a, b) : common_prefix(a, b); };
  const std::uint32_t* const columns_of = block.slab.columns_of().data();
  Scratch scratch;
  for (std::int64_t q = 0; q < block.n; ++q) {
    const pyudf_text& query = left_.whole[block.rows[q]];
    if (!goes_on(query)) continue;
    auto* const counts = reinterpret_cast<std::uint16_t*>(block.counts) + q * block.slab.stride();
    const auto add_to = [&](std::int64_t at) {
      const std::int64_t place = columns_of[at];
      if (counts[at] != kWord || place < block.begin || place >= block.end) return;
      const pyudf_text& text = right_.whole[column + place];
      if (!goes_on(text)) return;
      const pyudf_text a = rest(query, kWord, backwards), b = rest(text, kWord, backwards);
      counts[at] = static_cast<std::uint16_t>(kWord + with_equal_widths(a, b, scratch, more));
    };
    for (std::int64_t at = 0; at < block.slab.stride(); at += kSome) {
      const std::int64_t end = std::min(block.slab.stride(), at + kSome);
      bool any = false;
      for (std::int64_t i = at; i < end; ++i) any |= counts[i] == kWord;
      for (std::int64_t i = at; any && i < end; ++i) add_to(i);
    }
  }
}

/// Whether the scores in bounds are the counts, in their type.
bool Batch::are_counts(const pyudf_tile& tile, const Formula& formula) const noexcept {
  return type_ == 0 && size_of(tile.out_type) == 1 && formula.is_count();
}

/// The best of each row of a slab, in bounds or not, whose first column is `column` of the matrix.
void Batch::hand_over_best(const Block& block, const pyudf_tile& tile, std::int64_t column, bool highest) const {
  for (std::int64_t i = 0; i < block.n; ++i) {
    const BestCount best = target_.find_best[highest](block.slab, block.counts + i * block.slab.stride());
    hand_over(*tile.rows, block.rows[i], column + best.column, 1, &best.count);
  }
}

/// Where the scores of a row of a tile go.
struct Batch::Place {
  const pyudf_tile& tile;
  std::int64_t row, column;  // of the matrix
};

void Batch::write(const Block& block, const pyudf_tile& tile, std::int64_t column, const Formula& formula) const {
  const Slab& slab = block.slab;
  const std::int64_t bytes = std::int64_t{1} << type_;
  // Texts of one width are in order already.
  const bool in_order = slab.streams().size() == 1;
  constexpr std::int64_t kGathered = kPiece + Slab::kBlock;
  alignas(64) std::byte gathered[kTogether * kGathered << (kCountTypes - 1)];
  for (std::int64_t i = 0; i < block.n; i += kTogether) {
    const std::int64_t n = std::min(kTogether, block.n - i);
    const std::byte* const counts = block.counts + i * slab.stride() * bytes;
    for (std::int64_t at = block.begin, next; at < block.end; at = next) {
      // Columns are gathered from the beginning of a block on.
      const std::int64_t begin = at / Slab::kBlock * Slab::kBlock;
      next = std::min(block.end, begin + kPiece);
      if (!in_order) target_.gather[type_](slab, {counts, slab.stride(), n, begin, next}, gathered, kGathered);
      for (std::int64_t k = 0; k < n; ++k) {
        const std::byte* const from =
            in_order ? counts + (k * slab.stride() + slab.places()[static_cast<std::size_t>(at)]) * bytes
                     : gathered + (k * kGathered + at - begin) * bytes;
        const std::int64_t row = block.rows[i + k];
        const std::int64_t first = tile.column_begin + column + at - block.begin;
        put({from, right_.sizes.data() + first, next - at, left_.sizes[static_cast<std::size_t>(row)],
             longest_ <= kNarrow},
            formula, {tile, row, first});
      }
    }
  }
}

void Batch::put(const Counts& counts, const Formula& formula, const Place& place) const {
  const pyudf_tile& tile = place.tile;
  const std::int64_t bytes = size_of(tile.out_type);
  auto* const out = static_cast<std::byte*>(tile.out) + (place.row - tile.row_begin) * tile.row_bytes +
                    (place.column - tile.column_begin) * bytes;
  const bool plain = are_counts(tile, formula) && formula.is_unbounded();
  const bool stream = tile.flags & PYUDF_TILE_STREAM, in_place = !stream && !tile.rows;
  alignas(64) std::byte finished[kPiece * 8];
  if (!plain) target_.finish[type_](counts, formula, tile.out_type, in_place ? out : finished);
  const void* const scores = plain ? counts.counts : finished;
  if (tile.rows)
    hand_over(*tile.rows, place.row, place.column, counts.n, scores);
  else if (stream)
    target_.stream(out, scores, counts.n * bytes);
  else if (plain)
    std::memcpy(out, scores, static_cast<std::size_t>(counts.n));
}

}  // namespace pyudf::text::lanes
