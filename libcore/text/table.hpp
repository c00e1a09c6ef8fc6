// table.hpp: the text domain's part of the built-in table.
#pragma once

#include <span>

#include "pyudf/abi.h"

namespace pyudf::text {

/// One entry for each metric of kernels.def and each of its forms.
std::span<const pyudf_function> functions() noexcept;

}  // namespace pyudf::text
