// avx2.cpp: the kernels over lanes for the target avx2.
#include "pyudf/abi.h"
#include "text/lanes/target.hpp"

// What follows is compiled for the target: no header that other files share may come after this one.
#include "simd/avx2.hpp"
#include "text/lanes/kernels.hpp"

namespace pyudf::text::lanes {

extern const Target kAvx2;
const Target kAvx2 = pyudf::avx2::lanes::kTarget;

}  // namespace pyudf::text::lanes
