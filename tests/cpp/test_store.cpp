// test_store.cpp: half precision against its definition for every bit pattern, scores stored as every numeric type.
#include "pyudf/store.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace {

using pyudf::size_of;
using pyudf::store;
using pyudf::to_half;

/// The value of a half, by the definition of IEEE 754 binary16.
double value_of(std::uint32_t half) {
  const double sign = half & 0x8000 ? -1.0 : 1.0;
  const int exponent = static_cast<int>(half >> 10 & 31);
  const double fraction = half & 1023;
  if (exponent == 0) return sign * fraction * 0x1p-24;
  if (exponent < 31) return sign * (1024 + fraction) * std::ldexp(1.0, exponent - 25);
  return fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
}

TEST(Half, EveryHalfComesBack) {
  for (std::uint32_t half = 0; half < 0x10000; ++half) {
    const double value = value_of(half);
    if (std::isnan(value)) continue;
    ASSERT_EQ(to_half(value), half) << value;
  }
}

TEST(Half, NanStaysNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(value_of(to_half(nan))));
  EXPECT_TRUE(std::isnan(value_of(to_half(std::copysign(nan, -1.0)))));
}

TEST(Half, RoundsToNearestAndTiesToEven) {
  for (std::uint32_t half = 0; half < 0x7BFF; ++half) {
    const double low = value_of(half), high = value_of(half + 1), middle = (low + high) / 2;
    ASSERT_EQ(to_half(middle), half % 2 == 0 ? half : half + 1) << middle;
    ASSERT_EQ(to_half(std::nextafter(middle, 0.0)), half) << middle;
    ASSERT_EQ(to_half(std::nextafter(middle, 1e9)), half + 1) << middle;
    ASSERT_EQ(to_half(-std::nextafter(middle, 1e9)), (half + 1) | 0x8000) << middle;
  }
}

TEST(Half, OverflowsToInfinity) {
  EXPECT_EQ(to_half(65504.0), 0x7BFF);
  EXPECT_EQ(to_half(std::nextafter(65520.0, 0.0)), 0x7BFF);
  EXPECT_EQ(to_half(65520.0), 0x7C00);
  EXPECT_EQ(to_half(1e300), 0x7C00);
  EXPECT_EQ(to_half(-65520.0), 0xFC00);
  EXPECT_EQ(to_half(-std::numeric_limits<double>::infinity()), 0xFC00);
}

TEST(Half, UnderflowsToZeroOfItsSign) {
  EXPECT_EQ(to_half(0.0), 0x0000);
  EXPECT_EQ(to_half(-0.0), 0x8000);
  EXPECT_EQ(to_half(0x1p-24), 0x0001);
  EXPECT_EQ(to_half(0x1p-25), 0x0000);  // a tie
  EXPECT_EQ(to_half(std::nextafter(0x1p-25, 1.0)), 0x0001);
  EXPECT_EQ(to_half(std::numeric_limits<double>::min()), 0x0000);
  EXPECT_EQ(to_half(-std::numeric_limits<double>::denorm_min()), 0x8000);
}

TEST(SizeOf, KnowsEveryNumericType) {
  const std::int64_t expected[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8};
  for (std::int32_t type = PYUDF_BOOL; type <= PYUDF_FLOAT64; ++type)
    EXPECT_EQ(size_of(type), expected[type - 1]) << type;
}

template <class To, class From>
void expect_stored(std::int32_t type, const std::vector<From>& from) {
  std::vector<To> out(from.size() + 1);
  std::memset(out.data(), 0x55, out.size() * sizeof(To));
  const To untouched = out.back();
  store(from.data(), static_cast<std::int64_t>(from.size()), type, out.data());
  for (std::size_t i = 0; i < from.size(); ++i) EXPECT_EQ(out[i], static_cast<To>(from[i])) << "type " << type;
  EXPECT_EQ(std::memcmp(&out.back(), &untouched, sizeof(To)), 0) << "type " << type << " wrote past its end";
}

template <class From>
void expect_all_types(const std::vector<From>& small, const std::vector<From>& large) {
  expect_stored<std::int8_t, From>(PYUDF_INT8, small);
  expect_stored<std::uint8_t, From>(PYUDF_UINT8, small);
  expect_stored<std::int16_t, From>(PYUDF_INT16, small);
  expect_stored<std::uint16_t, From>(PYUDF_UINT16, small);
  expect_stored<std::int32_t, From>(PYUDF_INT32, large);
  expect_stored<std::uint32_t, From>(PYUDF_UINT32, large);
  expect_stored<std::int64_t, From>(PYUDF_INT64, large);
  expect_stored<std::uint64_t, From>(PYUDF_UINT64, large);
  expect_stored<float, From>(PYUDF_FLOAT32, large);
  expect_stored<double, From>(PYUDF_FLOAT64, large);
}

TEST(Store, WritesCountsAsEveryType) { expect_all_types<std::int64_t>({0, 1, 127}, {0, 1, 2147483647}); }

TEST(Store, WritesRealsAsEveryType) { expect_all_types<double>({0.0, 1.0, 127.0}, {0.0, 1.0, 0.375}); }

TEST(Store, WritesNegativeNumbers) {
  expect_stored<std::int8_t, std::int64_t>(PYUDF_INT8, {-1, -128});
  expect_stored<std::int64_t, std::int64_t>(PYUDF_INT64, {std::numeric_limits<std::int64_t>::min()});
}

TEST(Store, WritesTruth) {
  const std::int64_t counts[] = {0, 1, 5};
  bool out[3];
  store(counts, 3, PYUDF_BOOL, out);
  EXPECT_FALSE(out[0]);
  EXPECT_TRUE(out[1]);
  EXPECT_TRUE(out[2]);
}

TEST(Store, WritesHalves) {
  const std::int64_t counts[] = {0, 1, 2048, 2049};
  const double reals[] = {0.5, 1.0 / 3.0};
  std::uint16_t out[4];
  store(counts, 4, PYUDF_FLOAT16, out);
  EXPECT_EQ(value_of(out[2]), 2048.0);
  EXPECT_EQ(value_of(out[3]), 2048.0);  // a tie, to even
  store(reals, 2, PYUDF_FLOAT16, out);
  EXPECT_EQ(out[0], 0x3800);
  EXPECT_EQ(out[1], 0x3555);
}

}  // namespace
