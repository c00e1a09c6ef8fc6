// arrow_texts.cpp: text and bytes of Arrow arrays, and names as members of an enumeration.
#include "core/arrow_texts.hpp"

#include "core/arrow_values.hpp"
#include "core/text_values.hpp"

namespace pyudf {
namespace {

constexpr char kEmpty[8] = {};  // what an empty text points at: it is not a missing one

Layout layout_of(const ArrowFormat& format) noexcept {
  return format.storage == PYUDF_INT32   ? Layout::offsets_32
         : format.storage == PYUDF_INT64 ? Layout::offsets_64
                                         : Layout::view_16;
}

Chunk chunk_of(const ArrowFormat& format, const ArrowArray& array) {
  Chunk chunk;
  chunk.layout = layout_of(format);
  chunk.utf8 = format.kind == ArrowKind::text;
  chunk.length = array.length;
  chunk.offset = array.offset;
  if (array.null_count != 0) chunk.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  if (chunk.layout == Layout::view_16) {
    // Buffers: validity, headers, the texts' own, and last the sizes of those.
    chunk.data = array.buffers[1];
    chunk.n_buffers = array.n_buffers - 3;
    chunk.buffers = array.buffers + 2;
    chunk.buffer_sizes = static_cast<const std::int64_t*>(array.buffers[array.n_buffers - 1]);
    if (array.length > 0 && chunk.n_buffers > 0 && !chunk.buffer_sizes)
      throw BrokenArrow("no sizes of its " + std::to_string(chunk.n_buffers) + " buffers of text");
  } else {
    chunk.offsets = array.buffers[1];
    chunk.data = array.buffers[2];
  }
  return chunk;
}

/// Bytes of one size.
class FixedBytes final : public PackedValues {
 public:
  FixedBytes(const char* data, std::int64_t size) : PackedValues(sizeof(pyudf_text)), data_(data), size_(size) {}

  bool reads_missing() const noexcept override { return true; }
  std::int64_t typical_size() const override { return size_; }

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena&) const override {
    auto* texts = static_cast<pyudf_text*>(to);
    for (std::int64_t i = 0; i < n; ++i) texts[i] = {size_ == 0 ? kEmpty : data_ + (begin + i) * size_, size_, 1, 0};
  }

 private:
  const char* data_;
  std::int64_t size_;
};

}  // namespace

bool is_text(const ArrowSchema& schema) noexcept {
  const ArrowFormat* format = look_up_format(schema);
  return format && !schema.dictionary && (format->kind == ArrowKind::text || format->kind == ArrowKind::binary);
}

Chunk text_chunk(const ArrowSchema& schema, const ArrowArray& array) {
  if (!is_text(schema)) throw WrongType("an Arrow column of " + title_of(schema) + " where text is expected");
  const ArrowFormat& format = find_format(schema);
  check_array(format, schema, array);
  return chunk_of(format, array);
}

std::unique_ptr<ArrowValues> make_texts(const pyudf_type& type, const ArrowSource& source, ArrowShared&) {
  const ArrowKind kind = source.format.kind;
  const bool takes_text = type.id != PYUDF_BINARY, takes_bytes = type.id == PYUDF_BINARY || type.id == PYUDF_TEXT;
  if (kind == ArrowKind::fixed_binary && takes_bytes) {
    const std::int64_t size = fixed_size(source);
    return std::make_unique<FixedBytes>(items_of(source.array, size), size);
  }
  if (!(kind == ArrowKind::text && takes_text) && !(kind == ArrowKind::binary && takes_bytes)) return nullptr;
  return std::make_unique<Texts>(chunk_of(source.format, source.array), type.id);
}

std::unique_ptr<ArrowValues> make_enums(const pyudf_type& type, const ArrowSource& source, ArrowShared&) {
  if (source.format.kind != ArrowKind::text) return nullptr;
  return std::make_unique<Members>(chunk_of(source.format, source.array), type);
}

}  // namespace pyudf
