// test_columns.cpp: every layout of a text column, whole, sliced, cut into chunks; UTF-8 of every kind, sound and
// broken.
#include "core/columns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/utf8.hpp"
#include "core/utf8_block.hpp"

namespace {

using pyudf::Arena;
using pyudf::Chunk;
using pyudf::InvalidRow;
using pyudf::Layout;
using pyudf::TextColumn;
using pyudf::TextViews;
using Values = std::vector<std::optional<std::u32string>>;

std::optional<std::u32string> value_of(const pyudf_text& view) {
  if (!view.data) {
    EXPECT_EQ(view.size, 0) << "a missing text has no size";
    return std::nullopt;
  }
  std::u32string value;
  for (std::int64_t i = 0; i < view.size; ++i) {
    if (view.width == 1)
      value += static_cast<const std::uint8_t*>(view.data)[i];
    else if (view.width == 2)
      value += static_cast<const std::uint16_t*>(view.data)[i];
    else
      value += static_cast<const char32_t*>(view.data)[i];
  }
  return value;
}

Values read(const TextColumn& column, std::int64_t begin, std::int64_t n) {
  Arena arena;
  std::vector<pyudf_text> views(static_cast<std::size_t>(n));
  column.read(begin, n, views.data(), arena);
  Values values;
  for (const pyudf_text& view : views) values.push_back(value_of(view));
  return values;
}

Values read_all(const TextColumn& column) { return read(column, 0, column.size()); }

Values part(const Values& values, std::int64_t begin, std::int64_t n) {
  return Values(values.begin() + begin, values.begin() + begin + n);
}

std::string utf8(const std::u32string& text) {
  std::string bytes;
  const auto add = [&](std::uint32_t byte) { bytes += static_cast<char>(byte); };
  for (const char32_t c : text) {
    if (c < 0x80)
      add(c);
    else if (c < 0x800)
      add(0xC0 | c >> 6), add(0x80 | (c & 63));
    else if (c < 0x10000)
      add(0xE0 | c >> 12), add(0x80 | (c >> 6 & 63)), add(0x80 | (c & 63));
    else
      add(0xF0 | c >> 18), add(0x80 | (c >> 12 & 63)), add(0x80 | (c >> 6 & 63)), add(0x80 | (c & 63));
  }
  return bytes;
}

/// Buffers of an Arrow column, with `before` rows in front that do not belong to it.
struct ArrowTexts {
  ArrowTexts(const Values& values, Layout kind, std::int64_t skipped = 0) : layout(kind), before(skipped) {
    Values all(static_cast<std::size_t>(before), U"ü before");
    all.insert(all.end(), values.begin(), values.end());
    validity.assign(all.size() / 8 + 1, 0);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i]) validity[i / 8] = static_cast<std::uint8_t>(validity[i / 8] | 1 << i % 8);
      append(utf8(all[i].value_or(U"masked ß")));
    }
    length = static_cast<std::int64_t>(values.size());
  }

  /// One more row, of these bytes.
  void add(const std::string& text, bool valid = true) {
    const auto i = static_cast<std::size_t>(before + length++);
    validity.resize(i / 8 + 1);
    validity[i / 8] = static_cast<std::uint8_t>(validity[i / 8] | static_cast<int>(valid) << i % 8);
    append(text);
  }

  void append(const std::string& text) {
    add_header(text);
    bytes += text;
    offsets_32.push_back(static_cast<std::int32_t>(bytes.size()));
    offsets_64.push_back(static_cast<std::int64_t>(bytes.size()));
  }

  void add_header(const std::string& text) {
    std::array<char, 16> header{};
    const auto size = static_cast<std::int32_t>(text.size());
    std::memcpy(header.data(), &size, 4);
    if (size <= 12) {
      std::memcpy(header.data() + 4, text.data(), text.size());
    } else {
      // Long texts go to two buffers in turn.
      const auto buffer = static_cast<std::int32_t>(headers.size() % 2);
      const auto offset = static_cast<std::int32_t>(long_texts[buffer].size());
      std::memcpy(header.data() + 4, text.data(), 4);
      std::memcpy(header.data() + 8, &buffer, 4);
      std::memcpy(header.data() + 12, &offset, 4);
      long_texts[buffer] += text;
    }
    headers.push_back(header);
  }

  Chunk chunk(bool is_text = true) {
    Chunk c;
    c.layout = layout;
    c.utf8 = is_text;
    c.length = length;
    c.offset = before;
    c.validity = validity.data();
    if (layout == Layout::view_16) {
      buffers = {long_texts[0].data(), long_texts[1].data()};
      buffer_sizes = {static_cast<std::int64_t>(long_texts[0].size()), static_cast<std::int64_t>(long_texts[1].size())};
      c.data = headers.data();
      c.buffers = buffers.data();
      c.buffer_sizes = buffer_sizes.data();
      c.n_buffers = 2;
    } else if (layout == Layout::pointer_16) {
      pointers = headers;
      for (auto& header : pointers) point_at_text(header);
      c.data = pointers.data();
    } else {
      c.data = bytes.data();
      c.offsets = layout == Layout::offsets_32 ? static_cast<const void*>(offsets_32.data()) : offsets_64.data();
    }
    return c;
  }

  /// Puts where the text lies in the place of a buffer and an offset.
  void point_at_text(std::array<char, 16>& header) const {
    std::int32_t size, buffer, offset;
    std::memcpy(&size, header.data(), 4);
    if (size <= 12) return;
    std::memcpy(&buffer, header.data() + 8, 4);
    std::memcpy(&offset, header.data() + 12, 4);
    const char* const text = long_texts[buffer].data() + offset;
    std::memcpy(header.data() + 8, &text, sizeof text);
  }

  Layout layout;
  std::int64_t before, length;
  std::string bytes;
  std::vector<std::uint8_t> validity;
  std::vector<std::int32_t> offsets_32{0};
  std::vector<std::int64_t> offsets_64{0};
  std::vector<std::array<char, 16>> headers, pointers;
  std::string long_texts[2];
  std::vector<const void*> buffers;
  std::vector<std::int64_t> buffer_sizes;
};

