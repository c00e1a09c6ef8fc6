// test_arrow_writer.cpp: buffers, children and schemas of every type, how they are released, and there and back again.
#include "core/arrow_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "arrow_samples.hpp"
#include "core/arrow_formats.hpp"
#include "core/arrow_reader.hpp"
#include "core/columns.hpp"

namespace {

using namespace samples;
using pyudf::InvalidRow;
using pyudf::WrongType;

/// An exported column, released at the end unless it is gone before.
struct Exported {
  ArrowSchema schema{};
  ArrowArray array{};

  Exported() = default;
  Exported(const Exported&) = delete;
  Exported& operator=(const Exported&) = delete;
  ~Exported() {
    if (schema.release) schema.release(&schema);
    if (array.release) array.release(&array);
  }
};

template <class T>
void write(const Column<T>& values, Exported& to) {
  const Slots<T> slots(values);
  pyudf::write_arrow(type_of<T>, slots.slots.get(), slots.missing.data(), slots.n, &to.schema, &to.array);
}

template <class T>
std::vector<T> buffer(const ArrowArray& array, int i, std::size_t n) {
  const auto* items = static_cast<const T*>(array.buffers[i]);
  return {items, items + n};
}

std::string bits(const void* bitmap, std::int64_t n) {
  if (!bitmap) return "none";
  std::string text;
  for (std::int64_t i = 0; i < n; ++i)
    text += static_cast<const std::uint8_t*>(bitmap)[i / 8] >> (i % 8) & 1 ? '1' : '0';
  return text;
}

std::string validity(const ArrowArray& array) { return bits(array.buffers[0], array.length); }

std::string letters(const ArrowArray& array, int i, std::int64_t n) {
  return {static_cast<const char*>(array.buffers[i]), static_cast<std::size_t>(n)};
}

using Offsets = std::vector<std::int64_t>;

// What is written

TEST(ArrowExport, Numbers) {
  Exported to;
  write<std::int32_t>({1, -2, std::nullopt, 4}, to);
  EXPECT_STREQ(to.schema.format, "i");
  EXPECT_STREQ(to.schema.name, "");
  EXPECT_EQ(to.schema.flags, ARROW_FLAG_NULLABLE);
  EXPECT_EQ(to.schema.n_children, 0);
  EXPECT_EQ(to.array.length, 4);
  EXPECT_EQ(to.array.offset, 0);
  EXPECT_EQ(to.array.null_count, 1);
  EXPECT_EQ(to.array.n_buffers, 2);
  EXPECT_EQ(validity(to.array), "1101");
  EXPECT_EQ(buffer<std::int32_t>(to.array, 1, 2), (std::vector<std::int32_t>{1, -2}));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(to.array.buffers[i]) % 64, 0u);
}

TEST(ArrowExport, WithoutMissing) {
  Exported to;
  write<double>({1.5, 2.5}, to);
  EXPECT_STREQ(to.schema.format, "g");
  EXPECT_EQ(to.array.null_count, 0);
  EXPECT_EQ(validity(to.array), "none");
  EXPECT_EQ(buffer<double>(to.array, 1, 2), (std::vector<double>{1.5, 2.5}));
  const double slots[] = {3};
  Exported other;
  pyudf::write_arrow(type_of<double>, slots, nullptr, 1, nullptr, &other.array);
  EXPECT_EQ(buffer<double>(other.array, 1, 1), (std::vector<double>{3}));
  EXPECT_EQ(other.schema.release, nullptr);
}

TEST(ArrowExport, Bools) {
  Exported to;
  write<bool>({true, false, true, true, false, false, false, true, true, std::nullopt}, to);
  EXPECT_STREQ(to.schema.format, "b");
  EXPECT_EQ(bits(to.array.buffers[1], 9), "101100011");
  EXPECT_EQ(validity(to.array), "1111111110");
}

