// test_arrow_reader.cpp: arrays of every format, put together by hand, read as values of C++; broken ones are refused.
#include "core/arrow_reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <string>
#include <type_traits>

#include "arrow_builder.hpp"
#include "arrow_samples.hpp"
#include "core/arrow_bitmap.hpp"
#include "core/arrow_texts.hpp"
#include "core/columns.hpp"

namespace {

using namespace arrow_builder;
using namespace samples;
using pyudf::InvalidRow;
using pyudf::read_arrow;
using pyudf::Rows;
using pyudf::WrongType;

std::unique_ptr<Rows> rows_of(const pyudf_type& type, Arrow& arrow) {
  return read_arrow(type, {{&arrow.schema(), &arrow.array()}});
}

template <class T>
Column<T> read(Arrow arrow) {
  return samples::read<T>(*rows_of(type_of<T>, arrow));
}

/// What an exception of class E says.
template <class E, class F>
std::string told(F&& f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  } catch (const std::exception& e) {
    ADD_FAILURE() << "another exception: " << e.what();
    return "";
  }
  ADD_FAILURE() << "no exception";
  return "";
}

template <class T>
std::string refused_row(Arrow arrow) {
  return told<InvalidRow>([&] { read<T>(std::move(arrow)); });
}
template <class T>
std::string wrong_type(Arrow arrow) {
  return told<WrongType>([&] { read<T>(std::move(arrow)); });
}
template <class T>
std::string broken(Arrow arrow) {
  const std::string what = told<std::invalid_argument>([&] { read<T>(std::move(arrow)); });
  EXPECT_NE(what.find("broken Arrow array"), std::string::npos) << what;
  return what;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const void* place_of(const pyudf_type& type, Arrow& arrow) { return rows_of(type, arrow)->in_place().data; }

// Bits

TEST(ArrowBits, OfAnySizeAndPlace) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 40; ++i) bytes.push_back(static_cast<std::uint8_t>(i < 10 ? 0xFF : i < 20 ? 0 : i * 37));
  const auto bit = [&](std::int64_t i) { return bytes[static_cast<std::size_t>(i / 8)] >> (i % 8) & 1; };
  for (std::int64_t first = 0; first < 130; ++first)
    for (const std::int64_t n : {0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 190}) {
      // No byte past the last bit is there to be read.
      const std::size_t size = static_cast<std::size_t>(first + n + 7) / 8;
      const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[size]);
      std::copy_n(bytes.begin(), size, exact.get());
      const pyudf::ArrowBits bits(exact.get(), first);
      std::vector<std::uint8_t> unpacked(static_cast<std::size_t>(n)), runs(static_cast<std::size_t>(n));
      std::vector<std::uint8_t> expected;
      std::int64_t zeros = 0, zero = -1;
      for (std::int64_t i = 0; i < n; ++i) {
        expected.push_back(static_cast<std::uint8_t>(bit(first + i)));
        zeros += !expected.back();
        if (zero < 0 && !expected.back()) zero = i;
        EXPECT_EQ(bits[i], expected.back());
      }
      EXPECT_EQ(bits.unpack(0, n, unpacked.data()), zeros);
      EXPECT_EQ(unpacked, expected);
      EXPECT_EQ(bits.count_zeros(0, n), zeros);
      EXPECT_EQ(bits.find_zero(0, n), zero);
      std::int64_t last = -1;
      bits.each_run(0, n, [&](std::int64_t at, std::int64_t length) {
        EXPECT_GT(length, 0);
        EXPECT_GT(at, last) << "runs touch";
        last = at + length;
        std::fill_n(runs.begin() + at, length, std::uint8_t{1});
      });
      EXPECT_EQ(runs, expected);
      std::vector<std::uint8_t> packed(static_cast<std::size_t>(n + 7) / 8, 0xAA);
      pyudf::pack_bits(expected.data(), n, packed.data());
      for (std::int64_t i = 0; i < static_cast<std::int64_t>(packed.size()) * 8; ++i)
        EXPECT_EQ(packed[static_cast<std::size_t>(i / 8)] >> (i % 8) & 1, i < n ? bit(first + i) : 0);
    }
}

// Numbers

TEST(ArrowNumbers, LieInPlace) {
  Arrow whole = numbers<double>("g", {1.5, 2.5, 3.5});
  EXPECT_EQ(place_of(type_of<double>, whole), whole.buffer(1));
  Arrow part = numbers<std::int32_t>("i", {1, 2, 3, 4}).slice(1, 2);
  const std::unique_ptr<Rows> rows = rows_of(type_of<std::int32_t>, part);
  EXPECT_EQ(rows->in_place().data, static_cast<const char*>(part.buffer(1)) + 4);
  EXPECT_EQ(rows->in_place().stride, 4);
  EXPECT_EQ(rows->in_place().present, nullptr);
  EXPECT_EQ(rows->size(), 2);
  EXPECT_EQ(samples::read<std::int32_t>(*rows), (Column<std::int32_t>{2, 3}));
  Arrow sound = numbers<double>("g", {1, 2}).valid("11");
  sound.array().null_count = -1;
  EXPECT_NE(place_of(type_of<double>, sound), nullptr) << "the bitmap says that nothing is missing";
}

TEST(ArrowNumbers, DoNotLieInPlace) {
  Arrow missing = numbers<double>("g", {1, 2}).valid("10");
  EXPECT_EQ(place_of(type_of<double>, missing), nullptr);
  Arrow narrow = numbers<float>("f", {1, 2});
  EXPECT_EQ(place_of(type_of<double>, narrow), nullptr);
  Arrow a = numbers<double>("g", {1}), b = numbers<double>("g", {2});
  const auto rows = read_arrow(type_of<double>, {{&a.schema(), &a.array()}, {&b.schema(), &b.array()}});
  EXPECT_EQ(rows->in_place().data, nullptr);
  Arrow truth = bits("10");
  EXPECT_EQ(place_of(type_of<bool>, truth), nullptr);
}

TEST(ArrowNumbers, NeedNotBeAligned) {
  std::vector<char> bytes(1 + 3 * 4);
  const std::int32_t values[] = {1, -2, 3};
  std::memcpy(bytes.data() + 1, values, sizeof values);
  const auto odd = [&] { return Arrow("i", 3).with_address(nullptr).with_address(bytes.data() + 1); };
  Arrow same = odd();
  EXPECT_EQ(place_of(type_of<std::int32_t>, same), nullptr);
  EXPECT_EQ(read<std::int32_t>(odd()), (Column<std::int32_t>{1, -2, 3}));
  EXPECT_EQ(read<double>(odd()), (Column<double>{1, -2, 3}));
}

