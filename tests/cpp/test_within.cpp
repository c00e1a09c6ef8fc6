// test_within.cpp: pairs within a cutoff, of every metric and form on every kind of processor, by the scores of all.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/pairwise.hpp"
#include "core/registry.hpp"
#include "random_texts.hpp"
#include "simd/targets.hpp"
#include "text/neighbourhood.hpp"
#include "text/segments.hpp"
#include "text/signature.hpp"

namespace {

using pyudf::Hit;
using pyudf::Pairwise;
using pyudf::Selection;
using pyudf::TextViews;
using Found = std::vector<std::tuple<std::int64_t, std::int64_t, double>>;

struct Call {
  const pyudf_function* function;
  std::vector<pyudf_value> options;

  bool similarity() const { return function->flags & PYUDF_SIMILARITY; }
  std::vector<double> cutoffs() const {
    if (function->result->id == PYUDF_INT64) return {0, 1, 2, 3, 8, 30, 100000};
    return {0.0, 0.05, 0.2, 0.34, 0.5, 0.8, 0.9, 0.999, 1.0, 1.5};
  }
};

/// Every function with the entry, and those with weights with other ones too.
std::vector<Call> calls(bool weighted = true) {
  static constexpr std::int64_t weights[][3] = {{2, 2, 2}, {1, 1, 2}, {1, 2, 3}, {0, 0, 0}};
  std::vector<Call> all;
  for (std::int64_t i = 0; i < pyudf_builtin_table()->n_functions; ++i) {
    const pyudf_function& function = pyudf_builtin_table()->functions[i];
    if (!function.outer_within) continue;
    std::vector<pyudf_value> options;
    for (std::int32_t p = 2; p < function.n_parameters; ++p) options.push_back(*function.parameters[p].fallback);
    all.push_back({&function, options});
    if (function.n_options < 2 || !weighted) continue;
    for (const auto& costs : weights) {
      options[0].list = {costs, 3};
      all.push_back({&function, options});
    }
  }
  return all;
}

std::vector<double> scores_of_all(const Call& call, const RandomTexts& left, const RandomTexts& right) {
  std::vector<double> scores;
  std::vector<pyudf_value> args(2);
  args.insert(args.end(), call.options.begin(), call.options.end());
  pyudf_value result{};
  pyudf_error error{};
  for (std::int64_t r = 0; r < left.views().size(); ++r)
    for (std::int64_t c = 0; c < right.views().size(); ++c) {
      args[0].text = left.views().data()[r], args[1].text = right.views().data()[c];
      const bool here = args[0].text.data && args[1].text.data;
      if (!here) {
        scores.push_back(call.similarity() ? -HUGE_VAL : HUGE_VAL);
        continue;
      }
      EXPECT_EQ(call.function->scalar(args.data(), &result, nullptr, &error), PYUDF_OK) << error.message;
      const bool counts = call.function->result->id == PYUDF_INT64;
      scores.push_back(counts ? static_cast<double>(result.integer) : result.real);
    }
  return scores;
}

Found expected(const Call& call, const std::vector<double>& scores, std::int64_t columns, double cutoff,
               bool triangle) {
  Found found;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::int64_t row = static_cast<std::int64_t>(i) / columns, column = static_cast<std::int64_t>(i) % columns;
    if (triangle && column <= row) continue;
    if (call.similarity() ? scores[i] >= cutoff : scores[i] <= cutoff) found.emplace_back(row, column, scores[i]);
  }
  return found;
}

Found within(const Call& call, const TextViews& left, const TextViews& right, double cutoff, bool triangle,
             int workers) {
  const Pairwise job{call.function, call.options.data(), &left, &right, triangle, workers, {}};
  const Selection selection{cutoff, true, call.similarity(), call.function->n_options - 1};
  std::vector<std::vector<Hit>> pieces;
  pyudf_error error{};
  EXPECT_EQ(pyudf::within(job, selection, pieces, &error), PYUDF_OK) << error.message;
  Found found;
  for (const auto& piece : pieces)
    for (const Hit& hit : piece) found.emplace_back(hit.row, hit.column, hit.score);
  return found;
}

