// registry.hpp: the table of everything that is built in.
#pragma once

#include "pyudf/abi.h"

/// The built-in functions of all domains, in the shape in which a user's library exports its own.
extern "C" const pyudf_table* pyudf_builtin_table(void);
