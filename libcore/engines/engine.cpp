// engine.cpp: what libpyudf.so exports to libraries of functions.
#include "pyudf/engine.h"
#include "engines/polars_call.hpp"

extern "C" [[gnu::visibility("default"), gnu::used]] const pyudf_engine* pyudf_engine_table() {
  static constexpr pyudf_engine engine = {PYUDF_ABI_MAJOR, PYUDF_ABI_MINOR, pyudf::polars_field, pyudf::polars_call,
                                          pyudf::polars_error};
  return &engine;
}
