// test_lanes_jaro.cpp: Jaro and Jaro-Winkler over the lanes of each target: matrices against the scalar entry, and the
// scores of all counts that there are against the formula.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "simd/targets.hpp"
#include "text/lanes/target.hpp"
#include "text/table.hpp"

namespace pyudf {
namespace {

using Random = std::mt19937_64;

std::int64_t below(Random& random, std::int64_t n) { return static_cast<std::int64_t>(random() % std::uint64_t(n)); }

/// Restores the target in use.
class EachTarget : public testing::TestWithParam<simd::Target> {
 protected:
  void SetUp() override { simd::use(GetParam()); }
  void TearDown() override { simd::use(before_); }

 private:
  simd::Target before_ = simd::current();
};

// ---- matrices ----

/// Texts in units of different widths.
class Column {
 public:
  Column(Random& random, std::int64_t n, const std::u32string& alphabet, std::int64_t longest) {
    static constexpr std::int64_t kEdges[] = {0,  1,  2,  7,  8,   9,   15,  16,  17,  31,  32,  33,
                                              63, 64, 65, 66, 126, 127, 189, 190, 252, 253, 504, 505};
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t edge = kEdges[below(random, std::ssize(kEdges))];
      const std::int64_t size = below(random, 3) == 0 ? std::min(edge, longest) : below(random, longest + 1);
      std::u32string text;
      for (std::int64_t c = 0; c < size; ++c) text += alphabet[below(random, std::ssize(alphabet))];
      add(text);
    }
  }

  void add(const std::u32string& text) {
    const char32_t largest = text.empty() ? 0 : *std::max_element(text.begin(), text.end());
    texts_.push_back(text);
    widths_.push_back(largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4);
  }

  /// A text of another column, with some neighbours exchanged.
  void add_like(Random& random, const Column& other) {
    std::u32string text = other.texts_[below(random, std::ssize(other.texts_))];
    for (std::int64_t i = below(random, 4); i > 0 && text.size() > 1; --i) {
      const auto at = static_cast<std::size_t>(below(random, std::ssize(text) - 1));
      std::swap(text[at], text[at + 1]);
    }
    add(text);
  }

  std::vector<pyudf_text> views() {
    bytes_.resize(texts_.size());
    pairs_.resize(texts_.size());
    std::vector<pyudf_text> all;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      bytes_[i].assign(texts_[i].begin(), texts_[i].end());
      pairs_[i].assign(texts_[i].begin(), texts_[i].end());
      const void* data = widths_[i] == 1   ? static_cast<const void*>(bytes_[i].data())
                         : widths_[i] == 2 ? pairs_[i].data()
                                           : static_cast<const void*>(texts_[i].data());
      all.push_back({data, std::ssize(texts_[i]), widths_[i], 0});
    }
    all.push_back({nullptr, 0, 1, 0});  // missing: scored as an empty one
    return all;
  }

 private:
  std::vector<std::u32string> texts_;
  std::vector<int> widths_;
  std::vector<std::vector<std::uint8_t>> bytes_;
  std::vector<std::u16string> pairs_;
};

const pyudf_function& function(const std::string& name) {
  return *std::ranges::find_if(text::functions(), [&](const pyudf_function& f) { return f.name == name; });
}

std::vector<pyudf_value> options(const pyudf_function& f, std::optional<double> weight, std::optional<double> cutoff) {
  std::vector<pyudf_value> values;
  if (f.n_options == 2) values.push_back({{.real = weight.value_or(0.1)}, 0, 0});
  values.push_back({{.real = cutoff.value_or(0.0)}, !cutoff, 0});
  return values;
}

