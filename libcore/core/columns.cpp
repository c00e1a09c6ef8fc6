// columns.cpp: one reader for each layout of a text column.
#include "core/columns.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#include "core/encoding.hpp"
#include "core/fixed_units.hpp"
#include "core/row_decoder.hpp"
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

template <class Offset>
void read_offsets(const Chunk& chunk, std::int64_t begin, std::int64_t n, std::int64_t row, pyudf_text* out,
                  Arena& arena) {
  const auto* offsets = static_cast<const Offset*>(chunk.offsets) + chunk.offset + begin;
  const auto* bytes = static_cast<const std::uint8_t*>(chunk.data);
  bool ascending = offsets[0] >= 0;
  for (std::int64_t i = 0; i < n; ++i) ascending &= offsets[i + 1] >= offsets[i];
  for (std::int64_t i = 0; !ascending; ++i)
    if (offsets[i] < 0 || offsets[i + 1] < offsets[i]) throw InvalidRow(row + i, "the Arrow offsets decrease");
  if (!bytes && offsets[n] > offsets[0]) throw InvalidRow(row, "the Arrow array has no buffer of texts");
  // Neighbours lie together: the search for what needs decoding runs on from row to row.
  const std::uint8_t* const end = bytes ? bytes + offsets[n] : nullptr;
  const std::uint8_t* ascii_end = chunk.utf8 && bytes ? skip_ascii(bytes + offsets[0], end) : end;
  RowDecoder decoder(out, row, arena);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t size = offsets[i + 1] - offsets[i];
    const std::uint8_t* text = bytes + offsets[i];
    if (!is_valid(chunk, begin + i)) {
      out[i] = {nullptr, 0, 1, 0};
    } else if (size == 0) {
      out[i] = {&kEmpty, 0, 1, 0};
    } else {
      if (ascii_end < text) ascii_end = skip_ascii(text, end);
      if (ascii_end < text + size)
        decoder.add(i, text, size, end - text);
      else
        out[i] = {text, size, 1, 0};
    }
  }
  decoder.flush();
}

/// The header of an Arrow view: up to 12 bytes lie in it, longer text in a buffer that it names.
struct ViewHeader {
  std::int32_t size;
  char start[4];
  std::int32_t buffer;
  std::int32_t offset;
};

/// The longest text that lies in the header itself.
constexpr std::int32_t kInHeader = 12;

struct Located {
  const std::uint8_t* text;  // nullptr: the header is broken
  std::int64_t readable;     // bytes from there on
};

/// Finds the texts of headers. Both kinds go one way: which of them comes next could not be predicted.
class ViewTexts {
 public:
  ViewTexts(const Chunk& chunk, const ViewHeader* end) noexcept
      : buffers_(chunk.n_buffers > 0 ? chunk.buffers : &kNone),
        sizes_(chunk.n_buffers > 0 ? chunk.buffer_sizes : &kNoBytes),
        n_buffers_(std::max<std::int64_t>(chunk.n_buffers, 1)),
        end_(reinterpret_cast<const std::uint8_t*>(end)) {}

  static std::int64_t size_of(const ViewHeader& header) noexcept { return header.size; }

  Located locate(const ViewHeader& header) const noexcept {
    const bool inside = header.size <= kInHeader;
    const auto* start = reinterpret_cast<const std::uint8_t*>(header.start);
    const std::int32_t buffer = inside ? 0 : header.buffer;
    if ((buffer < 0) | (buffer >= n_buffers_)) return {nullptr, 0};
    const auto* bytes = static_cast<const std::uint8_t*>(buffers_[buffer]);
    const std::int64_t offset = inside ? 0 : header.offset, readable = sizes_[buffer] - offset;
    const bool outside = (offset < 0) | (header.size > readable) | !bytes;
    if ((header.size < 0) | (!inside & outside)) return {nullptr, 0};
    return {inside ? start : bytes + offset, inside ? end_ - start : readable};
  }

 private:
  static constexpr const void* kNone = nullptr;
  static constexpr std::int64_t kNoBytes = 0;
  const void* const* buffers_;
  const std::int64_t* sizes_;
  std::int64_t n_buffers_;
  const std::uint8_t* end_;  // of the headers
};

/// The same for headers that hold a pointer, whose owner is trusted with it.
class PointerTexts {
 public:
  PointerTexts(const Chunk&, const ViewHeader* end) noexcept : end_(reinterpret_cast<const std::uint8_t*>(end)) {}

  static std::int64_t size_of(const ViewHeader& header) noexcept { return static_cast<std::uint32_t>(header.size); }

  Located locate(const ViewHeader& header) const noexcept {
    const std::int64_t size = size_of(header);
    const auto* start = reinterpret_cast<const std::uint8_t*>(header.start);
    const std::uint8_t* text;
    std::memcpy(&text, reinterpret_cast<const char*>(&header) + offsetof(ViewHeader, buffer), sizeof text);
    return size <= kInHeader ? Located{start, end_ - start} : Located{text, size};
  }

 private:
  const std::uint8_t* end_;  // of the headers
};
static_assert(sizeof(ViewHeader) == 16);

