// test_pairwise.cpp: matrices, the nearest and those within a cutoff, of functions with and without an outer entry, by
// brute force.
#include "core/pairwise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/registry.hpp"
#include "pyudf/guard.hpp"
#include "pyudf/types.hpp"

namespace {

using pyudf::Dense;
using pyudf::Hit;
using pyudf::Pairwise;
using pyudf::Selection;
using pyudf::TextViews;

// Two functions of our own with nothing but a batch entry: how far two lengths are apart, as a count that does not
// know which text is which, and as a real number that does.

std::int64_t gap(std::int64_t n, std::int64_t m) { return std::abs(n - m); }
double lean(std::int64_t n, std::int64_t m) { return static_cast<double>(n - m) / static_cast<double>(n + m + 1); }

const pyudf_text& text_at(const pyudf_column& column, std::int64_t i) {
  return *reinterpret_cast<const pyudf_text*>(static_cast<const char*>(column.data) + i * column.stride);
}

template <class Score, Score (*score)(std::int64_t, std::int64_t)>
pyudf_status batch(const pyudf_column* columns, std::int64_t n, const pyudf_value*, void* out, std::uint8_t* present,
                   pyudf_memory*, pyudf_error* error) {
  for (std::int64_t i = 0; i < n; ++i) {
    if (present && !present[i]) continue;
    const pyudf_text &a = text_at(columns[0], i), &b = text_at(columns[1], i);
    if (a.size == 13 && b.size == 7) return pyudf::fail(error, PYUDF_VALUE_ERROR, "thirteen against seven", i);
    static_cast<Score*>(out)[i] = score(a.size, b.size);
  }
  return PYUDF_OK;
}

constexpr pyudf_type kText = pyudf::detail::describe<pyudf_text>(PYUDF_TEXT),
                     kInt64 = pyudf::type<std::int64_t>::description, kFloat64 = pyudf::type<double>::description;
constexpr pyudf_parameter kParameters[] = {{"a", "", &kText, nullptr, 0, 0}, {"b", "", &kText, nullptr, 0, 0}};

pyudf_function function_of(const char* name, const pyudf_type* result, decltype(pyudf_function::batch) entry) {
  pyudf_function f{};
  f.name = name;
  f.parameters = kParameters;
  f.n_parameters = 2;
  f.result = result;
  f.batch = entry;
  return f;
}

const pyudf_function kGap = function_of("gap", &kInt64, batch<std::int64_t, gap>);
const pyudf_function kLean = function_of("lean", &kFloat64, batch<double, lean>);

/// A column of texts of these lengths; -1 is a missing one.
struct Lengths {
  explicit Lengths(const std::vector<std::int64_t>& lengths) : sizes(lengths), memory(700, 'x') {
    for (const std::int64_t n : sizes)
      texts.push_back({n < 0 ? nullptr : memory.data(), std::max<std::int64_t>(n, 0), 1, 0});
    pyudf::Chunk chunk;
    chunk.data = texts.data();
    chunk.length = static_cast<std::int64_t>(texts.size());
    pyudf::TextColumn column;
    column.append(chunk);
    views.emplace_back(column);
  }
  std::int64_t n() const { return static_cast<std::int64_t>(sizes.size()); }

  std::vector<std::int64_t> sizes;
  std::string memory;
  std::vector<pyudf_text> texts;
  std::vector<TextViews> views;
};

std::vector<std::int64_t> random_lengths(std::size_t n, unsigned seed, bool some_missing, std::int64_t shortest = 8) {
  std::mt19937 random(seed);
  std::vector<std::int64_t> lengths;
  // No seven, so that nothing fails.
  for (std::size_t i = 0; i < n; ++i)
    lengths.push_back(some_missing && random() % 5 == 0 ? -1 : shortest + static_cast<std::int64_t>(random() % 40));
  return lengths;
}

struct Case {
  const pyudf_function* function;
  std::size_t rows, columns;
  bool some_missing;
  int workers;
  std::int64_t shortest = 8;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.function->name << " " << c.rows << " x " << c.columns << (c.some_missing ? " with gaps" : "")
       << (c.shortest > 8 ? " of long texts" : "") << ", " << c.workers << " workers";
}

class Pairs : public testing::TestWithParam<Case> {
 protected:
  Pairwise job(const TextViews& a, const TextViews& b, bool triangle = false) const {
    Pairwise job{GetParam().function, nullptr, &a, &b, triangle, GetParam().workers, {}};
    return job;
  }
  double score(std::int64_t n, std::int64_t m) const {
    return GetParam().function == &kGap ? static_cast<double>(gap(n, m)) : lean(n, m);
  }
  static constexpr double kMissing = -7;