const Values kTexts{U"plain",
                    std::nullopt,
                    U"",
                    U"ünïcode",
                    U"twelve bytes",
                    U"thirteen byte",
                    std::nullopt,
                    U"漢字かな交じり文",
                    U"😀 and more than twelve bytes",
                    U"a\0b",
                    U"ASCII that does not fit into the header of a view",
                    U"\x7F",
                    U"\x80",
                    U"\xFF",
                    U"\x100",
                    U"\x7FF",
                    U"\x800",
                    U"\xFFFF",
                    U"\x10000",
                    U"\x10FFFF"};

class ArrowLayout : public testing::TestWithParam<Layout> {};

TEST_P(ArrowLayout, ReadsTexts) {
  ArrowTexts arrow(kTexts, GetParam());
  TextColumn column;
  column.append(arrow.chunk());
  EXPECT_EQ(column.size(), static_cast<std::int64_t>(kTexts.size()));
  EXPECT_EQ(read_all(column), kTexts);
}

TEST_P(ArrowLayout, ReadsAnyRows) {
  ArrowTexts arrow(kTexts, GetParam());
  TextColumn column;
  column.append(arrow.chunk());
  for (std::int64_t begin = 0; begin < column.size(); ++begin)
    for (std::int64_t n = 0; begin + n <= column.size(); ++n) EXPECT_EQ(read(column, begin, n), part(kTexts, begin, n));
}

TEST_P(ArrowLayout, ReadsSlices) {
  for (std::int64_t before = 1; before <= 17; ++before) {
    ArrowTexts arrow(kTexts, GetParam(), before);
    TextColumn column;
    column.append(arrow.chunk());
    EXPECT_EQ(read_all(column), kTexts) << before << " rows before the slice";
  }
}

TEST_P(ArrowLayout, ReadsAcrossChunks) {
  ArrowTexts first(part(kTexts, 0, 7), GetParam()), second(part(kTexts, 7, 1), GetParam(), 3),
      third(part(kTexts, 8, 12), GetParam(), 9), nothing({}, GetParam());
  TextColumn column;
  for (ArrowTexts* chunk : {&nothing, &first, &nothing, &second, &third, &nothing}) column.append(chunk->chunk());
  EXPECT_EQ(read_all(column), kTexts);
  for (std::int64_t begin = 0; begin < column.size(); ++begin)
    EXPECT_EQ(read(column, begin, column.size() - begin), part(kTexts, begin, column.size() - begin));
}

