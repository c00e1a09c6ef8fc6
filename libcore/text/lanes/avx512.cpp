// avx512.cpp: the kernels over lanes for the target avx512.
#include "pyudf/abi.h"
#include "text/lanes/target.hpp"

// What follows is compiled for the target: no header that other files share may come after this one.
#include "simd/avx512.hpp"
#include "text/lanes/kernels.hpp"

namespace pyudf::text::lanes {

extern const Target kAvx512;
const Target kAvx512 = pyudf::avx512::lanes::kTarget;

}  // namespace pyudf::text::lanes