TEST(ArrowExport, Texts) {
  Exported to;
  write<std::string>({"a", std::nullopt, "", "ün"}, to);
  EXPECT_STREQ(to.schema.format, "U");
  EXPECT_EQ(to.array.n_buffers, 3);
  EXPECT_EQ(validity(to.array), "1011");
  EXPECT_EQ(buffer<std::int64_t>(to.array, 1, 5), (Offsets{0, 1, 1, 1, 4}));
  EXPECT_EQ(letters(to.array, 2, 4), "a\xC3\xBCn");
  Exported points;
  write<std::u32string>({U"ü", U"漢", U"😀", U"a"}, points);
  EXPECT_STREQ(points.schema.format, "U");
  EXPECT_EQ(buffer<std::int64_t>(points.array, 1, 5), (Offsets{0, 2, 5, 9, 10}));
  EXPECT_EQ(letters(points.array, 2, 10), "ü漢😀a");
  Exported bytes;
  write<std::vector<std::byte>>({std::vector<std::byte>{std::byte{0xFF}, std::byte{0}}}, bytes);
  EXPECT_STREQ(bytes.schema.format, "Z");
  EXPECT_EQ(letters(bytes.array, 2, 2), std::string("\xFF\0", 2));
}

TEST(ArrowExport, TextsOfAnyWidth) {
  const pyudf_type type{PYUDF_TEXT, 0, nullptr, 0, sizeof(pyudf_text)};
  const std::uint8_t one[] = {'a', 0xFC};
  const std::uint16_t two[] = {'b', 0x6F22};
  const std::uint32_t four[] = {'c', 0x1F600};
  const pyudf_text slots[] = {{one, 2, 1, 0}, {two, 2, 2, 0}, {four, 2, 4, 0}, {nullptr, 0, 1, 0}};
  Exported to;
  pyudf::write_arrow(type, slots, nullptr, 4, &to.schema, &to.array);
  EXPECT_STREQ(to.schema.format, "U");
  EXPECT_EQ(buffer<std::int64_t>(to.array, 1, 5), (Offsets{0, 3, 7, 12, 12}));
  EXPECT_EQ(letters(to.array, 2, 12), "aüb漢c😀");
}

TEST(ArrowExport, Lists) {
  using Some = std::vector<std::optional<std::int16_t>>;
  Exported to;
  write<Some>({Some{1, std::nullopt}, std::nullopt, Some{}, Some{3}}, to);
  EXPECT_STREQ(to.schema.format, "+L");
  ASSERT_EQ(to.schema.n_children, 1);
  EXPECT_STREQ(to.schema.children[0]->name, "item");
  EXPECT_STREQ(to.schema.children[0]->format, "s");
  EXPECT_EQ(to.schema.children[0]->flags, ARROW_FLAG_NULLABLE);
  EXPECT_EQ(to.array.n_buffers, 2);
  EXPECT_EQ(validity(to.array), "1011");
  EXPECT_EQ(buffer<std::int64_t>(to.array, 1, 5), (Offsets{0, 2, 2, 2, 3}));
  ASSERT_EQ(to.array.n_children, 1);
  const ArrowArray& items = *to.array.children[0];
  EXPECT_EQ(items.length, 3);
  EXPECT_EQ(items.null_count, 1);
  EXPECT_EQ(validity(items), "101");
  EXPECT_EQ(buffer<std::int16_t>(items, 1, 1), (std::vector<std::int16_t>{1}));
  EXPECT_EQ(static_cast<const std::int16_t*>(items.buffers[1])[2], 3);
}

