// test_lanes.cpp: matrices scored over lanes, of every metric and form on every kind of processor, by the scores of
// single calls.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "lane_calls.hpp"
#include "pyudf/store.hpp"
#include "random_texts.hpp"
#include "simd/targets.hpp"
#include "text/lanes/target.hpp"

namespace {

/// Takes rows in any order and puts them in their places.
struct Rows : pyudf_rows {
  Rows(char* to, std::int64_t columns, std::int32_t of)
      : pyudf_rows{put}, out(to), row_bytes(columns * pyudf::size_of(of)), bytes(pyudf::size_of(of)) {}

  static pyudf_status put(pyudf_rows* rows, std::int64_t row, std::int64_t column, std::int64_t n, const void* scores) {
    const auto& self = static_cast<Rows&>(*rows);
    std::memcpy(self.out + row * self.row_bytes + column * self.bytes, scores,
                static_cast<std::size_t>(n * self.bytes));
    return PYUDF_OK;
  }

  char* out;
  std::int64_t row_bytes, bytes;
};

class Matrix {
 public:
  Matrix(const Call& call, const RandomTexts& left, const RandomTexts& right)
      : call_(call),
        left_(left.views()),
        right_(right.views()),
        columns_{{left_.data(), sizeof(pyudf_text), nullptr}, {right_.data(), sizeof(pyudf_text), nullptr}} {
    const std::int64_t sizes[] = {left_.size(), right_.size()};
    pyudf_error error{};
    EXPECT_EQ(call.function->outer_begin(columns_, sizes, call.options.data(), &state_, &error), PYUDF_OK);
  }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
  ~Matrix() { call_.function->outer_end(state_); }

  /// Compares a tile from (row, column) on with `expected`, the scores of all pairs.
  void check(const std::vector<double>& expected, std::int64_t row, std::int64_t column, std::int32_t type,
             std::uint32_t flags, bool by_rows) {
    const std::int64_t bytes = pyudf::size_of(type), row_bytes = right_.size() * bytes;
    std::vector<char> out(static_cast<std::size_t>(left_.size() * row_bytes)), wanted(out.size());
    Rows rows(out.data(), right_.size(), type);
    const pyudf_tile tile{row,
                          left_.size(),
                          column,
                          right_.size(),
                          out.data() + row * row_bytes + column * bytes,
                          row_bytes,
                          type,
                          flags,
                          by_rows ? &rows : nullptr};
    pyudf_error error{};
    ASSERT_EQ(call_.function->outer(state_, columns_, call_.options.data(), &tile, &error), PYUDF_OK) << error.message;
    for (std::int64_t r = row; r < left_.size(); ++r)
      pyudf::store(expected.data() + r * right_.size() + column, right_.size() - column, type,
                   wanted.data() + r * row_bytes + column * bytes);
    if (out == wanted) return;
    for (std::int64_t at = 0; at < left_.size() * right_.size(); ++at)
      ASSERT_EQ(std::memcmp(out.data() + at * bytes, wanted.data() + at * bytes, static_cast<std::size_t>(bytes)), 0)
          << call_.name() << ": row " << at / right_.size() << ", column " << at % right_.size() << ": texts of "
          << left_.data()[at / right_.size()].size << " and " << right_.data()[at % right_.size()].size
          << " characters, type " << type;
  }

 private:
  const Call& call_;
  const pyudf::TextViews &left_, &right_;
  const pyudf_column columns_[2];
  void* state_ = nullptr;
};

class Targets : public testing::TestWithParam<pyudf::simd::Target> {
 protected:
  void SetUp() override { pyudf::simd::use(GetParam()); }
  void TearDown() override { pyudf::simd::use(pyudf::simd::available().back()); }