TEST_P(ArrowLayout, WithoutBitmapAllIsThere) {
  ArrowTexts arrow({U"a", std::nullopt}, GetParam());
  Chunk chunk = arrow.chunk();
  chunk.validity = nullptr;
  TextColumn column;
  column.append(chunk);
  EXPECT_EQ(read_all(column), (Values{U"a", U"masked ß"}));
}

TEST_P(ArrowLayout, ReadsBytesAsTheyAre) {
  ArrowTexts arrow({U"ü", std::nullopt, U"", U"漢字漢字漢字漢字"}, GetParam());
  TextColumn column;
  column.append(arrow.chunk(false));
  const Values values = read_all(column);
  EXPECT_EQ(values[0], U"\xC3\xBC");
  EXPECT_EQ(values[1], std::nullopt);
  EXPECT_EQ(values[2], U"");
  EXPECT_EQ(values[3]->size(), 24u);
}

TEST_P(ArrowLayout, ReadsAsciiInPlace) {
  ArrowTexts arrow({U"ascii", U"ascii that is longer than twelve bytes"}, GetParam());
  TextColumn column;
  column.append(arrow.chunk());
  Arena arena;
  pyudf_text views[2];
  column.read(0, 2, views, arena);
  for (const pyudf_text& view : views) {
    const auto* at = static_cast<const char*>(view.data);
    const auto within = [&](const void* begin, std::size_t size) {
      return at >= static_cast<const char*>(begin) && at < static_cast<const char*>(begin) + size;
    };
    EXPECT_TRUE(within(arrow.bytes.data(), arrow.bytes.size()) || within(arrow.headers.data(), 32) ||
                within(arrow.pointers.data(), arrow.pointers.size() * 16) ||
                within(arrow.long_texts[0].data(), arrow.long_texts[0].size()) ||
                within(arrow.long_texts[1].data(), arrow.long_texts[1].size()));
    EXPECT_EQ(view.width, 1);
  }
}

TEST_P(ArrowLayout, DecodesToTheNarrowestWidth) {
  ArrowTexts arrow({U"\x7F", U"\x80", U"\xFF", U"\x100", U"\xFFFF", U"\x10000"}, GetParam());
  TextColumn column;
  column.append(arrow.chunk());
  Arena arena;
  pyudf_text views[6];
  column.read(0, 6, views, arena);
  const std::int32_t expected[] = {1, 1, 1, 2, 2, 4};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(views[i].width, expected[i]) << i;
}

TEST_P(ArrowLayout, RefusesBrokenUtf8ByRow) {
  ArrowTexts arrow({U"fine", U"ü", U"fine too"}, GetParam());
  // The second row's bytes become two lead bytes.
  if (GetParam() == Layout::view_16 || GetParam() == Layout::pointer_16)
    arrow.headers[1][5] = '\xC3';
  else
    arrow.bytes[5] = '\xC3';
  TextColumn column;
  ArrowTexts before({U"one chunk", U"before"}, GetParam());
  column.append(before.chunk());
  column.append(arrow.chunk());
  EXPECT_EQ(read(column, 0, 3).size(), 3u) << "rows before it can be read";
  try {
    read_all(column);
    FAIL() << "read broken UTF-8";
  } catch (const InvalidRow& error) {
    EXPECT_NE(std::string(error.what()).find("row 3:"), std::string::npos) << error.what();
  }
}

// Rows are decoded together, sixteen bytes at a time: every length, every width, ASCII, empty and missing rows between.
TEST_P(ArrowLayout, DecodesRowsTogether) {
  const char32_t alphabets[][3] = {{U'a', U'b', U'c'},      {U'a', U'\xFF', U'\x80'}, {U'b', U'\x100', U'\x7FF'},
                                   {U'\xE9', U'日', U'本'}, {U'x', U'\xFFFF', U'ж'},  {U'й', U'😀', U'\x10FFFF'}};
  Values texts;
  for (std::size_t size = 0; size < 70; ++size)
    for (std::size_t first = 0; first < std::size(alphabets); ++first) {
      std::u32string text;
      for (std::size_t i = 0; i < size; ++i) text += alphabets[first][(i * i + i / 3) % 3];
      texts.emplace_back(text);
      if (size % 7 == 3) texts.emplace_back(std::nullopt);
      if (size % 5 == 3) texts.emplace_back(U"");
    }
  texts.emplace_back(std::u32string(5000, U'ж'));
  texts.emplace_back(U"last é");
  ArrowTexts arrow(texts, GetParam(), 3);
  TextColumn column;
  column.append(arrow.chunk());
  EXPECT_EQ(read_all(column), texts);
  for (const std::int64_t begin : {1, 17, 255, 256, 400})
    EXPECT_EQ(read(column, begin, 40), part(texts, begin, 40)) << begin;
  const TextViews views(column);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i] || texts[i]->empty()) continue;
    const char32_t highest = *std::max_element(texts[i]->begin(), texts[i]->end());
    ASSERT_EQ(views.data()[i].width, highest < 0x100 ? 1 : highest < 0x10000 ? 2 : 4) << i;
  }
}

