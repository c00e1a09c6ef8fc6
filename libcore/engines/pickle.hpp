// pickle.hpp: reads the options of an expression, which Polars hands over as a pickled dict.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pyudf {

/// None, a truth value, a number, a text, or a list of such.
struct Plain {
  enum Kind { none, boolean, integer, real, text, list };

  Kind kind = none;
  std::int64_t whole = 0;  // of a boolean and an integer
  double number = 0;       // of a real
  std::string letters;
  std::vector<Plain> items;
};

using PlainDict = std::map<std::string, Plain>;

/// A dict of names and plain values, in protocols 2 to 5 of Python's pickle; no bytes are an empty dict. Throws
/// std::invalid_argument for anything else.
PlainDict read_pickle(const std::uint8_t* bytes, std::size_t size);

}  // namespace pyudf
