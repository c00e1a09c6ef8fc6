// months.hpp: names of months, in English whatever the locale, as logs have them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pyudf::logs {

inline constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                          "May",       "June",     "July",     "August",
                                                          "September", "October",  "November", "December"};

/// The month whose first three letters stand here, 1 to 12; 0 for none. Reads three bytes.
inline int month_of(const char* at) noexcept {
  constexpr auto key = [](const char* name) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(name[0])) |
           static_cast<std::uint32_t>(static_cast<unsigned char>(name[1])) << 8 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(name[2])) << 16;
  };
  static constexpr auto kKeys = [key] {
    std::array<std::uint32_t, 12> keys{};
    for (std::size_t i = 0; i < 12; ++i) keys[i] = key(kMonths[i].data());
    return keys;
  }();
  const std::uint32_t wanted = key(at);
  int found = 0;
  for (std::size_t i = 0; i < 12; ++i) found = kKeys[i] == wanted ? static_cast<int>(i) + 1 : found;
  return found;
}

}  // namespace pyudf::logs
