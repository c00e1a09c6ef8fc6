// scan.cpp: chooses the scan of signatures for the processor.
#include "text/scan.hpp"

namespace pyudf::text {

Scan* chosen_scan() noexcept {
#if PYUDF_X86_TARGETS
  switch (simd::current()) {
    case simd::Target::avx512: return avx512::scan;
    case simd::Target::avx512bw: return avx512bw::scan;
    case simd::Target::avx2: return avx2::scan;
    case simd::Target::baseline: break;
  }
#endif
  return baseline::scan;
}

}  // namespace pyudf::text
