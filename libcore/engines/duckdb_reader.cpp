// duckdb_reader.cpp: values of each type out of DuckDB's vectors, from numbers in place to lists within structs.
#include <memory>
#include <string>
#include <utility>

#include "core/nested_values.hpp"
#include "core/text_values.hpp"
#include "engines/duckdb_vectors.hpp"

namespace pyudf::duckdb {
namespace {

ArrowNode node_of(const pyudf_type& type, Vector* vector, std::int64_t n, Units units);

/// Numbers, dates and times: a vector holds them as slots.
class Slots final : public PackedValues {
 public:
  Slots(const void* data, std::int64_t slot) noexcept
      : PackedValues(slot), data_(static_cast<const char*>(data)), slot_(slot) {}

  bool reads_missing() const noexcept override { return true; }
  const void* in_place() const noexcept override { return data_; }

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena&) const override {
    std::memcpy(to, data_ + begin * slot_, static_cast<std::size_t>(n * slot_));
  }

 private:
  const char* data_;
  std::int64_t slot_;
};

/// Intervals as durations, where they have months or do not fit an error.
class Durations final : public PackedValues {
 public:
  Durations(const void* data, std::int32_t digits) noexcept
      : PackedValues(sizeof(std::int64_t)), data_(static_cast<const Interval*>(data)), digits_(digits) {}

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena&) const override {
    auto* units = static_cast<std::int64_t*>(to);
    for (std::int64_t i = 0; i < n; ++i) units[i] = units_of(data_[begin + i], begin + i);
  }

 private:
  static constexpr std::int64_t kMicrosADay = std::int64_t{86'400} * 1'000'000;

  std::int64_t units_of(const Interval& interval, std::int64_t item) const {
    if (interval.months != 0)
      throw InvalidRow(item, "an interval with months, whose length depends on where it begins: give days instead");
    std::int64_t units;
    bool too_long = __builtin_mul_overflow(interval.days, kMicrosADay, &units);
    too_long |= __builtin_add_overflow(units, interval.micros, &units);
    if (digits_ > 6) {
      too_long |= __builtin_mul_overflow(units, std::int64_t{1'000}, &units);
    } else {
      const std::int64_t micros = digits_ == 6 ? 1 : digits_ == 3 ? 1'000 : 1'000'000;
      if (units % micros != 0)
        throw InvalidRow(item, digits_ == 3
                                   ? "an interval of parts of milliseconds, where the function takes whole ones"
                                   : "an interval of parts of seconds, where the function takes whole ones");
      units /= micros;
    }
    if (too_long) throw InvalidRow(item, "an interval too long for 64 bits");
    return units;
  }

  const Interval* data_;
  std::int32_t digits_;
};

/// DuckDB's lists name their items by offset and length.
struct Entries {
  const ListEntry* entries;
  Extent operator()(std::int64_t i) const noexcept {
    return {static_cast<std::int64_t>(entries[i].offset), static_cast<std::int64_t>(entries[i].length)};
  }
};

Chunk chunk_of(Vector* vector, std::int64_t n, bool utf8) {
  Chunk chunk;
  chunk.layout = Layout::pointer_16;
  chunk.utf8 = utf8;
  chunk.length = n;
  chunk.validity = reinterpret_cast<const std::uint8_t*>(api.vector_get_validity(vector));
  chunk.data = api.vector_get_data(vector);
  return chunk;
}

/// The values of a struct's fields, which a map's entries are, too.
std::unique_ptr<ArrowValues> structs_of(const pyudf_type& type, Vector* vector, std::int64_t n, Units units) {
  std::vector<Structs::Field> fields;
  for (std::int32_t i = 0; i < type.size; ++i)
    fields.push_back({type.fields[i], type.offsets[i], field_title(type, i),
                      node_of(*type.fields[i], api.struct_vector_get_child(vector, static_cast<Index>(i)), n, units),
                      0});
  return std::make_unique<Structs>(type, std::move(fields));
}

std::unique_ptr<ArrowValues> values_of(const pyudf_type& type, Vector* vector, std::int64_t n, Units units) {
  switch (type.id) {
    case PYUDF_TEXT:
    case PYUDF_UTF8:
    case PYUDF_CODE_POINTS:
    case PYUDF_BINARY: {
      const bool utf8 = type.id != PYUDF_BINARY && !(type.id == PYUDF_TEXT && units == Units::bytes);
      return std::make_unique<Texts>(chunk_of(vector, n, utf8), type.id);
    }
    case PYUDF_ENUM: return std::make_unique<Members>(chunk_of(vector, n, true), type);
    case PYUDF_LIST:
    case PYUDF_SET:
    case PYUDF_MAP: {
      const auto items = static_cast<std::int64_t>(api.list_vector_get_size(vector));
      return std::make_unique<Lists<Entries>>(type, n, 0,
                                              Entries{static_cast<const ListEntry*>(api.vector_get_data(vector))},
                                              node_of(*type.child, api.list_vector_get_child(vector), items, units));
    }
    case PYUDF_STRUCT: return structs_of(type, vector, n, units);
    case PYUDF_DURATION: return std::make_unique<Durations>(api.vector_get_data(vector), type.size);
    default: return std::make_unique<Slots>(api.vector_get_data(vector), type.slot);
  }
}

ArrowNode node_of(const pyudf_type& type, Vector* vector, std::int64_t n, Units units) {
  return {ArrowValidity(api.vector_get_validity(vector), n), values_of(type, vector, n, units), n};
}

}  // namespace

VectorRows::VectorRows(const pyudf_type& type, Vector* vector, std::int64_t n, Units units)
    : slot_(type.slot), node_(node_of(type, vector, n, units)) {
  if (!node_.values->in_place() || !node_.validity.any()) return;
  present_.resize(static_cast<std::size_t>(n));
  node_.validity.unpack(0, n, present_.data());
}

std::int64_t VectorRows::read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present,
                              Arena& arena) const {
  node_.read_column(slot_, begin, n, static_cast<char*>(slots), arena);
  return node_.validity.any() ? node_.validity.unpack(begin, n, present) : 0;
}

pyudf_column VectorRows::in_place() const noexcept {
  const void* const data = node_.values->in_place();
  return {data, data ? slot_ : 0, present_.empty() ? nullptr : present_.data()};
}

}  // namespace pyudf::duckdb
