// test_transpose.cpp: matrices mirrored in squares, by what a loop over single numbers makes of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "core/transpose.hpp"

namespace {

template <class T>
class Transpose : public testing::Test {};

using Numbers = testing::Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(Transpose, Numbers);

/// A matrix of random numbers whose rows are longer than they need to be.
template <class T>
struct Matrix {
  Matrix(std::int64_t rows, std::int64_t columns) : stride(columns + 3) {
    std::mt19937_64 random(static_cast<std::uint64_t>(rows * 1000 + columns));
    for (std::int64_t i = 0; i < rows * stride; ++i) numbers.push_back(static_cast<T>(random()));
  }
  pyudf::Plane<T> plane() {
    return {reinterpret_cast<char*>(numbers.data()), stride * static_cast<std::int64_t>(sizeof(T))};
  }

  std::int64_t stride;
  std::vector<T> numbers;
};

TYPED_TEST(Transpose, WritesEachNumberAcrossTheDiagonal) {
  for (const std::int64_t rows : {0, 1, 7, 16, 17, 50})
    for (const std::int64_t columns : {0, 1, 8, 15, 16, 33, 64}) {
      const std::int64_t row = 2, column = 5;
      Matrix<TypeParam> from(row + rows, column + columns), to(column + columns, row + rows);
      auto expected = to.numbers;
      for (std::int64_t r = row; r < row + rows; ++r)
        for (std::int64_t c = column; c < column + columns; ++c)
          expected[static_cast<std::size_t>(c * to.stride + r)] =
              from.numbers[static_cast<std::size_t>(r * from.stride + c)];
      pyudf::transpose(from.plane(), row, row + rows, column, column + columns, to.plane());
      EXPECT_EQ(to.numbers, expected) << rows << " x " << columns;
    }
}

TYPED_TEST(Transpose, MirrorsRowsInBlocksOfAnySize) {
  for (const std::int64_t n : {0, 1, 2, 15, 16, 17, 63, 64, 65, 130, 300})
    for (const std::int64_t block : {5, 16, 64, 100, 256}) {
      Matrix<TypeParam> matrix(n, n);
      auto expected = matrix.numbers;
      for (std::int64_t r = 0; r < n; ++r)
        for (std::int64_t c = 0; c < r; ++c)
          expected[static_cast<std::size_t>(r * matrix.stride + c)] =
              matrix.numbers[static_cast<std::size_t>(c * matrix.stride + r)];
      for (std::int64_t begin = 0; begin < n; begin += block)
        pyudf::mirror_rows(matrix.plane(), begin, std::min(n, begin + block));
      EXPECT_EQ(matrix.numbers, expected) << n << " by " << block;
    }
}

}  // namespace
