// scan_avx512.cpp: the kernels of signatures for processors like Ice Lake and Zen 4.
#include "text/scan.hpp"

#if PYUDF_X86_TARGETS
#include "simd/avx512.hpp"
// After the target's beginning.
#include "text/scan_kernel.hpp"
#endif
