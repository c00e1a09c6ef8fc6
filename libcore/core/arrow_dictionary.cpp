// arrow_dictionary.cpp: dictionary-encoded Arrow arrays: the dictionary is read once, and its slots are handed out.
#include <string>

#include "core/arrow_values.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kBlock = 256;  // indices read at once
constexpr std::size_t kKept = 8;      // dictionaries that are looked for again: a few columns within a struct

/// Values by their indices.
class Lookups final : public ArrowValues {
 public:
  Lookups(std::unique_ptr<PackedValues> indices, std::shared_ptr<const ArrowDictionary> dictionary, ArrowNode values,
          std::int64_t slot)
      : indices_(std::move(indices)), dictionary_(std::move(dictionary)), values_(std::move(values)), slot_(slot) {}

  void read(std::int64_t begin, std::int64_t n, char* to, std::int64_t stride, Arena& arena) const override {
    std::int64_t indices[kBlock];
    for (std::int64_t done = 0; done < n; done += kBlock) {
      const std::int64_t size = std::min(kBlock, n - done);
      indices_->read_packed(begin + done, size, indices, arena);
      for (std::int64_t i = 0; i < size; ++i) {
        if (indices[i] < 0 || indices[i] >= values_.length)
          throw InvalidRow(begin + done + i, "broken Arrow array: the index " + std::to_string(indices[i]) +
                                                 " into a dictionary of " + std::to_string(values_.length));
        char* slot = to + (done + i) * stride;
        if (dictionary_->slots)
          std::memcpy(slot, dictionary_->slots + indices[i] * slot_, static_cast<std::size_t>(slot_));
        else
          read_one(indices[i], begin + done + i, slot, arena);
      }
    }
  }

  std::int64_t typical_size() const override { return values_.values ? values_.values->typical_size() : 1; }

 private:
  void read_one(std::int64_t index, std::int64_t item, char* slot, Arena& arena) const {
    try {
      values_.values->read(index, 1, slot, slot_, arena);
    } catch (const InvalidRow& e) {
      throw InvalidRow(item, e.reason);
    }
  }

  std::unique_ptr<PackedValues> indices_;
  std::shared_ptr<const ArrowDictionary> dictionary_;
  ArrowNode values_;
  std::int64_t slot_;
};

/// Reads a dictionary whole, unless fewer of its values are asked for or one cannot be read: it may not be in use.
std::shared_ptr<const ArrowDictionary> read_dictionary(const pyudf_type& type, const ArrowNode& values,
                                                       std::int64_t rows) {
  auto dictionary = std::make_shared<ArrowDictionary>();
  if (values.length > rows) return dictionary;
  try {
    auto* slots = static_cast<char*>(dictionary->contents.allocate(values.length * type.slot));
    values.read_column(type.slot, 0, values.length, slots, dictionary->contents);
    dictionary->slots = slots;
  } catch (const InvalidRow&) {
    dictionary->contents.clear();
  }
  return dictionary;
}

/// The same, or what an earlier chunk has read from the same memory.
std::shared_ptr<const ArrowDictionary> share_dictionary(const pyudf_type& type, const ArrowArray& array,
                                                        const ArrowNode& values, std::int64_t rows,
                                                        ArrowShared& shared) {
  if (array.n_children != 0) return read_dictionary(type, values, rows);
  const std::vector<const void*> buffers(array.buffers, array.buffers + array.n_buffers);
  for (const ArrowShared::Entry& entry : shared.dictionaries)
    if (entry.type == &type && entry.offset == array.offset && entry.length == array.length && entry.buffers == buffers)
      return entry.dictionary;
  auto dictionary = read_dictionary(type, values, rows);
  if (!dictionary->slots) return dictionary;
  if (shared.dictionaries.size() == kKept) shared.dictionaries.erase(shared.dictionaries.begin());
  shared.dictionaries.push_back({&type, buffers, array.offset, array.length, dictionary});
  return dictionary;
}

/// Where an index or what it points at is missing.
ArrowValidity validity_of(const ArrowArray& array, const PackedValues& indices, const ArrowNode& values) {
  ArrowValidity own(array);
  if (!values.validity.any()) return own;
  std::vector<std::uint8_t> bitmap(static_cast<std::size_t>(array.length / 8 + 1));
  Arena unused;
  for (std::int64_t i = 0; i < array.length; ++i) {
    if (!own.has(i)) continue;
    std::int64_t index;
    indices.read_packed(i, 1, &index, unused);
    // One that is out of range is told when it is read.
    if (index >= 0 && index < values.length && !values.validity.has(index)) continue;
    bitmap[static_cast<std::size_t>(i / 8)] |= static_cast<std::uint8_t>(1 << i % 8);
  }
  return ArrowValidity(std::move(bitmap));
}

}  // namespace

ArrowNode make_dictionary(const pyudf_type& type, const ArrowSchema& schema, const ArrowArray& array,
                          ArrowShared& shared) {
  const ArrowFormat* format = look_up_format(schema);
  if (!format || format->kind != ArrowKind::number || format->storage > PYUDF_UINT64)
    throw BrokenArrow(std::string("dictionary indices of format '") + (schema.format ? schema.format : "") + "'");
  check_array(*format, schema, array);
  if (!array.dictionary) throw BrokenArrow("a dictionary column without its dictionary");
  if (schema.dictionary->dictionary)
    throw WrongType("an Arrow column of " + title_of(schema) + " of a dictionary, which cannot be read: decode it");
  ArrowNode values = make_node(type, *schema.dictionary, *array.dictionary, shared);
  std::unique_ptr<PackedValues> indices = make_indices(format->storage, array);
  ArrowValidity validity = validity_of(array, *indices, values);
  auto dictionary = share_dictionary(type, *array.dictionary, values, array.length, shared);
  return {std::move(validity),
          std::make_unique<Lookups>(std::move(indices), std::move(dictionary), std::move(values), type.slot),
          array.length};
}

}  // namespace pyudf
