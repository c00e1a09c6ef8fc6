// recurrences.hpp: the columns of dynamic programmes in lanes, one step a character of the query.
// Included for each target, after its header of simd/.
//
// One lane holds the vertical differences of one text's rows. Of texts of several words, each word has 63 rows, the
// 64th bit of all matches is set and carries show there; Carry is what passes from a word to the next.
#pragma once

namespace pyudf::PYUDF_TARGET::lanes {

/// Myers 1999 as Hyyrö 2003 has it, with two of his values read off others (text/levenshtein.hpp): with three-input
/// operations a step is seven of them. Vertical differences are +1 where `above` is set and -1 where `below` is.
template <int bits>
struct Edits {
  static constexpr int kSaved = 2;
  static constexpr int kCarries = 2;
  struct Carry {
    Vector sum, shifted;
  };

  Vector above;
#if PYUDF_TARGET_AVX512
  Vector reached, shifted;  // `below` is the first without the second, which the next step forms in passing
  PYUDF_INLINE Vector below() const { return reached & ~shifted; }
  PYUDF_INLINE void set_below(Vector v) { reached = v, shifted = zeros(); }
#else
  Vector under;
  PYUDF_INLINE Vector below() const { return under; }
  PYUDF_INLINE void set_below(Vector v) { under = v; }
#endif

  PYUDF_INLINE void start(Vector rows) { above = rows, set_below(zeros()); }
  PYUDF_INLINE void save(Vector* to) const { to[0] = above, to[1] = below(); }
  PYUDF_INLINE void restore(const Vector* from) { above = from[0], set_below(from[1]); }

  PYUDF_INLINE void step(Vector matches, Vector) {
    const Vector sum = add<bits>(matches & above, above);
    const Vector at_most_zero = flat(sum, matches);
    next(sum, matches, add<bits>(at_most_zero, at_most_zero));
  }

  PYUDF_INLINE void step(Vector matches, Vector, Carry& carry) {
    const Vector sum = add<64>(add<64>(matches & above, above), carry.sum);
    const Vector shift = shift_in(flat(sum, matches), carry.shifted);
    next(sum, matches, shift);
    carry = {shift_right<64>(sum, 63), shift};
  }

  /// Sums of the vertical differences of the rows of the mask.
  PYUDF_INLINE Vector count(Vector mask) const {
    return subtract<bits>(count_bits<bits>(above & mask), count_bits<bits>(below() & mask));
  }
  /// The count of a text from that sum.
  static PYUDF_INLINE Vector result(Vector query_size, Vector, Vector sum) { return add<bits>(query_size, sum); }

 protected:
  /// Where the horizontal difference is 0 or -1.
  PYUDF_INLINE Vector flat(Vector sum, Vector matches) const {
#if PYUDF_TARGET_AVX512
    return PYUDF_TERNARY(PYUDF_TERNARY(sum, matches, above, 0xFE), reached, shifted, 0xB0);
#else
    return (sum | matches | above) & ~under;
#endif
  }
  /// Where a match or a difference of -1 makes the diagonal difference 0.
  PYUDF_INLINE Vector next(Vector sum, Vector matches, Vector shift) {
#if PYUDF_TARGET_AVX512
    reached = PYUDF_TERNARY(matches, reached, shifted, 0xF4);
    shifted = shift;
    above = PYUDF_TERNARY(shift, sum, reached, 0xD0);
#else
    const Vector reached = matches | under;
    above = shift & ~(~sum & reached);
    under = reached & ~shift;
#endif
    return reached;
  }
};

/// Hyyrö 2003, a transposition taken as one more match (text/osa.hpp).
template <int bits>
struct Swaps : Edits<bits> {
  using Base = Edits<bits>;
  static constexpr int kSaved = 3;
  static constexpr int kCarries = 3;
  struct Carry {
    typename Base::Carry edits;
    Vector halves;
  };

  Vector edited;  // the diagonal difference is +1

  PYUDF_INLINE void start(Vector rows) { Base::start(rows), edited = zeros(); }
  PYUDF_INLINE void save(Vector* to) const { Base::save(to), to[2] = edited; }
  PYUDF_INLINE void restore(const Vector* from) { Base::restore(from), edited = from[2]; }

  PYUDF_INLINE void step(Vector matches, Vector matches_before) {
    const Vector halves = edited & matches;
    const Vector swapped = PYUDF_TERNARY(matches, add<bits>(halves, halves), matches_before, 0xF8);
    const Vector before = this->above, sum = add<bits>(matches & before, before);
    const Vector at_most_zero = this->flat(sum, swapped);
    remember(sum, before, this->next(sum, swapped, add<bits>(at_most_zero, at_most_zero)));
  }

  PYUDF_INLINE void step(Vector matches, Vector matches_before, Carry& carry) {
    const Vector halves = shift_in(edited & matches, carry.halves);
    const Vector swapped = PYUDF_TERNARY(matches, halves, matches_before, 0xF8);
    const Vector before = this->above, sum = add<64>(add<64>(matches & before, before), carry.edits.sum);
    const Vector shift = shift_in(this->flat(sum, swapped), carry.edits.shifted);
    remember(sum, before, this->next(sum, swapped, shift));
    carry = {{shift_right<64>(sum, 63), shift}, halves};
  }

 private:
  PYUDF_INLINE void remember(Vector sum, Vector before, Vector reached) {
#if PYUDF_TARGET_AVX512
    edited = PYUDF_TERNARY(reached, sum, before, 0x09);
#else
    edited = ~(reached | (sum ^ before));
#endif
  }
};

/// Swaps across a gap too (text/damerau_levenshtein.hpp, whose names these are). Of the row above the first one only
/// that its horizontal difference is +1 matters, for which `level`, where it is not, is zero.
template <int bits>
struct FarSwaps {
  static constexpr int kSaved = 4;
  static constexpr int kCarries = 5;
  struct Carry {
    Vector open, equal, zero, level, drops;
  };