  Lengths left{random_lengths(GetParam().rows, 1, GetParam().some_missing, GetParam().shortest)};
  Lengths right{random_lengths(GetParam().columns, 2, GetParam().some_missing, GetParam().shortest)};
};

TEST_P(Pairs, Dense) {
  const std::int64_t rows = left.n(), columns = right.n(), padding = 3;
  std::vector<double> out(static_cast<std::size_t>(rows * (columns + padding)), 99.0);
  pyudf_error error{};
  const Dense result{out.data(), PYUDF_FLOAT64, (columns + padding) * 8, kMissing};
  ASSERT_EQ(dense(job(left.views[0], right.views[0]), result, &error), PYUDF_OK);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns + padding; ++c) {
      const double got = out[static_cast<std::size_t>(r * (columns + padding) + c)];
      if (c >= columns) {
        ASSERT_EQ(got, 99.0) << "wrote past row " << r;
        continue;
      }
      const std::int64_t n = left.sizes[static_cast<std::size_t>(r)], m = right.sizes[static_cast<std::size_t>(c)];
      ASSERT_EQ(got, n < 0 || m < 0 ? kMissing : score(n, m)) << r << ", " << c;
    }
}

TEST_P(Pairs, DenseOfOneColumnIsMirrored) {
  if (GetParam().function != &kGap) GTEST_SKIP() << "not symmetric";
  const std::int64_t n = left.n();
  std::vector<std::int16_t> out(static_cast<std::size_t>(n * n), 99);
  pyudf_error error{};
  const Dense result{out.data(), PYUDF_INT16, n * 2, kMissing};
  ASSERT_EQ(dense(job(left.views[0], left.views[0], true), result, &error), PYUDF_OK);
  for (std::int64_t r = 0; r < n; ++r)
    for (std::int64_t c = 0; c < n; ++c) {
      const std::int64_t a = left.sizes[static_cast<std::size_t>(r)], b = left.sizes[static_cast<std::size_t>(c)];
      ASSERT_EQ(out[static_cast<std::size_t>(r * n + c)], a < 0 || b < 0 ? kMissing : score(a, b)) << r << ", " << c;
    }
}

TEST_P(Pairs, CondensedIsTheUpperTriangle) {
  const std::int64_t n = left.n();
  std::vector<float> out(static_cast<std::size_t>(n * (n - 1) / 2 + 1), 99.0f);
  pyudf_error error{};
  const Dense result{out.data(), PYUDF_FLOAT32, 0, kMissing};
  ASSERT_EQ(condensed(job(left.views[0], left.views[0], true), result, &error), PYUDF_OK);
  std::size_t at = 0;
  for (std::int64_t r = 0; r < n; ++r)
    for (std::int64_t c = r + 1; c < n; ++c) {
      const std::int64_t a = left.sizes[static_cast<std::size_t>(r)], b = left.sizes[static_cast<std::size_t>(c)];
      ASSERT_EQ(out[at++], static_cast<float>(a < 0 || b < 0 ? kMissing : score(a, b))) << r << ", " << c;
    }
  EXPECT_EQ(out[at], 99.0f) << "wrote past the end";
}

