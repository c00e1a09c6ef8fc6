// test_kernels.cpp: every text metric of the roster against its slow twin: widths, lengths, cutoffs, prepared texts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "reference/damerau_levenshtein.hpp"
#include "reference/hamming.hpp"
#include "reference/indel.hpp"
#include "reference/jaro.hpp"
#include "reference/jaro_winkler.hpp"
#include "reference/lcs_seq.hpp"
#include "reference/levenshtein.hpp"
#include "reference/osa.hpp"
#include "reference/postfix.hpp"
#include "reference/prefix.hpp"
#include "text/damerau_levenshtein.hpp"
#include "text/hamming.hpp"
#include "text/indel.hpp"
#include "text/jaro.hpp"
#include "text/jaro_winkler.hpp"
#include "text/lcs_seq.hpp"
#include "text/levenshtein.hpp"
#include "text/osa.hpp"
#include "text/postfix.hpp"
#include "text/prefix.hpp"

namespace pyudf {
namespace {

using text::Kind;
using text::Scratch;
using text::Text;

/// PYUDF_EFFORT=100 tests a hundred times as many pairs.
int effort() {
  const char* value = std::getenv("PYUDF_EFFORT");
  return value ? std::max(1, std::atoi(value)) : 1;
}

// ---- texts ----

struct Alphabet {
  const char* name;
  std::u32string units;
};

const Alphabet kAlphabets[] = {
    {"one letter", U"a"},
    {"two letters", U"ab"},
    {"letters", U"abcdefghijklmnopqrstuvwxyz"},
    {"bytes", {0x00, 0x7F, 0x80, 0xFF, 'a'}},
    {"Cyrillic", U"абвгдежзиклмнопрстуфхцчшщьюя"},
    // Their hashes collide in a table of 128 slots; with zero, the edges of the widths and lone surrogates.
    {"two bytes", {0x00, 0xFF, 0x100, 0xFFFF, 0xD800, 0xDFFF, 0x100 + 233, 0x100 + 2 * 233, 0x100 + 3 * 233}},
    {"mixed scripts", U"aé한글дш\U0001F600\U0001F601\U0010FFFF"},
};

using Random = std::mt19937_64;

std::int64_t below(Random& random, std::int64_t n) { return static_cast<std::int64_t>(random() % std::uint64_t(n)); }

std::u32string random_text(Random& random, const Alphabet& alphabet, std::int64_t size) {
  std::u32string text;
  for (std::int64_t i = 0; i < size; ++i) text += alphabet.units[below(random, std::ssize(alphabet.units))];
  return text;
}

/// The text after a few random edits, transpositions among them.
std::u32string edited(Random& random, const Alphabet& alphabet, std::u32string text, std::int64_t edits) {
  for (; edits > 0; --edits) {
    const auto at = static_cast<std::size_t>(below(random, std::ssize(text) + 1));
    const char32_t unit = alphabet.units[below(random, std::ssize(alphabet.units))];
    switch (below(random, 4)) {
      case 0: text.insert(at, 1, unit); break;
      case 1:
        if (at < text.size()) text.erase(at, 1);
        break;
      case 2:
        if (at < text.size()) text[at] = unit;
        break;
      default:
        if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
    }
  }
  return text;
}

std::int64_t random_size(Random& random) {
  static constexpr std::int64_t kEdges[] = {63, 64, 65, 127, 128, 129, 191, 192, 193, 255, 256, 257, 300};
  switch (below(random, 4)) {
    case 0: return below(random, 6);
    case 1: return below(random, 40);
    case 2: return kEdges[below(random, std::ssize(kEdges))];
    default: return below(random, 70);
  }
}

/// A text in the units of some width that holds it.
struct Stored {
  Stored(const std::u32string& text, int width) : width(width) {
    for (const char32_t unit : text) {
      one.push_back(static_cast<std::uint8_t>(unit));
      two.push_back(static_cast<std::uint16_t>(unit));
      four.push_back(static_cast<std::uint32_t>(unit));
    }
  }
  pyudf_text view() const {
    const void* data = width == 1   ? static_cast<const void*>(one.data())
                       : width == 2 ? two.data()
                                    : static_cast<const void*>(four.data());
    return {data, static_cast<std::int64_t>(four.size()), width, 0};
  }
  int width;
  std::vector<std::uint8_t> one;
  std::vector<std::uint16_t> two;
  std::vector<std::uint32_t> four;
};

int random_width(Random& random, const std::u32string& text) {
  const char32_t largest = text.empty() ? 0 : *std::max_element(text.begin(), text.end());
  const int least = largest < 0x100 ? 0 : largest < 0x10000 ? 1 : 2;
  return 1 << (least + below(random, 3 - least));
}

// ---- what differs between metrics ----

template <class Kernel>
std::vector<typename Kernel::Options> variants() {
  return {typename Kernel::Options{}};
}

template <>
std::vector<text::Levenshtein::Options> variants<text::Levenshtein>() {
  constexpr std::int64_t huge = std::int64_t{1} << 30;
  return {{1, 1, 1},
          {3, 3, 3},
          {0, 0, 0},
          {1, 1, 2},
          {2, 2, 9},
          {2, 2, 3},
          {1, 2, 3},
          {0, 1, 1},
          {1, 0, 2},
          {1, 1, 0},
          {huge, huge, huge},
          {huge, 1, huge},
          {huge, huge, huge - 1}};
}

template <>
std::vector<text::Hamming::Options> variants<text::Hamming>() {
  return {text::Hamming::Options{true}};
}

template <>
std::vector<text::JaroWinkler::Options> variants<text::JaroWinkler>() {
  return {{0.1}, {0.25}, {0.0}};
}

template <class Score>
std::vector<Score> cutoffs(Kind kind, Score exact) {
  if constexpr (std::is_same_v<Score, double>)
    return {0.0, 0.3, 0.7, exact - 1e-3, exact, exact + 1e-3, 1.0};
  else if (kind == Kind::similarity)
    return {0, 1, 2, exact / 2, exact - 2, exact - 1, exact, exact + 1, exact + 7};
  else {
    const Score half = exact / 2;
    return {text::kNoCutoff,
            -1,
            0,
            1,
            2,
            3,
            4,
            half,
            exact - 2,
            exact - 1,
            exact,
            exact < text::kNoCutoff - 90 ? exact + 1 : exact,
            exact < text::kNoCutoff - 90 ? exact + 90 : exact};
  }
}

/// Exact where it keeps the cutoff; otherwise anything that does not.
template <class Kernel, class Score>
::testing::AssertionResult keeps(Score got, Score exact, Score cutoff) {
  const auto failure = [&] {
    return ::testing::AssertionFailure() << "got " << got << " for " << exact << " with cutoff " << cutoff;
  };
  if constexpr (std::is_same_v<Score, double>) {
    const bool same = std::abs(got - exact) < 1e-12;
    return same || (exact < cutoff && got < cutoff) ? ::testing::AssertionSuccess() : failure();
  } else if constexpr (Kernel::kind == Kind::similarity) {
    return (exact >= cutoff ? got == exact : got < cutoff) ? ::testing::AssertionSuccess() : failure();
  } else {
    return (exact <= cutoff ? got == exact : got > cutoff) ? ::testing::AssertionSuccess() : failure();
  }
}

template <class Kernel>
class KernelTest : public ::testing::Test {
 protected:
  using Fast = typename Kernel::Fast;
  using Slow = typename Kernel::Slow;
  using Options = typename Fast::Options;
  using Score = typename Fast::Score;

