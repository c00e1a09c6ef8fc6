/* engine.h: what pyudf's own library does for libraries of functions that a query engine has loaded.
 *
 * Reading an engine's columns and writing its results is the same work for every function: it is compiled once, in
 * pyudf's libpyudf.so, and not again in each library. polars.hpp finds it at run time, through one symbol.
 */
#ifndef PYUDF_ENGINE_H
#define PYUDF_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "pyudf/abi.h"
#include "pyudf/arrow.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A column as Polars hands it over, and takes it back: the chunks of one field.
 * https://github.com/pola-rs/polars, crates/polars-ffi/src/version_0.rs (MIT) */
typedef struct pyudf_polars_series {
  struct ArrowSchema* field;
  struct ArrowArray** arrays;
  size_t n_arrays;
  void (*release)(struct pyudf_polars_series* series);
  void* private_data; /* NULL in a result: there is none, and an error message instead */
} pyudf_polars_series;

typedef struct pyudf_polars_context {
  uint64_t flags;
} pyudf_polars_context;

typedef struct pyudf_engine {
  int32_t abi_major; /* of the tables that it knows */
  int32_t abi_minor;

  /* The type of a result. `symbol` names the function, or the overloads, in the table. */
  void (*polars_field)(const pyudf_table* table, const char* symbol, const struct ArrowSchema* fields, size_t n,
                       const uint8_t* kwargs, size_t kwargs_size, struct ArrowSchema* result);

  /* The result. Takes over the columns, not the array that they lie in. */
  void (*polars_call)(const pyudf_table* table, const char* symbol, pyudf_polars_series* columns, size_t n,
                      const uint8_t* kwargs, size_t kwargs_size, pyudf_polars_series* result);

  /* Of the last of these two on this thread. */
  const char* (*polars_error)(void);
} pyudf_engine;

/* What libpyudf.so exports, under this very name. */
#define PYUDF_ENGINE_SYMBOL "pyudf_engine_table"
typedef const pyudf_engine* (*pyudf_engine_entry)(void);

#ifdef __cplusplus
}
#endif

#endif /* PYUDF_ENGINE_H */