TEST(ArrowNumbers, MissingOnesAtAnyPlace) {
  for (const std::int64_t n : {1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 1000})
    for (const std::int64_t offset : {0, 1, 8, 13, 64, 77}) {
      std::vector<std::int64_t> values;
      std::string valid;
      Column<std::int64_t> expected;
      for (std::int64_t i = 0; i < offset + n; ++i) {
        values.push_back(i * 3);
        valid += i * i % 5 < 3 ? '1' : '0';
        if (i >= offset) expected.push_back(valid.back() == '1' ? std::optional(values.back()) : std::nullopt);
      }
      Arrow arrow = numbers<std::int64_t>("l", values).valid(valid).slice(offset, n);
      const auto rows = rows_of(type_of<std::int64_t>, arrow);
      EXPECT_EQ(samples::read<std::int64_t>(*rows), expected);
      for (std::int64_t begin = 0; begin < n; begin += 5) {
        const std::int64_t size = std::min<std::int64_t>(n - begin, 70);
        EXPECT_EQ(samples::read<std::int64_t>(*rows, begin, size),
                  Column<std::int64_t>(expected.begin() + begin, expected.begin() + begin + size));
      }
    }
}

struct NumberType {
  const char* format;
  std::int32_t id;
  std::int64_t bytes;
};
constexpr NumberType kNumbers[] = {{"b", PYUDF_BOOL, 1},    {"c", PYUDF_INT8, 1},    {"s", PYUDF_INT16, 2},
                                   {"i", PYUDF_INT32, 4},   {"l", PYUDF_INT64, 8},   {"C", PYUDF_UINT8, 1},
                                   {"S", PYUDF_UINT16, 2},  {"I", PYUDF_UINT32, 4},  {"L", PYUDF_UINT64, 8},
                                   {"e", PYUDF_FLOAT16, 2}, {"f", PYUDF_FLOAT32, 4}, {"g", PYUDF_FLOAT64, 8}};
// Row to column, in the order above: whole numbers to whole and floating ones, floating ones to floating ones.
constexpr const char* kCasts[] = {"111111111111", "011111111111", "011111111111", "011111111111",
                                  "011111111111", "011111111111", "011111111111", "011111111111",
                                  "011111111111", "000000000111", "000000000111", "000000000111"};

TEST(ArrowNumbers, AreConvertedWhereNothingIsCutOff) {
  // 1, 0, 1 in every type; the bits of the floating ones by hand.
  const std::map<std::string, std::vector<std::uint64_t>> ones{{"e", {0x3C00, 0, 0x3C00}},
                                                               {"f", {0x3F800000, 0, 0x3F800000}},
                                                               {"g", {0x3FF0000000000000, 0, 0x3FF0000000000000}}};
  const auto image = [&](const NumberType& type) {
    const auto found = ones.find(type.format);
    const std::vector<std::uint64_t> values = found == ones.end() ? std::vector<std::uint64_t>{1, 0, 1} : found->second;
    std::vector<char> bytes;
    for (const std::uint64_t value : values)
      bytes.insert(bytes.end(), reinterpret_cast<const char*>(&value),
                   reinterpret_cast<const char*>(&value) + type.bytes);
    return bytes;
  };
  for (std::size_t f = 0; f < 12; ++f)
    for (std::size_t t = 0; t < 12; ++t) {
      SCOPED_TRACE(std::string(kNumbers[f].format) + " to " + kNumbers[t].format);
      const pyudf_type type{kNumbers[t].id, 0, nullptr, 0, static_cast<std::int32_t>(kNumbers[t].bytes)};
      Arrow arrow = f == 0 ? bits("101") : Arrow(kNumbers[f].format, 3).with_address(nullptr).with(image(kNumbers[f]));
      if (kCasts[f][t] == '0') {
        EXPECT_THROW(rows_of(type, arrow), WrongType);
        continue;
      }
      alignas(8) char slots[24];
      pyudf::Arena arena;
      rows_of(type, arrow)->read(0, 3, slots, nullptr, arena);
      const std::vector<char> expected = image(kNumbers[t]);
      EXPECT_EQ(std::vector<char>(slots, slots + expected.size()), expected);
    }
}

TEST(ArrowNumbers, KeepExtremes) {
  EXPECT_EQ(read<std::int64_t>(numbers<std::int8_t>("c", {-128, 127})), (Column<std::int64_t>{-128, 127}));
  EXPECT_EQ(read<std::int64_t>(numbers<std::uint32_t>("I", {4294967295u})), (Column<std::int64_t>{4294967295}));
  EXPECT_EQ(read<double>(numbers<std::int32_t>("i", {INT32_MIN, INT32_MAX})),
            (Column<double>{-2147483648., 2147483647.}));
  EXPECT_EQ(read<double>(numbers<float>("f", {0.1f})), (Column<double>{double{0.1f}}));
  EXPECT_EQ(read<std::uint64_t>(numbers<std::uint64_t>("L", {UINT64_MAX})), (Column<std::uint64_t>{UINT64_MAX}));
}

TEST(ArrowNumbers, AreNarrowedWhereTheyFit) {
  const auto fails = [](auto type, Arrow arrow) {
    return has(told<pyudf::InvalidRow>([&] { read<decltype(type)>(std::move(arrow)); }), "row 1: ");
  };
  EXPECT_EQ(read<std::int8_t>(numbers<std::int64_t>("l", {-128, 127})), (Column<std::int8_t>{-128, 127}));
  EXPECT_EQ(read<std::uint64_t>(numbers<std::int64_t>("l", {0, INT64_MAX})), (Column<std::uint64_t>{0, INT64_MAX}));
  EXPECT_EQ(read<std::int64_t>(numbers<std::uint64_t>("L", {0, INT64_MAX})), (Column<std::int64_t>{0, INT64_MAX}));
  EXPECT_TRUE(fails(std::int8_t{}, numbers<std::int64_t>("l", {0, 128})));
  EXPECT_TRUE(fails(std::int8_t{}, numbers<std::int64_t>("l", {0, -129})));
  EXPECT_TRUE(fails(std::uint8_t{}, numbers<std::int8_t>("c", {0, -1})));
  EXPECT_TRUE(fails(std::uint64_t{}, numbers<std::int64_t>("l", {0, -1})));
  EXPECT_TRUE(fails(std::int64_t{}, numbers<std::uint64_t>("L", {0, std::uint64_t{1} << 63})));
  EXPECT_TRUE(fails(std::int32_t{}, numbers<std::uint32_t>("I", {0, 1u << 31})));
  // What lies under a null may be anything.
  EXPECT_EQ(read<std::int8_t>(numbers<std::int64_t>("l", {1, 1000}).valid("10")),
            (Column<std::int8_t>{std::int8_t{1}, std::nullopt}));
}