/// Whether the text of a header is ASCII. A header of 16 bytes and a text of 13 or more are read by the same loads:
/// which of them it is could not be predicted.
bool is_ascii(const ViewHeader& header, const std::uint8_t* text, std::int64_t size) noexcept {
  // A size of 12 or less has no top bits set in any byte.
  const bool inside = size <= kInHeader;
  const auto* from = inside ? reinterpret_cast<const std::uint8_t*>(&header) : text;
  if (inside) size = sizeof header;
  const auto word = [&](std::int64_t at) {
    std::uint64_t bytes;
    std::memcpy(&bytes, from + at, sizeof bytes);
    return bytes;
  };
  std::uint64_t seen = word(0) | word(size - 8);
  for (std::int64_t next = 8; next < size - 8; next += 16) {
    const std::int64_t at = std::min(next, size - 16);
    seen |= word(at) | word(at + 8);
  }
  return (seen & kTopBits) == 0;
}

template <class Texts>
void read_headers(const Chunk& chunk, std::int64_t begin, std::int64_t n, std::int64_t row, pyudf_text* out,
                  Arena& arena) {
  const auto* headers = static_cast<const ViewHeader*>(chunk.data) + chunk.offset + begin;
  const Texts texts(chunk, headers + n);
  RowDecoder decoder(out, row, arena);
  for (std::int64_t i = 0; i < n; ++i) {
    if (!is_valid(chunk, begin + i)) {
      out[i] = {nullptr, 0, 1, 0};
      continue;
    }
    const ViewHeader& header = headers[i];
    const std::int64_t size = Texts::size_of(header);
    const auto [text, readable] = texts.locate(header);
    if (!text) {
      decoder.flush();  // a row before this one may be the first that is broken
      throw InvalidRow(row + i,
                       size < 0 ? "the Arrow view has a negative size" : "the Arrow view points outside its buffers");
    }
    if (chunk.utf8 && !is_ascii(header, text, size))
      decoder.add(i, text, size, readable);
    else
      out[i] = {text, size, 1, 0};
  }
  decoder.flush();
}

const char* fixed_row(const Chunk& chunk, std::int64_t i) noexcept {
  return static_cast<const char*>(chunk.data) + i * chunk.stride;
}

/// Fetches rows some time before they are read: they are large, and memory is what reading them waits for.
class RowPrefetch {
 public:
  RowPrefetch(const Chunk& chunk, std::int64_t end) noexcept
      : chunk_(chunk),
        end_(end),
        bytes_(chunk.units * chunk.width),
        ahead_(kAhead / std::max<std::int64_t>(bytes_, 1)) {}

  void before(std::int64_t i) const noexcept {
    // Of rows so long that none comes ahead, the processor's own prefetch makes a better job.
    if (ahead_ == 0 || i + ahead_ >= end_) return;
    const char* row = fixed_row(chunk_, i + ahead_);
    for (std::int64_t at = 0; at < bytes_; at += 64) __builtin_prefetch(row + at);
  }

 private:
  static constexpr std::int64_t kAhead = 2048;
  const Chunk& chunk_;
  std::int64_t end_, bytes_, ahead_;
};

/// NumPy's S: read in place.
void read_fixed_bytes(const Chunk& chunk, std::int64_t begin, std::int64_t n, pyudf_text* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(fixed_row(chunk, begin + i));
    std::int64_t size = chunk.units;
    std::uint64_t word = 0;
    // Padding is often longer than the text: eight bytes at a time first.
    for (; size >= 8 && word == 0; size -= word == 0 ? 8 : std::countl_zero(word) / 8)
      std::memcpy(&word, bytes + size - 8, 8);
    while (size > 0 && bytes[size - 1] == 0) --size;
    out[i] = {bytes, size, 1, 0};
  }
}

/// NumPy's U: narrowed, which costs less than scoring texts that are four times as large.
void read_fixed_units(const Chunk& chunk, std::int64_t begin, std::int64_t n, pyudf_text* out, Arena& arena) {
  const std::int64_t room = std::max(chunk.units, kUnitBlock), bytes = 2 * room;
  std::uint32_t padded[kUnitBlock] = {};
  const RowPrefetch prefetch(chunk, begin + n);
  for (std::int64_t i = 0; i < n; ++i) {
    prefetch.before(begin + i);
    const char* row = fixed_row(chunk, begin + i);
    const auto* units = reinterpret_cast<const std::uint32_t*>(row);
    if (chunk.units < kUnitBlock) {
      std::memcpy(padded, row, static_cast<std::size_t>(chunk.units) * sizeof *units);
      units = padded;
    }
    void* to = arena.allocate(bytes);
    const FixedExtent extent = read_as_bytes(units, room, static_cast<std::uint8_t*>(to));
    if (extent.bits < 0x100) {
      arena.give_back(bytes - extent.size);
      out[i] = {to, extent.size, 1, 0};
    } else if (extent.bits < 0x10000) {
      read_as_words(units, extent.size, room, static_cast<std::uint16_t*>(to));
      arena.give_back(bytes - 2 * extent.size);
      out[i] = {to, extent.size, 2, 0};
    } else {
      arena.give_back(bytes);
      out[i] = {row, extent.size, 4, 0};
    }
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
    case Layout::view_16: read_headers<ViewTexts>(chunk, begin, n, row, out, arena); break;
    case Layout::pointer_16: read_headers<PointerTexts>(chunk, begin, n, row, out, arena); break;
    case Layout::fixed:
      if (chunk.width == 1)
        read_fixed_bytes(chunk, begin, n, out);
      else
        read_fixed_units(chunk, begin, n, out, arena);
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
