// test_literals.cpp: every text metric against worked examples from the literature, none computed by our own code.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>

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

namespace pyudf::text {
namespace {

template <class Kernel>
typename Kernel::Score score(std::string_view s1, std::string_view s2, const typename Kernel::Options& options = {}) {
  using Score = typename Kernel::Score;
  const Score cutoff = Kernel::kind == Kind::distance ? std::numeric_limits<Score>::max() : Score{0};
  const auto text = [](std::string_view s) {
    return Text<std::uint8_t>{reinterpret_cast<const std::uint8_t*>(s.data()), static_cast<std::int64_t>(s.size())};
  };
  Scratch scratch;
  const Score forward = Kernel::score(text(s1), text(s2), options, cutoff, scratch);
  if (Kernel::symmetric(options)) {
    EXPECT_EQ(Kernel::score(text(s2), text(s1), options, cutoff, scratch), forward);
  }
  return forward;
}

// V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
TEST(Literals, Levenshtein) {
  // Wikipedia, "Levenshtein distance".
  EXPECT_EQ(score<Levenshtein>("kitten", "sitting"), 3);
  EXPECT_EQ(score<Levenshtein>("saturday", "sunday"), 3);
  EXPECT_EQ(score<Levenshtein>("flaw", "lawn"), 2);
  EXPECT_EQ(score<Levenshtein>("uninformed", "uniformed"), 1);
  // G. Navarro, "A guided tour to approximate string matching", 2001.
  EXPECT_EQ(score<Levenshtein>("survey", "surgery"), 2);
  // D. Jurafsky and J. H. Martin, "Speech and Language Processing", minimum edit distance.
  EXPECT_EQ(score<Levenshtein>("intention", "execution"), 5);
  EXPECT_EQ(score<Levenshtein>("intention", "execution", {1, 1, 2}), 8);
}

// L. Boytsov, "Indexing methods for approximate dictionary searching", 2011: swapped pairs are not edited again.
TEST(Literals, Osa) {
  EXPECT_EQ(score<Osa>("ca", "abc"), 3);  // Wikipedia, "Damerau-Levenshtein distance"
  // M. P. J. van der Loo, "The stringdist package for approximate string matching", The R Journal 6 (1), 2014.
  EXPECT_EQ(score<Osa>("ba", "acb"), 3);
  EXPECT_EQ(score<Osa>("leela", "leia"), 2);
}

TEST(Literals, DamerauLevenshtein) {
  EXPECT_EQ(score<DamerauLevenshtein>("ca", "abc"), 2);  // Wikipedia, "Damerau-Levenshtein distance"
  EXPECT_EQ(score<DamerauLevenshtein>("ba", "acb"), 2);  // van der Loo 2014
  EXPECT_EQ(score<DamerauLevenshtein>("leela", "leia"), 2);
  // F. J. Damerau, 1964: the four errors that are one each.
  EXPECT_EQ(score<DamerauLevenshtein>("ALPHABET", "ALPHIBET"), 1);
  EXPECT_EQ(score<DamerauLevenshtein>("ALPHABET", "ALPABET"), 1);
  EXPECT_EQ(score<DamerauLevenshtein>("ALPHABET", "ALPHHABET"), 1);
  EXPECT_EQ(score<DamerauLevenshtein>("ALPHABET", "ALHPABET"), 1);
}

// Wikipedia, "Hamming distance"; R. W. Hamming, 1950.
TEST(Literals, Hamming) {
  EXPECT_EQ(score<Hamming>("karolin", "kathrin"), 3);
  EXPECT_EQ(score<Hamming>("karolin", "kerstin"), 3);
  EXPECT_EQ(score<Hamming>("kathrin", "kerstin"), 4);
  EXPECT_EQ(score<Hamming>("0000", "1111"), 4);
  EXPECT_EQ(score<Hamming>("2173896", "2233796"), 3);
  EXPECT_EQ(score<Hamming>("1011101", "1001001"), 2);
}

TEST(Literals, HammingOfUnequalLengths) {
  // RapidFuzz 3.14: with pad, each position that only one text has differs.
  EXPECT_EQ(score<Hamming>("abc", "abcde"), 2);
  try {
    score<Hamming>("abc", "abcde", {.pad = false});
    FAIL() << "no exception";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "texts of lengths 3 and 5: hamming needs equal lengths, or pad=True");
  }
}

TEST(Literals, Indel) {
  // Jurafsky and Martin: a substitution costs as much as a deletion and an insertion.
  EXPECT_EQ(score<Indel>("intention", "execution"), 8);
  EXPECT_EQ(score<Indel>("leela", "leia"), 3);  // van der Loo 2014, as the longest common subsequence distance
  // T. H. Cormen et al., "Introduction to Algorithms", longest common subsequences: 7 + 6 - 2 * 4.
  EXPECT_EQ(score<Indel>("ABCBDAB", "BDCABA"), 5);
}

TEST(Literals, LcsSeq) {
  // Cormen et al.: BCBA, and GTCGTCGGAAGCCGGCCGAA.
  EXPECT_EQ(score<LcsSeq>("ABCBDAB", "BDCABA"), 4);
  EXPECT_EQ(score<LcsSeq>("ACCGGTCGAGTGCGCGGAAGCCGGCCGAA", "GTCGTTCGGAATGCCGTTGCTCTGTAAA"), 20);
  // Wikipedia, "Longest common subsequence": MJAU, and AC, GC or GA.
  EXPECT_EQ(score<LcsSeq>("XMJYAUZ", "MZJAWXU"), 4);
  EXPECT_EQ(score<LcsSeq>("GAC", "AGCAT"), 2);
}

struct NamePair {
  std::string_view s1, s2;
  double jaro, jaro_winkler;
};

// W. E. Winkler, "Overview of record linkage and current research directions", US Census Bureau, 2006, the table of
// string comparators, to its three digits; without the pairs that its own program sets to zero.
constexpr NamePair kWinkler[] = {
    {"SHACKLEFORD", "SHACKELFORD", 0.970, 0.982},
    {"DUNNINGHAM", "CUNNIGHAM", 0.896, 0.896},
    {"NICHLESON", "NICHULSON", 0.926, 0.956},
    {"JONES", "JOHNSON", 0.790, 0.832},
    {"MASSEY", "MASSIE", 0.889, 0.933},
    {"ABROMS", "ABRAMS", 0.889, 0.922},
    {"JERALDINE", "GERALDINE", 0.926, 0.926},
    {"MARHTA", "MARTHA", 0.944, 0.961},
    {"MICHELLE", "MICHAEL", 0.869, 0.921},
    {"JULIES", "JULIUS", 0.889, 0.933},
    {"TANYA", "TONYA", 0.867, 0.880},
    {"DWAYNE", "DUANE", 0.822, 0.840},
    {"SEAN", "SUSAN", 0.783, 0.805},
    {"JON", "JOHN", 0.917, 0.933},
};

TEST(Literals, WinklersNames) {
  for (const NamePair& pair : kWinkler) {
    EXPECT_NEAR(score<Jaro>(pair.s1, pair.s2), pair.jaro, 0.00051) << pair.s1;
    EXPECT_NEAR(score<JaroWinkler>(pair.s1, pair.s2), pair.jaro_winkler, 0.00051) << pair.s1;
  }
}

// Wikipedia, "Jaro-Winkler distance".
TEST(Literals, Jaro) {
  EXPECT_NEAR(score<Jaro>("martha", "marhta"), 0.944444, 1e-6);
  EXPECT_NEAR(score<Jaro>("dixon", "dicksonx"), 0.766667, 1e-6);
  EXPECT_NEAR(score<Jaro>("jellyfish", "smellyfish"), 0.896296, 1e-6);
  EXPECT_NEAR(score<Jaro>("dwayne", "duane"), 0.822222, 1e-6);
}

TEST(Literals, JaroWinkler) {
  EXPECT_NEAR(score<JaroWinkler>("martha", "marhta"), 0.961111, 1e-6);
  EXPECT_NEAR(score<JaroWinkler>("dixon", "dicksonx"), 0.813333, 1e-6);
  EXPECT_NEAR(score<JaroWinkler>("dwayne", "duane"), 0.84, 1e-6);
}

// RapidFuzz 3.14 answers these so.
TEST(Literals, JaroOfEmptyAndShortTexts) {
  EXPECT_EQ(score<Jaro>("", ""), 1.0);
  EXPECT_EQ(score<Jaro>("a", ""), 0.0);
  EXPECT_EQ(score<Jaro>("a", "a"), 1.0);
  EXPECT_EQ(score<Jaro>("a", "b"), 0.0);
  EXPECT_EQ(score<JaroWinkler>("", ""), 1.0);
  EXPECT_EQ(score<JaroWinkler>("a", ""), 0.0);
}

// Winkler 1990 adds a tenth; more than a quarter would lead past 1.
TEST(Literals, PrefixWeight) {
  EXPECT_EQ(JaroWinkler::Options{}.prefix_weight, 0.1);
  EXPECT_EQ(score<JaroWinkler>("martha", "marhta", {0.0}), score<Jaro>("martha", "marhta"));
  for (const double weight : {0.0, 0.1, 0.25}) EXPECT_EQ(JaroWinkler::Options{weight}.invalid(), nullptr);
  for (const double weight : {-0.1, 0.26, std::nan("")}) {
    EXPECT_STREQ(JaroWinkler::Options{weight}.invalid(), "prefix_weight must lie between 0 and 0.25");
  }
}

// By definition, on the affixes of English grammars: inter-, pre-, -ation, -ness.
TEST(Literals, PrefixAndPostfix) {
  EXPECT_EQ(score<Prefix>("internal", "interval"), 5);
  EXPECT_EQ(score<Prefix>("prefix", "pretext"), 3);
  EXPECT_EQ(score<Prefix>("prefix", "suffix"), 0);
  EXPECT_EQ(score<Postfix>("nation", "station"), 5);
  EXPECT_EQ(score<Postfix>("kindness", "darkness"), 4);
  EXPECT_EQ(score<Postfix>("prefix", "suffix"), 3);
}

template <class Kernel>
class EmptyTexts : public testing::Test {};
using Counts = testing::Types<Levenshtein, Osa, DamerauLevenshtein, Hamming, Indel, LcsSeq, Prefix, Postfix>;
TYPED_TEST_SUITE(EmptyTexts, Counts);

// By definition: nothing is shared, and three characters come or go.
TYPED_TEST(EmptyTexts, ShareNothing) {
  EXPECT_EQ(score<TypeParam>("", ""), 0);
  EXPECT_EQ(score<TypeParam>("abc", ""), TypeParam::kind == Kind::distance ? 3 : 0);
}

}  // namespace
}  // namespace pyudf::text
