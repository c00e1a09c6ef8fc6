// polars.hpp: exports functions as Polars expression plugins; PYUDF_FUNCTION, PYUDF_AGGREGATE and PYUDF_MODULE do it.
//
// The symbols _polars_plugin_NAME and _polars_plugin_field_NAME are what Polars looks for. They hand over to
// libpyudf.so, which lies in the installed package. Written for polars-ffi version 0.1, of Polars 1.0 and later.
#pragma once

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

#include <cstdlib>
#include <string>

#include "pyudf/engine.h"

namespace pyudf {
namespace [[gnu::visibility("hidden")]] detail {

/// pyudf's own library, or why there is none.
struct EngineFound {
  const pyudf_engine* engine = nullptr;
  std::string problem;
};

#if !defined(_WIN32)
inline constexpr const char* kEngineFile = "libpyudf.so";

/// The library that Python has loaded already; or else beside the header that this was compiled with, or in the
/// package pyudf of a folder that this library lies below, as in site-packages.
inline void* open_engine(std::string& own) {
  if (void* loaded = dlopen(kEngineFile, RTLD_LAZY | RTLD_NOLOAD)) return loaded;
  const auto open = [](const std::string& path) { return dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL); };
  if (const char* told = std::getenv("PYUDF_ENGINE")) return open(told);
  Dl_info info;
  static const char here = 0;
  if (dladdr(&here, &info) && info.dli_fname) own = info.dli_fname;
  for (std::size_t end = own.rfind('/'); end != std::string::npos && end > 0; end = own.rfind('/', end - 1))
    if (void* found = open(own.substr(0, end) + "/pyudf/" + kEngineFile)) return found;
  const std::string header = __FILE__;  // pyudf/include/pyudf/polars.hpp
  const std::size_t package = header.rfind("/include/pyudf/");
  return package == std::string::npos ? nullptr : open(header.substr(0, package + 1) + kEngineFile);
}

inline EngineFound find_engine() {
  std::string own = "this library";
  void* const library = open_engine(own);
  if (!library)
    return {nullptr, own + " needs the Python package pyudf, and no " + kEngineFile +
                         " of it was found: install pyudf in the same environment, or import it before the query"};
  const auto entry = reinterpret_cast<pyudf_engine_entry>(dlsym(library, PYUDF_ENGINE_SYMBOL));
  const pyudf_engine* const engine = entry ? entry() : nullptr;
  if (!engine || engine->abi_major != PYUDF_ABI_MAJOR || engine->abi_minor < PYUDF_ABI_MINOR)
    return {nullptr, own + " was built with a newer pyudf than the installed one: pip install -U pyudf"};
  return {engine, ""};
}
#else
inline EngineFound find_engine() { return {nullptr, "Polars plugins of pyudf do not run on Windows yet"}; }
#endif

inline const EngineFound& engine() noexcept {
  static const EngineFound& found = *new EngineFound(find_engine());
  return found;
}

inline void polars_field(const pyudf_table& table, const char* symbol, const ArrowSchema* fields, std::size_t n,
                         const std::uint8_t* kwargs, std::size_t size, ArrowSchema* result) noexcept {
  if (engine().engine) engine().engine->polars_field(&table, symbol, fields, n, kwargs, size, result);
}

inline void polars_call(const pyudf_table& table, const char* symbol, pyudf_polars_series* columns, std::size_t n,
                        const std::uint8_t* kwargs, std::size_t size, pyudf_polars_series* result) noexcept {
  if (engine().engine) engine().engine->polars_call(&table, symbol, columns, n, kwargs, size, result);
}

inline const char* polars_error() noexcept {
  return engine().engine ? engine().engine->polars_error() : engine().problem.c_str();
}

}  // namespace detail
}  // namespace pyudf

#define PYUDF_STRING_(text) #text
#define PYUDF_STRING_OF(text) PYUDF_STRING_(text)
#define PYUDF_EXPORT extern "C" [[gnu::visibility("default"), gnu::used]]

// Exports a function under a name that need not be an identifier (`shop::scale`). Clang quotes such a name for the
// assembler by itself; GCC does not, and would append to what is quoted here when it splits a function, but not an
// alias.
#if defined(__clang__)
#define PYUDF_EXPORT_AS(name, function, parameters, ...)                                                 \
  PYUDF_EXPORT void function##_exported parameters __asm__(PYUDF_STRING_OF(__USER_LABEL_PREFIX__) name); \
  void function##_exported parameters { __VA_ARGS__ }
#else
#define PYUDF_EXPORT_AS(name, function, parameters, ...)                                                \
  extern "C" {                                                                                          \
  static void function parameters { __VA_ARGS__ }                                                       \
  [[gnu::visibility("default"), gnu::used]] void function##_exported parameters __asm__("\"" name "\"") \
      __attribute__((alias(#function)));                                                                \
  }
#endif

/// The two symbols of the functions that `symbol` names in the table that `table()` gives.
#define PYUDF_POLARS_PLUGIN(counter, symbol, table)                                                                  \
  PYUDF_EXPORT_AS(                                                                                                   \
      "_polars_plugin_field_" symbol, pyudf_polars_field_##counter,                                                  \
      (const ArrowSchema* fields, std::size_t n, ArrowSchema* result, const std::uint8_t* kwargs, std::size_t size), \
      ::pyudf::detail::polars_field(table(), symbol, fields, n, kwargs, size, result);)                              \
  PYUDF_EXPORT_AS("_polars_plugin_" symbol, pyudf_polars_call_##counter,                                             \
                  (pyudf_polars_series * columns, std::size_t n, const std::uint8_t* kwargs, std::size_t size,       \
                   pyudf_polars_series* result, pyudf_polars_context*),                                              \
                  ::pyudf::detail::polars_call(table(), symbol, columns, n, kwargs, size, result);)

/// The two symbols of a module.
#define PYUDF_POLARS_MODULE()                                                     \
  PYUDF_EXPORT std::uint32_t _polars_plugin_get_version() { return 1; } /* 0.1 */ \
  PYUDF_EXPORT const char* _polars_plugin_get_last_error_message() { return ::pyudf::detail::polars_error(); }
