// baseline.cpp: the kernels over lanes for the target baseline.
#include "pyudf/abi.h"
#include "text/lanes/target.hpp"

// What follows is compiled for the target: no header that other files share may come after this one.
#include "simd/baseline.hpp"
#include "text/lanes/kernels.hpp"

namespace pyudf::text::lanes {

extern const Target kBaseline;
const Target kBaseline = pyudf::baseline::lanes::kTarget;

}  // namespace pyudf::text::lanes
