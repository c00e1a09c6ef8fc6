// text_values.hpp: texts of a chunk as values, and names as members of an enumeration.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/arrow_values.hpp"
#include "core/columns.hpp"

namespace pyudf {

/// A column of one chunk, whose missing rows are read as missing texts.
class Texts final : public PackedValues {
 public:
  Texts(const Chunk& chunk, std::int32_t type) : PackedValues(sizeof(pyudf_text)) {
    column_.append(chunk);
    column_.read_as(type);
  }

  bool reads_missing() const noexcept override { return true; }
  std::int64_t typical_size() const override { return 16; }

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena& arena) const override {
    column_.read(begin, n, static_cast<pyudf_text*>(to), arena);
  }

 private:
  TextColumn column_;
};

/// Names as the places of the members that have them.
class Members final : public PackedValues {
 public:
  Members(const Chunk& chunk, const pyudf_type& type) : PackedValues(sizeof(std::int32_t)), type_(type) {
    column_.append(chunk);
    column_.read_as(PYUDF_UTF8);
    for (std::int32_t i = 0; i < type.size; ++i) members_.emplace(type.names[i], i);
  }

  bool reads_missing() const noexcept override { return true; }

  void read_packed(std::int64_t begin, std::int64_t n, void* to, Arena& arena) const override {
    pyudf_text names[kNames];
    auto* places = static_cast<std::int32_t*>(to);
    for (std::int64_t done = 0; done < n; done += kNames) {
      const std::int64_t size = std::min(kNames, n - done);
      column_.read(begin + done, size, names, arena);
      for (std::int64_t i = 0; i < size; ++i) places[done + i] = place_of(names[i], begin + done + i);
    }
  }

 private:
  static constexpr std::int64_t kNames = 64;  // looked up at once

  std::int32_t place_of(const pyudf_text& text, std::int64_t item) const {
    if (!text.data) return 0;
    const std::string_view name(static_cast<const char*>(text.data), static_cast<std::size_t>(text.size));
    const auto found = members_.find(name);
    if (found == members_.end()) refuse(name, item);
    return found->second;
  }

  [[noreturn]] void refuse(std::string_view name, std::int64_t item) const {
    std::string why = "'" + std::string(name.substr(0, 40)) + "' is no member of " + title_of(type_) + ":";
    for (std::int32_t i = 0; i < type_.size && why.size() < 160; ++i) why += std::string(" ") + type_.names[i];
    throw InvalidRow(item, why);
  }

  const pyudf_type& type_;
  TextColumn column_;
  std::unordered_map<std::string_view, std::int32_t> members_;
};

}  // namespace pyudf