/// All pairs that pass, by row, then best first, then column.
std::vector<Hit> passing(const Lengths& left, const Lengths& right, const Selection& selection, bool triangle,
                         double (*score)(std::int64_t, std::int64_t)) {
  std::vector<Hit> hits;
  for (std::int64_t r = 0; r < left.n(); ++r)
    for (std::int64_t c = triangle ? r + 1 : 0; c < right.n(); ++c) {
      const std::int64_t n = left.sizes[static_cast<std::size_t>(r)], m = right.sizes[static_cast<std::size_t>(c)];
      if (n < 0 || m < 0) continue;
      const double s = score(n, m);
      if (selection.has_cutoff && (selection.similarity ? s < selection.cutoff : s > selection.cutoff)) continue;
      hits.push_back({r, c, s});
    }
  return hits;
}

double gap_as_real(std::int64_t n, std::int64_t m) { return static_cast<double>(gap(n, m)); }

TEST_P(Pairs, NearestAreTheFirstOfASortedRow) {
  const auto scored = GetParam().function == &kGap ? gap_as_real : lean;
  const double infinity = HUGE_VAL;
  for (const bool similarity : {false, true})
    for (const double cutoff : {infinity, 0.0, 3.0, 0.1})
      for (const std::int64_t k : {1, 3, 50, 2000}) {
        const Selection selection{std::isinf(cutoff) ? 0 : cutoff, !std::isinf(cutoff), similarity, -1};
        std::vector<double> scores(static_cast<std::size_t>(left.n() * k), 99.0);
        std::vector<std::int64_t> columns(static_cast<std::size_t>(left.n() * k), 99);
        pyudf_error error{};
        ASSERT_EQ(nearest(job(left.views[0], right.views[0]), selection, k, scores.data(), columns.data(), &error),
                  PYUDF_OK);
        auto hits = passing(left, right, selection, false, scored);
        std::stable_sort(hits.begin(), hits.end(), [&](const Hit& a, const Hit& b) {
          if (a.row != b.row) return a.row < b.row;
          return similarity ? a.score > b.score : a.score < b.score;
        });
        auto hit = hits.begin();
        for (std::int64_t r = 0; r < left.n(); ++r) {
          for (std::int64_t i = 0; i < k; ++i) {
            const auto at = static_cast<std::size_t>(r * k + i);
            if (hit != hits.end() && hit->row == r) {
              ASSERT_EQ(columns[at], hit->column) << "row " << r << ", place " << i << " of " << k;
              ASSERT_EQ(scores[at], hit->score);
              ++hit;
            } else {
              ASSERT_EQ(columns[at], -1) << "row " << r << ", place " << i << " of " << k;
              ASSERT_EQ(scores[at], 99.0) << "an empty place was written";
            }
          }
          while (hit != hits.end() && hit->row == r) ++hit;
        }
      }
}

TEST_P(Pairs, WithinAreAllThatPassInOrder) {
  const auto scored = GetParam().function == &kGap ? gap_as_real : lean;
  for (const bool triangle : {false, true})
    for (const bool similarity : {false, true})
      for (const double cutoff : {0.0, 2.0, 0.05, -1.0, 100.0}) {
        const Lengths& other = triangle ? left : right;
        const Selection selection{cutoff, true, similarity, -1};
        std::vector<std::vector<Hit>> pieces;
        pyudf_error error{};
        ASSERT_EQ(within(job(left.views[0], other.views[0], triangle), selection, pieces, &error), PYUDF_OK);
        std::vector<std::tuple<std::int64_t, std::int64_t, double>> got, expected;
        for (const auto& piece : pieces)
          for (const Hit& hit : piece) got.emplace_back(hit.row, hit.column, hit.score);
        for (const Hit& hit : passing(left, other, selection, triangle, scored))
          expected.emplace_back(hit.row, hit.column, hit.score);
        ASSERT_EQ(got, expected) << (triangle ? "one column, " : "") << "cutoff " << cutoff;
      }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const pyudf_function* function : {&kGap, &kLean})
    for (const auto& [rows, columns] :
         {std::pair<std::size_t, std::size_t>{0, 5}, {5, 0}, {1, 1}, {7, 3}, {65, 130}, {3, 1500}, {300, 513}})
      for (const bool some_missing : {false, true})
        for (const int workers : {1, 4}) all.push_back({function, rows, columns, some_missing, workers});
  // Rows of so many long texts are cut, and their parts put together.
  for (const pyudf_function* function : {&kGap, &kLean})
    for (const bool some_missing : {false, true})
      for (const int workers : {1, 4}) all.push_back({function, 5, 3000, some_missing, workers, 600});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Shapes, Pairs, testing::ValuesIn(cases()));