TEST_P(ArrowLayout, UnderMissingRowsMayLieAnything) {
  ArrowTexts arrow({}, GetParam());
  Values expected;
  for (const char* text : {"\xC3", "\x80", "", "\xFF\xFF", "more than twelve \xE3\x81", "\xF0\x9F\x98\x80"}) {
    arrow.add(utf8(U"жжж"));
    arrow.add(text, false);
    arrow.add("\xC3\xA9");
    for (const auto& value : Values{U"жжж", std::nullopt, U"é"}) expected.push_back(value);
  }
  TextColumn column;
  column.append(arrow.chunk());
  EXPECT_EQ(read_all(column), expected);
}

void expect_broken(ArrowTexts& arrow, std::size_t row, const std::string& what) {
  TextColumn column;
  column.append(arrow.chunk());
  try {
    read_all(column);
    ADD_FAILURE() << "read " << testing::PrintToString(what) << " in row " << row;
  } catch (const InvalidRow& error) {
    EXPECT_NE(std::string(error.what()).find("row " + std::to_string(row) + ":"), std::string::npos)
        << error.what() << " but " << testing::PrintToString(what) << " is in row " << row;
  }
}

// What is broken is refused wherever it lies in a text, and the text wherever it lies among others, even where the next
// text begins with what this one lacks.
TEST_P(ArrowLayout, RefusesWhatIsBrokenAnywhere) {
  const std::string broken[] = {
      "\x80",         "\xC3",         "\xC0\x80",         "\xC1\xBF",        "\xE3\x81",
      "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",     "\xC3\xA9\x80",    "\xE3\x81\x82\x80",
      "\xF0\x9F\x98", "\xFF",         "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80"};
  for (const std::string& wrong : broken)
    for (std::size_t before = 0; before < 34; ++before) {
      const std::string fine = utf8(std::u32string(before / 2, U'ж')) + (before % 2 ? "a" : "");
      for (const std::string& after : {std::string(), std::string("é, and more of it")}) {
        ArrowTexts arrow({}, GetParam());
        for (const std::string& text :
             {std::string("first é"), fine, fine + wrong + after, std::string("\xA9\x80"), fine})
          arrow.add(text);
        expect_broken(arrow, 2, wrong);
      }
    }
}

INSTANTIATE_TEST_SUITE_P(All, ArrowLayout,
                         testing::Values(Layout::offsets_32, Layout::offsets_64, Layout::view_16, Layout::pointer_16));

TEST(Offsets, MayNotDecrease) {
  ArrowTexts arrow({U"abc", U"def", U"ghi"}, Layout::offsets_32);
  arrow.offsets_32[2] = 2;
  TextColumn column;
  column.append(arrow.chunk());
  EXPECT_THROW(read_all(column), InvalidRow);
  arrow.offsets_32[2] = -6;
  EXPECT_THROW(read_all(column), InvalidRow);
  arrow.offsets_32[2] = 6;
  EXPECT_EQ(read_all(column).size(), 3u);
  arrow.offsets_32[0] = -1;
  EXPECT_THROW(read_all(column), InvalidRow);
}

TEST(Offsets, OfEmptyTextsNeedNoBytes) {
  const std::int32_t offsets[] = {0, 0, 0};
  Chunk chunk;
  chunk.layout = Layout::offsets_32;
  chunk.utf8 = true;
  chunk.length = 2;
  chunk.offsets = offsets;
  TextColumn column;
  column.append(chunk);
  EXPECT_EQ(read_all(column), (Values{U"", U""}));
}

