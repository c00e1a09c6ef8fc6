// avx512bw.cpp: the kernels over lanes for the target avx512bw.
#include "pyudf/abi.h"
#include "text/lanes/target.hpp"

// What follows is compiled for the target: no header that other files share may come after this one.
#include "simd/avx512bw.hpp"
#include "text/lanes/kernels.hpp"

namespace pyudf::text::lanes {

extern const Target kAvx512bw;
const Target kAvx512bw = pyudf::avx512bw::lanes::kTarget;

}  // namespace pyudf::text::lanes
