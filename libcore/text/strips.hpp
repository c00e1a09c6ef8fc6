// strips.hpp: runs bit-parallel recurrences over texts of any length: one word, or strips of words inside a band.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "text/text.hpp"

namespace pyudf::text {

// A recurrence packs 64 rows of one column of a dynamic programme into a Word of vertical differences and steps it
// from column to column. What passes from the row above a word to the row below it, column by column, is kCarries
// bits: they encode the horizontal differences. All carries of the first row are 0.
//
//   Word start()                   the first column
//   void step(Word&, matches, carries)  one column further; replaces the carries from above by those going below
//   vertical(word, rows)           the sum of the vertical differences of the rows set in the mask
//   first_column(rows)             the same for that many rows of the first column
//   horizontal(carries, columns)   the sum of the horizontal differences of 64 columns or fewer
//   alive(...)                     may an alignment that crosses these columns still keep the limit?
//   missed(limit)                  a result that does not keep it
//   kWords                         words of a strip, 2 or 4: as many as the registers hold
//   kReach                         how far beside its diagonal one operation looks

/// The diagonals j - i that an alignment which keeps the limit may touch.
struct Band {
  std::int64_t lowest, highest;
};

/// Where a run of columns lies in the row below a strip: before its first cell and after its last.
struct Span {
  std::int64_t before, after;            // values of the two cells
  std::int64_t columns;                  // from the one to the other
  std::int64_t rows_left, columns_left;  // after the last cell
};

/// One column of a pattern that fits one word.
template <class Recurrence>
void step_word(typename Recurrence::Word& word, std::uint64_t matches) noexcept {
  std::uint64_t carries[Recurrence::kCarries] = {};
  Recurrence::step(word, matches, carries);
}

/// The last cell of a pattern of `size` rows after `columns`.
template <class Recurrence>
std::int64_t last_cell(const typename Recurrence::Word& word, std::int64_t size, std::int64_t columns) noexcept {
  constexpr std::uint64_t no_carries[Recurrence::kCarries] = {};
  return Recurrence::horizontal(no_carries, columns) + Recurrence::vertical(word, WordPattern::rows(size));
}

/// The last cell of a recurrence whose pattern fits one word.
template <class Recurrence, class Char>
std::int64_t run_word(const WordPattern& pattern, std::int64_t size, Text<Char> text) noexcept {
  typename Recurrence::Word word = Recurrence::start();
  for (const Char c : text) step_word<Recurrence>(word, pattern.masks(c));
  return last_cell<Recurrence>(word, size, text.size);
}

/// The same for two texts side by side: a step waits for the one before it, and the other text's fills the wait.
template <class Recurrence, class Char>
std::array<std::int64_t, 2> run_word(const WordPattern& pattern, std::int64_t size, Text<Char> a,
                                     Text<Char> b) noexcept {
  typename Recurrence::Word word_a = Recurrence::start(), word_b = Recurrence::start();
  const std::int64_t both = std::min(a.size, b.size);
  for (std::int64_t i = 0; i < both; ++i) {
    step_word<Recurrence>(word_a, pattern.masks(a[i]));
    step_word<Recurrence>(word_b, pattern.masks(b[i]));
  }
  for (const Char c : a.drop_first(both)) step_word<Recurrence>(word_a, pattern.masks(c));
  for (const Char c : b.drop_first(both)) step_word<Recurrence>(word_b, pattern.masks(c));
  return {last_cell<Recurrence>(word_a, size, a.size), last_cell<Recurrence>(word_b, size, b.size)};
}

/// A pattern of any length, loaded piece by piece: memory stays small however many characters are distinct.
template <class Char>
class LoadedPattern {
 public:
  LoadedPattern(Text<Char> text, BlockPattern& blocks) noexcept : text_(text), blocks_(blocks) {}

  /// The table that covers a word, and the place of the word therein.
  std::pair<const BlockPattern*, std::int64_t> at(std::int64_t word) {
    if (const std::int64_t piece = word / kPiece; piece != loaded_) {
      const std::int64_t begin = piece * kPiece * 64;
      blocks_.load(Text<Char>{text_.data + begin, std::min(kPiece * 64, text_.size - begin)});
      loaded_ = piece;
    }
    return {&blocks_, word % kPiece};
  }

