// masks.hpp: what varies in messages, such as numbers and addresses, found by scanners and replaced by its name.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pyudf::logs {

/// Where a mask begins to be looked for: at a byte that no letter, digit or underscore precedes. Each gives the end of
/// what it matches there, or nullptr; and what follows that end is no letter, digit or underscore.
using Mask = const char* (*)(const char* at, const char* end);

const char* match_url(const char* at, const char* end);
const char* match_email(const char* at, const char* end);
const char* match_uuid(const char* at, const char* end);
const char* match_mac(const char* at, const char* end);
const char* match_ip(const char* at, const char* end);
const char* match_block(const char* at, const char* end);
const char* match_timestamp(const char* at, const char* end);
const char* match_path(const char* at, const char* end);
const char* match_hex(const char* at, const char* end);
const char* match_number(const char* at, const char* end);
const char* match_quoted(const char* at, const char* end);

/// One replacement: bytes [begin, end) of the masked message stand for [from, to) of the message.
struct Masked {
  std::int64_t begin, end, from, to;
};

/// Some of the masks, in the order of masks.def.
class Masks {
 public:
  /// Chooses masks by their bits in the order of masks.def.
  explicit Masks(std::uint64_t chosen = 0);

  /// The names of all masks, by their bits.
  static const std::vector<std::string>& names();

  /// The message with what the masks match replaced by <NAME>; the message itself where nothing is, else it lies in
  /// `room`. Replacements are told if `replaced` is given.
  std::string_view apply(std::string_view message, std::string& room, std::vector<Masked>* replaced = nullptr) const;

 private:
  struct Chosen {
    Mask match;
    std::string_view name;  // with < and >
    char held;              // by all that it matches; 0: nothing is
  };

  std::uint32_t possible_in(std::string_view message) const noexcept;

  std::vector<Chosen> masks_;
  std::array<std::vector<std::uint8_t>, 256> tried_;  // by the byte where a match would begin
};

}  // namespace pyudf::logs
