// transpose.hpp: the transpose of a rectangle of numbers, a square of vectors at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace pyudf {

/// Rows of numbers, `stride` bytes apart.
template <class T>
struct Plane {
  char* data;
  std::int64_t stride;

  T* at(std::int64_t row, std::int64_t column) const { return reinterpret_cast<T*>(data + row * stride) + column; }
};

namespace detail {

/// As many rows as a vector of 16 bytes has numbers.
template <class T>
struct Square {
  static constexpr int kSide = 16 / sizeof(T);
  using Row [[gnu::vector_size(16)]] = T;

  /// Rows i and i + kSide / 2 are interleaved, which moves one bit of each number's place from its row to its column:
  /// after as many rounds as there are bits, the two have changed sides.
  static void transpose(Plane<T> from, std::int64_t row, std::int64_t column, Plane<T> to) {
    Row rows[kSide], next[kSide];
    for (int i = 0; i < kSide; ++i) std::memcpy(&rows[i], from.at(row + i, column), sizeof(Row));
    for (int round = 1; round < kSide; round *= 2) {
      for (int i = 0; i < kSide / 2; ++i) {
        next[2 * i] = interleaved<0>(rows[i], rows[i + kSide / 2]);
        next[2 * i + 1] = interleaved<kSide / 2>(rows[i], rows[i + kSide / 2]);
      }
      std::copy_n(next, kSide, rows);
    }
    for (int i = 0; i < kSide; ++i) std::memcpy(to.at(column + i, row), &rows[i], sizeof(Row));
  }

 private:
  template <int first>
  static Row interleaved(Row a, Row b) {
    return [&]<int... i>(std::integer_sequence<int, i...>) {
      return __builtin_shufflevector(a, b, (first + i / 2 + i % 2 * kSide)...);
    }(std::make_integer_sequence<int, kSide>());
  }
};

}  // namespace detail

/// Writes the numbers of rows [row_begin, row_end) × columns [column_begin, column_end) to the places across the
/// diagonal.
template <class T>
void transpose(Plane<T> from, std::int64_t row_begin, std::int64_t row_end, std::int64_t column_begin,
               std::int64_t column_end, Plane<T> to) {
  constexpr std::int64_t kSide = detail::Square<T>::kSide;
  const std::int64_t rows = row_begin + (row_end - row_begin) / kSide * kSide;
  const std::int64_t columns = column_begin + (column_end - column_begin) / kSide * kSide;
  for (std::int64_t row = row_begin; row < rows; row += kSide)
    for (std::int64_t column = column_begin; column < columns; column += kSide)
      detail::Square<T>::transpose(from, row, column, to);
  for (std::int64_t row = row_begin; row < row_end; ++row)
    for (std::int64_t column = row < rows ? columns : column_begin; column < column_end; ++column)
      *to.at(column, row) = *from.at(row, column);
}

/// Writes rows [begin, end) of what lies below the diagonal of a symmetric matrix from what lies above it.
template <class T>
void mirror_rows(Plane<T> matrix, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t kRead = 64, kSide = detail::Square<T>::kSide;
  // Both the rows read and the rows written stay in the cache.
  for (std::int64_t row = 0; row < begin; row += kRead)
    transpose(matrix, row, std::min(row + kRead, begin), begin, end, matrix);
  for (std::int64_t at = begin; at < end; at += kSide) {
    const std::int64_t stop = std::min(at + kSide, end);
    transpose(matrix, begin, at, at, stop, matrix);
    for (std::int64_t row = at; row < stop; ++row)
      for (std::int64_t column = at; column < row; ++column) *matrix.at(row, column) = *matrix.at(column, row);
  }
}

}  // namespace pyudf