 private:
  static constexpr std::int64_t kPiece = 16;  // words; a multiple of every strip
  Text<Char> text_;
  BlockPattern& blocks_;
  std::int64_t loaded_ = -1;
};

/// A recurrence over a pattern of many words. Strips of rows are run one after the other along the text, so that a
/// strip's words stay in registers; each leaves its carries to the next one, 64 columns to a word.
///
/// Only columns within the band are computed. Past its ends rows and columns cost their worst (Ukkonen 1985): cells
/// are then bounds, and those of an alignment that keeps the limit are exact.
template <class Recurrence, class Pattern, class Char>
class Strips {
  static constexpr int kCarries = Recurrence::kCarries;
  using Word = typename Recurrence::Word;

 public:
  Strips(Pattern pattern, std::int64_t size, Text<Char> text, Band band, std::int64_t limit) noexcept
      : pattern_(pattern), size_(size), text_(text), band_(band), limit_(limit) {}

  /// The last cell, or something that misses the limit as well.
  std::int64_t run(Buffer<std::uint64_t>& memory) {
    if (text_.empty()) return Recurrence::first_column(size_);
    const std::int64_t n_carries = (text_.size + 63) / 64 * kCarries;
    carries_ = memory.at_least(n_carries);
    std::memset(carries_, 0, static_cast<std::size_t>(n_carries) * sizeof(std::uint64_t));
    const std::int64_t words = (size_ + 63) / 64;
    const std::int64_t height = narrow() ? 1 : Recurrence::kWords;
    for (std::int64_t word = 0; word < words; word += height)
      if (!strip(word, std::min(height, words - word))) return Recurrence::missed(limit_);
    return last_;
  }

 private:
  /// Whether strips of one word, which follow a band more closely, beat higher ones, which compute a word sooner. A
  /// strip runs along the band's width, its own height and half a chunk at its start; 7 : 11 is measured.
  bool narrow() const noexcept {
    const std::int64_t width = band_.highest - band_.lowest;
    return 11 * std::min(text_.size, width + 96) < 7 * std::min(text_.size, width + 288);
  }

  bool strip(std::int64_t word, std::int64_t height) {
    if constexpr (Recurrence::kWords == 4) {
      if (height == 4) return strip<4>(word);
      if (height == 3) return strip<3>(word);
    }
    return height == 2 ? strip<2>(word) : strip<1>(word);
  }

  /// Runs the rows of `height` words; false where no alignment can keep the limit any more.
  template <int height>
  bool strip(std::int64_t word) {
    const std::int64_t row = word * 64, next_row = row + height * 64;
    enter(row);
    const std::int64_t end = std::min(text_.size, next_row + band_.highest + Recurrence::kReach);
    const auto [pattern, offset] = pattern_.at(word);
    Word words[height];
    std::fill_n(words, height, Recurrence::start());

    std::int64_t above = corner_, below = corner_ + Recurrence::first_column(next_row - row), alive = -1;
    for (std::int64_t column = begin_; column < end; column += 64) {
      const std::int64_t columns = std::min<std::int64_t>(64, end - column);
      std::uint64_t* carries = carries_ + column / 64 * kCarries;
      above += Recurrence::horizontal(carries, columns);
      run_chunk(words, *pattern, offset, text_.data + column, columns, carries);
      const std::int64_t before = below;
      below += Recurrence::horizontal(carries, columns);
      if (alive < 0 &&
          Recurrence::alive({before, below, columns, size_ - next_row, text_.size - column - columns}, limit_))
        alive = column;
    }
    if (next_row >= size_) {
      last_ = above;
      for (int w = 0; w < height; ++w) last_ += Recurrence::vertical(words[w], WordPattern::rows(size_ - row - w * 64));
      return true;
    }
    corner_ += Recurrence::first_column(next_row - row);
    alive_ = alive;
    return alive >= 0;
  }

  /// Moves the corner, the cell above a strip and left of it, to where the band and live cells begin.
  void enter(std::int64_t row) noexcept {
    const std::int64_t begin =
        std::max(alive_, std::max<std::int64_t>(0, row + band_.lowest - Recurrence::kReach) / 64 * 64);
    for (; begin_ < begin; begin_ += 64) corner_ += Recurrence::horizontal(carries_ + begin_ / 64 * kCarries, 64);
  }

  template <int height>
  static void run_chunk(Word (&words)[height], const BlockPattern& pattern, std::int64_t offset, const Char* text,
                        std::int64_t columns, std::uint64_t* carries) noexcept {
    Word state[height];  // a copy, which compilers keep in registers
    std::copy_n(words, height, state);
    std::uint64_t flow[kCarries];  // bits from above leave it at the low end, bits to below enter at the high one
    std::copy_n(carries, kCarries, flow);
    for (const Char c : Text<Char>{text, columns}) {
      const std::uint64_t* masks = pattern.masks(c) + offset;
      std::uint64_t bits[kCarries];
      for (int k = 0; k < kCarries; ++k) bits[k] = flow[k] & 1;
      [&]<int... w>(std::integer_sequence<int, w...>) {
        (Recurrence::step(state[w], masks[w], bits), ...);
      }(std::make_integer_sequence<int, height>{});
      for (int k = 0; k < kCarries; ++k) flow[k] = flow[k] >> 1 | bits[k] << 63;
    }
    for (int k = 0; k < kCarries; ++k) carries[k] = flow[k] >> (64 - columns);
    std::copy_n(state, height, words);
  }

