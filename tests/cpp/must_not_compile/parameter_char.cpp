// parameter_char.cpp: a parameter that is a character.
// expected: this C++ type cannot be a parameter or a result
#include "pyudf/udf.hpp"

bool is_vowel(char letter) { return letter == 'a'; }

PYUDF_FUNCTION(is_vowel, "letter")
PYUDF_MODULE(wrong)