// IEEE 754-2008, table 3.5: binary16.
TEST(ArrowNumbers, HalfPrecision) {
  const std::vector<std::uint16_t> halves{0x0000, 0x8000, 0x0001, 0x03FF, 0x0400,
                                          0x3555, 0xC000, 0x7BFF, 0x7C00, 0xFC00};
  const Column<float> values = read<float>(numbers<std::uint16_t>("e", halves));
  const float expected[] = {0.f,         -0.f, 0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f,
                            0x1.554p-2f, -2.f, 65504.f,  HUGE_VALF,       -HUGE_VALF};
  for (std::size_t i = 0; i < halves.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint32_t>(*values[i]), std::bit_cast<std::uint32_t>(expected[i])) << i;
  EXPECT_TRUE(std::isnan(*read<double>(numbers<std::uint16_t>("e", {0x7E00}))[0]));
}

TEST(ArrowNumbers, SayWhatTheyAreInsteadOf) {
  EXPECT_EQ(wrong_type<std::int32_t>(numbers<double>("g", {1})),
            "an Arrow column of float64 (format 'g') where int32 is expected: cast it first");
  EXPECT_EQ(wrong_type<double>(texts("u", {"1"})),
            "an Arrow column of utf8 (format 'u') where float64 is expected: cast it first");
  EXPECT_TRUE(has(wrong_type<std::vector<Point>>(numbers<double>("g", {1})), "where list of Point is expected"));
}