void check(const RandomTexts& left, const RandomTexts& right, bool triangle) {
  const pyudf::simd::Target before = pyudf::simd::current();
  for (const Call& call : calls()) {
    const auto scores = scores_of_all(call, left, right);
    for (const double cutoff : call.cutoffs()) {
      const Found wanted = expected(call, scores, right.views().size(), cutoff, triangle);
      for (const pyudf::simd::Target target : pyudf::simd::available()) {
        pyudf::simd::use(target);
        for (const int workers : {1, 3})
          ASSERT_EQ(within(call, left.views(), right.views(), cutoff, triangle, workers), wanted)
              << call.function->name << " within " << cutoff << " on " << name(target) << ", " << workers << " workers";
      }
    }
  }
  pyudf::simd::use(before);
}

TEST(Within, ShortTexts) { check(RandomTexts(50, 14, 1), RandomTexts(500, 14, 1), false); }
TEST(Within, LongTexts) { check(RandomTexts(30, 150, 2), RandomTexts(60, 150, 2), false); }
TEST(Within, OneColumn) {
  const RandomTexts texts(150, 9, 3);
  check(texts, texts, true);
}
TEST(Within, FewRows) { check(RandomTexts(5, 20, 4), RandomTexts(60, 20, 4), false); }

/// Large columns are looked up by hash where one edit at most is allowed, or two, which a part of them never is.
void check_large(const Call& call, const RandomTexts& texts, double cutoff) {
  const std::int64_t rows = texts.views().size(), part = (rows + 2) / 3;
  const Found whole = within(call, texts.views(), texts.views(), cutoff, false, 2);
  Found parts;
  for (std::int64_t begin = 0; begin < rows; begin += part) {
    const TextViews some = texts.part(begin, std::min(part, rows - begin));
    for (auto [row, column, score] : within(call, some, texts.views(), cutoff, false, 2))
      parts.emplace_back(begin + row, column, score);
  }
  ASSERT_TRUE(whole == parts) << call.function->name << " within " << cutoff;
  if (call.function->name != std::string_view("levenshtein")) return;
  std::erase_if(parts, [](const auto& hit) { return std::get<1>(hit) <= std::get<0>(hit); });
  ASSERT_TRUE(within(call, texts.views(), texts.views(), cutoff, true, 2) == parts) << call.function->name;
}

