// test_foreign.cpp: C functions called through their address alone, with every type, mixed and in every number.
#include "core/foreign.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/memory.hpp"

namespace {

template <class T>
constexpr std::int32_t id() {
  if constexpr (std::is_same_v<T, bool>) return PYUDF_BOOL;
  if constexpr (std::is_same_v<T, float>) return PYUDF_FLOAT32;
  if constexpr (std::is_same_v<T, double>) return PYUDF_FLOAT64;
  constexpr std::int32_t step = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  return (std::is_signed_v<T> ? PYUDF_INT8 : PYUDF_UINT8) + step;
}

template <class R, class... A>
pyudf::Foreign foreign(R (*function)(A...)) {
  return {reinterpret_cast<const void*>(function), "f", "", id<R>(), {{"x", id<A>()}...}};
}

template <class T>
pyudf_value value(T x) {
  pyudf_value made{};
  if constexpr (std::is_floating_point_v<T>)
    made.real = x;
  else
    made.integer = static_cast<std::int64_t>(x);
  return made;
}

/// One call.
template <class R, class... A>
R call(R (*function)(A...), A... args) {
  const pyudf::Foreign f = foreign(function);
  pyudf_value values[] = {pyudf_value{}, value(args)...};
  values[0].object = const_cast<pyudf::Foreign*>(&f);
  pyudf_value result{};
  pyudf::Arena arena;
  pyudf_error error{};
  EXPECT_EQ(f.function().scalar(values, &result, &arena, &error), PYUDF_OK);
  if constexpr (std::is_floating_point_v<R>)
    return static_cast<R>(result.real);
  else
    return static_cast<R>(result.integer);
}

/// The same over 300 rows, `gap` slots apart, must give the same.
template <class R, class... A>
void check(R (*function)(A...), A... args) {
  constexpr std::int64_t n = 300;
  const pyudf::Foreign f = foreign(function);
  const pyudf::Foreign* self = &f;
  const R expected = function(args...);
  EXPECT_EQ(call(function, args...), expected);
  for (const std::int64_t gap : {0, 1, 2}) {
    pyudf::Arena arena;
    std::vector<pyudf_column> columns = {{&self, 0, nullptr}};
    (
        [&] {
          auto* slots = static_cast<A*>(arena.allocate(3 * n * static_cast<std::int64_t>(sizeof(A))));
          for (std::int64_t i = 0; i < 3 * n; ++i) slots[i] = args;
          columns.push_back({slots, gap * static_cast<std::int64_t>(sizeof(A)), nullptr});
        }(),
        ...);
    auto* out = static_cast<R*>(arena.allocate(n * static_cast<std::int64_t>(sizeof(R))));
    std::memset(out, 0, n * sizeof(R));
    pyudf_error error{};
    EXPECT_EQ(f.function().batch(columns.data(), n, nullptr, out, nullptr, &arena, &error), PYUDF_OK);
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(out[i], expected) << "row " << i << ", gap " << gap;
  }
}

template <class T>
T same(T x) {
  return x;
}

template <class T>
class Numbers : public testing::Test {};
using EveryNumber = testing::Types<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                                   std::uint16_t, std::uint32_t, std::uint64_t, float, double>;
TYPED_TEST_SUITE(Numbers, EveryNumber);

TYPED_TEST(Numbers, ComeBackAsTheyWere) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam x : {TypeParam(0), TypeParam(1), Limits::lowest(), Limits::max(), Limits::min()})
    check<TypeParam, TypeParam>(same<TypeParam>, x);
}

double mixed(std::int8_t a, double b, std::uint16_t c, float d, bool e, std::int64_t f, float g, std::uint32_t h) {
  return a + b * 10 + c * 100.0 + static_cast<double>(d) * 1e3 + e * 1e4 + static_cast<double>(f) * 1e5 +
         static_cast<double>(g) * 1e6 + h * 1e7;
}
float small_result(float x, std::int8_t by) { return x * by; }
std::int8_t wraps(std::int8_t x, std::int8_t y) { return static_cast<std::int8_t>(x + y); }
bool is_larger(double x, std::int32_t y) { return x > y; }
std::uint64_t large(std::uint64_t x, std::uint64_t y) { return x ^ y; }
std::int64_t nothing() { return 42; }