TEST(Offsets, RunPastTwoGibibytesOnlyAsNumbers) {
  // Offsets are 64-bit and start anywhere; only what lies between two of them is touched.
  const std::string bytes = "xyz";
  const std::int64_t start = std::int64_t{1} << 40, offsets[] = {start, start + 1, start + 3};
  Chunk chunk;
  chunk.layout = Layout::offsets_64;
  chunk.length = 2;
  chunk.data = reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(bytes.data()) -
                                             static_cast<std::uintptr_t>(start));
  chunk.offsets = offsets;
  TextColumn column;
  column.append(chunk);
  EXPECT_EQ(read_all(column), (Values{U"x", U"yz"}));
}

/// A broken view header is refused, whichever way it is broken.
TEST(View16, MayNotPointOutsideItsBuffers) {
  const auto broken = [](int at, std::int32_t value) {
    ArrowTexts arrow({U"a text of more than twelve bytes"}, Layout::view_16);
    std::memcpy(arrow.headers[0].data() + at, &value, 4);
    TextColumn column;
    column.append(arrow.chunk());
    EXPECT_THROW(read_all(column), InvalidRow) << "header byte " << at << " = " << value;
  };
  for (const std::int32_t size : {-1, 33, 0x7FFFFFFF}) broken(0, size);
  for (const std::int32_t buffer : {-1, 1, 2, 0x7FFFFFFF}) broken(8, buffer);
  for (const std::int32_t offset : {-1, 1, 0x7FFFFFFF}) broken(12, offset);
}

TEST(View16, OfAMissingRowIsNotLookedAt) {
  ArrowTexts arrow({std::nullopt, U"a"}, Layout::view_16);
  std::memset(arrow.headers[0].data(), 0xFF, 16);
  TextColumn column;
  column.append(arrow.chunk());
  EXPECT_EQ(read_all(column), (Values{std::nullopt, U"a"}));
}

TEST(Views, AreCopied) {
  const char16_t wide[] = u"wide";
  const pyudf_text views[] = {
      {"narrow", 6, 1, 0}, {nullptr, 0, 1, 0}, {wide, 4, 2, 0}, {U"😀", 1, 4, 0}, {"", 0, 1, 0}};
  Chunk chunk;
  chunk.length = 5;
  chunk.data = views;
  TextColumn column;
  column.append(chunk);
  EXPECT_EQ(read_all(column), (Values{U"narrow", std::nullopt, U"wide", U"😀", U""}));
  EXPECT_EQ(read(column, 2, 2), (Values{U"wide", U"😀"}));
}

template <class Char>
TextColumn fixed(const Char* data, std::int64_t length, std::int64_t units, std::int64_t stride_units) {
  Chunk chunk;
  chunk.layout = Layout::fixed;
  chunk.length = length;
  chunk.data = data;
  chunk.units = units;
  chunk.stride = stride_units * static_cast<std::int64_t>(sizeof(Char));
  chunk.width = sizeof(Char);
  TextColumn column;
  column.append(chunk);
  return column;
}

TEST(Fixed, CutsTrailingZerosOnly) {
  const char32_t texts[] = {U'a', 0, U'b', 0, 0, 0, 0, 0, U'x', U'y', U'z', U'😀'};
  EXPECT_EQ(read_all(fixed(texts, 3, 4, 4)), (Values{std::u32string(U"a\0b", 3), U"", U"xyz😀"}));
  const char bytes[] = {'a', 0, 0, 'b', 'c', '\xFF'};
  EXPECT_EQ(read_all(fixed(bytes, 2, 3, 3)), (Values{U"a", U"bc\xFF"}));
}

TEST(Fixed, FollowsItsStride) {
  const char32_t texts[] = {U'a', U'b', U'c', U'd', U'e', U'f'};
  EXPECT_EQ(read_all(fixed(texts, 3, 1, 2)), (Values{U"a", U"c", U"e"}));
  EXPECT_EQ(read_all(fixed(texts, 3, 2, 0)), (Values{U"ab", U"ab", U"ab"}));
  EXPECT_EQ(read(fixed(texts, 3, 2, 2), 1, 2), (Values{U"cd", U"ef"}));
}

TEST(Fixed, FollowsANegativeStride) {
  const char32_t texts[] = {U'a', U'b', U'c', U'd', U'e', U'f'};
  EXPECT_EQ(read_all(fixed(texts + 4, 3, 2, -2)), (Values{U"ef", U"cd", U"ab"}));
  EXPECT_EQ(read(fixed(texts + 4, 3, 2, -2), 1, 2), (Values{U"cd", U"ab"}));
  const char bytes[] = {'x', 'y', 'z'};
  EXPECT_EQ(read_all(fixed(bytes + 2, 3, 1, -1)), (Values{U"z", U"y", U"x"}));
}