TEST(Matrix, HasEveryNumericType) {
  Lengths left({1, 5}), right({1, 3, 60});
  const Pairwise job{&kGap, nullptr, &left.views[0], &right.views[0], false, 1, {}};
  pyudf_error error{};
  const auto expect = [&]<class T>(std::int32_t type, T) {
    T out[6];
    ASSERT_EQ(dense(job, Dense{out, type, 3 * sizeof(T), 0}, &error), PYUDF_OK);
    const std::vector<int> expected{0, 2, 59, 4, 2, 55};
    EXPECT_EQ(std::vector<int>(std::begin(out), std::end(out)), expected) << "type " << type;
  };
  expect(PYUDF_INT8, std::int8_t{});
  expect(PYUDF_UINT8, std::uint8_t{});
  expect(PYUDF_INT16, std::int16_t{});
  expect(PYUDF_UINT16, std::uint16_t{});
  expect(PYUDF_INT32, std::int32_t{});
  expect(PYUDF_UINT32, std::uint32_t{});
  expect(PYUDF_INT64, std::int64_t{});
  expect(PYUDF_UINT64, std::uint64_t{});
  expect(PYUDF_FLOAT32, float{});
  expect(PYUDF_FLOAT64, double{});
}

TEST(Matrix, MayHaveNanForWhatIsMissing) {
  Lengths left({1, -1}), right({-1, 3});
  const Pairwise job{&kGap, nullptr, &left.views[0], &right.views[0], false, 1, {}};
  double out[4];
  pyudf_error error{};
  ASSERT_EQ(dense(job, Dense{out, PYUDF_FLOAT64, 16, std::nan("")}, &error), PYUDF_OK);
  EXPECT_TRUE(std::isnan(out[0]));
  EXPECT_EQ(out[1], 2.0);
  EXPECT_TRUE(std::isnan(out[2]));
  EXPECT_TRUE(std::isnan(out[3]));
}

TEST(Failure, NamesRowAndColumn) {
  std::vector<std::int64_t> rows(700, 8), columns(1300, 9);
  rows[600] = 13;
  columns[1201] = 7;
  Lengths left(rows), right(columns);
  for (const int workers : {1, 4}) {
    const Pairwise job{&kGap, nullptr, &left.views[0], &right.views[0], false, workers, {}};
    std::vector<std::int16_t> out(700 * 1300);
    std::vector<std::vector<Hit>> hits;
    std::vector<double> scores(700);
    std::vector<std::int64_t> indices(700);
    const auto expect = [](pyudf_status status, const pyudf_error& error) {
      EXPECT_EQ(status, PYUDF_VALUE_ERROR);
      EXPECT_EQ(error.row, 600);
      EXPECT_EQ(error.column, 1201);
      EXPECT_STREQ(error.message, "thirteen against seven");
    };
    pyudf_error error{};
    expect(dense(job, Dense{out.data(), PYUDF_INT16, 2600, 0}, &error), error);
    error = {};
    expect(within(job, Selection{3, true, false, -1}, hits, &error), error);
    error = {};
    expect(nearest(job, Selection{}, 1, scores.data(), indices.data(), &error), error);
  }
}

