// texts.hpp: texts of logs put right: escapes undone, bytes that are no UTF-8 replaced.
#pragma once

#include <string>
#include <string_view>

namespace pyudf::logs {

/// Appends the text with its escapes undone: \xHH, \uHHHH (with surrogate pairs), \n, \t, \r, \b, \f, \v; a backslash
/// before anything else is left out.
void unescape(std::string_view text, std::string& out);

/// Appends the text with a backslash and one of `letters` made what `meant` has in its place; others stay.
void unescape(std::string_view text, std::string_view letters, std::string_view meant, std::string& out);

/// The bytes of the longest prefix that is UTF-8 (Unicode 15, table 3-7).
std::size_t valid_utf8_prefix(std::string_view text) noexcept;

/// Appends the text with U+FFFD for each part of it that is no UTF-8, as bytes.decode(errors="replace") does.
void replace_invalid_utf8(std::string_view text, std::string& out);

}  // namespace pyudf::logs
