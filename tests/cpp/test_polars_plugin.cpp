// test_polars_plugin.cpp: what Polars hands over and takes back: options, columns, releases, errors.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "arrow_builder.hpp"
#include "core/registry.hpp"
#include "engines/pickle.hpp"
#include "engines/polars_call.hpp"

namespace {

using arrow_builder::Arrow;
using pyudf::Plain;

// pickle.dumps({"score_cutoff": 3, "pad": True, "neg": -70000, "big": 1 << 40, "x": 0.25, "none": None, "name": "ünï",
// "weights": [1, 2, 300], "t": (1, 2), "columns": ["s1", "s2"], "again": "ünï"}, protocol), one text for both names.
constexpr const char* kProtocol2 =
    "80027d710028580c00000073636f72655f6375746f666671014b03580300000070616471028858030000006e65677103"
    "4a90eefeff580300000062696771048a060000000000015801000000787105473fd000000000000058040000006e6f6e"
    "6571064e58040000006e616d6571075805000000c3bc6ec3af710858070000007765696768747371095d710a284b014b"
    "024d2c0165580100000074710b4b014b0286710c5807000000636f6c756d6e73710d5d710e2858020000007331710f58"
    "0200000073327110655805000000616761696e71116808752e";
constexpr const char* kProtocol5 =
    "8005959b000000000000007d94288c0c73636f72655f6375746f6666944b038c0370616494888c036e6567944a90eefe"
    "ff8c03626967948a060000000000018c017894473fd00000000000008c046e6f6e65944e8c046e616d65948c05c3bc6e"
    "c3af948c0777656967687473945d94284b014b024d2c01658c0174944b014b0286948c07636f6c756d6e73945d94288c"
    "027331948c02733294658c05616761696e946808752e";

std::vector<std::uint8_t> bytes_of(const std::string& hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

pyudf::PlainDict read(const std::vector<std::uint8_t>& bytes) { return pyudf::read_pickle(bytes.data(), bytes.size()); }

class Pickle : public testing::TestWithParam<const char*> {};

TEST_P(Pickle, ReadsPlainValues) {
  const pyudf::PlainDict found = read(bytes_of(GetParam()));
  ASSERT_EQ(found.size(), 11u);
  EXPECT_EQ(found.at("score_cutoff").whole, 3);
  EXPECT_EQ(found.at("pad").kind, Plain::boolean);
  EXPECT_EQ(found.at("pad").whole, 1);
  EXPECT_EQ(found.at("neg").whole, -70000);
  EXPECT_EQ(found.at("big").whole, std::int64_t{1} << 40);
  EXPECT_EQ(found.at("x").number, 0.25);
  EXPECT_EQ(found.at("none").kind, Plain::none);
  EXPECT_EQ(found.at("again").letters, "\u00fcn\u00ef");
  ASSERT_EQ(found.at("weights").items.size(), 3u);
  EXPECT_EQ(found.at("weights").items[2].whole, 300);
  EXPECT_EQ(found.at("t").items[1].whole, 2);
  EXPECT_EQ(found.at("columns").items[1].letters, "s2");
}

TEST_P(Pickle, RefusesWhatEndsTooEarly) {
  const std::vector<std::uint8_t> bytes = bytes_of(GetParam());
  for (std::size_t n = 1; n < bytes.size(); ++n)
    EXPECT_THROW(pyudf::read_pickle(bytes.data(), n), std::invalid_argument) << n;
}

TEST_P(Pickle, SurvivesAnyByte) {
  const std::vector<std::uint8_t> bytes = bytes_of(GetParam());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (int other = 0; other < 256; ++other) {
      std::vector<std::uint8_t> changed = bytes;
      changed[i] = static_cast<std::uint8_t>(other);
      try {
        read(changed);
      } catch (const std::invalid_argument&) {
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Protocols, Pickle, testing::Values(kProtocol2, kProtocol5));

TEST(Pickle, NothingIsNoOptions) { EXPECT_TRUE(read({}).empty()); }

// --- columns ---------------------------------------------------------------------------------------------------------

/// A column as Polars makes one, which counts what is released.
class Column {
 public:
  explicit Column(std::vector<Arrow> chunks) : chunks_(std::move(chunks)) {
    for (Arrow& chunk : chunks_) {
      chunk.array().private_data = this;
      chunk.array().release = [](ArrowArray* array) {
        ++static_cast<Column*>(array->private_data)->arrays_released;
        array->release = nullptr;
      };
      pointers_.push_back(&chunk.array());
    }
    series = {&chunks_[0].schema(), pointers_.data(), pointers_.size(), release, this};
  }

  pyudf_polars_series series;
  int arrays_released = 0;
  int series_released = 0;

 private:
  static void release(pyudf_polars_series* series) {
    ++static_cast<Column*>(series->private_data)->series_released;
    series->release = nullptr;
  }
  std::vector<Arrow> chunks_;
  std::vector<ArrowArray*> pointers_;
};

std::vector<Arrow> chunks(std::initializer_list<std::vector<std::string>> all) {
  std::vector<Arrow> made;
  for (const auto& texts : all) made.push_back(arrow_builder::texts("vu", texts));
  return made;
}

struct Result {
  std::vector<std::int64_t> values;
  std::string error;
};

Result call(Column& left, Column& right, const std::vector<std::uint8_t>& options = {}) {
  pyudf_polars_series columns[] = {left.series, right.series};
  pyudf_polars_series result{};
  pyudf::polars_call(pyudf_builtin_table(), "levenshtein", columns, 2, options.data(), options.size(), &result);
  if (!result.private_data) return {{}, pyudf::polars_error()};
  // As Polars does: the array is moved out, the rest released, the array at its new place last.
  EXPECT_EQ(result.n_arrays, 1u);
  EXPECT_STREQ(result.field->format, "l");
  ArrowArray array = *result.arrays[0];
  result.release(&result);
  const auto* values = static_cast<const std::int64_t*>(array.buffers[1]);
  Result found{{values, values + array.length}, ""};
  array.release(&array);
  return found;
}

TEST(PolarsCall, ReadsChunksOfDifferentSizes) {
  Column left(chunks({{"kitten"}, {"", "a text that is longer than twelve"}}));
  Column right(chunks({{"sitting", "abc"}, {"a text that is longer than twelv"}}));
  EXPECT_EQ(call(left, right).values, (std::vector<std::int64_t>{3, 3, 1}));
  EXPECT_EQ(left.arrays_released, 2);
  EXPECT_EQ(left.series_released, 1);
  EXPECT_EQ(right.arrays_released, 2);
  EXPECT_EQ(right.series_released, 1);
}

TEST(PolarsCall, RepeatsOneRow) {
  Column left(chunks({{"abc", "ab", ""}})), right(chunks({{"abc"}}));
  EXPECT_EQ(call(left, right).values, (std::vector<std::int64_t>{0, 1, 3}));
}

TEST(PolarsCall, TellsWhatIsWrongAndReleasesAllTheSame) {
  Column left(chunks({{"abc", "ab", ""}})), right(chunks({{"abc", "x"}}));
  EXPECT_EQ(call(left, right).error, "levenshtein: columns of 3 and 2 rows");
  EXPECT_EQ(left.arrays_released + right.arrays_released, 2);
  EXPECT_EQ(left.series_released + right.series_released, 2);
  Column again(chunks({{"abc"}})), text(chunks({{"abc"}}));
  EXPECT_NE(call(again, text, {'x'}).error.find("the options of the expression cannot be read"), std::string::npos);
  EXPECT_EQ(again.arrays_released + text.series_released, 2);
}

TEST(PolarsCall, RefusesBrokenArrays) {
  std::vector<Arrow> broken = chunks({{"a text that is longer than twelve"}});
  const_cast<std::int32_t*>(static_cast<const std::int32_t*>(broken[0].buffer(1)))[3] = 1 << 30;
  Column left(std::move(broken)), right(chunks({{"x"}}));
  EXPECT_NE(call(left, right).error.find("levenshtein: "), std::string::npos);
}

TEST(PolarsField, NamesTheFirstColumnAndItsType) {
  Arrow left = arrow_builder::texts("vu", {}).named("a"), right = arrow_builder::texts("vu", {}).named("b");
  const ArrowSchema fields[] = {left.schema(), right.schema()};
  ArrowSchema result{};
  pyudf::polars_field(pyudf_builtin_table(), "jaro_similarity", fields, 2, nullptr, 0, &result);
  ASSERT_NE(result.private_data, nullptr) << pyudf::polars_error();
  EXPECT_STREQ(result.format, "g");
  EXPECT_STREQ(result.name, "a");
  result.release(&result);
}

TEST(PolarsField, LeavesAnErrorInsteadOfAType) {
  Arrow left = arrow_builder::texts("vu", {}), right = arrow_builder::numbers<std::int64_t>("l", {});
  const ArrowSchema fields[] = {left.schema(), right.schema()};
  ArrowSchema result{};
  pyudf::polars_field(pyudf_builtin_table(), "osa", fields, 2, nullptr, 0, &result);
  EXPECT_EQ(result.private_data, nullptr);
  EXPECT_NE(std::string(pyudf::polars_error()).find("osa: s2: an Arrow column of int64"), std::string::npos);
  pyudf::polars_field(pyudf_builtin_table(), "nothing", fields, 2, nullptr, 0, &result);
  EXPECT_NE(std::string(pyudf::polars_error()).find("no such function"), std::string::npos);
  pyudf_table older = *pyudf_builtin_table();
  older.function_bytes -= 8;
  pyudf::polars_field(&older, "osa", fields, 2, nullptr, 0, &result);
  EXPECT_NE(std::string(pyudf::polars_error()).find("build the library again"), std::string::npos);
}

}  // namespace
