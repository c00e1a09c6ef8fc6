// columns.cpp: one reader for each layout of a text column.
#include "core/columns.hpp"

#include <algorithm>
#include <cstring>

#include "core/encoding.hpp"
#include "core/utf8.hpp"

namespace pyudf {
namespace {

constexpr std::int64_t kBlock = 1024;  // rows read at once
constexpr std::uint32_t kEmpty = 0;    // what an empty text points at: it is not a missing one

bool is_valid(const Chunk& chunk, std::int64_t i) noexcept {
  if (!chunk.validity) return true;
  const std::int64_t bit = chunk.offset + i;
  return (chunk.validity[bit / 8] >> (bit % 8)) & 1;
}

template <class Char>
pyudf_text decoded(const std::uint8_t* data, std::int64_t size, Utf8Extent extent, Arena& arena, std::int64_t row) {
  auto* units = static_cast<Char*>(arena.allocate(extent.units * static_cast<std::int64_t>(sizeof(Char))));
  if (decode_utf8(data, size, units, extent.units) != extent.units)
    throw InvalidRow(row, "the text is not valid UTF-8");
  return {units, extent.units, sizeof(Char), 0};
}

/// UTF-8 bytes (or plain bytes) as a view: ASCII in place, anything else decoded.
pyudf_text from_bytes(const void* data, std::int64_t size, bool utf8, Arena& arena, std::int64_t row) {
  if (size == 0) return {&kEmpty, 0, 1, 0};
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  if (!utf8) return {bytes, size, 1, 0};
  const Utf8Extent extent = utf8_extent(bytes, size);
  if (extent.ascii) return {bytes, size, 1, 0};
  switch (extent.width) {
    case 1: return decoded<std::uint8_t>(bytes, size, extent, arena, row);
    case 2: return decoded<std::uint16_t>(bytes, size, extent, arena, row);
    default: return decoded<std::uint32_t>(bytes, size, extent, arena, row);
  }
}

template <class Offset>
void read_offsets(const Chunk& chunk, std::int64_t begin, std::int64_t n, std::int64_t row, pyudf_text* out,
                  Arena& arena) {
  const auto* offsets = static_cast<const Offset*>(chunk.offsets) + chunk.offset + begin;
  const auto* bytes = static_cast<const std::uint8_t*>(chunk.data);
  for (std::int64_t i = 0; i < n; ++i)
    if (offsets[i] < 0 || offsets[i + 1] < offsets[i]) throw InvalidRow(row + i, "the Arrow offsets decrease");
  if (!bytes && offsets[n] > offsets[0]) throw InvalidRow(row, "the Arrow array has no buffer of texts");
  // Neighbours lie together: the search for what needs decoding runs on from row to row.
  const std::uint8_t* const end = bytes ? bytes + offsets[n] : nullptr;
  const std::uint8_t* non_ascii = chunk.utf8 && bytes ? find_non_ascii(bytes + offsets[0], end) : end;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t size = offsets[i + 1] - offsets[i];
    const std::uint8_t* text = size > 0 ? bytes + offsets[i] : nullptr;
    if (text && non_ascii < text) non_ascii = find_non_ascii(text, end);
    const bool decode = text && non_ascii < text + size;
    out[i] = is_valid(chunk, begin + i) ? from_bytes(text, size, decode, arena, row + i) : pyudf_text{nullptr, 0, 1, 0};
  }
}

/// The header of an Arrow view: up to 12 bytes lie in it, longer text in a buffer that it names.
struct ViewHeader {
  std::int32_t size;
  char start[4];
  std::int32_t buffer;
  std::int32_t offset;
};

void read_view_16(const Chunk& chunk, std::int64_t begin, std::int64_t n, std::int64_t row, pyudf_text* out,
                  Arena& arena) {
  const auto* headers = static_cast<const ViewHeader*>(chunk.data) + chunk.offset + begin;
  for (std::int64_t i = 0; i < n; ++i) {
    if (!is_valid(chunk, begin + i)) {
      out[i] = {nullptr, 0, 1, 0};
      continue;
    }
    const ViewHeader& header = headers[i];
    const void* bytes = header.start;
    if (header.size > 12) {
      if (header.buffer < 0 || header.buffer >= chunk.n_buffers || header.offset < 0 ||
          std::int64_t{header.offset} + header.size > chunk.buffer_sizes[header.buffer] ||
          !chunk.buffers[header.buffer])
        throw InvalidRow(row + i, "the Arrow view points outside its buffers");
      bytes = static_cast<const char*>(chunk.buffers[header.buffer]) + header.offset;
    } else if (header.size < 0) {
      throw InvalidRow(row + i, "the Arrow view has a negative size");
    }
    out[i] = from_bytes(bytes, header.size, chunk.utf8, arena, row + i);
  }
}

/// Whether eight units are zero.
template <class Char>
bool all_zero(const Char* units) noexcept {
  std::uint64_t words[sizeof(Char)];
  std::memcpy(words, units, sizeof words);
  std::uint64_t seen = 0;
  for (const std::uint64_t word : words) seen |= word;
  return seen == 0;
}

template <class Char>
void read_fixed(const Chunk& chunk, std::int64_t begin, std::int64_t n, pyudf_text* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    const auto* units =
        reinterpret_cast<const Char*>(static_cast<const char*>(chunk.data) + (begin + i) * chunk.stride);
    std::int64_t size = chunk.units;
    // Padding is often longer than the text: eight units at a time first.
    while (size >= 8 && all_zero(units + size - 8)) size -= 8;
    while (size > 0 && units[size - 1] == 0) --size;
    out[i] = {units, size, sizeof(Char), 0};
  }
}

