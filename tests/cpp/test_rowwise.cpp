// test_rowwise.cpp: two columns scored row by row over lanes, of every metric and form on every kind of processor, by
// the scores of single calls.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "lane_calls.hpp"
#include "random_texts.hpp"
#include "simd/targets.hpp"

namespace {

class Rowwise : public testing::TestWithParam<pyudf::simd::Target> {
 protected:
  void SetUp() override { pyudf::simd::use(GetParam()); }
  void TearDown() override { pyudf::simd::use(pyudf::simd::available().back()); }

  /// Compares the rows of two columns, one of which may stand still, but not those where a text is missing.
  static void compare(const pyudf_column (&columns)[2], std::int64_t n) {
    const auto text = [&](int side, std::int64_t row) -> const pyudf_text& {
      return *reinterpret_cast<const pyudf_text*>(static_cast<const char*>(columns[side].data) +
                                                  row * columns[side].stride);
    };
    std::vector<std::uint8_t> present;
    for (std::int64_t row = 0; row < n; ++row) present.push_back(text(0, row).data && text(1, row).data);
    const std::int64_t kUntouched = 0x5555555555555555;
    for (const Call& call : calls()) {
      std::vector<std::int64_t> scores(static_cast<std::size_t>(n), kUntouched);
      pyudf_error error{};
      ASSERT_EQ(call.function->batch(columns, n, call.options.data(), scores.data(), present.data(), nullptr, &error),
                PYUDF_OK)
          << error.message;
      for (std::int64_t row = 0; row < n; ++row) {
        const std::int64_t score = scores[static_cast<std::size_t>(row)];
        if (!present[static_cast<std::size_t>(row)]) {
          ASSERT_EQ(score, kUntouched) << call.name() << ": row " << row;
          continue;
        }
        double got;
        std::memcpy(&got, &score, sizeof got);
        ASSERT_EQ(call.counts() ? static_cast<double>(score) : got, call.score(text(0, row), text(1, row)))
            << call.name() << ": row " << row << ": texts of " << text(0, row).size << " and " << text(1, row).size
            << " characters";
      }
    }
  }

  static pyudf_column column(const RandomTexts& texts) { return {texts.views().data(), sizeof(pyudf_text), nullptr}; }
};

TEST_P(Rowwise, ScoresTextsOfAllWidthsOfLanes) {
  for (const std::int64_t longest : {8, 17, 34, 66}) {
    const RandomTexts left(700, longest, 1), right(700, longest, 2);
    compare({column(left), column(right)}, 700);
    if (HasFatalFailure()) return;
  }
}

/// The texts of a row are the same, or begin or end as the other does.
TEST_P(Rowwise, ScoresTextsThatAreAlike) {
  for (const std::int64_t longest : {12, 64}) {
    const RandomTexts texts(400, longest, 7);
    pyudf_column later = column(texts);
    later.data = static_cast<const pyudf_text*>(later.data) + 1;
    compare({column(texts), later}, 399);
    if (HasFatalFailure()) return;
  }
}

/// More rows than are sorted together, of a few sizes.
TEST_P(Rowwise, ScoresManyRows) {
  const RandomTexts left(9000, 3, 11), right(9000, 3, 12);
  compare({column(left), column(right)}, 9000);
}

TEST_P(Rowwise, ScoresAColumnByOneText) {
  for (const std::int64_t longest : {6, 20, 150}) {
    const RandomTexts one(1, longest, 3), many(300, 20, 4);
    const pyudf_column still{one.views().data(), 0, nullptr};
    compare({column(many), still}, 300);
    compare({still, column(many)}, 300);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Lanes, Rowwise,
                         testing::ValuesIn(pyudf::simd::available().begin(), pyudf::simd::available().end()),
                         [](const auto& target) { return std::string(pyudf::simd::name(target.param)); });

}  // namespace
