// enum_untold.cpp: an enumeration that PYUDF_ENUM was not told of.
// expected: of your enumeration with PYUDF_ENUM
#include "pyudf/udf.hpp"

enum class Colour { red, green };

bool is_red(Colour colour) { return colour == Colour::red; }

PYUDF_FUNCTION(is_red, "colour")
PYUDF_MODULE(wrong)