template <class T>
void expect_scalar_scores(const pyudf_function& f, const std::vector<pyudf_text>& left,
                          const std::vector<pyudf_text>& right, const std::vector<pyudf_value>& options,
                          std::int32_t type) {
  const pyudf_column columns[] = {{left.data(), sizeof(pyudf_text), nullptr},
                                  {right.data(), sizeof(pyudf_text), nullptr}};
  const std::int64_t sizes[] = {std::ssize(left), std::ssize(right)};
  pyudf_error error{};
  void* state = nullptr;
  ASSERT_EQ(f.outer_begin(columns, sizes, options.data(), &state, &error), PYUDF_OK);
  for (const std::int64_t begin : {std::int64_t{0}, std::int64_t{5}}) {
    const std::int64_t width = sizes[1] - begin;
    std::vector<T> scores(static_cast<std::size_t>((sizes[0] - begin) * width));
    const pyudf_tile tile{begin, sizes[0],       begin, sizes[1], scores.data(), width * std::int64_t{sizeof(T)},
                          type,  begin ? 1u : 0u};
    ASSERT_EQ(f.outer(state, columns, options.data(), &tile, &error), PYUDF_OK);
    for (std::int64_t i = begin; i < sizes[0]; ++i)
      for (std::int64_t j = begin; j < sizes[1]; ++j) {
        std::vector<pyudf_value> args{{{.text = left[i]}, 0, 0}, {{.text = right[j]}, 0, 0}};
        args.insert(args.end(), options.begin(), options.end());
        pyudf_value score{};
        ASSERT_EQ(f.scalar(args.data(), &score, nullptr, &error), PYUDF_OK);
        ASSERT_EQ(scores[(i - begin) * width + j - begin], static_cast<T>(score.real))
            << f.name << ' ' << i << ' ' << j << " of sizes " << left[i].size << ' ' << right[j].size;
      }
  }
  f.outer_end(state);
}

TEST_P(EachTarget, MatricesAreTheScalarScores) {
  Random random(static_cast<std::uint64_t>(GetParam()) + 7);
  const std::u32string alphabets[] = {U"ab", U"abcdefghijklmnopqrstuvwxyz", U"aé한글дш\U0001F600\U0010FFFF"};
  std::size_t turn = 0;
  for (const std::int64_t longest : {4, 8, 12, 30, 64, 80, 260, 700})
    for (const char* name : {"jaro", "jaro_winkler"})
      for (const char* form : {"", "_similarity", "_normalized_distance", "_normalized_similarity"}) {
        const std::u32string& alphabet = alphabets[turn++ % std::size(alphabets)];
        Column left(random, 25, alphabet, longest), right(random, 100, alphabet, longest);
        for (int i = 0; i < 60; ++i) right.add_like(random, left);
        const auto lefts = left.views(), rights = right.views();
        const auto& f = function(std::string(name) + form);
        const double weight = std::vector{0.1, 0.25, 0.0, 0.123}[turn % 4];
        for (const std::optional<double> cutoff : {std::optional<double>{}, {0.3}, {2.0 / 3}, {0.7}, {0.9}, {1.0}}) {
          SCOPED_TRACE(testing::Message() << longest << ' ' << weight << ' ' << cutoff.value_or(-1));
          const auto values = options(f, weight, cutoff);
          expect_scalar_scores<double>(f, lefts, rights, values, PYUDF_FLOAT64);
          expect_scalar_scores<float>(f, lefts, rights, values, PYUDF_FLOAT32);
          if (HasFatalFailure()) return;
        }
      }
}

// ---- scores ----

/// Near counts of a query and texts of some sizes, with their similarity.
template <class Count>
struct NearCounts {
  NearCounts(int size, double prefix_weight) : query_size(size), weight(prefix_weight) {}

  /// All counts of a text.
  void add_all(int size) {
    for (int matches = 0; matches <= std::min(query_size, size); ++matches)
      for (int pairs = 0; pairs <= matches / 2; ++pairs)
        for (int prefix = 0; prefix <= std::min(matches, 4); ++prefix) add(size, matches, pairs, prefix);
  }

  void add(int size, int matches, int pairs, int prefix) {
    using Parts = text::lanes::NearParts<Count>;
    const double m = matches;
    const double jaro = matches ? (m / query_size + m / size + (m - pairs) / m) / 3.0 : 0.0;
    counts.push_back(static_cast<Count>(matches | pairs << Parts::kPairs | prefix << Parts::kShared));
    sizes.push_back(static_cast<std::uint16_t>(size));
    similarities.push_back(jaro > 0.7 ? jaro + prefix * weight * (1.0 - jaro) : jaro);
  }