TEST(Cancelling, StopsAMatrix) {
  Lengths left(random_lengths(3000, 5, false));
  const auto stop = [](void*, double) { return 1; };
  Pairwise job{&kLean, nullptr, &left.views[0], &left.views[0], false, 2, {}};
  job.tick = {stop, nullptr};
  std::vector<float> out(9'000'000);
  pyudf_error error{};
  const pyudf_status status = dense(job, Dense{out.data(), PYUDF_FLOAT32, 12'000, 0}, &error);
  // A machine that is done within a twentieth of a second is never asked.
  EXPECT_TRUE(status == PYUDF_CANCELLED || status == PYUDF_OK);
}

/// A built-in metric takes its outer entry and its own cutoff; without it the batch entry: the answers are the same.
TEST(Outer, AgreesWithBatch) {
  const char* words[] = {"", "kitten", "sitting", "mitten", "kitchen", "flaw", "lawn", "a", "ab", "saturday", "sunday"};
  std::vector<pyudf_text> texts;
  for (const char* word : words)
    texts.push_back({word, static_cast<std::int64_t>(std::char_traits<char>::length(word)), 1, 0});
  texts.push_back({nullptr, 0, 1, 0});
  pyudf::Chunk chunk;
  chunk.data = texts.data();
  chunk.length = static_cast<std::int64_t>(texts.size());
  pyudf::TextColumn column;
  column.append(chunk);
  const TextViews views(column);
  const auto n = static_cast<std::size_t>(views.size());
  for (std::int64_t i = 0; i < pyudf_builtin_table()->n_functions; ++i) {
    const pyudf_function& with = pyudf_builtin_table()->functions[i];
    pyudf_function without = with;
    without.outer_begin = nullptr, without.outer = nullptr, without.outer_end = nullptr;
    std::vector<pyudf_value> options;
    for (std::int32_t p = 2; p < with.n_parameters; ++p) options.push_back(*with.parameters[p].fallback);
    const bool similarity = (with.flags & PYUDF_SIMILARITY) != 0;
    const Selection selection{with.result->id == PYUDF_INT64 ? 3.0 : 0.4, true, similarity, with.n_options - 1};
    std::vector<double> matrix[2], scores[2], any_scores[2];
    std::vector<std::int64_t> indices[2], any_indices[2];
    std::vector<std::tuple<std::int64_t, std::int64_t, double>> hits[2];
    for (const int way : {0, 1}) {
      const Pairwise job{way ? &without : &with, options.data(), &views, &views, false, 1, {}};
      pyudf_error error{};
      matrix[way].resize(n * n);
      ASSERT_EQ(dense(job, Dense{matrix[way].data(), PYUDF_FLOAT64, static_cast<std::int64_t>(n) * 8, -1}, &error),
                PYUDF_OK);
      scores[way].assign(n * 3, -1), indices[way].resize(n * 3);
      ASSERT_EQ(nearest(job, selection, 3, scores[way].data(), indices[way].data(), &error), PYUDF_OK);
      std::vector<std::vector<Hit>> pieces;
      ASSERT_EQ(within(job, selection, pieces, &error), PYUDF_OK);
      for (const auto& piece : pieces)
        for (const Hit& hit : piece) hits[way].emplace_back(hit.row, hit.column, hit.score);
    }
    // Whether the function is told of the best so far, or not, is not seen in what is nearest.
    for (const int told : {0, 1}) {
      const Pairwise job{&with, options.data(), &views, &views, false, 1, {}};
      const Selection all{0, false, similarity, told ? with.n_options - 1 : -1};
      pyudf_error error{};
      any_scores[told].assign(n * 5, -1), any_indices[told].resize(n * 5);
      ASSERT_EQ(nearest(job, all, 5, any_scores[told].data(), any_indices[told].data(), &error), PYUDF_OK);
    }
    EXPECT_EQ(any_scores[0], any_scores[1]) << with.name;
    EXPECT_EQ(any_indices[0], any_indices[1]) << with.name;
    EXPECT_EQ(matrix[0], matrix[1]) << with.name;
    EXPECT_EQ(scores[0], scores[1]) << with.name;
    EXPECT_EQ(indices[0], indices[1]) << with.name;
    EXPECT_EQ(hits[0], hits[1]) << with.name;
    EXPECT_FALSE(hits[0].empty()) << with.name;
  }
}

}  // namespace