/// Texts of every size up to the room, whose highest unit is this one and lies anywhere in them.
Values texts_of(std::int64_t room, char32_t highest) {
  Values texts;
  for (std::int64_t size = 0; size <= room; ++size) {
    std::u32string text(static_cast<std::size_t>(size), U'a');
    for (std::int64_t i = 0; i < size; i += 5) text[static_cast<std::size_t>(i)] = 0;
    if (size > 0) text[static_cast<std::size_t>(size * size % size)] = highest;
    if (size > 0) text.back() = size % 2 ? highest : U'z';
    if (size > 2) text[static_cast<std::size_t>(size / 2)] = highest;
    texts.emplace_back(text);
  }
  return texts;
}

// NumPy's U is narrowed, in blocks of sixteen units: every size in rows of every room, forwards and backwards.
TEST(Fixed, UnitsAreNarrowed) {
  // A lone surrogate and numbers that are no code points are units like any other.
  for (const char32_t highest : {0x7Fu, 0xFFu, 0x100u, 0xD800u, 0xFFFFu, 0x10000u, 0x10FFFFu, 0x80000000u, 0xFFFFFFFFu})
    for (const std::int64_t room : {1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 48, 100}) {
      const Values texts = texts_of(room, highest);
      const auto n = static_cast<std::int64_t>(texts.size());
      std::vector<char32_t> units;
      for (const auto& text : texts) {
        units.insert(units.end(), text->begin(), text->end());
        units.resize(units.size() + static_cast<std::size_t>(room) - text->size());
      }
      const TextColumn column = fixed(units.data(), n, room, room);
      ASSERT_EQ(read_all(column), texts) << room;
      Values reversed(texts.rbegin(), texts.rend());
      ASSERT_EQ(read_all(fixed(units.data() + (n - 1) * room, n, room, -room)), reversed) << room;
      const TextViews views(column);
      for (std::size_t i = 3; i < texts.size(); ++i)
        ASSERT_EQ(views.data()[i].width, highest < 0x100 ? 1 : highest < 0x10000 ? 2 : 4) << i << " of " << room;
    }
}

TEST(Fixed, BytesStayWhereTheyAre) {
  for (const std::int64_t room : {1, 7, 8, 9, 16, 17, 40}) {
    const Values texts = texts_of(room, 0xFF);
    std::string bytes;
    for (const auto& text : texts) {
      for (const char32_t c : *text) bytes += static_cast<char>(c);
      bytes.resize(bytes.size() + static_cast<std::size_t>(room) - text->size());
    }
    const TextColumn column = fixed(bytes.data(), static_cast<std::int64_t>(texts.size()), room, room);
    EXPECT_EQ(read_all(column), texts);
    const TextViews views(column);
    for (std::int64_t i = 0; i < views.size(); ++i) EXPECT_EQ(views.data()[i].data, bytes.data() + i * room);
  }
}

TEST(Fixed, OfNoUnitsIsEmptyTexts) {
  const char32_t nothing = U'!';
  EXPECT_EQ(read_all(fixed(&nothing, 2, 0, 0)), (Values{U"", U""}));
}

TEST(Column, OfNoRowsIsEmpty) {
  TextColumn column;
  EXPECT_EQ(column.size(), 0);
  EXPECT_EQ(column.typical_size(), 0);
  column.append(Chunk{});
  EXPECT_EQ(column.size(), 0);
  const TextViews views(column);
  EXPECT_EQ(views.size(), 0);
  EXPECT_EQ(views.largest(), 0);
  EXPECT_TRUE(views.missing().empty());
}

TEST(Column, GuessesItsTypicalSize) {
  ArrowTexts arrow(Values(1000, U"eight ch"), Layout::offsets_32);
  TextColumn column;
  column.append(arrow.chunk());
  EXPECT_EQ(column.typical_size(), 8);
}

TEST(WholeColumn, KnowsSizesAndWhatIsMissing) {
  ArrowTexts arrow({U"üü", std::nullopt, U"", U"four", std::nullopt}, Layout::offsets_64);
  TextColumn column;
  column.append(arrow.chunk());
  const TextViews views(column);
  EXPECT_EQ(views.size(), 5);
  EXPECT_EQ(views.largest(), 4);
  EXPECT_EQ(views.total(), 6);
  EXPECT_EQ(views.missing(), (std::vector<std::int64_t>{1, 4}));
}

