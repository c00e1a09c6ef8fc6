// scan_avx512bw.cpp: the kernels of signatures for processors like Skylake-X.
#include "text/scan.hpp"

#if PYUDF_X86_TARGETS
#include "simd/avx512bw.hpp"
// After the target's beginning.
#include "text/scan_kernel.hpp"
#endif
