// slab.cpp: sorts the texts of a slab by width and writes down where their characters occur.
#include "text/lanes/slab.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <span>

namespace pyudf::text::lanes {
namespace {

/// Vectors side by side hide how long a step takes; more than these do not fit the registers.
Width width_of(std::int64_t size, int narrowest) noexcept {
  for (int bits = narrowest; bits < 64; bits *= 2)
    if (size <= bits) return {bits, 1, 4};
  if (size <= 64) return {64, 1, 4};
  const std::int64_t words = (size + kRowsOfWord - 1) / kRowsOfWord;
  if (words <= kStrip) return {64, words, words == 2 ? 2 : 1};
  return {64, (words + kStrip - 1) / kStrip * kStrip, 1};
}

struct Narrower {
  bool operator()(const Width& a, const Width& b) const noexcept { return a.rows() < b.rows(); }
};

}  // namespace

Slab::Slab(const pyudf_text* texts, std::int64_t n, const Alphabet& alphabet, Vectors vectors, int narrowest)
    : alphabet_(alphabet.size()), places_(static_cast<std::size_t>(n)) {
  starts_.reserve(static_cast<std::size_t>(n) + 1);
  starts_.push_back(0);
  std::map<Width, std::vector<std::uint32_t>, Narrower> by_width;
  for (std::int64_t i = 0; i < n; ++i) {
    starts_.push_back(starts_.back() + texts[i].size);
    sizes_.push_back(static_cast<std::uint16_t>(texts[i].size));
    by_width[width_of(texts[i].size, narrowest)].push_back(static_cast<std::uint32_t>(i));
  }
  codes_.resize(static_cast<std::size_t>(starts_.back()));
  for (std::int64_t i = 0; i < n; ++i)
    with_width(texts[i],
               [&](auto text) { alphabet.encode(text, codes_.data() + starts_[static_cast<std::size_t>(i)]); });
  for (const auto& [width, columns] : by_width) {
    add_stream(columns, stride_, vectors.picked);
    add_groups(width, columns, vectors.bytes);
  }
  codes_ = {};
  starts_ = {};
  const auto raw = static_cast<std::size_t>(stride_ + kBlock);
  columns_of_.assign(raw, kNoColumn);
  padding_.assign(raw, 255);
  for (std::size_t column = 0; column < places_.size(); ++column) {
    columns_of_[places_[column]] = static_cast<std::uint32_t>(column);
    padding_[places_[column]] = 0;
  }
}

void Slab::add_stream(const std::vector<std::uint32_t>& columns, std::int64_t first, int picked) {
  const auto part = static_cast<std::size_t>(picked);
  const auto blocks = static_cast<std::size_t>((this->columns() + kBlock - 1) / kBlock);
  const std::size_t parts = blocks * kBlock / part;
  Stream stream{std::vector<std::uint64_t>(blocks), std::vector<std::uint32_t>(parts),
                std::vector<std::uint8_t>(parts * part, 255)};
  const auto n = static_cast<std::uint32_t>(columns.size()), base = static_cast<std::uint32_t>(first);
  std::uint32_t i = 0;
  for (std::size_t at = 0; at < parts; ++at) {
    stream.places[at] = base + i;
    for (std::uint8_t pick = 0; i < n && columns[i] / part == at; ++i) {
      const std::uint32_t column = columns[i];
      stream.masks[column / kBlock] |= std::uint64_t{1} << (column % kBlock);
      stream.picks[column] = pick++;
      places_[column] = base + i;
    }
  }
  streams_.push_back(std::move(stream));
}

void Slab::add_groups(const Width& width, const std::vector<std::uint32_t>& columns, int vector_bytes) {
  const auto n = static_cast<std::int64_t>(columns.size());
  Width narrower = width;
  for (std::int64_t i = 0; i < n;) {
    const std::int64_t lanes = vector_bytes * 8 / width.bits;
    // The last group needs no more vectors than it fills.
    while (narrower.vectors > 1 && (n - i) <= lanes * narrower.vectors / 2) narrower.vectors /= 2;
    const std::int64_t count = std::min(n - i, lanes * narrower.vectors);
    add_group(narrower, columns.data() + i, count, vector_bytes);
    i += count;
  }
}

void Slab::add_group(const Width& width, const std::uint32_t* columns, std::int64_t n, int vector_bytes) {
  const auto row_bytes = static_cast<std::size_t>(width.words * width.vectors * vector_bytes);
  const auto codes_of = [&](std::int64_t i) {
    return std::span(codes_.data() + starts_[columns[i]], sizes_[columns[i]]);
  };

  const auto offsets_bytes = static_cast<std::size_t>(alphabet_ + 1) * sizeof(std::uint32_t);
  auto* const offsets = reinterpret_cast<std::uint32_t*>(allocate(static_cast<std::int64_t>(offsets_bytes)));
  std::size_t used = row_bytes;
  for (std::int64_t i = 0; i < n; ++i)
    for (const Code code : codes_of(i))
      if (std::uint32_t& offset = offsets[code]; offset == 0) {
        offset = static_cast<std::uint32_t>(used);
        used += row_bytes;
      }

  const std::int64_t lanes = vector_bytes * 8 / width.bits;
  std::byte* const matches = allocate(static_cast<std::int64_t>(used + row_bytes) + lanes * width.vectors * 2);
  std::byte* const rows = matches + used;
  auto* const sizes = reinterpret_cast<std::uint16_t*>(rows + row_bytes);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::span<const Code> codes = codes_of(i);
    const std::int64_t size = std::ssize(codes), vector = i / lanes, lane = i % lanes;
    sizes[i] = static_cast<std::uint16_t>(size);
    const std::int64_t first = vector * width.words * vector_bytes + lane * (width.bits / 8);
    for (std::int64_t r = 0; r < size; ++r) {
      const std::int64_t row = width.rows() - size + r, word = width.words == 1 ? 0 : row / kRowsOfWord;
      const std::int64_t bit = row - word * kRowsOfWord, byte = first + word * vector_bytes + bit / 8;
      const auto mask = std::byte{static_cast<unsigned char>(1u << (bit % 8))};
      matches[offsets[codes[static_cast<std::size_t>(r)]] + byte] |= mask;
      rows[byte] |= mask;
    }
  }
  // A carry out of a word is then to be seen in its highest bit, whatever the row below it holds.
  if (width.words > 1)
    for (std::size_t at = 7; at < used; at += 8) matches[at] |= std::byte{0x80};
  groups_.push_back({width, stride_, columns[0], columns[n - 1] + 1, matches, rows, offsets, sizes});
  stride_ += lanes * width.vectors;
}

std::byte* Slab::allocate(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  memory_.emplace_back(static_cast<std::byte*>(::operator new[](size, std::align_val_t{64})));
  bytes_ += bytes;
  return static_cast<std::byte*>(std::memset(memory_.back().get(), 0, size));
}

}  // namespace pyudf::text::lanes
