// batch.hpp: tiles of the matrix of two columns, many pairs at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "text/lanes/target.hpp"

namespace pyudf::text::lanes {

/// Gives a row to who takes it; throws std::bad_alloc where it could not be kept.
void hand_over(pyudf_rows& rows, std::int64_t row, std::int64_t column, std::int64_t n, const void* scores);

/// What all tiles of one matrix share. Tiles may be scored on several threads at once.
class Batch {
 public:
  Batch(const pyudf_text* left, std::int64_t rows, const pyudf_text* right, std::int64_t columns, Measure measure);

  /// Whether lanes can hold these columns: they cannot where there are too many different characters.
  bool usable() const noexcept { return usable_; }

  /// All scores of a tile but those of texts that are too long, which the caller overwrites.
  void score(const pyudf_tile& tile, const Formula& formula);

  /// The rows and columns of those texts, ascending.
  const std::vector<std::int64_t>& long_rows() const noexcept { return left_.too_long; }
  const std::vector<std::int64_t>& long_columns() const noexcept { return right_.too_long; }

 private:
  /// A column as it is run: texts that are too long are empty, and others may be cut.
  struct Side {
    Side(const pyudf_text* texts, std::int64_t n, std::int64_t longest);
    void cut(std::int64_t longest, bool backwards);

    std::int64_t n;
    const pyudf_text* whole;
    const pyudf_text* texts;           // in lanes
    std::vector<std::uint16_t> sizes;  // of whole texts; 0 of those too long
    std::vector<std::int64_t> too_long;
    std::vector<pyudf_text> shortened;
  };

  /// A slab, built when it is first asked for.
  struct Shelf {
    std::int64_t begin, end;  // columns of the matrix
    std::int64_t bytes = 0;   // of the slab, once there is one
    std::once_flag once;
    std::unique_ptr<Slab> slab;
  };

  struct Block;  // some queries of a tile
  struct Place;

  bool few_too_long() const noexcept;
  std::shared_ptr<Shelf> shelf(std::int64_t begin, std::int64_t end);
  void make_room(const Shelf& built);
  void run(const Block& block, Workspace& workspace) const;
  void count_on(const Block& block, std::int64_t column) const;
  void write(const Block& block, const pyudf_tile& tile, std::int64_t column, const Formula& formula) const;
  void hand_over_best(const Block& block, const pyudf_tile& tile, std::int64_t column, bool highest) const;
  bool are_counts(const pyudf_tile& tile, const Formula& formula) const noexcept;
  void put(const Counts& counts, const Formula& formula, const Place& place) const;

  Measure measure_;
  const Target& target_;
  std::int64_t longest_;       // text that is not too long
  int type_;                   // of counts, which have 1 << type_ bytes
  bool cut_;                   // texts are run up to a word, the counts of which may go on
  std::int64_t slab_columns_;  // at most
  Side left_, right_;
  Alphabet alphabet_;
  bool usable_;
  std::unique_ptr<Queries> queries_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Shelf>> shelves_;  // the last ones built
  std::int64_t shelved_bytes_ = 0;
};

}  // namespace pyudf::text::lanes