  Vector plus, minus, zero, open_rows;

  PYUDF_INLINE void start(Vector rows) { plus = rows, minus = zero = open_rows = zeros(); }
  PYUDF_INLINE void save(Vector* to) const { to[0] = plus, to[1] = minus, to[2] = zero, to[3] = open_rows; }
  PYUDF_INLINE void restore(const Vector* from) {
    plus = from[0], minus = from[1], zero = from[2], open_rows = from[3];
  }

  PYUDF_INLINE void step(Vector equal, Vector equal_before) {
    const Vector starts = equal & ~zero;
    const Vector open = opened(add<bits>(starts, starts), equal);
    const Vector free = equal | swapped(open, add<bits>(equal, equal), equal_before);
    zero = add_carries(free) | minus;
    const Vector level = (zero | plus) & ~minus, drops = zero & plus;
    next(equal, add<bits>(zero, zero), add<bits>(level, level), add<bits>(drops, drops));
  }

  PYUDF_INLINE void step(Vector equal, Vector equal_before, Carry& carry) {
    const Vector starts = equal & ~zero;
    const Vector open = opened(shift_in(starts, carry.open), equal);
    const Vector shifted = shift_in(equal, carry.equal);
    const Vector free = equal | swapped(open, shifted, equal_before) | shift_right<64>(carry.drops, 63);
    const Vector onward = starts | (open & plus & ~equal);
    zero = add_carries(free) | minus;
    const Vector level = (zero | plus) & ~minus, drops = zero & plus;
    const Vector zero_above = shift_in(zero, carry.zero), level_above = shift_in(level, carry.level);
    const Vector drops_above = shift_in(drops, carry.drops);
    next(equal, zero_above, level_above, drops_above);
    carry = {add<64>(onward, onward), shifted, zero_above, level_above, drops_above};
  }

  PYUDF_INLINE Vector count(Vector mask) const {
    return subtract<bits>(count_bits<bits>(plus & mask), count_bits<bits>(minus & mask));
  }
  static PYUDF_INLINE Vector result(Vector query_size, Vector, Vector sum) { return add<bits>(query_size, sum); }

 private:
  PYUDF_INLINE Vector opened(Vector begin, Vector equal) const {
    const Vector through = plus & ~equal;
    return (add<bits>(begin & through, through) ^ through) | begin;
  }
  PYUDF_INLINE Vector swapped(Vector open, Vector equal_above, Vector equal_before) const {
    return (open & equal_before) | (open_rows & equal_above);
  }
  PYUDF_INLINE Vector add_carries(Vector free) const { return (add<bits>(free & plus, plus) ^ plus) | free; }
  PYUDF_INLINE void next(Vector equal, Vector zero_above, Vector level_above, Vector drops_above) {
    open_rows = (equal & ~zero_above) | (open_rows & ~(equal | level_above));
    plus = drops_above | (level_above & ~zero);
    minus = zero & ~level_above;
  }
};

/// Hyyrö 2004: the rows that are not set end a longest common subsequence.
template <int bits>
struct Common {
  static constexpr int kSaved = 1;
  static constexpr int kCarries = 1;
  struct Carry {
    Vector sum;
  };

  Vector open;

  PYUDF_INLINE void start(Vector rows) { open = rows; }
  PYUDF_INLINE void save(Vector* to) const { to[0] = open; }
  PYUDF_INLINE void restore(const Vector* from) { open = from[0]; }

  PYUDF_INLINE void step(Vector found, Vector) {
    const Vector matches = in_register(found);
    open = PYUDF_TERNARY(add<bits>(open, open & matches), open, matches, 0xF4);
  }
  PYUDF_INLINE void step(Vector matches, Vector, Carry& carry) {
    const Vector sum = add<64>(add<64>(open, open & matches), carry.sum);
    open = PYUDF_TERNARY(sum, open, matches, 0xF4);
    carry.sum = shift_right<64>(sum, 63);
  }

  PYUDF_INLINE Vector count(Vector mask) const { return count_bits<bits>(open & mask); }
  static PYUDF_INLINE Vector result(Vector, Vector size, Vector sum) { return subtract<bits>(size, sum); }
};

/// Which characters stand at the same place in both texts: `place` is the row of a step. Single words only.
template <int bits>
struct Places {
  static constexpr int kSaved = 2;
  static constexpr int kCarries = 0;

  Vector same, place;

  PYUDF_INLINE void start(Vector rows) { same = zeros(), place = rows & ~add<bits>(rows, rows); }
  PYUDF_INLINE void save(Vector* to) const { to[0] = same, to[1] = place; }
  PYUDF_INLINE void restore(const Vector* from) { same = from[0], place = from[1]; }

  PYUDF_INLINE void step(Vector matches, Vector) {
    same = PYUDF_TERNARY(same, matches, place, 0xF8);
    place = add<bits>(place, place);
  }

  PYUDF_INLINE Vector count(Vector mask) const { return count_bits<bits>(same & mask); }
  static PYUDF_INLINE Vector result(Vector, Vector, Vector sum) { return sum; }
};

/// The same up to the first place that differs, after which there is none.
template <int bits>
struct Leading : Places<bits> {
  static constexpr bool kEnds = true;

  PYUDF_INLINE void step(Vector matches, Vector) {
    const Vector here = matches & this->place;
    this->same |= here;
    this->place = add<bits>(here, here);
  }
};

}  // namespace pyudf::PYUDF_TARGET::lanes