TEST(WholeColumn, KeepsManyDecodedTexts) {
  Values texts;
  for (std::size_t i = 0; i < 5000; ++i) texts.push_back(std::u32string(i % 40, U'ж') + U"!");
  ArrowTexts arrow(texts, Layout::offsets_32);
  TextColumn column;
  column.append(arrow.chunk());
  const TextViews views(column);
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(value_of(views.data()[i]), texts[i]) << i;
}

TEST(Memory, IsAlignedAndApart) {
  Arena arena;
  std::vector<std::pair<char*, std::int64_t>> taken;
  for (const std::int64_t bytes : {1, 7, 8, 9, 65536, 65537, 1, 1 << 20, 3}) {
    auto* memory = static_cast<char*>(arena.allocate(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 8, 0u);
    std::memset(memory, static_cast<int>(taken.size()) + 1, static_cast<std::size_t>(bytes));
    taken.emplace_back(memory, bytes);
  }
  for (std::size_t i = 0; i < taken.size(); ++i)
    for (std::int64_t k = 0; k < taken[i].second; ++k) ASSERT_EQ(taken[i].first[k], static_cast<char>(i + 1));
}

TEST(Memory, IsUsedAgainAfterClear) {
  Arena arena;
  const void* first = arena.allocate(100);
  const void* large = arena.allocate(200'000);
  for (int round = 0; round < 3; ++round) {
    arena.clear();
    EXPECT_EQ(arena.allocate(100), first);
    EXPECT_EQ(arena.allocate(200'000), large);
  }
}

// UTF-8

std::int64_t decode(const std::string& bytes, std::u32string* text = nullptr) {
  // What lies behind the text would complete a sequence that it breaks off.
  const std::string followed = bytes + "\x80\x80\x80";
  const auto* data = reinterpret_cast<const std::uint8_t*>(followed.data());
  const auto size = static_cast<std::int64_t>(bytes.size());
  const pyudf::Utf8Extent extent = pyudf::utf8_extent(data, size);
  std::u32string units(static_cast<std::size_t>(extent.units), U'\0');
  const std::int64_t n = pyudf::decode_utf8(data, size, units.data(), extent.units);
  if (text) *text = units;
  return n;
}

TEST(Utf8, DecodesEveryCodePoint) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::u32string text;
    ASSERT_EQ(decode(utf8(std::u32string(1, c)), &text), 1) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(text[0], c);
  }
}

TEST(Utf8, RefusesSurrogates) {
  for (char32_t c = 0xD800; c < 0xE000; ++c) ASSERT_EQ(decode(utf8(std::u32string(1, c))), -1);
}

/// Whether up to four bytes are one well-formed sequence: table 3-7 of the Unicode standard, row by row.
bool well_formed(const std::string& bytes) {
  const auto in = [&](std::size_t i, int low, int high) {
    const int byte = static_cast<std::uint8_t>(bytes[i]);
    return byte >= low && byte <= high;
  };
  switch (bytes.size()) {
    case 1: return in(0, 0x00, 0x7F);
    case 2: return in(0, 0xC2, 0xDF) && in(1, 0x80, 0xBF);
    case 3:
      return ((in(0, 0xE0, 0xE0) && in(1, 0xA0, 0xBF)) || (in(0, 0xE1, 0xEC) && in(1, 0x80, 0xBF)) ||
              (in(0, 0xED, 0xED) && in(1, 0x80, 0x9F)) || (in(0, 0xEE, 0xEF) && in(1, 0x80, 0xBF))) &&
             in(2, 0x80, 0xBF);
    default:
      return ((in(0, 0xF0, 0xF0) && in(1, 0x90, 0xBF)) || (in(0, 0xF1, 0xF3) && in(1, 0x80, 0xBF)) ||
              (in(0, 0xF4, 0xF4) && in(1, 0x80, 0x8F))) &&
             in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF);
  }
}

/// A text is sound if it can be cut into well-formed sequences.
bool sound(const std::string& bytes) {
  if (bytes.empty()) return true;
  for (std::size_t n = 1; n <= std::min<std::size_t>(4, bytes.size()); ++n)
    if (well_formed(bytes.substr(0, n))) return sound(bytes.substr(n));
  return false;
}

TEST(Utf8, RefusesWhatTheTableRefuses) {
  // The ends of every range of table 3-7, and the bytes just outside them.
  const std::uint8_t edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
                                0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFE, 0xFF};
  constexpr std::size_t n_edges = sizeof edges;
  for (std::size_t length = 1, combinations = n_edges; length <= 4; ++length, combinations *= n_edges) {
    for (std::size_t code = 0; code < combinations; ++code) {
      std::string bytes;
      for (std::size_t k = 0, rest = code; k < length; ++k, rest /= n_edges)
        bytes += static_cast<char>(edges[rest % n_edges]);
      ASSERT_EQ(decode(bytes) >= 0, sound(bytes)) << testing::PrintToString(bytes);
    }
  }
}