TEST(Within, LargeColumnsAreNoDifferent) {
  const RandomTexts texts(20'100, 40, 5);
  for (const Call& call : calls(false)) {
    const std::string_view name = call.function->name;
    const bool counts = call.function->result->id == PYUDF_INT64;
    const bool is_fraction = name == "indel_normalized_similarity";
    if (call.similarity() ? !is_fraction : !counts) continue;  // the bounds of the other forms are these
    check_large(call, texts, counts ? 1.0 : 0.94);
    if (is_fraction || name == "levenshtein") check_large(call, texts, counts ? 2.0 : 0.97);
  }
}

TEST(Within, NearestAreThoseOfAllScores) {
  const RandomTexts left(150, 40, 7), right(6000, 40, 7);
  constexpr std::int64_t k = 3;
  for (const Call& call : calls(false)) {
    pyudf_function without = *call.function;
    without.outer_within = nullptr;
    const bool counts = call.function->result->id == PYUDF_INT64;
    for (const double cutoff : counts ? std::vector{0.0, 1.0, 4.0, 35.0} : std::vector{0.05, 0.5, 0.95}) {
      const Selection selection{cutoff, true, call.similarity(), call.function->n_options - 1};
      std::vector<double> scores[2];
      std::vector<std::int64_t> columns[2];
      for (const int way : {0, 1}) {
        const Pairwise job{
            way ? &without : call.function, call.options.data(), &left.views(), &right.views(), false, 2, {}};
        const auto places = static_cast<std::size_t>(left.views().size() * k);
        scores[way].assign(places, -1), columns[way].resize(places);
        pyudf_error error{};
        ASSERT_EQ(nearest(job, selection, k, scores[way].data(), columns[way].data(), &error), PYUDF_OK);
      }
      ASSERT_EQ(columns[0], columns[1]) << call.function->name << " within " << cutoff;
      ASSERT_EQ(scores[0], scores[1]) << call.function->name << " within " << cutoff;
    }
  }
}

TEST(Neighbourhood, HoldsAllThatOneEditParts) {
  const RandomTexts left(400, 44, 6), right(900, 44, 6);
  const pyudf::text::Neighbourhood near(right.views().data(), right.views().size());
  ASSERT_TRUE(near.usable());
  const std::vector<Call> all = calls();
  const Call& osa = *std::find_if(all.begin(), all.end(),
                                  [](const Call& call) { return std::string_view(call.function->name) == "osa"; });
  const Found pairs = within(osa, left.views(), right.views(), 1, false, 1);
  std::size_t looked_up = 0;
  for (const auto& [row, column, score] : pairs) {
    const pyudf_text& text = left.views().data()[row];
    if (text.size > pyudf::text::Neighbourhood::kLongest) continue;
    std::vector<std::int64_t> rows;
    ASSERT_TRUE(near.find(text, right.views().size() * 100, rows));
    ASSERT_TRUE(std::binary_search(rows.begin(), rows.end(), column)) << row << ", " << column;
    ASSERT_FALSE(near.find(text, 0, rows));
    ++looked_up;
  }
  EXPECT_GT(looked_up, 100u);
}

TEST(Segments, LeadToAllThatTwoEditsPart) {
  using pyudf::text::Segments;
  const RandomTexts left(500, 70, 8), right(900, 70, 8);
  const auto signatures = pyudf::text::signatures(right.views().data(), right.views().size());
  const Segments segments(right.views().data(), signatures);
  ASSERT_TRUE(segments.usable());
  const Call call = calls(false)[0];
  ASSERT_STREQ(call.function->name, "levenshtein");
  std::size_t found = 0;
  pyudf::text::Buffer<std::int64_t> places;
  std::vector<std::int64_t> rows;
  for (const auto& [row, column, score] : within(call, left.views(), right.views(), 2, false, 1)) {
    const pyudf_text &text = left.views().data()[row], &other = right.views().data()[column];
    if (!Segments::holds(text.size) || !Segments::holds(other.size)) continue;
    Segments::Search search(segments);
    pyudf::text::with_width(text, [&](auto t) { search.start(t); });
    search.add(other.size, 4);
    ASSERT_TRUE(search.has_at_most(right.views().size() * 9));
    search.find(signatures[static_cast<std::size_t>(column)], pyudf::text::signature_kernels().scan, places, rows);
    ASSERT_TRUE(std::binary_search(rows.begin(), rows.end(), column)) << row << ", " << column;
    ++found;
  }
  EXPECT_GT(found, 200u);
}

TEST(Signatures, AreTheSameOnEveryProcessor) {
  const auto best = pyudf::simd::current();
  std::mt19937 random(11);
  const auto check = [&]<class Char>(Char) {
    for (std::int64_t size = 0; size < 300; ++size) {
      std::vector<Char> characters(static_cast<std::size_t>(size));
      for (Char& c : characters) c = static_cast<Char>(random() >> (random() % 32));
      std::uint64_t once = 0, twice = 0;
      for (const Char c : characters) {
        const std::uint64_t bit = std::uint64_t{1} << (c % 32);
        (once & bit ? twice : once) |= bit;
      }
      for (const pyudf::simd::Target target : pyudf::simd::available()) {
        pyudf::simd::use(target);
        EXPECT_EQ(pyudf::text::signature(pyudf::text::Text<Char>{characters.data(), size}), once | twice << 32)
            << size << " of " << sizeof(Char) << ", " << pyudf::simd::name(target);
      }
    }
  };
  check(std::uint8_t{});
  check(std::uint16_t{});
  check(std::uint32_t{});
  pyudf::simd::use(best);
}

TEST(Within, EveryMetricWithABoundHasTheEntry) {
  std::size_t n = 0;
  for (std::int64_t i = 0; i < pyudf_builtin_table()->n_functions; ++i)
    n += pyudf_builtin_table()->functions[i].outer_within != nullptr;
  EXPECT_EQ(n, 4u * 5u);  // Levenshtein, OSA, Damerau-Levenshtein, Indel, LCS
}

}  // namespace
