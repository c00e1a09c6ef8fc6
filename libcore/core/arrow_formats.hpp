// arrow_formats.hpp: Arrow's format strings: what each means, what it is called, and which one is written for a type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <typeinfo>

#include "core/columns.hpp"
#include "pyudf/abi.h"
#include "pyudf/arrow.h"

namespace pyudf {

/// A column of another type than the function takes. Cython raises a TypeError for a std::bad_cast.
class WrongType : public std::bad_cast {
 public:
  explicit WrongType(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

enum class ArrowKind {
  null,
  boolean,
  number,
  text,
  binary,
  fixed_binary,
  date,
  timestamp,
  duration,
  list,
  list_view,
  fixed_list,
  map,
  structure,
  unsupported
};

/// Polars up to 1.42 hands over slices of structs and of lists of one size with an offset though their children have
/// been cut already; no array that holds to Arrow's rules has just so many items then.
enum class ArrowRules { arrow, polars };

struct ArrowFormat {
  std::string_view start;  // the whole format string; or, where it ends in a colon, its beginning
  ArrowKind kind;
  std::int32_t storage;    // the numeric type of the values, indices or offsets in buffer 1
  std::int32_t unit;       // of time: of a second, 10^-unit; kDays
  std::int64_t n_buffers;  // at least, where there are as many as the producer likes
  const char* title;
  const char* hint;  // of unsupported: the way out
};

inline constexpr std::int32_t kDays = -1;

/// Of a format that is not dictionary-encoded; nullptr for unknown ones.
const ArrowFormat* look_up_format(const ArrowSchema& schema) noexcept;

/// The same. Throws WrongType for unknown and unsupported ones.
const ArrowFormat& find_format(const ArrowSchema& schema);

/// The number after the colon of a format, such as the size of "+w:3"; -1 where there is none.
std::int64_t size_in_format(const ArrowSchema& schema, const ArrowFormat& format) noexcept;

/// The format that is written for a type; nullptr where Arrow has none.
const char* format_for(const pyudf_type& type) noexcept;

/// For messages: "int32", "list of text", "Point".
std::string title_of(const pyudf_type& type);
std::string title_of(const ArrowSchema& schema);

/// The name of a field of a struct, which those of tuples have from their place; and what messages call it.
std::string field_name(const pyudf_type& type, std::int32_t i);
std::string field_title(const pyudf_type& type, std::int32_t i);

}  // namespace pyudf