TEST(Foreign, ParametersInAnyOrder) {
  check<double>(mixed, std::int8_t{-3}, 0.5, std::uint16_t{65535}, 1.25f, true, std::int64_t{-7}, -2.5f,
                std::uint32_t{4000000000u});
  check<float>(small_result, 1.5f, std::int8_t{-2});
  check<std::int8_t>(wraps, std::int8_t{127}, std::int8_t{3});
  check<bool>(is_larger, 2.5, std::int32_t{2});
  check<bool>(is_larger, -2.5, std::int32_t{-2});
  check<std::uint64_t>(large, ~std::uint64_t{0}, std::uint64_t{5});
  check<std::int64_t>(nothing);
}

double most(double a, std::int64_t b, double c, std::int32_t d, double e, std::int16_t f, double g, std::int8_t h,
            double i, std::uint8_t j, double k, std::uint64_t l, double m, float n) {
  return a + 2 * static_cast<double>(b) + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k +
         12 * static_cast<double>(l) + 13 * m + 14 * static_cast<double>(n);
}

TEST(Foreign, AsManyParametersAsThereAreRegisters) {
  check<double>(most, 1.0, std::int64_t{2}, 3.0, std::int32_t{4}, 5.0, std::int16_t{6}, 7.0, std::int8_t{8}, 9.0,
                std::uint8_t{10}, 11.0, std::uint64_t{12}, 13.0, 14.0f);
}

double add(double x, double y) { return x + y; }

TEST(Foreign, RowsThatAreMissingAreLeftOut) {
  static int calls;
  calls = 0;
  const pyudf::Foreign f = foreign(+[](double x) { return ++calls, x; });
  const pyudf::Foreign* self = &f;
  const double x[] = {1, 2, 3};
  double out[3] = {};
  std::uint8_t present[] = {1, 0, 1};
  const pyudf_column columns[] = {{&self, 0, nullptr}, {x, 8, nullptr}};
  pyudf_error error{};
  pyudf::Arena arena;
  ASSERT_EQ(f.function().batch(columns, 3, nullptr, out, present, &arena, &error), PYUDF_OK);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(out[0], 1);
  EXPECT_EQ(out[2], 3);
}

std::int64_t read_through(double x, const std::int64_t* data, std::int32_t zero) {
  return *data + static_cast<std::int64_t>(x) + zero;
}

TEST(Foreign, BoundParametersAreNoColumns) {
  const std::int64_t data = 40;
  const pyudf::Foreign f(reinterpret_cast<const void*>(read_through), "f", "", PYUDF_INT64,
                         {{"x", PYUDF_FLOAT64},
                          {"data", PYUDF_UINT64, true, reinterpret_cast<std::int64_t>(&data)},
                          {"zero", PYUDF_INT32, true, 0}});
  EXPECT_EQ(f.function().n_parameters, 2);
  EXPECT_STREQ(f.function().parameters[1].name, "x");
  pyudf_value args[2] = {pyudf_value{}, value(2.0)}, result{};
  args[0].object = const_cast<pyudf::Foreign*>(&f);
  pyudf_error error{};
  pyudf::Arena arena;
  ASSERT_EQ(f.function().scalar(args, &result, &arena, &error), PYUDF_OK);
  EXPECT_EQ(result.integer, 42);
}

TEST(Foreign, WhatCannotBeCalledIsRefused) {
  const auto* address = reinterpret_cast<const void*>(add);
  using Parameters = std::vector<pyudf::ForeignParameter>;
  EXPECT_THROW(pyudf::Foreign(nullptr, "f", "", PYUDF_INT64, {}), std::invalid_argument);
  EXPECT_THROW(pyudf::Foreign(address, "f", "", PYUDF_TEXT, {}), std::invalid_argument);
  EXPECT_THROW(pyudf::Foreign(address, "f", "", PYUDF_INT64, {{"x", PYUDF_FLOAT16}}), std::invalid_argument);
  EXPECT_THROW(pyudf::Foreign(address, "f", "", PYUDF_INT64, Parameters(7, {"x", PYUDF_INT8})), std::invalid_argument);
  EXPECT_THROW(pyudf::Foreign(address, "f", "", PYUDF_INT64, Parameters(9, {"x", PYUDF_FLOAT32})),
               std::invalid_argument);
}

}  // namespace
