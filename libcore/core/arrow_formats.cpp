// arrow_formats.cpp: the table of Arrow's format strings.
// https://arrow.apache.org/docs/format/CDataInterface.html#data-type-description-format-strings
#include "core/arrow_formats.hpp"

#include <charconv>
#include <cstring>
#include <iterator>

#include "core/slots.hpp"

namespace pyudf {
namespace {

using enum ArrowKind;

constexpr const char* kCast = "cast the column first";

constexpr ArrowFormat kFormats[] = {
    {"n", null, 0, 0, 0, "null", nullptr},
    {"b", boolean, PYUDF_BOOL, 0, 2, "bool", nullptr},
    {"c", number, PYUDF_INT8, 0, 2, "int8", nullptr},
    {"C", number, PYUDF_UINT8, 0, 2, "uint8", nullptr},
    {"s", number, PYUDF_INT16, 0, 2, "int16", nullptr},
    {"S", number, PYUDF_UINT16, 0, 2, "uint16", nullptr},
    {"i", number, PYUDF_INT32, 0, 2, "int32", nullptr},
    {"I", number, PYUDF_UINT32, 0, 2, "uint32", nullptr},
    {"l", number, PYUDF_INT64, 0, 2, "int64", nullptr},
    {"L", number, PYUDF_UINT64, 0, 2, "uint64", nullptr},
    {"e", number, PYUDF_FLOAT16, 0, 2, "float16", nullptr},
    {"f", number, PYUDF_FLOAT32, 0, 2, "float32", nullptr},
    {"g", number, PYUDF_FLOAT64, 0, 2, "float64", nullptr},
    {"u", text, PYUDF_INT32, 0, 3, "utf8", nullptr},
    {"U", text, PYUDF_INT64, 0, 3, "large_utf8", nullptr},
    {"vu", text, 0, 0, 3, "utf8_view", nullptr},
    {"z", binary, PYUDF_INT32, 0, 3, "binary", nullptr},
    {"Z", binary, PYUDF_INT64, 0, 3, "large_binary", nullptr},
    {"vz", binary, 0, 0, 3, "binary_view", nullptr},
    {"w:", fixed_binary, 0, 0, 2, "fixed_size_binary", nullptr},
    {"tdD", date, PYUDF_INT32, kDays, 2, "date32", nullptr},
    {"tdm", date, PYUDF_INT64, 3, 2, "date64", nullptr},
    {"tss:", timestamp, PYUDF_INT64, 0, 2, "timestamp[s]", nullptr},
    {"tsm:", timestamp, PYUDF_INT64, 3, 2, "timestamp[ms]", nullptr},
    {"tsu:", timestamp, PYUDF_INT64, 6, 2, "timestamp[us]", nullptr},
    {"tsn:", timestamp, PYUDF_INT64, 9, 2, "timestamp[ns]", nullptr},
    {"tDs", duration, PYUDF_INT64, 0, 2, "duration[s]", nullptr},
    {"tDm", duration, PYUDF_INT64, 3, 2, "duration[ms]", nullptr},
    {"tDu", duration, PYUDF_INT64, 6, 2, "duration[us]", nullptr},
    {"tDn", duration, PYUDF_INT64, 9, 2, "duration[ns]", nullptr},
    {"+l", list, PYUDF_INT32, 0, 2, "list", nullptr},
    {"+L", list, PYUDF_INT64, 0, 2, "large_list", nullptr},
    {"+vl", list_view, PYUDF_INT32, 0, 3, "list_view", nullptr},
    {"+vL", list_view, PYUDF_INT64, 0, 3, "large_list_view", nullptr},
    {"+w:", fixed_list, 0, 0, 1, "fixed_size_list", nullptr},
    {"+m", map, PYUDF_INT32, 0, 2, "map", nullptr},
    {"+s", structure, 0, 0, 1, "struct", nullptr},
    {"+r", unsupported, 0, 0, 0, "run_end_encoded",
     "decode the column first, for example with pyarrow.compute.run_end_decode"},
    {"+ud:", unsupported, 0, 0, 0, "dense_union", "take the union apart first"},
    {"+us:", unsupported, 0, 0, 0, "sparse_union", "take the union apart first"},
    {"d:", unsupported, 0, 0, 0, "decimal", "cast the column first, for example to float64"},
    {"tts", unsupported, 0, 0, 0, "time32[s]", kCast},
    {"ttm", unsupported, 0, 0, 0, "time32[ms]", kCast},
    {"ttu", unsupported, 0, 0, 0, "time64[us]", kCast},
    {"ttn", unsupported, 0, 0, 0, "time64[ns]", kCast},
    {"tiM", unsupported, 0, 0, 0, "interval[month]", kCast},
    {"tiD", unsupported, 0, 0, 0, "interval[day, time]", kCast},
    {"tin", unsupported, 0, 0, 0, "interval[month, day, nano]", kCast},
};

/// What users call the types, and what is written for them.
struct Written {
  const char* title;
  const char* format;
};

constexpr Written kWritten[] = {
    {"nothing", "n"},     {"bool", "b"},       {"int8", "c"},    {"int16", "s"},  {"int32", "i"},   {"int64", "l"},
    {"uint8", "C"},       {"uint16", "S"},     {"uint32", "I"},  {"uint64", "L"}, {"float16", "e"}, {"float32", "f"},
    {"float64", "g"},     {"text", "U"},       {"list", "+L"},   {"text", "U"},   {"text", "U"},    {"binary", "Z"},
    {"set", "+L"},        {"map", "+m"},       {"struct", "+s"}, {"date", "tdD"}, {"timestamp", 0}, {"duration", 0},
    {"enumeration", "i"}, {"object", nullptr},
};
static_assert(std::size(kWritten) == PYUDF_OBJECT + 1);

constexpr const char* kUnits[] = {"s", "ms", "us", "ns"};
constexpr const char* kTimestamps[] = {"tss:", "tsm:", "tsu:", "tsn:"};  // no zone: what most data frames hold
constexpr const char* kDurations[] = {"tDs", "tDm", "tDu", "tDn"};

bool known_unit(const pyudf_type& type) noexcept { return type.size % 3 == 0 && type.size >= 0 && type.size <= 9; }

}  // namespace

const ArrowFormat* look_up_format(const ArrowSchema& schema) noexcept {
  if (!schema.format) return nullptr;
  const std::string_view given = schema.format;
  for (const ArrowFormat& format : kFormats)
    if (format.start.back() == ':' ? given.starts_with(format.start) : given == format.start) return &format;
  return nullptr;
}

const ArrowFormat& find_format(const ArrowSchema& schema) {
  const ArrowFormat* format = look_up_format(schema);
  if (!format) throw WrongType("an Arrow column of " + title_of(schema) + ", which is not known here: cast it first");
  if (format->kind == unsupported)
    throw WrongType("an Arrow column of " + title_of(schema) + ", which cannot be read: " + format->hint);
  return *format;
}

std::int64_t size_in_format(const ArrowSchema& schema, const ArrowFormat& format) noexcept {
  const char* begin = schema.format + format.start.size();
  const char* end = begin + std::strlen(begin);
  std::int64_t size = -1;
  const auto [stop, error] = std::from_chars(begin, end, size);
  return error == std::errc() && stop == end ? size : -1;
}

const char* format_for(const pyudf_type& type) noexcept {
  if (type.id < 0 || type.id > PYUDF_OBJECT) return nullptr;
  if (type.id == PYUDF_TIMESTAMP) return known_unit(type) ? kTimestamps[type.size / 3] : nullptr;
  if (type.id == PYUDF_DURATION) return known_unit(type) ? kDurations[type.size / 3] : nullptr;
  return kWritten[type.id].format;
}

std::string title_of(const pyudf_type& type) {
  if (type.id < 0 || type.id > PYUDF_OBJECT) return "an unknown type";
  if (type.name) return type.name;
  std::string title = kWritten[type.id].title;
  if (type.id == PYUDF_TIMESTAMP || type.id == PYUDF_DURATION)
    return title + "[" + (known_unit(type) ? kUnits[type.size / 3] : "?") + "]";
  if (type.id == PYUDF_STRUCT) {
    title = "tuple of (";
    for (std::int32_t i = 0; i < type.size; ++i) title += (i ? ", " : "") + title_of(*type.fields[i]);
    return title + ")";
  }
  if (type.child) title += " of " + title_of(*type.child);
  return title;
}

std::string title_of(const ArrowSchema& schema) {
  const std::string quoted = std::string("format '") + (schema.format ? schema.format : "") + "'";
  if (schema.dictionary) {
    const ArrowFormat* values = look_up_format(*schema.dictionary);
    return std::string("dictionary of ") + (values ? values->title : "unknown values") + " (" + quoted + ")";
  }
  const ArrowFormat* format = look_up_format(schema);
  return format ? format->title + (" (" + quoted + ")") : quoted;
}

std::string field_name(const pyudf_type& type, std::int32_t i) {
  return type.names ? type.names[i] : std::string("f").append(std::to_string(i));
}

std::string field_title(const pyudf_type& type, std::int32_t i) {
  return "field " + (type.names ? std::string("'") + type.names[i] + "'" : std::to_string(i));
}

}  // namespace pyudf