  int query_size;
  double weight;
  std::vector<Count> counts;
  std::vector<std::uint16_t> sizes;
  std::vector<double> similarities;
};

template <class T, class Count>
void expect_scores(const NearCounts<Count>& all, bool similarity, double cutoff, std::int32_t type) {
  text::lanes::Formula formula = text::lanes::formula(text::lanes::Measure::jaro_winkler, similarity, false);
  formula.prefix_weight = all.weight;
  formula.weight = text::lanes::fraction_of(all.weight);
  formula.cutoff = cutoff;
  const auto n = std::ssize(all.counts);
  std::vector<T> scores(static_cast<std::size_t>(n));
  text::lanes::current_target().finish[sizeof(Count) / 2](
      {all.counts.data(), all.sizes.data(), n, all.query_size, false}, formula, type, scores.data());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double exact = similarity ? all.similarities[i] : 1.0 - all.similarities[i];
    const bool kept = similarity ? exact >= cutoff : exact <= cutoff;
    ASSERT_EQ(scores[i], static_cast<T>(kept         ? exact
                                        : similarity ? 0.0
                                                     : 1.0))
        << all.query_size << ' ' << all.sizes[i] << ' ' << all.counts[i] << ' ' << all.weight << ' ' << similarity;
  }
}

template <class Count>
void expect_scores(const NearCounts<Count>& all, double some_cutoff) {
  for (const bool similarity : {false, true}) {
    const double none = similarity ? 0.0 : 1.0;
    for (const double cutoff : {none, some_cutoff}) {
      expect_scores<float>(all, similarity, cutoff, PYUDF_FLOAT32);
      if (testing::Test::HasFatalFailure()) return;
    }
    expect_scores<double>(all, similarity, none, PYUDF_FLOAT64);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST_P(EachTarget, AllScoresAreRoundedAsTheFormulaIs) {
  for (int query_size = 1; query_size <= 64; ++query_size)
    for (int size = 0; size <= 64; ++size)
      for (const double weight : {0.1, query_size % 2 ? 3.0 / 20 : 0.25}) {
        NearCounts<std::uint16_t> all(query_size, weight);
        all.add_all(size);
        expect_scores(all, size % 2 ? 0.8 : 1.0 / 6);
        if (HasFatalFailure()) return;
      }
}

TEST_P(EachTarget, ScoresOfLongTextsAreRoundedAsTheFormulaIs) {
  Random random(11);
  constexpr int kLongest = 4095, kQueries = 60, kTexts = 4'000;
  for (int query = 0; query < kQueries; ++query) {
    const auto query_size = static_cast<int>(1 + below(random, kLongest));
    NearCounts<std::uint32_t> all(query_size, std::vector{0.1, 0.0, 0.123}[query % 3]);
    all.add(0, 0, 0, 0);
    for (int i = 0; i < kTexts; ++i) {
      const auto size = static_cast<int>(1 + below(random, kLongest));
      const auto matches = static_cast<int>(below(random, std::min(query_size, size) + 1));
      all.add(size, matches, static_cast<int>(below(random, matches / 2 + 1)),
              static_cast<int>(below(random, std::min(matches, 4) + 1)));
    }
    expect_scores(all, 0.8);
    if (HasFatalFailure()) return;
  }
}

TEST(Fractions, AreThoseOfSmallNumbers) {
  EXPECT_EQ(text::lanes::fraction_of(0.1).whole, 10);
  EXPECT_EQ(text::lanes::fraction_of(0.0).part, 0);
  EXPECT_EQ(text::lanes::fraction_of(0.15).part, 3);
  EXPECT_EQ(text::lanes::fraction_of(0.123).whole, 0);
}

INSTANTIATE_TEST_SUITE_P(Targets, EachTarget, testing::ValuesIn(simd::available().begin(), simd::available().end()),
                         [](const auto& target) { return std::string(simd::name(target.param)); });

}  // namespace
}  // namespace pyudf