  Pattern pattern_;
  std::int64_t size_;
  Text<Char> text_;
  Band band_;
  std::int64_t limit_;
  std::uint64_t* carries_ = nullptr;  // of the row below the last strip; past its end: the worst
  std::int64_t begin_ = 0;            // the columns before it are done with
  std::int64_t alive_ = 0;            // the same, for the next strip
  std::int64_t corner_ = 0;           // the cell at column begin_ of the row below the last strip
  std::int64_t last_ = 0;
};

/// The last cell for two texts, the shorter one first, or something that misses the limit as well.
template <class Recurrence, class Char>
std::int64_t run_recurrence(Text<Char> s1, Text<Char> s2, Band band, std::int64_t limit, Scratch& scratch) {
  if (s1.size <= WordPattern::kMaxSize) {
    scratch.word.load(s1);
    const std::int64_t last = run_word<Recurrence>(scratch.word, s1.size, s2);
    scratch.word.clear(s1);
    return last;
  }
  LoadedPattern<Char> pattern(s1, scratch.blocks);
  return Strips<Recurrence, LoadedPattern<Char>, Char>(pattern, s1.size, s2, band, limit).run(scratch.words);
}

/// A pattern prepared for many texts, which may be of other widths. It must outlive the next prepare(). Tables of
/// several words are only made for the first text that needs them.
class PreparedPattern {
 public:
  /// Longer patterns are better loaded piece by piece, for each text anew.
  static constexpr std::int64_t kMaxSize = 4096;

  template <class Char>
  void prepare(Text<Char> text) {
    if (in_word()) with_width(text_, [&](auto last) { word_.clear(last); });
    text_ = {text.data, 0, sizeof(Char), 0};
    blocks_loaded_ = false;
    text_.size = text.size;
    if (in_word()) word_.load(text);
  }

  std::int64_t size() const noexcept { return text_.size; }
  bool in_word() const noexcept { return text_.size <= WordPattern::kMaxSize; }
  const WordPattern& word() const noexcept { return word_; }

  /// Calls f(pattern, text) with both in one width, for the cases in which what was prepared is of no use.
  template <class Char, class F>
  decltype(auto) with_text(Text<Char> text, Scratch& scratch, F&& f) const {
    return with_equal_widths(text_, {text.data, text.size, sizeof(Char), 0}, scratch, f);
  }

  /// For a pattern that is in_word().
  template <class Recurrence, class Char>
  std::array<std::int64_t, 2> run(Text<Char> a, Text<Char> b) const noexcept {
    return run_word<Recurrence>(word_, text_.size, a, b);
  }

  template <class Recurrence, class Char>
  std::int64_t run(Text<Char> text, Band band, std::int64_t limit, Scratch& scratch) {
    if (in_word()) return run_word<Recurrence>(word_, text_.size, text);
    if (!blocks_loaded_) with_width(text_, [&](auto whole) { blocks_.load(whole); });
    blocks_loaded_ = true;
    return Strips<Recurrence, Whole, Char>(Whole{&blocks_}, text_.size, text, band, limit).run(scratch.words);
  }

 private:
  struct Whole {
    const BlockPattern* blocks;
    std::pair<const BlockPattern*, std::int64_t> at(std::int64_t word) const noexcept { return {blocks, word}; }
  };

  WordPattern word_;
  BlockPattern blocks_;
  bool blocks_loaded_ = false;
  pyudf_text text_{nullptr, 0, 1, 0};
};

/// What the Queries of all metrics with a recurrence share: the left text as a pattern, and two right ones at once.
template <class Recurrence>
class PatternQuery {
 public:
  template <class Char>
  void prepare(Text<Char> s1) {
    s1_.prepare(s1);
  }

  bool takes_two() const noexcept { return s1_.in_word(); }

  /// Scores without a cutoff.
  template <class Char, class Options>
  std::array<std::int64_t, 2> score_two(Text<Char> a, Text<Char> b, const Options&) const noexcept {
    return s1_.template run<Recurrence>(a, b);
  }

 protected:
  PreparedPattern s1_;
};

}  // namespace pyudf::text