TEST(ArrowExport, Maps) {
  using Map = std::map<std::int32_t, double>;
  Exported to;
  write<Map>({Map{{1, 1.5}, {2, 2.5}}, std::nullopt, Map{{3, 3.5}}}, to);
  EXPECT_STREQ(to.schema.format, "+m");
  const ArrowSchema& entries = *to.schema.children[0];
  EXPECT_STREQ(entries.format, "+s");
  EXPECT_STREQ(entries.name, "entries");
  EXPECT_EQ(entries.flags, 0);
  EXPECT_STREQ(entries.children[0]->name, "key");
  EXPECT_EQ(entries.children[0]->flags, 0);
  EXPECT_STREQ(entries.children[1]->name, "value");
  EXPECT_EQ(entries.children[1]->flags, ARROW_FLAG_NULLABLE);
  EXPECT_EQ(buffer<std::int32_t>(to.array, 1, 4), (std::vector<std::int32_t>{0, 2, 2, 3}));
  const ArrowArray& pairs = *to.array.children[0];
  EXPECT_EQ(pairs.length, 3);
  EXPECT_EQ(pairs.n_buffers, 1);
  EXPECT_EQ(buffer<std::int32_t>(*pairs.children[0], 1, 3), (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_EQ(buffer<double>(*pairs.children[1], 1, 3), (std::vector<double>{1.5, 2.5, 3.5}));
}

TEST(ArrowExport, Structs) {
  Exported to;
  write<Point>({Point{1, 1.5}, std::nullopt, Point{3, 3.5}}, to);
  EXPECT_STREQ(to.schema.format, "+s");
  ASSERT_EQ(to.schema.n_children, 2);
  EXPECT_STREQ(to.schema.children[0]->name, "x");
  EXPECT_STREQ(to.schema.children[1]->name, "y");
  EXPECT_EQ(to.array.n_buffers, 1);
  EXPECT_EQ(validity(to.array), "101");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(validity(*to.array.children[i]), "101");
  EXPECT_EQ(static_cast<const double*>(to.array.children[1]->buffers[1])[2], 3.5);
  Exported pair;
  write<std::pair<bool, std::string>>({std::pair<bool, std::string>{true, "a"}}, pair);
  EXPECT_STREQ(pair.schema.children[0]->name, "f0");
  EXPECT_STREQ(pair.schema.children[1]->name, "f1");
}

TEST(ArrowExport, Enums) {
  Exported to;
  write<Colour>({Colour::blue, std::nullopt, Colour::red}, to);
  EXPECT_STREQ(to.schema.format, "i");
  ASSERT_NE(to.schema.dictionary, nullptr);
  EXPECT_STREQ(to.schema.dictionary->format, "u");
  EXPECT_EQ(buffer<std::int32_t>(to.array, 1, 3), (std::vector<std::int32_t>{2, 0, 0}));
  const ArrowArray& names = *to.array.dictionary;
  EXPECT_EQ(names.length, 3);
  EXPECT_EQ(buffer<std::int32_t>(names, 1, 4), (std::vector<std::int32_t>{0, 3, 8, 12}));
  EXPECT_EQ(letters(names, 2, 12), "redgreenblue");
}

TEST(ArrowExport, Times) {
  const auto format = [](const pyudf_type& type) {
    Exported to;
    pyudf::write_schema(type, &to.schema);
    return std::string(to.schema.format);
  };
  const auto of = [](std::int32_t id, std::int32_t size) {
    return pyudf_type{id, size, nullptr, 0, id == PYUDF_DATE ? 4 : 8};
  };
  EXPECT_EQ(format(of(PYUDF_DATE, 0)), "tdD");
  EXPECT_EQ(format(of(PYUDF_TIMESTAMP, 0)), "tss:");
  EXPECT_EQ(format(of(PYUDF_TIMESTAMP, 3)), "tsm:");
  EXPECT_EQ(format(of(PYUDF_TIMESTAMP, 6)), "tsu:");
  EXPECT_EQ(format(of(PYUDF_TIMESTAMP, 9)), "tsn:");
  EXPECT_EQ(format(of(PYUDF_DURATION, 0)), "tDs");
  EXPECT_EQ(format(of(PYUDF_DURATION, 9)), "tDn");
  EXPECT_EQ(format({PYUDF_FLOAT16, 0, nullptr, 0, 2}), "e");
  Exported none;
  pyudf::write_arrow({}, nullptr, nullptr, 5, &none.schema, &none.array);
  EXPECT_STREQ(none.schema.format, "n");
  EXPECT_EQ(none.array.null_count, 5);
  EXPECT_EQ(none.array.n_buffers, 0);
}

TEST(ArrowExport, NoRows) {
  Exported to;
  write<Order>({}, to);
  EXPECT_EQ(to.array.length, 0);
  EXPECT_EQ(to.array.children[1]->length, 0);
}

// Who owns what

TEST(ArrowRelease, ReleasesChildrenAndIsMarked) {
  Exported to;
  write<Order>({Order{"a", {{1, 2}}, 3, true}}, to);
  to.array.release(&to.array);
  EXPECT_EQ(to.array.release, nullptr);
  to.schema.release(&to.schema);
  EXPECT_EQ(to.schema.release, nullptr);
}

TEST(ArrowRelease, ChildrenMayBeMovedAway) {
  Exported to;
  write<Order>({Order{"Ann", {{1, 2}}, 3, true}}, to);
  ArrowArray route = *to.array.children[1];
  to.array.children[1]->release = nullptr;
  ArrowSchema described = *to.schema.children[1];
  to.schema.children[1]->release = nullptr;
  to.array.release(&to.array);
  to.schema.release(&to.schema);
  EXPECT_STREQ(described.name, "route");
  EXPECT_STREQ(described.children[0]->children[1]->name, "y");
  const ArrowArray& points = *route.children[0];
  EXPECT_EQ(buffer<double>(*points.children[1], 1, 1), (std::vector<double>{2}));
  route.release(&route);
  described.release(&described);
}

TEST(ArrowRelease, TheWholeMayBeMoved) {
  Exported from, to;
  write<Colour>({Colour::green}, from);
  std::swap(from.array, to.array);
  EXPECT_EQ(from.array.release, nullptr);
  EXPECT_EQ(letters(*to.array.dictionary, 2, 3), "red");
}

// What cannot be written

template <class E>
std::string refused(const pyudf_type& type, const void* slots, std::int64_t n) {
  ArrowSchema schema;
  ArrowArray array;
  array.release = [](ArrowArray*) { FAIL() << "what was there before is not ours"; };
  try {
    pyudf::write_arrow(type, slots, nullptr, n, &schema, &array);
  } catch (const E& e) {
    EXPECT_EQ(array.release, nullptr);
    return e.what();
  }
  ADD_FAILURE() << "no exception";
  return "";
}

TEST(ArrowExport, RefusesWhatIsNoText) {
  const pyudf_text broken[] = {{"a", 1, 1, 0}, {"\xC3\xBC", 2, 1, 0}, {"\xC3", 1, 1, 0}};
  EXPECT_EQ(refused<InvalidRow>(type_of<std::string>, broken, 3), "row 2: the text is not valid UTF-8");
  const char32_t lone[] = {U'a', 0xD800}, past[] = {0x110000};
  const pyudf_text surrogate[] = {{lone, 1, 4, 0}, {lone, 2, 4, 0}}, beyond[] = {{past, 1, 4, 0}};
  EXPECT_NE(refused<InvalidRow>(type_of<std::u32string>, surrogate, 2).find("row 1: a surrogate"), std::string::npos);
  EXPECT_NE(refused<InvalidRow>(type_of<std::u32string>, beyond, 1).find("row 0"), std::string::npos);
  const pyudf_list lists[] = {{broken, 2}, {broken, 0}, {broken + 1, 2}};
  EXPECT_EQ(refused<InvalidRow>(type_of<std::vector<std::string>>, lists, 3),
            "row 2: item 1: the text is not valid UTF-8");
  const pyudf_text fields[] = {{"\xC3", 1, 1, 0}};
  const pyudf_type tuple = type_of<std::tuple<std::string>>;
  EXPECT_EQ(refused<InvalidRow>(tuple, fields, 1), "row 0: field 0: the text is not valid UTF-8");
}

TEST(ArrowExport, RefusesWhatArrowHasNot) {
  const pyudf_type object{PYUDF_OBJECT, 0, nullptr, 0, 8, "Model"};
  const pyudf_type list{PYUDF_LIST, 0, &object, 0, sizeof(pyudf_list)};
  EXPECT_EQ(refused<WrongType>(object, nullptr, 0), "Arrow has no type for Model");
  const pyudf_list none[] = {{nullptr, 0}};
  EXPECT_EQ(refused<WrongType>(list, none, 1), "Arrow has no type for Model");
  ArrowSchema schema;
  EXPECT_THROW(pyudf::write_schema(list, &schema), WrongType);
  EXPECT_EQ(schema.release, nullptr);
  const std::int32_t places[] = {0, 3};
  EXPECT_EQ(refused<InvalidRow>(type_of<Colour>, places, 2), "row 1: no member 3 of Colour");
  const std::int32_t negative[] = {-1};
  refused<InvalidRow>(type_of<Colour>, negative, 1);
}

TEST(ArrowExport, RefusesTooManyEntries) {
  const pyudf_list maps[] = {{"", INT32_MAX}, {"", 1}};
  const std::string what = refused<std::overflow_error>(type_of<std::map<std::int32_t, double>>, maps, 2);
  EXPECT_NE(what.find("row 1: more than 2147483647 entries"), std::string::npos) << what;
}

TEST(ArrowExport, RefusesMissingKeys) {
  using Map = std::map<std::optional<std::int32_t>, double>;
  Exported to;
  EXPECT_THROW(write<Map>({Map{{std::nullopt, 1}}}, to), std::invalid_argument);
  write<Map>({Map{{1, 1}}}, to);
}

// There and back

template <class T>
class RoundTrip : public testing::Test {};
TYPED_TEST_SUITE_P(RoundTrip);

TYPED_TEST_P(RoundTrip, OfRandomValues) {
  Random random(7);
  for (const std::int64_t n : {0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 300})
    for (const int missing : {0, 30, 100}) {
      SCOPED_TRACE(std::to_string(n) + " rows, " + std::to_string(missing) + " % missing");
      const Column<TypeParam> values = random.column<TypeParam>(n, missing);
      Exported to;
      write<TypeParam>(values, to);
      const auto rows = pyudf::read_arrow(type_of<TypeParam>, {{&to.schema, &to.array}});
      ASSERT_EQ(samples::read<TypeParam>(*rows), values);
      // Slices, as consumers make them, and blocks of those.
      for (int k = 0; k < 5 && n > 0; ++k) {
        to.array.offset = random.below(n + 1);
        to.array.length = random.below(n - to.array.offset + 1);
        to.array.null_count = to.array.null_count == 0 ? 0 : -1;
        const auto slice = pyudf::read_arrow(type_of<TypeParam>, {{&to.schema, &to.array}});
        const std::int64_t begin = random.below(to.array.length + 1), size = random.below(to.array.length - begin + 1);
        const auto from = values.begin() + to.array.offset + begin;
        ASSERT_EQ(samples::read<TypeParam>(*slice, begin, size), Column<TypeParam>(from, from + size));
      }
    }
}

TYPED_TEST_P(RoundTrip, OfChunks) {
  Random random(8);
  Column<TypeParam> all;
  std::vector<std::unique_ptr<Exported>> chunks;
  std::vector<pyudf::ArrowPart> parts;
  for (const int missing : {0, 50, 0, 100, 20}) {
    const Column<TypeParam> values = random.column<TypeParam>(random.below(70), missing);
    all.insert(all.end(), values.begin(), values.end());
    chunks.push_back(std::make_unique<Exported>());
    write<TypeParam>(values, *chunks.back());
    parts.push_back({&chunks.back()->schema, &chunks.back()->array});
  }
  const auto rows = pyudf::read_arrow(type_of<TypeParam>, parts);
  ASSERT_EQ(samples::read<TypeParam>(*rows), all);
  for (int k = 0; k < 20; ++k) {
    const std::int64_t begin = random.below(rows->size()), n = random.below(rows->size() - begin + 1);
    ASSERT_EQ(samples::read<TypeParam>(*rows, begin, n),
              Column<TypeParam>(all.begin() + begin, all.begin() + begin + n));
  }
}

REGISTER_TYPED_TEST_SUITE_P(RoundTrip, OfRandomValues, OfChunks);
using Types = testing::Types<SAMPLE_TYPES>;
INSTANTIATE_TYPED_TEST_SUITE_P(EveryType, RoundTrip, Types);

}  // namespace