TEST(ArrowBools, AreBits) {
  EXPECT_EQ(read<bool>(bits("1011000110")), (Column<bool>{1, 0, 1, 1, 0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(read<bool>(bits("1011000110").slice(7, 3)), (Column<bool>{1, 1, 0}));
  EXPECT_EQ(read<bool>(bits("101").valid("110")), (Column<bool>{true, false, std::nullopt}));
}

// Text

TEST(ArrowTexts, AtTheTopAreATextColumn) {
  for (const char* format : {"u", "U", "vu"}) {
    Arrow arrow = texts(format, {"plain", "ünï", "", "a text of more than twelve bytes"}).valid("1101");
    const auto rows = rows_of(type_of<std::u32string>, arrow);
    EXPECT_NE(dynamic_cast<pyudf::TextColumn*>(rows.get()), nullptr);
    const Column<std::u32string> expected{U"plain", U"ünï", std::nullopt, U"a text of more than twelve bytes"};
    EXPECT_EQ(samples::read<std::u32string>(*rows), expected);
    const auto utf8 = samples::read<std::string>(*rows_of(type_of<std::string>, arrow));
    EXPECT_EQ(utf8, (Column<std::string>{"plain", "ünï", std::nullopt, "a text of more than twelve bytes"}));
  }
}

std::vector<std::byte> bytes(const std::string& text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

using Bytes = std::vector<std::byte>;

TEST(ArrowTexts, BytesOfEveryLayout) {
  for (const char* format : {"z", "Z", "vz"})
    EXPECT_EQ(read<Bytes>(texts(format, {"\xFF\x01", "", "more than twelve bytes"}).valid("101")),
              (Column<Bytes>{bytes("\xFF\x01"), std::nullopt, bytes("more than twelve bytes")}));
  const auto fixed = [](std::int64_t n) { return Arrow("w:2", n).with_address(nullptr).with("ab\0\0ef", 6); };
  EXPECT_EQ(read<Bytes>(fixed(3)), (Column<Bytes>{bytes("ab"), bytes(std::string("\0\0", 2)), bytes("ef")}));
  EXPECT_EQ(read<Bytes>(fixed(3).valid("011").slice(1, 2)),
            (Column<Bytes>{bytes(std::string("\0\0", 2)), bytes("ef")}));
}

TEST(ArrowTexts, TextIsNotBytes) {
  EXPECT_TRUE(has(wrong_type<std::string>(texts("z", {"a"})), "binary"));
  EXPECT_TRUE(has(wrong_type<Bytes>(texts("u", {"a"})), "utf8"));
  const pyudf_type any{PYUDF_TEXT, 0, nullptr, 0, sizeof(pyudf_text)};
  for (const char* format : {"u", "z", "vz"}) {
    Arrow arrow = texts(format, {"a"});
    EXPECT_EQ(rows_of(any, arrow)->size(), 1);
  }
}

TEST(ArrowTexts, ChunksOfSeveralLayouts) {
  Arrow a = texts("u", {"a", "b"}).slice(1, 1), b = texts("vu", {"c"}), c = texts("U", {"d"}).valid("0"), d = nulls(2),
        e = dictionary<std::int8_t>("c", {1, 0, 1}, texts("u", {"x", "y"}));
  std::vector<pyudf::ArrowPart> parts;
  for (Arrow* arrow : {&a, &b, &c}) parts.push_back({&arrow->schema(), &arrow->array()});
  const auto plain = read_arrow(type_of<std::string>, parts);
  EXPECT_EQ(samples::read<std::string>(*plain), (Column<std::string>{"b", "c", std::nullopt}));
  for (Arrow* arrow : {&d, &e}) parts.push_back({&arrow->schema(), &arrow->array()});
  const auto all = read_arrow(type_of<std::string>, parts);
  EXPECT_EQ(samples::read<std::string>(*all),
            (Column<std::string>{"b", "c", std::nullopt, std::nullopt, std::nullopt, "y", "x", "y"}));
  EXPECT_EQ(samples::read<std::string>(*all, 1, 5),
            (Column<std::string>{"c", std::nullopt, std::nullopt, std::nullopt, "y"}));
}

// Times

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;
using Microseconds = std::chrono::duration<std::int64_t, std::micro>;
using Nanoseconds = std::chrono::duration<std::int64_t, std::nano>;
template <class Duration>
using Time = std::chrono::time_point<std::chrono::system_clock, Duration>;

TEST(ArrowTimes, Dates) {
  using namespace std::chrono_literals;
  EXPECT_EQ(read<sys_days>(numbers<std::int32_t>("tdD", {0, 19723})), (Column<sys_days>{1970y / 1 / 1, 2024y / 1 / 1}));
  EXPECT_EQ(read<sys_days>(numbers<std::int64_t>("tdm", {0, 19723 * 86400000LL, -86400000})),
            (Column<sys_days>{1970y / 1 / 1, 2024y / 1 / 1, 1969y / 12 / 31}));
  Arrow arrow = numbers<std::int32_t>("tdD", {1});
  EXPECT_EQ(place_of(type_of<sys_days>, arrow), arrow.buffer(1));
  EXPECT_TRUE(has(wrong_type<sys_days>(numbers<std::int64_t>("tsu:", {1})), "timestamp[us]"));
  EXPECT_TRUE(has(refused_row<sys_days>(numbers<std::int64_t>("tdm", {0, 1})), "row 1: the time 1"));
  EXPECT_TRUE(has(refused_row<sys_days>(numbers<std::int64_t>("tdm", {INT64_MIN / 86400000 * 86400000})), "too far"));
}

TEST(ArrowTimes, TimestampsOfEveryUnit) {
  EXPECT_EQ(read<Time<Microseconds>>(numbers<std::int64_t>("tsu:", {5, -7})),
            (Column<Time<Microseconds>>{Time<Microseconds>(Microseconds(5)), Time<Microseconds>(Microseconds(-7))}));
  for (const auto& [format, count] : std::vector<std::pair<std::string, std::int64_t>>{
           {"tss:", 3}, {"tsm:UTC", 3000}, {"tsu:Europe/Berlin", 3000000}, {"tsn:+02:00", 3000000000}}) {
    Arrow arrow = numbers<std::int64_t>(format.c_str(), {count, -count});
    EXPECT_EQ(samples::read<sys_seconds>(*rows_of(type_of<sys_seconds>, arrow)),
              (Column<sys_seconds>{sys_seconds(std::chrono::seconds(3)), sys_seconds(std::chrono::seconds(-3))}));
    EXPECT_EQ(samples::read<Time<Nanoseconds>>(*rows_of(type_of<Time<Nanoseconds>>, arrow)),
              (Column<Time<Nanoseconds>>{Time<Nanoseconds>(Nanoseconds(3000000000)),
                                         Time<Nanoseconds>(Nanoseconds(-3000000000))}));
  }
  EXPECT_EQ(read<Time<Milliseconds>>(numbers<std::int32_t>("tdD", {1, -1})),
            (Column<Time<Milliseconds>>{Time<Milliseconds>(Milliseconds(86400000)),
                                        Time<Milliseconds>(Milliseconds(-86400000))}));
  EXPECT_EQ(read<sys_seconds>(numbers<std::int64_t>("tdm", {86400000})),
            (Column<sys_seconds>{sys_seconds(std::chrono::seconds(86400))}));
}

TEST(ArrowTimes, LoseNothing) {
  EXPECT_TRUE(has(refused_row<sys_seconds>(numbers<std::int64_t>("tsm:", {1000, 1001})), "row 1: the time 1001"));
  EXPECT_TRUE(has(refused_row<Time<Nanoseconds>>(numbers<std::int64_t>("tss:", {1, 1LL << 60})), "row 1: the time"));
  EXPECT_TRUE(has(refused_row<Time<Nanoseconds>>(numbers<std::int32_t>("tdD", {INT32_MIN})), "too far away"));
  // What lies under a missing one may be anything.
  EXPECT_EQ(read<sys_seconds>(numbers<std::int64_t>("tsm:", {1, 2000, 3, 4}).valid("0100")),
            (Column<sys_seconds>{std::nullopt, sys_seconds(std::chrono::seconds(2)), std::nullopt, std::nullopt}));
}

TEST(ArrowTimes, Durations) {
  for (const auto& [format, count] : std::vector<std::pair<const char*, std::int64_t>>{
           {"tDs", 2}, {"tDm", 2000}, {"tDu", 2000000}, {"tDn", 2000000000}})
    EXPECT_EQ(read<Milliseconds>(numbers<std::int64_t>(format, {count})), (Column<Milliseconds>{Milliseconds(2000)}));
  EXPECT_TRUE(has(wrong_type<Milliseconds>(numbers<std::int64_t>("tsm:", {1})), "duration[ms]"));
  EXPECT_TRUE(has(wrong_type<Milliseconds>(numbers<std::int64_t>("l", {1})), "int64"));
}

// Enumerations

using enum Colour;

TEST(ArrowEnums, FromNames) {
  for (const char* format : {"u", "U", "vu"})
    EXPECT_EQ(read<Colour>(texts(format, {"blue", "red", "?", "green"}).valid("1101")),
              (Column<Colour>{blue, red, std::nullopt, green}));
  EXPECT_EQ(refused_row<Colour>(texts("u", {"red", "mauve"})), "row 1: 'mauve' is no member of Colour: red green blue");
  EXPECT_TRUE(has(wrong_type<Colour>(numbers<std::int32_t>("i", {0})), "Colour"));
}

TEST(ArrowEnums, FromDictionaries) {
  const auto names = [] { return texts("u", {"blue", "red", "mauve"}); };
  EXPECT_EQ(read<Colour>(dictionary<std::uint8_t>("C", {1, 0, 9, 1}, names()).valid("1101")),
            (Column<Colour>{red, blue, std::nullopt, red}));
  EXPECT_EQ(refused_row<Colour>(dictionary<std::int64_t>("l", {1, 0, 2}, names())),
            "row 2: 'mauve' is no member of Colour: red green blue");
}

// Dictionaries

TEST(ArrowDictionaries, OfEveryIndex) {
  const auto values = [] { return numbers<double>("g", {0.5, 1.5, 2.5}); };
  const Column<double> expected{2.5, 0.5, std::nullopt, 1.5};
  EXPECT_EQ(read<double>(dictionary<std::int8_t>("c", {2, 0, -1, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::uint8_t>("C", {2, 0, 255, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::int16_t>("s", {2, 0, -1, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::uint16_t>("S", {2, 0, 9, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::int32_t>("i", {2, 0, -1, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::uint32_t>("I", {2, 0, 9, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::int64_t>("l", {2, 0, -1, 1}, values()).valid("1101")), expected);
  EXPECT_EQ(read<double>(dictionary<std::uint64_t>("L", {2, 0, UINT64_MAX, 1}, values()).valid("1101")), expected);
}

TEST(ArrowDictionaries, OfAnyValues) {
  EXPECT_EQ(read<std::u32string>(dictionary<std::int8_t>("c", {1, 1, 0}, texts("vu", {"ü", "longer than twelve ü"}))),
            (Column<std::u32string>{U"longer than twelve ü", U"longer than twelve ü", U"ü"}));
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(read<Numbers>(dictionary<std::int8_t>(
                "c", {1, 0, 0}, lists<std::int32_t>("+l", {0, 2, 2}, numbers<std::int64_t>("l", {7, 8})))),
            (Column<Numbers>{Numbers{}, Numbers{7, 8}, Numbers{7, 8}}));
}

TEST(ArrowDictionaries, WithMissingValues) {
  const auto values = [] { return texts("u", {"a", "b", "c"}).valid("101"); };
  EXPECT_EQ(read<std::string>(dictionary<std::int8_t>("c", {0, 1, 2, 0}, values()).valid("1110")),
            (Column<std::string>{"a", std::nullopt, "c", std::nullopt}));
  EXPECT_EQ(read<std::string>(dictionary<std::int8_t>("c", {0, 1, 2, 0}, values()).slice(1, 3)),
            (Column<std::string>{std::nullopt, "c", "a"}));
  EXPECT_EQ(read<std::string>(dictionary<std::int8_t>("c", {0, 0}, nulls(1))),
            (Column<std::string>{std::nullopt, std::nullopt}));
}

TEST(ArrowDictionaries, LargerThanTheColumn) {
  EXPECT_EQ(read<std::string>(dictionary<std::int8_t>("c", {2}, texts("u", {"a", "b", "c"}))),
            (Column<std::string>{"c"}));
  EXPECT_EQ(read<std::string>(dictionary<std::int8_t>("c", {1}, texts("u", {"a", "b", "c"}).slice(1, 2))),
            (Column<std::string>{"c"}));
}

TEST(ArrowDictionaries, SharedByChunks) {
  Arrow a = dictionary<std::int8_t>("c", {0, 1, 0}, texts("u", {"x", "y"}));
  Arrow b = dictionary<std::int8_t>("c", {1, 1, 0}, texts("u", {"x", "y"}));
  ArrowArray shared = a.dictionary().array(), other = a.dictionary().array();
  b.array().dictionary = &shared;
  other.offset = 1;
  other.length = 1;
  Arrow c = dictionary<std::int8_t>("c", {0}, texts("u", {"x", "y"}));
  c.array().dictionary = &other;
  const auto rows = read_arrow(type_of<std::string>,
                               {{&a.schema(), &a.array()}, {&b.schema(), &b.array()}, {&c.schema(), &c.array()}});
  EXPECT_EQ(samples::read<std::string>(*rows), (Column<std::string>{"x", "y", "x", "y", "y", "x", "y"}));
}

// Lists

using Ints = std::vector<std::int64_t>;
using Doubles = std::vector<double>;

TEST(ArrowLists, OfEveryLayout) {
  const auto items = [] { return numbers<std::int64_t>("l", {0, 1, 2, 3, 4, 5}); };
  const Column<Ints> expected{Ints{1, 2}, Ints{}, Ints{3, 4, 5}};
  EXPECT_EQ(read<Ints>(lists<std::int32_t>("+l", {1, 3, 3, 6}, items())), expected);
  EXPECT_EQ(read<Ints>(lists<std::int64_t>("+L", {1, 3, 3, 6}, items())), expected);
  EXPECT_EQ(read<Ints>(list_views<std::int32_t>("+vl", {1, 6, 3}, {2, 0, 3}, items())), expected);
  EXPECT_EQ(read<Ints>(list_views<std::int64_t>("+vL", {1, 0, 3}, {2, 0, 3}, items())), expected);
  EXPECT_EQ(read<Ints>(fixed_lists(2, 3, items())), (Column<Ints>{Ints{0, 1}, Ints{2, 3}, Ints{4, 5}}));
}

TEST(ArrowLists, ViewsInAnyOrder) {
  const auto items = [] { return numbers<std::int32_t>("i", {0, 1, 2, 3, 4, 5}); };
  EXPECT_EQ(read<Ints>(list_views<std::int32_t>("+vl", {4, 0, 0, 2}, {2, 6, 1, 2}, items())),
            (Column<Ints>{Ints{4, 5}, Ints{0, 1, 2, 3, 4, 5}, Ints{0}, Ints{2, 3}}));
}

TEST(ArrowLists, SlicedAtEveryLevel) {
  const auto items = [] { return numbers<std::int32_t>("i", {-1, -1, 0, 1, 2, 3, 4, 5}).slice(2, 6); };
  EXPECT_EQ(read<Ints>(lists<std::int32_t>("+l", {0, 1, 3, 6}, items()).slice(1, 2)),
            (Column<Ints>{Ints{1, 2}, Ints{3, 4, 5}}));
  EXPECT_EQ(read<Ints>(fixed_lists(2, 3, items()).slice(1, 2)), (Column<Ints>{Ints{2, 3}, Ints{4, 5}}));
  EXPECT_EQ(read<Ints>(list_views<std::int32_t>("+vl", {0, 1, 3}, {1, 2, 3}, items()).slice(1, 1)),
            (Column<Ints>{Ints{1, 2}}));
}

TEST(ArrowLists, OfNumbersLieInPlace) {
  Arrow arrow = lists<std::int32_t>("+l", {0, 1, 3}, numbers<double>("g", {1, 2, 3}));
  pyudf_list slots[2];
  pyudf::Arena arena;
  EXPECT_EQ(rows_of(type_of<Doubles>, arrow)->read(0, 2, slots, nullptr, arena), 0);
  EXPECT_EQ(slots[0].data, arrow.child(0).buffer(1));
  EXPECT_EQ(slots[1].data, static_cast<const double*>(arrow.child(0).buffer(1)) + 1);
}

TEST(ArrowLists, EmptyOnesAreNotMissing) {
  Arrow arrow = lists<std::int32_t>("+l", {0, 0}, numbers<double>("g", {}));
  pyudf_list slots[1];
  pyudf::Arena arena;
  EXPECT_EQ(rows_of(type_of<Doubles>, arrow)->read(0, 1, slots, nullptr, arena), 0);
  EXPECT_NE(slots[0].data, nullptr);
  EXPECT_EQ(slots[0].size, 0);
}

TEST(ArrowLists, MissingOnesMayCoverAnything) {
  EXPECT_EQ(
      read<Ints>(
          lists<std::int32_t>("+l", {0, 1, 3, 4}, numbers<std::int64_t>("l", {1, 2, 3, 4}).valid("1001")).valid("101")),
      (Column<Ints>{Ints{1}, std::nullopt, Ints{4}}));
  using Names = std::vector<Colour>;
  EXPECT_EQ(read<Names>(lists<std::int32_t>("+l", {0, 1, 2, 3}, texts("u", {"red", "mauve", "blue"})).valid("101")),
            (Column<Names>{Names{red}, std::nullopt, Names{blue}}));
}

TEST(ArrowLists, ItemsMayBeMissingWhereTheTypeSaysSo) {
  using Some = std::vector<std::optional<std::int16_t>>;
  const auto arrow = [] {
    return lists<std::int32_t>("+l", {0, 3, 3, 4}, numbers<std::int16_t>("s", {1, 2, 3, 4}).valid("1010"));
  };
  EXPECT_EQ(read<Some>(arrow()), (Column<Some>{Some{1, std::nullopt, 3}, Some{}, Some{std::nullopt}}));
  using Texts = std::vector<std::optional<std::string>>;
  EXPECT_EQ(read<Texts>(lists<std::int32_t>("+l", {0, 3}, texts("u", {"a", "b", "c"}).valid("101"))),
            (Column<Texts>{Texts{"a", std::nullopt, "c"}}));
  EXPECT_EQ(read<Texts>(lists<std::int32_t>("+l", {0, 2}, nulls(2))),
            (Column<Texts>{Texts{std::nullopt, std::nullopt}}));
  EXPECT_EQ(read<Some>(lists<std::int32_t>("+l", {0, 2}, numbers<std::int16_t>("s", {1, 2}))),
            (Column<Some>{Some{1, 2}}));
  EXPECT_EQ(refused_row<Ints>(arrow()),
            "row 0: item 1: a missing value within a value, where the function takes none: fill it, or take a "
            "std::optional there");
  EXPECT_TRUE(has(refused_row<Ints>(lists<std::int32_t>("+l", {0, 0, 2}, nulls(2))), "row 1: item 0: a missing"));
}

TEST(ArrowLists, OfListsOfLists) {
  using Deep = std::vector<std::vector<Ints>>;
  Arrow inner = lists<std::int64_t>("+L", {0, 1, 1, 4}, numbers<std::int32_t>("i", {1, 2, 3, 4}));
  Arrow middle = lists<std::int32_t>("+l", {0, 2, 3}, std::move(inner));
  EXPECT_EQ(read<Deep>(list_views<std::int32_t>("+vl", {1, 0, 0}, {1, 2, 0}, std::move(middle))),
            (Column<Deep>{Deep{{{2, 3, 4}}}, Deep{{{1}, {}}, {{2, 3, 4}}}, Deep{}}));
}

TEST(ArrowLists, OfATellingSize) {
  pyudf_type three = type_of<Doubles>;
  three.size = 3;
  Arrow good = fixed_lists(3, 1, numbers<double>("g", {1, 2, 3}));
  EXPECT_EQ(samples::read<Doubles>(*rows_of(three, good)), (Column<Doubles>{Doubles{1, 2, 3}}));
  Arrow bad = lists<std::int32_t>("+l", {0, 3, 5}, numbers<double>("g", {1, 2, 3, 4, 5}));
  const auto rows = rows_of(three, bad);
  EXPECT_EQ(told<InvalidRow>([&] { samples::read<Doubles>(*rows); }), "row 1: a list of 2 items where 3 are expected");
}

TEST(ArrowSets, AreLists) {
  EXPECT_EQ(read<std::set<std::string>>(lists<std::int32_t>("+l", {0, 3}, texts("u", {"b", "a", "b"}))),
            (Column<std::set<std::string>>{std::set<std::string>{"a", "b"}}));
}

// Maps and structs

using Map = std::map<std::string, double>;

TEST(ArrowMaps, OfEitherKind) {
  const auto entries = [] {
    return structs(3, texts("u", {"a", "b", "c"}).named("key"), numbers<float>("f", {1, 2, 3}).named("value"));
  };
  const Column<Map> expected{Map{{"a", 1}, {"b", 2}}, Map{}, Map{{"c", 3}}};
  EXPECT_EQ(read<Map>(lists<std::int32_t>("+m", {0, 2, 2, 3}, entries())), expected);
  EXPECT_EQ(read<Map>(lists<std::int64_t>("+L", {0, 2, 2, 3}, entries())), expected) << "as Polars has it";
  using Pairs = std::vector<std::pair<std::string, double>>;
  EXPECT_TRUE(has(wrong_type<Pairs>(lists<std::int32_t>("+m", {0, 3}, entries())), "map"));
  EXPECT_TRUE(has(wrong_type<Map>(lists<std::int32_t>("+m", {0, 1}, structs(1, texts("u", {"a"}), texts("u", {"b"})))),
                  "entries: field 1: an Arrow column of utf8"));
}

TEST(ArrowStructs, ByTheNamesOfTheirFields) {
  const auto x = [] { return numbers<std::int32_t>("i", {1, 2, 3}).named("x"); };
  const auto y = [] { return numbers<double>("g", {0.5, 1.5, 2.5}).named("y"); };
  const Column<Point> expected{Point{1, 0.5}, Point{2, 1.5}, Point{3, 2.5}};
  EXPECT_EQ(read<Point>(structs(3, x(), y())), expected);
  EXPECT_EQ(read<Point>(structs(3, texts("u", {"", "", ""}).named("more"), y(), x())), expected);
  EXPECT_EQ(wrong_type<Point>(structs(3, x(), texts("u", {"", "", ""}).named("z"))),
            "no field 'y' in an Arrow struct where Point is expected; it has x, z");
  EXPECT_TRUE(has(wrong_type<Point>(structs(3, x(), y(), x())), "two fields of the name 'x'"));
  EXPECT_EQ(wrong_type<Point>(structs(3, texts("u", {"", "", ""}).named("x"), y())),
            "field 'x': an Arrow column of utf8 (format 'u') where int64 is expected: cast it first");
}

TEST(ArrowStructs, TuplesByPlace) {
  using Pair = std::pair<std::int32_t, std::string>;
  EXPECT_EQ(read<Pair>(structs(2, numbers<std::int32_t>("i", {1, 2}), texts("u", {"a", "b"}))),
            (Column<Pair>{Pair{1, "a"}, Pair{2, "b"}}));
  EXPECT_TRUE(has(wrong_type<Pair>(structs(1, numbers<std::int32_t>("i", {1}))),
                  "an Arrow struct of 1 fields where tuple of (int32, text) is expected"));
}

TEST(ArrowStructs, SlicedAndMissing) {
  const auto arrow = [] {
    return structs(4, numbers<std::int64_t>("l", {9, 1, 2, 3, 4}).slice(1, 4).named("x"),
                   numbers<double>("g", {1, 2, 3, 4}).valid("1101").named("y"));
  };
  EXPECT_EQ(read<Point>(arrow().valid("1101").slice(1, 3)), (Column<Point>{Point{2, 2}, std::nullopt, Point{4, 4}}));
  EXPECT_TRUE(has(refused_row<Point>(arrow().slice(1, 3)), "row 1: field 'y': a missing value"));
}

TEST(ArrowStructs, WithinEverything) {
  Arrow route = lists<std::int32_t>(
      "+l", {0, 1, 3},
      structs(3, numbers<std::int16_t>("s", {1, 2, 3}).named("x"), numbers<float>("f", {.5, 1, 2}).named("y")));
  const Column<Order> read_back = read<Order>(
      structs(2, bits("01").named("paid"), texts("vu", {"Ann", "a customer with a long name"}).named("customer"),
              std::move(route).named("route"), numbers<std::int32_t>("i", {7, 8}).valid("01").named("discount")));
  EXPECT_EQ(read_back, (Column<Order>{Order{"Ann", {{1, .5}}, std::nullopt, false},
                                      Order{"a customer with a long name", {{2, 1}, {3, 2}}, 8, true}}));
}

TEST(ArrowNulls, AreMissingOnesOfAnyType) {
  EXPECT_EQ(read<double>(nulls(3)), (Column<double>{std::nullopt, std::nullopt, std::nullopt}));
  EXPECT_EQ(read<Order>(nulls(1)), (Column<Order>{std::nullopt}));
  EXPECT_EQ(read<std::string>(nulls(2)), (Column<std::string>{std::nullopt, std::nullopt}));
  EXPECT_EQ(read<Ints>(nulls(0)).size(), 0u);
}

TEST(ArrowRows, WithoutAny) {
  EXPECT_EQ(read_arrow(type_of<double>, {})->size(), 0);
  EXPECT_EQ(read_arrow(type_of<std::string>, {})->size(), 0);
  EXPECT_EQ(read<double>(Arrow("g", 0).with_address(nullptr).with_address(nullptr)).size(), 0u);
  EXPECT_EQ(
      read<Ints>(Arrow("+l", 0).with_address(nullptr).with_address(nullptr).with_child(numbers<std::int64_t>("l", {})))
          .size(),
      0u);
}

TEST(ArrowRows, RowsAreCountedAcrossChunks) {
  Arrow a = texts("u", {"red", "red"}), b = texts("u", {"blue", "mauve"});
  const auto rows = read_arrow(type_of<Colour>, {{&a.schema(), &a.array()}, {&b.schema(), &b.array()}});
  EXPECT_TRUE(has(told<InvalidRow>([&] { samples::read<Colour>(*rows, 1, 3); }), "row 3: 'mauve'"));
  EXPECT_EQ(samples::read<Colour>(*rows, 1, 2), (Column<Colour>{red, blue}));
}

TEST(ArrowRows, ChunksWithAndWithoutMissing) {
  Arrow a = numbers<std::int64_t>("l", {1, 2}), b = numbers<std::int32_t>("i", {3, 4}).valid("01"), c = nulls(1),
        d = dictionary<std::int8_t>("c", {0}, numbers<std::int64_t>("l", {5}));
  std::vector<pyudf::ArrowPart> parts;
  for (Arrow* arrow : {&a, &b, &c, &d}) parts.push_back({&arrow->schema(), &arrow->array()});
  const auto rows = read_arrow(type_of<std::int64_t>, parts);
  EXPECT_EQ(samples::read<std::int64_t>(*rows), (Column<std::int64_t>{1, 2, std::nullopt, 4, std::nullopt, 5}));
  EXPECT_EQ(samples::read<std::int64_t>(*rows, 0, 2), (Column<std::int64_t>{1, 2}));
}

TEST(ArrowRows, TypicalSizes) {
  Arrow arrow = lists<std::int32_t>(
      "+l", {0, 4, 8}, lists<std::int32_t>("+l", {0, 3, 6, 9, 12, 15, 18, 21, 24}, numbers<double>("g", Doubles(24))));
  EXPECT_EQ(rows_of(type_of<std::vector<Doubles>>, arrow)->typical_size(), 12);
}

// Refusals

TEST(HostileArrow, UnknownAndUnsupportedFormats) {
  EXPECT_TRUE(
      has(wrong_type<double>(numbers<double>("+r", {1})), "run_end_encoded (format '+r'), which cannot be read"));
  for (const char* format : {"d:10,2", "tts", "ttn", "tiM", "+ud:0,1", "+us:0", "", "q", "gg", "ts", "w", "+"})
    EXPECT_NE(wrong_type<double>(numbers<double>(format, {1})), "") << format;
  Arrow none = numbers<double>("g", {1});
  none.schema().format = nullptr;
  EXPECT_THROW(rows_of(type_of<double>, none), WrongType);
  const pyudf_type object{PYUDF_OBJECT, 0, nullptr, 0, 8, "Model"};
  Arrow numbers_ = numbers<double>("g", {1});
  EXPECT_TRUE(has(told<WrongType>([&] { rows_of(object, numbers_); }), "Model"));
}

/// Arrays that each break one rule, for numbers.
TEST(HostileArrow, Counts) {
  const auto change = [](auto&& f) {
    Arrow arrow = numbers<double>("g", {1, 2});
    f(arrow.array());
    return arrow;
  };
  broken<double>(change([](ArrowArray& a) { a.length = -1; }));
  broken<double>(change([](ArrowArray& a) { a.offset = -1; }));
  broken<double>(change([](ArrowArray& a) { a.offset = INT64_MAX; }));
  broken<double>(change([](ArrowArray& a) { a.length = INT64_MAX; }));
  broken<double>(change([](ArrowArray& a) { a.null_count = -2; }));
  broken<double>(change([](ArrowArray& a) { a.null_count = 3; }));
  broken<double>(change([](ArrowArray& a) { a.null_count = 1; }));
  broken<double>(change([](ArrowArray& a) { a.n_buffers = 1; }));
  broken<double>(change([](ArrowArray& a) { a.n_buffers = 3; }));
  broken<double>(change([](ArrowArray& a) { a.n_buffers = -1; }));
  broken<double>(change([](ArrowArray& a) { a.buffers = nullptr; }));
  broken<double>(change([](ArrowArray& a) { a.buffers[1] = nullptr; }));
  broken<double>(change([](ArrowArray& a) { a.n_children = 1; }));
  broken<double>(change([](ArrowArray& a) { a.n_children = -1; }));
  broken<double>(change([](ArrowArray& a) { a.release = nullptr; }));
}

TEST(HostileArrow, Texts) {
  for (const char* format : {"u", "U", "vu"}) {
    Arrow few = texts(format, {"a"});
    few.array().n_buffers = 2;
    broken<std::string>(std::move(few));
    Arrow none = texts(format, {"a"});
    none.buffer(1) = nullptr;
    broken<std::string>(std::move(none));
    Arrow long_one = texts(format, {"a text of more than twelve bytes"});
    long_one.buffer(2) = nullptr;
    EXPECT_NE(refused_row<std::string>(std::move(long_one)), "");
    Arrow nested = texts(format, {"a text of more than twelve bytes"});
    nested.buffer(2) = nullptr;
    EXPECT_NE(refused_row<std::vector<std::string>>(lists<std::int32_t>("+l", {0, 1}, std::move(nested))), "");
  }
  Arrow sizes = texts("vu", {"a text of more than twelve bytes"});
  sizes.buffer(3) = nullptr;
  broken<std::string>(std::move(sizes));
  EXPECT_TRUE(has(refused_row<std::u32string>(texts("u", {"a", "\xFF"})), "row 1: the text is not valid UTF-8"));
  using Texts = std::vector<std::u32string>;
  EXPECT_EQ(refused_row<Texts>(lists<std::int32_t>("+l", {0, 1, 3}, texts("u", {"a", "b", "\xFF"}))),
            "row 1: item 1: the text is not valid UTF-8");
  Arrow decreasing = Arrow("u", 2).with_address(nullptr).with(std::vector<std::int32_t>{0, 3, 1}).with("abc", 3);
  EXPECT_TRUE(has(refused_row<std::string>(std::move(decreasing)), "row 1: "));
  for (const char* format : {"w:", "w:-1", "w:x", "w:2x", "w:9223372036854775807"})
    broken<Bytes>(Arrow(format, 2).with_address(nullptr).with("abcd", 4));
}

TEST(HostileArrow, Lists) {
  const auto items = [] { return numbers<std::int64_t>("l", {1, 2, 3}); };
  const std::vector<std::vector<std::int32_t>> wrong{{0, 2, 1}, {-1, 0, 1}, {0, 1, 4}, {5, 5, 5}, {INT32_MIN, 0, 1}};
  for (const auto& offsets : wrong) {
    EXPECT_TRUE(has(refused_row<Ints>(lists<std::int32_t>("+l", offsets, items())), "broken Arrow array"));
    EXPECT_TRUE(has(refused_row<std::vector<std::optional<std::int64_t>>>(lists<std::int32_t>("+l", offsets, items())),
                    "broken Arrow array"));
  }
  refused_row<Ints>(lists<std::int64_t>("+L", {INT64_MIN, INT64_MAX}, items()));
  refused_row<Ints>(lists<std::int64_t>("+L", {0, INT64_MAX}, items()));
  refused_row<Ints>(list_views<std::int64_t>("+vL", {INT64_MAX}, {INT64_MAX}, items()));
  refused_row<Ints>(list_views<std::int32_t>("+vl", {0}, {-1}, items()));
  refused_row<Ints>(list_views<std::int32_t>("+vl", {-1}, {1}, items()));
  refused_row<Ints>(list_views<std::int32_t>("+vl", {2}, {2}, items()));
  broken<Ints>(fixed_lists(2, 2, items()));
  broken<Ints>(fixed_lists(1, 3, items()).slice(1, 3));
  for (const char* format : {"+w:", "+w:-1", "+w:9223372036854775807"})
    broken<Ints>(Arrow(format, 2).with_address(nullptr).with_child(items()));
  Arrow no_offsets = lists<std::int32_t>("+l", {0, 1}, items());
  no_offsets.buffer(1) = nullptr;
  broken<Ints>(std::move(no_offsets));
  Arrow no_sizes = list_views<std::int32_t>("+vl", {0}, {1}, items());
  no_sizes.buffer(2) = nullptr;
  broken<Ints>(std::move(no_sizes));
  broken<Ints>(Arrow("+l", 1).with_address(nullptr).with(std::vector<std::int32_t>{0, 0}));
  broken<Ints>(lists<std::int32_t>("+l", {0, 1}, items()).with_child(items()));
  Arrow no_child = lists<std::int32_t>("+l", {0, 1}, items());
  no_child.array().children[0] = nullptr;
  broken<Ints>(std::move(no_child));
  Arrow no_children = lists<std::int32_t>("+l", {0, 1}, items());
  no_children.array().children = nullptr;
  broken<Ints>(std::move(no_children));
  Arrow fewer = lists<std::int32_t>("+l", {0, 1}, items());
  fewer.array().n_children = 0;
  broken<Ints>(std::move(fewer));
  Arrow released = lists<std::int32_t>("+l", {0, 1}, items());
  released.child(0).array().release = nullptr;
  broken<Ints>(std::move(released));
}

TEST(HostileArrow, StructsAndMaps) {
  const auto x = [](std::vector<std::int64_t> values) { return numbers<std::int64_t>("l", values).named("x"); };
  const auto y = [] { return numbers<double>("g", {1, 2}).named("y"); };
  broken<Point>(structs(2, x({1}), y()));
  broken<Point>(structs(2, x({1, 2}), y()).slice(1, 2));
  Arrow unnamed = structs(2, x({1, 2}), y());
  unnamed.child(0).schema().name = nullptr;
  EXPECT_TRUE(has(wrong_type<Point>(std::move(unnamed)), "no field 'x'"));
  EXPECT_NE(wrong_type<Map>(lists<std::int32_t>("+m", {0, 1}, structs(1, texts("u", {"a"})))), "");
  EXPECT_TRUE(has(refused_row<Map>(lists<std::int32_t>(
                      "+m", {0, 1}, structs(1, texts("u", {"a"}).valid("0"), numbers<double>("g", {1})))),
                  "row 0: item 0: field 0: a missing value"));
}

TEST(HostileArrow, Dictionaries) {
  const auto values = [] { return texts("u", {"a", "b"}); };
  EXPECT_EQ(refused_row<std::string>(dictionary<std::int8_t>("c", {0, 2}, values())),
            "row 1: broken Arrow array: the index 2 into a dictionary of 2");
  refused_row<std::string>(dictionary<std::int8_t>("c", {-1}, values()));
  refused_row<std::string>(dictionary<std::uint64_t>("L", {UINT64_MAX}, values()));
  refused_row<std::string>(dictionary<std::int8_t>("c", {0, 2, 1}, texts("u", {"a", "b"}).valid("10")));
  broken<std::string>(dictionary<double>("g", {0}, values()));
  broken<std::string>(texts("u", {"a"}).with_dictionary(values()));
  Arrow none = dictionary<std::int8_t>("c", {0}, values());
  none.array().dictionary = nullptr;
  broken<std::string>(std::move(none));
  Arrow no_indices = dictionary<std::int8_t>("c", {0}, values());
  no_indices.buffer(1) = nullptr;
  broken<std::string>(std::move(no_indices));
  Arrow cut = dictionary<std::int8_t>("c", {0}, values());
  cut.dictionary().array().length = -1;
  broken<std::string>(std::move(cut));
  EXPECT_TRUE(
      has(wrong_type<std::string>(dictionary<std::int8_t>("c", {0}, dictionary<std::int8_t>("c", {0}, values()))),
          "of a dictionary"));
}

}  // namespace