  void compare(const RandomTexts& left, const RandomTexts& right) {
    for (const Call& call : calls()) {
      std::vector<double> expected;
      for (std::int64_t r = 0; r < left.views().size(); ++r)
        for (std::int64_t c = 0; c < right.views().size(); ++c)
          expected.push_back(call.score(left.views().data()[r], right.views().data()[c]));
      Matrix matrix(call, left, right);
      if (call.counts() && *std::max_element(expected.begin(), expected.end()) <= 255)
        matrix.check(expected, 0, 0, PYUDF_UINT8, 0, false);
      if (call.counts())
        for (const auto type : {PYUDF_INT16, PYUDF_UINT16, PYUDF_INT32, PYUDF_INT64, PYUDF_FLOAT32})
          matrix.check(expected, 0, 0, type, 0, false);
      else
        for (const auto type : {PYUDF_FLOAT32, PYUDF_FLOAT64}) matrix.check(expected, 0, 0, type, 0, false);
      const auto type = call.counts() ? PYUDF_INT32 : PYUDF_FLOAT64;
      matrix.check(expected, 0, 0, type, PYUDF_TILE_STREAM, false);
      matrix.check(expected, 3, 70, type, 0, false);
      matrix.check(expected, 3, 70, type, 0, true);
      if (HasFatalFailure()) return;
    }
  }
};

TEST(Lanes, RunTenMetricsOfFourForms) {
  std::vector<std::string> names;
  for (const Call& call : calls())
    if (names.empty() || names.back() != call.function->name) names.push_back(call.function->name);
  EXPECT_EQ(names.size(), 40u);
}

TEST_P(Targets, ScoreTextsOfAllWidthsOfLanes) {
  for (const std::int64_t longest : {8, 17, 34, 70}) {
    const RandomTexts left(40, longest, 1), right(170, longest, 2);
    compare(left, right);
    if (HasFatalFailure()) return;
  }
}

/// Many rows are the same texts as columns, or begin or end as they do.
TEST_P(Targets, ScoreTextsThatAreAlike) {
  for (const std::int64_t longest : {17, 66, 300}) {
    const RandomTexts left(24, longest, 7), right(90, longest, 7);
    compare(left, right);
    if (HasFatalFailure()) return;
  }
}

/// So many that share their ends that they are read backwards, where the metric allows it.
TEST_P(Targets, ScoreTextsThatEndAlike) {
  using namespace pyudf::text::lanes;
  const RandomTexts left(260, 6, 8, 0, U" lane, ab"), right(70, 9, 9, 0, U", ab");
  const auto* const texts = left.views().data();
  const auto n = left.views().size();
  Alphabet alphabet;
  for (std::int64_t i = 0; i < n; ++i) pyudf::text::with_width(texts[i], [&](auto text) { return alphabet.add(text); });
  const std::int64_t beginnings = Queries(texts, n, alphabet).shared();
  turn_for_sharing(texts, n, alphabet);
  ASSERT_GT(Queries(texts, n, alphabet).shared(), beginnings);
  compare(left, right);
}

TEST_P(Targets, ScoreTextsOfSeveralWords) {
  for (const std::int64_t longest : {140, 250, 600}) {
    const RandomTexts left(12, longest, 3), right(70, longest, 4);
    compare(left, right);
    if (HasFatalFailure()) return;
  }
}

TEST_P(Targets, ScoreSingleLongTextsAmongShortOnes) {
  const RandomTexts left(20, 12, 5), right(260, 12, 6, 5000);
  compare(left, right);
}

/// All fractions that texts of at most 255 characters can have.
TEST_P(Targets, SmallFractionsInSinglePrecisionAreThoseOfDoublePrecision) {
  using namespace pyudf::text::lanes;
  const Target& target = current_target();
  std::vector<std::uint8_t> counts(256);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<std::uint8_t>(i);
  std::vector<float> got(counts.size());
  for (const bool similarity : {false, true})
    for (std::int64_t query = 0; query <= 255; ++query)
      for (std::int64_t size = 0; size <= 255; ++size) {
        const std::vector<std::uint16_t> sizes(counts.size(), static_cast<std::uint16_t>(size));
        const std::int64_t n = std::min(query, size) + 1, whole = std::max<std::int64_t>(query + size, 1);
        target.finish[0]({counts.data(), sizes.data(), n, query, true}, formula(Measure::indel, similarity, true),
                         PYUDF_FLOAT32, got.data());
        for (std::int64_t count = 0; count < n; ++count) {
          const double share = static_cast<double>(query + size - 2 * count) / static_cast<double>(whole);
          ASSERT_EQ(got[static_cast<std::size_t>(count)], static_cast<float>(similarity ? 1.0 - share : share))
              << query << ' ' << size << ' ' << count;
        }
      }
}

INSTANTIATE_TEST_SUITE_P(Lanes, Targets,
                         testing::ValuesIn(pyudf::simd::available().begin(), pyudf::simd::available().end()),
                         [](const auto& target) { return std::string(pyudf::simd::name(target.param)); });

}  // namespace
