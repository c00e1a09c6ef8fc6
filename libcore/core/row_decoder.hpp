// row_decoder.hpp: decodes the rows of a column that are not ASCII together, so that no row's length is branched on.
#pragma once

#include <bit>
#include <cstring>

#include "core/columns.hpp"
#include "core/utf8.hpp"
#include "core/utf8_block.hpp"

namespace pyudf {

/// Rows of UTF-8 that wait to be decoded. They are put one behind the other and decoded as one text.
class RowDecoder {
 public:
  /// Rows are places in `out` and, for messages, count from `row`.
  RowDecoder(pyudf_text* out, std::int64_t row, Arena& arena) noexcept : out_(out), row_(row), arena_(arena) {}

  /// Row i is this text, to be decoded; `readable` bytes of memory follow its begin, those of the text or more.
  void add(std::int64_t i, const std::uint8_t* text, std::int64_t size, std::int64_t readable) {
    if (n_rows_ == kRows || size > kBytes - used_) {
      flush();
      if (size > kBytes) return decode_alone(i, text, size);
    }
    std::uint8_t* to = bytes_ + kUtf8Block + used_;
    if (size <= kCopied && readable >= kCopied)
      std::memcpy(to, text, kCopied);  // what is too much is written over
    else
      std::memcpy(to, text, static_cast<std::size_t>(size));
    out_[i] = {text, size, 1, 0};
    rows_[n_rows_++] = i;
    used_ += size;
  }

  /// Decodes what waits. Throws InvalidRow for the first row that is not UTF-8.
  void flush() {
    if (n_rows_ == 0) return;
    const std::int64_t bytes = 2 * (used_ + kUtf8Block);
    auto* units = static_cast<std::uint16_t*>(arena_.allocate(bytes));
    const std::int64_t n = decode_blocks(units);
    arena_.give_back(bytes - 2 * n);
    // All of them, though few rows may need it: which ones do could not be predicted.
    auto* narrow = static_cast<std::uint8_t*>(arena_.allocate(n));
    for (std::int64_t i = 0; i < n; ++i) narrow[i] = static_cast<std::uint8_t>(units[i]);
    finish(units, narrow);
    n_rows_ = used_ = 0;
  }

 private:
  static constexpr std::int64_t kBytes = 4096, kRows = 256;
  static constexpr std::int64_t kCopied = 32;

  /// A block, and what was found in those before it.
  struct Block {
    std::uint32_t units, wide, broken;
    std::uint16_t starts_here, wide_here;
  };

  /// What was found before some byte.
  struct Mark {
    Mark(const Block* blocks, std::int64_t at) noexcept : block(blocks + at / kUtf8Block) {
      const std::uint32_t before = (1u << at % kUtf8Block) - 1;
      units = block->units + count(block->starts_here & before);
      wide = block->wide + count(block->wide_here & before);
      starts = block->starts_here >> at % kUtf8Block & 1;
    }
    static std::uint32_t count(std::uint32_t bits) noexcept { return static_cast<std::uint32_t>(std::popcount(bits)); }

    const Block* block;
    std::uint32_t units, wide;
    bool starts;  // a character starts here
  };

  std::int64_t decode_blocks(std::uint16_t* units) noexcept {
    std::uint8_t* text = bytes_ + kUtf8Block;
    std::memset(bytes_, 0, kUtf8Block);
    std::memset(text + used_, 0, 2 * kUtf8Block);
    Block found{};
    std::int64_t n = 0;
    // One more byte than there is, so that the last text ends where a zero starts.
    for (std::int64_t at = 0; at <= used_; at += kUtf8Block) {
      const Utf8Block block = decode_block(text + at, units + found.units);
      found.starts_here = static_cast<std::uint16_t>(block.starts);
      found.wide_here = static_cast<std::uint16_t>(block.wide);
      blocks_[n++] = found;
      found.units += Mark::count(block.starts);
      found.wide += Mark::count(block.wide);
      found.broken += !block.sound;
    }
    blocks_[n] = found;
    return Mark(blocks_, used_).units;
  }

  /// Makes the views of the decoded rows.
  void finish(const std::uint16_t* units, const std::uint8_t* narrow) {
    std::int64_t at = 0;
    Mark begin(blocks_, 0);
    for (std::int64_t k = 0; k < n_rows_; ++k) {
      pyudf_text& view = out_[rows_[k]];
      const Mark end(blocks_, at += view.size);
      // What ends or begins within a character is broken, even if the row next to it completes it.
      if (!(begin.starts & end.starts) | (begin.block->broken != end.block[1].broken)) {
        decode_alone(rows_[k], static_cast<const std::uint8_t*>(view.data), view.size);
      } else {
        const bool wide = begin.wide != end.wide;
        const void* const to = wide ? static_cast<const void*>(units + begin.units) : narrow + begin.units;
        view = {to, end.units - begin.units, 1 + wide, 0};
      }
      begin = end;
    }
  }

  /// A row that is long, broken or has characters past U+FFFF.
  void decode_alone(std::int64_t i, const std::uint8_t* text, std::int64_t size) {
    const Utf8Extent extent = utf8_extent(text, size);
    switch (extent.width) {
      case 1: out_[i] = decoded<std::uint8_t>(text, size, extent, i); break;
      case 2: out_[i] = decoded<std::uint16_t>(text, size, extent, i); break;
      default: out_[i] = decoded<std::uint32_t>(text, size, extent, i); break;
    }
  }

  template <class Char>
  pyudf_text decoded(const std::uint8_t* text, std::int64_t size, Utf8Extent extent, std::int64_t i) {
    auto* units = static_cast<Char*>(arena_.allocate(extent.units * static_cast<std::int64_t>(sizeof(Char))));
    if (decode_utf8(text, size, units, extent.units) != extent.units)
      throw InvalidRow(row_ + i, "the text is not valid UTF-8");
    return {units, extent.units, sizeof(Char), 0};
  }

  pyudf_text* out_;
  std::int64_t row_;
  Arena& arena_;
  std::int64_t n_rows_ = 0, used_ = 0;
  std::int64_t rows_[kRows];
  Block blocks_[kBytes / kUtf8Block + 2];
  // The texts, with a block of zeros in front and two behind.
  std::uint8_t bytes_[kUtf8Block + kBytes + kCopied + 2 * kUtf8Block];
};

}  // namespace pyudf
