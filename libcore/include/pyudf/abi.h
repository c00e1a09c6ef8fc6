/* abi.h: the C table through which every function, built in or a user's, reaches its callers.
 *
 * A library of functions exports one pyudf_table. Nothing here knows Python, NumPy or C++: the same
 * binary serves every Python version, every engine and plain C.
 *
 * Rules
 *  - Entries never let an exception or a longjmp out: they return a status and fill pyudf_error.
 *  - Callers own all memory that is passed in; entries own what they allocate.
 *  - Structs only grow at their end, with a higher PYUDF_ABI_MINOR; any other change raises
 *    PYUDF_ABI_MAJOR. tests/cpp/test_abi.cpp pins sizes and offsets.
 */
#ifndef PYUDF_ABI_H
#define PYUDF_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PYUDF_ABI_MAJOR 1
#define PYUDF_ABI_MINOR 0

/* What an entry returns; a caller maps each to its own kind of error. */
typedef enum pyudf_status {
  PYUDF_OK = 0,
  PYUDF_VALUE_ERROR = 1,
  PYUDF_TYPE_ERROR = 2,
  PYUDF_INDEX_ERROR = 3,
  PYUDF_OVERFLOW_ERROR = 4,
  PYUDF_MEMORY_ERROR = 5,
  PYUDF_RUNTIME_ERROR = 6,
  PYUDF_CANCELLED = 7 /* the caller's tick asked to stop */
} pyudf_status;

typedef struct pyudf_error {
  int64_t row;    /* -1 where no row is to blame */
  int64_t column; /* of a pairwise matrix; -1 elsewhere */
  char message[240];
} pyudf_error;

typedef enum pyudf_type_id {
  PYUDF_BOOL = 1,
  PYUDF_INT8 = 2,
  PYUDF_INT16 = 3,
  PYUDF_INT32 = 4,
  PYUDF_INT64 = 5,
  PYUDF_UINT8 = 6,
  PYUDF_UINT16 = 7,
  PYUDF_UINT32 = 8,
  PYUDF_UINT64 = 9,
  PYUDF_FLOAT16 = 10,
  PYUDF_FLOAT32 = 11,
  PYUDF_FLOAT64 = 12,
  PYUDF_TEXT = 13, /* code points of any width, or bytes: a pyudf_text */
  PYUDF_LIST = 14  /* a pyudf_list of the child type; size > 0: of just that many */
} pyudf_type_id;

typedef struct pyudf_type {
  int32_t id;                     /* a pyudf_type_id */
  int32_t size;                   /* items of a fixed-size list, else 0 */
  const struct pyudf_type* child; /* of a list, else NULL */
} pyudf_type;

/* A borrowed text. data is NULL for a missing one, and then size is 0. */
typedef struct pyudf_text {
  const void* data;
  int64_t size;  /* in units, not bytes */
  int32_t width; /* bytes per unit: 1, 2 or 4, native byte order */
  int32_t reserved;
} pyudf_text;

typedef struct pyudf_list {
  const void* data;
  int64_t size;
} pyudf_list;

/* One argument, option or result. */
typedef struct pyudf_value {
  union {
    int64_t integer; /* bool and every integer type */
    double real;     /* every floating type */
    pyudf_text text;
    pyudf_list list;
  };
  int32_t missing; /* 1: no value */
  int32_t reserved;
} pyudf_value;

/* Some rows of one argument: row i lies at data + i * stride bytes; stride 0 repeats one value. */
typedef struct pyudf_column {
  const void* data;
  int64_t stride;
} pyudf_column;

/* Facts about the results that hold for a whole call, known before any work is done. */
typedef struct pyudf_plan {
  double lowest;     /* no result is below this */
  double highest;    /* no result is above this */
  int32_t symmetric; /* f(a, b) == f(b, a) under these options */
  int32_t reserved;
} pyudf_plan;

/* A rectangle of the pairwise matrix: rows [row_begin, row_end) × columns [column_begin, column_end). */
typedef struct pyudf_tile {
  int64_t row_begin, row_end;
  int64_t column_begin, column_end;
  void* out;         /* where the result of (row_begin, column_begin) goes */
  int64_t row_bytes; /* from one row of the result to the next */
  int32_t out_type;  /* a numeric pyudf_type_id: results are converted as they are written */
  int32_t reserved;
} pyudf_tile;

typedef enum pyudf_parameter_flag {
  PYUDF_OPTION = 1,  /* keyword-only, one value for the whole call */
  PYUDF_NULLABLE = 2 /* the function wants to see missing values */
} pyudf_parameter_flag;

typedef struct pyudf_parameter {
  const char* name;
  const char* doc;
  const pyudf_type* type;
  const pyudf_value* fallback; /* the default; NULL: the argument is required */
  uint32_t flags;              /* of pyudf_parameter_flag */
  uint32_t reserved;
} pyudf_parameter;

typedef enum pyudf_function_flag {
  PYUDF_DETERMINISTIC = 1,
  PYUDF_SIMILARITY = 2 /* of two texts: the higher result is the better one */
} pyudf_function_flag;

/* Options are the parameters flagged PYUDF_OPTION, in their order, each with its value or default. */
typedef struct pyudf_function {
  const char* name;
  const char* doc;
  const char* example; /* Python, run by the tests; may be NULL */
  const pyudf_parameter* parameters;
  int32_t n_parameters; /* the columns first, then the options */
  int32_t n_options;
  const pyudf_type* result;
  uint32_t flags; /* of pyudf_function_flag */
  uint32_t reserved;

  /* Checks the options and tells facts about results for texts (or lists) of at most these sizes, one
   * size a column. May be NULL: anything goes, nothing is known. */
  pyudf_status (*plan)(const pyudf_value* options, const int64_t* largest, pyudf_plan* plan, pyudf_error* error);

  /* One call. args holds the columns' values, then the options. Never allocates for short arguments. */
  pyudf_status (*scalar)(const pyudf_value* args, pyudf_value* result, pyudf_error* error);

  /* Rows [0, n): out is an array of the result type. present has a byte a row: the function is called
   * where it is 1, and clears it where there is no result; NULL: every row has one. */
  pyudf_status (*batch)(const pyudf_column* columns, int64_t n, const pyudf_value* options, void* out, uint8_t* present,
                        pyudf_error* error);

  /* The pairwise matrix of two columns, for functions that know a faster way than scalar per pair; all
   * three may be NULL. Rows of a column are contiguous values; a missing text is scored as an empty one
   * and overwritten by the caller. begin prepares what all tiles share (state may stay NULL); tiles run
   * on several threads at once and may be given other options, with another score_cutoff, than begin. */
  pyudf_status (*outer_begin)(const pyudf_column* columns, const int64_t* sizes, const pyudf_value* options,
                              void** state, pyudf_error* error);
  pyudf_status (*outer)(void* state, const pyudf_column* columns, const pyudf_value* options, const pyudf_tile* tile,
                        pyudf_error* error);
  void (*outer_end)(void* state);
} pyudf_function;

typedef struct pyudf_table {
  int32_t abi_major;
  int32_t abi_minor;
  const char* name;
  const char* doc;
  const pyudf_function* functions;
  int64_t n_functions;
  int64_t function_bytes; /* sizeof(pyudf_function) where the library was compiled */
} pyudf_table;

#ifdef __cplusplus
}
#endif

#endif /* PYUDF_ABI_H */