// Blocks of all that the vectors compare with, at every place: both ways to decode one find the same.
TEST(Utf8, BlocksAreDecodedAlikeBothWays) {
  const std::string parts[] = {"a",
                               "\x7F",
                               "\x80",
                               "\xBF",
                               "\xC0\xAF",
                               "\xC2\x80",
                               "\xC3\xBF",
                               "\xC4\x80",
                               "\xDF\xBF",
                               "\xE0\x9F\xBF",
                               "\xE0\xA0\x80",
                               "\xE1\x80\x80",
                               "\xED\x9F\xBF",
                               "\xED\xA0\x80",
                               "\xEF\xBF\xBF",
                               "\xF0\x90\x80\x80",
                               "\xC3",
                               "\xE3\x81"};
  std::uint32_t random = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(2, '\0');
    while (text.size() < 2 + 16)
      text += parts[(random >> 16) % std::size(parts)], random = random * 1664525 + 1013904223;
    text.resize(2 + 16);
    text.append(2, '\0');
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + 2;
    std::uint16_t units[16] = {}, expected[16] = {};
    const auto found = pyudf::decode_block(bytes, units);
    const auto wanted = pyudf::decode_block_bytewise(bytes, expected);
    ASSERT_EQ(found.starts, wanted.starts) << testing::PrintToString(text);
    ASSERT_EQ(found.wide, wanted.wide) << testing::PrintToString(text);
    // A character that the end cuts off is found broken in the block of its first byte or of the next one.
    const bool cut = static_cast<std::uint8_t>(text[17]) >= 0xC0;
    if (!cut) {
      ASSERT_EQ(found.sound, wanted.sound) << testing::PrintToString(text);
    }
    if (!found.sound || !wanted.sound) continue;
    for (int i = 0; i < std::popcount(found.starts) - 2; ++i)
      ASSERT_EQ(units[i], expected[i]) << i << " of " << testing::PrintToString(text);
  }
}

TEST(Utf8, ExtentIsExact) {
  for (const char32_t highest : {U'\x7F', U'\x80', U'\xFF', U'\x100', U'\xFFFF', U'\x10000', U'\x10FFFF'}) {
    for (std::size_t size = 1; size < 30; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::u32string text(size, U'a');
        text[at] = highest;
        const std::string bytes = utf8(text);
        const auto extent = pyudf::utf8_extent(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                               static_cast<std::int64_t>(bytes.size()));
        EXPECT_EQ(extent.units, static_cast<std::int64_t>(size));
        EXPECT_EQ(extent.ascii, highest < 0x80);
        EXPECT_EQ(extent.width, highest < 0x100 ? 1 : highest < 0x10000 ? 2 : 4) << static_cast<std::uint32_t>(highest);
      }
    }
  }
}

TEST(Utf8, AsciiIsSkippedAndNothingElse) {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, 'a');
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto* end = begin + size;
    EXPECT_EQ(pyudf::skip_ascii(begin, end), end);
    for (std::size_t at = 0; at < size; ++at) {
      bytes[at] = '\x80';
      const auto* found = pyudf::skip_ascii(begin, end);
      EXPECT_TRUE(found <= begin + at && begin + at < found + pyudf::kAsciiStep) << at << " of " << size;
      bytes[at] = 'a';
    }
  }
}

TEST(Utf8, AsciiIsKnownAtAnyLength) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::string bytes(size, 'a');
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    EXPECT_TRUE(pyudf::is_ascii(data, static_cast<std::int64_t>(size)));
    for (std::size_t at = 0; at < size; ++at) {
      bytes[at] = '\x80';
      EXPECT_FALSE(pyudf::is_ascii(data, static_cast<std::int64_t>(size))) << at << " of " << size;
      bytes[at] = 'a';
    }
  }
}

}  // namespace