  /// Checks one pair under all options and cutoffs, in random widths; the query has served other texts before.
  void check(Random& random, const std::u32string& a, const std::u32string& b) {
    // A prepared text must stay until the next one is prepared.
    const Stored& left = lefts_[turn_ ^= 1].emplace(a, random_width(random, a));
    const Stored right(b, random_width(random, b));
    if constexpr (requires { typename Fast::Query; })
      text::with_width(left.view(), [&](auto s1) { query_->prepare(s1); });
    for (const Options& options : variants<Fast>()) {
      const Score exact = Slow::score(a, b, options);
      for (const Score cutoff : cutoffs(Fast::kind, exact)) {
        EXPECT_TRUE(keeps<Fast>(score(left.view(), right.view(), options, cutoff), exact, cutoff)) << describe(a, b);
        if constexpr (requires { typename Fast::Query; }) {
          if (!Fast::Query::usable(options)) continue;
          EXPECT_TRUE(keeps<Fast>(query(right.view(), options, cutoff), exact, cutoff))
              << "prepared " << describe(a, b);
        }
      }
      check_facts(a, b, options, exact);
    }
  }

 private:
  Score score(const pyudf_text& a, const pyudf_text& b, const Options& options, Score cutoff) {
    return text::with_equal_widths(a, b, scratch_,
                                   [&](auto s1, auto s2) { return Fast::score(s1, s2, options, cutoff, scratch_); });
  }

  Score query(const pyudf_text& b, const Options& options, Score cutoff) {
    return text::with_width(b, [&](auto s2) { return query_->score(s2, options, cutoff, scratch_); });
  }

