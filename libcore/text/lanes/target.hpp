// target.hpp: what each processor target compiles of the kernels over lanes, as tables of functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "simd/targets.hpp"
#include "text/lanes/formula.hpp"
#include "text/lanes/pairs.hpp"
#include "text/lanes/queries.hpp"
#include "text/lanes/slab.hpp"

namespace pyudf::text::lanes {

/// Memory for vectors that only grows.
class Workspace {
 public:
  std::byte* at_least(std::int64_t bytes) {
    if (bytes > size_) {
      memory_.reset();
      size_ = 0;
      memory_.reset(static_cast<std::byte*>(::operator new[](static_cast<std::size_t>(bytes), std::align_val_t{64})));
      size_ = bytes;
    }
    return memory_.get();
  }

 private:
  struct Delete {
    void operator()(std::byte* memory) const noexcept { ::operator delete[](memory, std::align_val_t{64}); }
  };
  std::unique_ptr<std::byte[], Delete> memory_;
  std::int64_t size_ = 0;
};

/// Counts of one query against some columns, to be made scores of.
struct Counts {
  const void* counts;  // unsigned
  const std::uint16_t* sizes;
  std::int64_t n;
  std::int64_t query_size;
  bool small;  // no text has more than 255 characters
};

/// Counts of `n` queries against all texts of a group, `stride` from one query to the next.
using Run = void (*)(const Group& group, const Query* queries, std::int64_t n, void* counts, std::int64_t stride,
                     Workspace& workspace);

/// Rows of counts that are brought into the order of the columns together.
inline constexpr std::int64_t kTogether = 4;

/// A rectangle of at most kTogether rows of raw counts; its first column is the first of a block.
struct Rows {
  const void* counts;
  std::int64_t stride, n;
  std::int64_t begin, end;  // columns
};

/// Its counts in the order of the columns; a whole last block is written.
using Gather = void (*)(const Slab& slab, const Rows& rows, void* to, std::int64_t to_stride);

/// The lowest or highest count of a row, and the first column that has it.
struct BestCount {
  std::uint8_t count;
  std::uint32_t column;
};

/// Of the raw counts of a row in bytes, behind which a vector can be read.
using FindBest = BestCount (*)(const Slab& slab, const void* counts);

/// Writes scores in a numeric type.
using Finish = void (*)(const Counts& counts, const Formula& formula, std::int32_t type, void* out);

/// What was counted of pairs, and their sizes, by lane.
struct PairCounts {
  const void* counts;  // of std::uint8_t, or near counts
  const std::uint16_t *text_sizes, *query_sizes;
  std::int64_t n;
};

/// Counts of all lanes: of std::uint8_t, or near counts.
using RunPairs = void (*)(const Pairs& pairs, void* counts);

/// Writes the scores of near counts.
using FinishPairs = void (*)(const PairCounts& pairs, const Formula& formula, double* out);

/// Copies past the cache.
using StreamCopy = void (*)(void* to, const void* from, std::int64_t bytes);

/// Counts have 8, 16 or 32 bits; 32 are for near counts of long texts only.
inline constexpr int kCountTypes = 3;

struct Target {
  Vectors vectors;
  Run run[kCounts][kCountTypes];  // nullptr: never asked for
  Gather gather[kCountTypes];
  FindBest find_best[2];  // the lowest, the highest
  Finish finish[kCountTypes];
  RunPairs run_pairs[kCounts][kPairWidths];  // nullptr: never asked for
  FinishPairs finish_pairs;
  StreamCopy stream;
};

extern const Target kBaseline;
#if PYUDF_X86_TARGETS
extern const Target kAvx2;
extern const Target kAvx512bw;
extern const Target kAvx512;
#endif

/// That of simd::current().
const Target& current_target() noexcept;

}  // namespace pyudf::text::lanes
