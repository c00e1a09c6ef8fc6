// test_pattern.cpp: the tables of character positions: loading, clearing, collisions, patterns of many words.
#include "text/pattern.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pyudf::text {
namespace {

template <class Char>
Text<Char> view(const std::vector<Char>& units) {
  return {units.data(), static_cast<std::int64_t>(units.size())};
}

template <class Char>
std::vector<Char> random_units(std::uint64_t seed, std::int64_t size, std::uint32_t distinct, std::uint32_t stride) {
  std::mt19937_64 random(seed);
  std::vector<Char> units;
  for (std::int64_t i = 0; i < size; ++i) units.push_back(static_cast<Char>(random() % distinct * stride));
  return units;
}

template <class Char>
std::uint64_t expected(Text<Char> pattern, std::uint32_t code, std::int64_t word) {
  std::uint64_t mask = 0;
  for (std::int64_t i = word * 64; i < std::min(pattern.size, word * 64 + 64); ++i)
    if (pattern[i] == code) mask |= std::uint64_t{1} << (i - word * 64);
  return mask;
}

/// Codes worth asking for: those of the pattern, their neighbours, and the edges of the widths.
template <class Char>
std::vector<std::uint32_t> questions(Text<Char> pattern) {
  std::vector<std::uint32_t> codes = {0, 1, 'a', 0xFF, 0x100, 0xFFFF, 0x10000, 0x10FFFF};
  for (const Char c : pattern)
    for (const std::uint32_t code : {c + 0u, c + 1u, c + 128u}) codes.push_back(code);
  return codes;
}

template <class Char>
class PatternTest : public ::testing::Test {};
using Widths = ::testing::Types<std::uint8_t, std::uint16_t, std::uint32_t>;
TYPED_TEST_SUITE(PatternTest, Widths);

// Strides that spread codes over the table, that make them collide, and that leave Latin-1.
constexpr std::uint32_t kStrides[] = {1, 128, 233, 1031};

TYPED_TEST(PatternTest, WordHoldsEveryPositionUntilCleared) {
  WordPattern pattern;
  for (const std::uint32_t stride : kStrides)
    for (const std::int64_t size : {0, 1, 8, 63, 64}) {
      const auto units = random_units<TypeParam>(stride, size, 200, stride);
      pattern.load(view(units));
      for (const std::uint32_t code : questions(view(units)))
        EXPECT_EQ(pattern.masks(code), expected(view(units), code, 0)) << code;
      pattern.clear(view(units));
      for (const std::uint32_t code : questions(view(units))) EXPECT_EQ(pattern.masks(code), 0u) << code;
    }
}

TYPED_TEST(PatternTest, BlocksHoldEveryPositionAfterEveryReload) {
  BlockPattern pattern;
  for (const std::uint32_t stride : kStrides)
    for (const std::int64_t size : {0, 1, 64, 65, 128, 129, 700, 70}) {
      const auto units = random_units<TypeParam>(stride, size, size % 2 ? 300 : 20, stride);
      pattern.load(view(units));
      ASSERT_EQ(pattern.words(), (size + 63) / 64);
      for (const std::uint32_t code : questions(view(units)))
        for (std::int64_t word = 0; word < pattern.words(); ++word)
          ASSERT_EQ(pattern.masks(code)[word], expected(view(units), code, word)) << code << " in word " << word;
    }
}

// All 64 characters of the pattern differ and fall into one run of slots.
TEST(WordPatternTest, FullTableEndsItsSearches) {
  std::vector<std::uint32_t> units;
  for (std::uint32_t code = 0x10000; units.size() < 64; ++code)
    if ((code * 0x9E3779B1u) >> 25 == 127) units.push_back(code);
  WordPattern pattern;
  for (int round = 0; round < 2; ++round) {
    pattern.load(view(units));
    for (std::size_t i = 0; i < units.size(); ++i) EXPECT_EQ(pattern.masks(units[i]), std::uint64_t{1} << i);
    EXPECT_EQ(pattern.masks(std::uint32_t{0x10FFFF}), 0u);
    pattern.clear(view(units));
    for (const std::uint32_t code : units) EXPECT_EQ(pattern.masks(code), 0u);
  }
}

// Each of the 64 characters lies in a page of its own; the next pattern's pages are handed out in another order.
TYPED_TEST(PatternTest, EveryCharacterMayNeedItsOwnPage) {
  if (sizeof(TypeParam) == 1) GTEST_SKIP() << "Latin-1 has its pages always";
  WordPattern pattern;
  for (const std::uint32_t first : {0x100u, 0x4E3Fu, 0xE03Fu, 0xF000u, 0x7FC0u}) {
    std::vector<TypeParam> units;
    for (std::uint32_t i = 0; i < 64; ++i) units.push_back(static_cast<TypeParam>(first + (i * 29 % 64) * 64));
    pattern.load(view(units));
    for (std::uint32_t code = 0; code < 0x20000; code += 1 + code % 3)
      ASSERT_EQ(pattern.masks(code), expected(view(units), code, 0)) << code;
    for (std::size_t i = 0; i < units.size(); ++i) ASSERT_EQ(pattern.masks(units[i]), std::uint64_t{1} << i);
    pattern.clear(view(units));
    for (std::uint32_t code = 0; code < 0x20000; ++code) ASSERT_EQ(pattern.masks(code), 0u) << code;
  }
}

// A pattern is cleared of its characters whatever their width is then, and asked for those of any other.
TEST(WordPatternTest, WidthsMayDiffer) {
  const std::vector<std::uint16_t> units = {0xFFFF, 0x100, 0xFF, 0, 0x100, 0xD800};
  const std::vector<std::uint32_t> same(units.begin(), units.end());
  WordPattern pattern;
  pattern.load(view(units));
  EXPECT_EQ(pattern.masks(std::uint8_t{0xFF}), 0b100u);
  EXPECT_EQ(pattern.masks(std::uint16_t{0x100}), 0b10010u);
  EXPECT_EQ(pattern.masks(std::uint32_t{0x100}), 0b10010u);
  EXPECT_EQ(pattern.masks(std::uint32_t{0xD800}), 0b100000u);
  for (const std::uint32_t code : {0x10000u, 0x100FFu, 0x10100u, 0x110000u, 0xFFFFFFFFu})
    EXPECT_EQ(pattern.masks(code), 0u) << code;
  pattern.clear(view(same));
  for (const std::uint16_t code : units) EXPECT_EQ(pattern.masks(code), 0u) << code;
}

// NumPy's U may hold numbers that are no code points.
TEST(WordPatternTest, HoldsAnyNumber) {
  const std::vector<std::uint32_t> units = {0xFFFFFFFF, 0xFFFF, 0x10000, 0xFFFFFFFF, 0x80000000, 0};
  WordPattern pattern;
  pattern.load(view(units));
  for (const std::uint32_t code : questions(view(units)))
    EXPECT_EQ(pattern.masks(code), expected(view(units), code, 0)) << code;
  pattern.clear(view(units));
  for (const std::uint32_t code : units) EXPECT_EQ(pattern.masks(code), 0u) << code;
}

TEST(WordPatternTest, RowsAreTheFirstOnes) {
  EXPECT_EQ(WordPattern::rows(0), 0u);
  EXPECT_EQ(WordPattern::rows(3), 7u);
  EXPECT_EQ(WordPattern::rows(63), ~std::uint64_t{0} >> 1);
  EXPECT_EQ(WordPattern::rows(64), ~std::uint64_t{0});
  EXPECT_EQ(WordPattern::rows(1000), ~std::uint64_t{0});
}

}  // namespace
}  // namespace pyudf::text