void read_chunk(const Chunk& chunk, std::int64_t begin, std::int64_t n, std::int64_t row, pyudf_text* out,
                Arena& arena) {
  switch (chunk.layout) {
    case Layout::views:
      std::memcpy(out, static_cast<const pyudf_text*>(chunk.data) + begin,
                  static_cast<std::size_t>(n) * sizeof(pyudf_text));
      break;
    case Layout::offsets_32: read_offsets<std::int32_t>(chunk, begin, n, row, out, arena); break;
    case Layout::offsets_64: read_offsets<std::int64_t>(chunk, begin, n, row, out, arena); break;
    case Layout::view_16: read_view_16(chunk, begin, n, row, out, arena); break;
    case Layout::fixed:
      if (chunk.width == 1)
        read_fixed<std::uint8_t>(chunk, begin, n, out);
      else
        read_fixed<std::uint32_t>(chunk, begin, n, out);
      break;
  }
}

/// Views of text of any width as what the function takes: UTF-8, or code points of four bytes.
void recode(std::int32_t type, std::int64_t n, std::int64_t row, pyudf_text* texts, Arena& arena) {
  for (std::int64_t i = 0; i < n; ++i) {
    if (!texts[i].data) continue;
    if (type == PYUDF_CODE_POINTS)
      to_code_points(texts[i], arena);
    else if (!to_utf8(texts[i], arena))
      throw InvalidRow(row + i, "a lone surrogate, which UTF-8 cannot hold");
  }
}

}  // namespace

void TextColumn::append(const Chunk& chunk) {
  if (chunk.length == 0) return;
  chunks_.push_back(chunk);
  starts_.push_back(starts_.back() + chunk.length);
}

void TextColumn::read(std::int64_t begin, std::int64_t n, pyudf_text* out, Arena& arena) const {
  auto chunk = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), begin) - starts_.begin()) - 1;
  while (n > 0) {
    const std::int64_t from = begin - starts_[chunk];
    const std::int64_t rows = std::min(n, chunks_[chunk].length - from);
    if (type_ == PYUDF_UTF8 && chunks_[chunk].utf8) {
      Chunk bytes = chunks_[chunk];
      bytes.utf8 = false;  // as the function takes it
      read_chunk(bytes, from, rows, begin, out, arena);
    } else {
      read_chunk(chunks_[chunk], from, rows, begin, out, arena);
      if (type_ == PYUDF_UTF8 || type_ == PYUDF_CODE_POINTS) recode(type_, rows, begin, out, arena);
    }
    begin += rows;
    out += rows;
    n -= rows;
    ++chunk;
  }
}

std::int64_t TextColumn::read(std::int64_t begin, std::int64_t n, void* slots, std::uint8_t* present,
                              Arena& arena) const {
  auto* const texts = static_cast<pyudf_text*>(slots);
  read(begin, n, texts, arena);
  std::int64_t missing = 0;
  for (std::int64_t i = 0; i < n; ++i) missing += texts[i].data == nullptr;
  if (missing)
    for (std::int64_t i = 0; i < n; ++i) present[i] = texts[i].data != nullptr;
  return missing;
}

std::int64_t TextColumn::typical_size() const {
  const std::int64_t n = std::min<std::int64_t>(size(), 64);
  if (n == 0) return 0;
  pyudf_text views[64];
  Arena arena;
  std::int64_t units = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    read(i * (size() / n), 1, views + i, arena);
    units += views[i].size;
  }
  return units / n;
}

TextViews::TextViews(const TextColumn& column) : views_(static_cast<std::size_t>(column.size())) {
  const std::int64_t size = column.size();
  for (std::int64_t begin = 0; begin < size; begin += kBlock)
    column.read(begin, std::min(kBlock, size - begin), views_.data() + begin, arena_);
  for (std::int64_t i = 0; i < size; ++i) {
    const pyudf_text& view = views_[static_cast<std::size_t>(i)];
    largest_ = std::max(largest_, view.size);
    total_ += view.size;
    if (!view.data) missing_.push_back(i);
  }
}

}  // namespace pyudf