  void check_facts(const std::u32string& a, const std::u32string& b, const Options& options, Score exact) {
    if (Fast::symmetric(options)) {
      EXPECT_EQ(Slow::score(b, a, options), exact) << describe(a, b);
    }
    EXPECT_GE(exact, 0);
    EXPECT_LE(exact, Fast::maximum(std::ssize(a), std::ssize(b), options)) << describe(a, b);
  }

  static std::string describe(const std::u32string& a, const std::u32string& b) {
    std::string out;
    for (const std::u32string* text : {&a, &b}) {
      out += "[" + std::to_string(text->size()) + "]";
      for (const char32_t unit : *text) out += " " + std::to_string(std::uint32_t(unit));
      out += "; ";
    }
    return out;
  }

  template <class K>
  struct QueryOf {
    struct type {};
  };
  template <class K>
    requires requires { typename K::Query; }
  struct QueryOf<K> {
    using type = typename K::Query;
  };

  Scratch scratch_;
  std::unique_ptr<typename QueryOf<Fast>::type> query_ = std::make_unique<typename QueryOf<Fast>::type>();
  std::optional<Stored> lefts_[2];
  int turn_ = 0;
};

#define KERNEL(name, Type)        \
  struct Type {                   \
    using Fast = text::Type;      \
    using Slow = reference::Type; \
  };
#include "text/kernels.def"
#undef KERNEL

struct First {};
#define KERNEL(name, Type) , Type
template <class, class... Kernels>
using AllBut = ::testing::Types<Kernels...>;
using Kernels = AllBut<First
#include "text/kernels.def"
                       >;
#undef KERNEL

struct Names {
  template <class Kernel>
  static std::string GetName(int) {
    return std::string(Kernel::Fast::title);
  }
};

TYPED_TEST_SUITE(KernelTest, Kernels, Names);

TYPED_TEST(KernelTest, ShortTextsOfTwoLetters) {
  Random random(1);
  std::vector<std::u32string> all;
  for (int size = 0; size <= 5; ++size)
    for (int bits = 0; bits < 1 << size; ++bits) {
      std::u32string text;
      for (int i = 0; i < size; ++i) text += bits >> i & 1 ? U'b' : U'a';
      all.push_back(text);
    }
  for (const auto& a : all)
    for (const auto& b : all) this->check(random, a, b);
}

TYPED_TEST(KernelTest, RandomTexts) {
  Random random(2);
  for (const Alphabet& alphabet : kAlphabets)
    for (int n = 30 * effort(); n > 0; --n) {
      SCOPED_TRACE(alphabet.name);
      const std::u32string a = random_text(random, alphabet, random_size(random));
      this->check(random, a, random_text(random, alphabet, random_size(random)));
      if (this->HasFailure()) return;
    }
}

TYPED_TEST(KernelTest, SimilarTexts) {
  Random random(3);
  for (const Alphabet& alphabet : kAlphabets)
    for (int n = 30 * effort(); n > 0; --n) {
      SCOPED_TRACE(alphabet.name);
      const std::u32string a = random_text(random, alphabet, random_size(random));
      this->check(random, a, edited(random, alphabet, a, below(random, 1 + std::ssize(a) / 8 + 4)));
      if (this->HasFailure()) return;
    }
}

TYPED_TEST(KernelTest, TextsOfManyDistinctCharacters) {
  Random random(4);
  Alphabet alphabet{"distinct", {}};
  for (char32_t unit = 0x20; unit < 0x3000; ++unit) alphabet.units += unit;
  for (int n = 20 * effort(); n > 0; --n) {
    const std::u32string a = random_text(random, alphabet, random_size(random));
    this->check(random, a, edited(random, alphabet, a, below(random, 30)));
    if (this->HasFailure()) return;
  }
}

// Past one piece of a pattern (1024 units) and past the longest one that is prepared (4096).
TYPED_TEST(KernelTest, LongTexts) {
  Random random(5);
  const Alphabet& alphabet = kAlphabets[6];
  for (const std::int64_t size : {1100, 2049, 4200}) {
    const std::u32string a = random_text(random, alphabet, size);
    for (const std::int64_t edits : {2, 40, 400}) {
      if (size > 4096 && edits > 2) continue;  // the slow twin of some metrics is very slow
      if (!std::is_same_v<typename TypeParam::Fast, text::Levenshtein> || size < 2000)
        this->check(random, a, edited(random, alphabet, a, edits));
    }
    if (size < 2000) this->check(random, a, random_text(random, alphabet, 900));
  }
}

}  // namespace
}  // namespace pyudf
