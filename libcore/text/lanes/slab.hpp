// slab.hpp: some columns of a matrix as lanes of vectors: for each character, the rows of each text where it occurs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "text/lanes/alphabet.hpp"

namespace pyudf::text::lanes {

/// Rows that a word has where a text takes several: the 64th bit is left for carries.
inline constexpr std::int64_t kRowsOfWord = 63;

/// Words of a long text that are run together, as many as the registers hold.
inline constexpr std::int64_t kStrip = 4;

/// How the texts of some sizes lie in lanes.
struct Width {
  int bits;            // of a lane: 8, 16, 32 or 64
  std::int64_t words;  // lanes of 64 bits that one text takes
  int vectors;         // that are run side by side

  std::int64_t rows() const noexcept { return words == 1 ? bits : words * kRowsOfWord; }
};

/// Some texts of one width. A text fills the highest rows of its lane, so that the last row is the same for all; the
/// rows below are those of an empty text.
struct Group {
  Width width;
  std::int64_t first;                     // the place of its first lane in a row of raw scores
  std::int64_t column_begin, column_end;  // all its texts are among these columns of the slab
  const std::byte* matches;               // for each code a row of words × vectors vectors
  const std::byte* rows;                  // which rows belong to the text: one such row
  const std::uint32_t* offsets;           // of a code's row in matches; 0: none match
  const std::uint16_t* sizes;             // of the texts, by lane
};

/// What kernels have vectors for.
struct Vectors {
  int bytes;   // of one
  int picked;  // bytes that one instruction brings into any order
};

/// Where columns find the raw scores of one width: texts keep their order within a width. Columns are looked at in
/// parts of Vectors::picked.
struct Stream {
  std::vector<std::uint64_t> masks;   // for each Slab::kBlock columns, which of them are of this width
  std::vector<std::uint32_t> places;  // for each part, that of its first score
  std::vector<std::uint8_t> picks;    // for each column, which score of its part is its own; 255: none
};

class Slab {
 public:
  static constexpr std::int64_t kBlock = 64;

  /// `narrowest`: the fewest bits of a lane.
  Slab(const pyudf_text* texts, std::int64_t n, const Alphabet& alphabet, Vectors vectors, int narrowest);

  std::int64_t columns() const noexcept { return static_cast<std::int64_t>(sizes_.size()); }
  const std::vector<Group>& groups() const noexcept { return groups_; }
  const std::vector<Stream>& streams() const noexcept { return streams_; }

  /// Where the raw score of each column lies in a row of them.
  const std::vector<std::uint32_t>& places() const noexcept { return places_; }

  /// Raw scores of a row; some belong to no column.
  std::int64_t stride() const noexcept { return stride_; }

  /// The column of each raw score, and whether there is none: kNoColumn and 255. Some more than there are raw scores,
  /// for those who look at whole vectors.
  static constexpr std::uint32_t kNoColumn = ~std::uint32_t{0};
  const std::vector<std::uint32_t>& columns_of() const noexcept { return columns_of_; }
  const std::vector<std::uint8_t>& padding() const noexcept { return padding_; }

  /// Of its tables.
  std::int64_t bytes() const noexcept { return bytes_; }

 private:
  struct AlignedDelete {
    void operator()(std::byte* memory) const noexcept { ::operator delete[](memory, std::align_val_t{64}); }
  };
  using Memory = std::unique_ptr<std::byte[], AlignedDelete>;

  std::byte* allocate(std::int64_t bytes);
  void add_groups(const Width& width, const std::vector<std::uint32_t>& columns, int vector_bytes);
  void add_group(const Width& width, const std::uint32_t* columns, std::int64_t n, int vector_bytes);
  void add_stream(const std::vector<std::uint32_t>& columns, std::int64_t first, int picked);

  std::int64_t alphabet_;
  std::vector<Code> codes_;
  std::vector<std::int64_t> starts_;
  std::vector<std::uint16_t> sizes_;
  std::vector<Group> groups_;
  std::vector<Stream> streams_;
  std::vector<std::uint32_t> places_, columns_of_;
  std::vector<std::uint8_t> padding_;
  std::vector<Memory> memory_;
  std::int64_t bytes_ = 0, stride_ = 0;
};

}  // namespace pyudf::text::lanes
