/* abi.h: the C table through which every function, built in or a user's, reaches its callers.
 *
 * A library of functions exports one pyudf_table. Nothing here knows Python, NumPy or C++: the same
 * binary serves every Python version, every engine and plain C.
 *
 * Rules
 *  - Entries never let an exception or a longjmp out: they return a status and fill pyudf_error.
 *  - Callers own all memory that is passed in. What a result points to (the letters of a text, the items
 *    of a list) is memory of the caller too, asked for through pyudf_memory.
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
#define PYUDF_ABI_MINOR 3

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

/* Every type has a slot: the bytes, of a size that the type tells, in which one value lies in a column, an
 * item of a list or a field of a struct. */
typedef enum pyudf_type_id {
  PYUDF_NONE = 0, /* no result */
  PYUDF_BOOL = 1, /* slot: one byte, 0 or 1 */
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
  PYUDF_TEXT = 13,        /* code points of any width, or bytes: a pyudf_text */
  PYUDF_LIST = 14,        /* a pyudf_list of slots of the child type; size > 0: of just that many */
  PYUDF_UTF8 = 15,        /* text as UTF-8: a pyudf_text of width 1 */
  PYUDF_CODE_POINTS = 16, /* text as code points: a pyudf_text of width 4 */
  PYUDF_BINARY = 17,      /* bytes: a pyudf_text of width 1 */
  PYUDF_SET = 18,         /* a pyudf_list of slots of the child type, no two equal */
  PYUDF_MAP = 19,         /* a pyudf_list of slots of the child type, a STRUCT of key and value */
  PYUDF_STRUCT = 20,      /* the slots of the fields, each at its offset; without field names: a tuple */
  PYUDF_DATE = 21,        /* int32_t: days since 1970-01-01 */
  PYUDF_TIMESTAMP = 22,   /* int64_t: units since 1970-01-01 00:00 UTC; size: of a second, 10^-size */
  PYUDF_DURATION = 23,    /* int64_t: units; size as above */
  PYUDF_ENUM = 24,        /* int32_t: which of the members */
  PYUDF_OBJECT = 25       /* void*: an object of a class of the library */
} pyudf_type_id;

typedef enum pyudf_type_flag {
  PYUDF_OPTIONAL = 1 /* may be missing. Within a list or a struct the slot is that of the value, filled up
                        to 8 bytes, and then an int64_t: 1 where there is a value. Columns, parameters and
                        results have no such flag in the slot: see pyudf_column. */
} pyudf_type_flag;

typedef struct pyudf_type {
  int32_t id;                             /* a pyudf_type_id */
  int32_t size;                           /* of a LIST, TIMESTAMP, DURATION: see there; fields or members of others */
  const struct pyudf_type* child;         /* of a LIST, SET or MAP, else NULL */
  uint32_t flags;                         /* of pyudf_type_flag */
  int32_t slot;                           /* bytes of a slot, the flag of an OPTIONAL not counted */
  const char* name;                       /* of a record, an enumeration or a class, else NULL */
  const char* const* names;               /* of the fields or members, else NULL */
  const struct pyudf_type* const* fields; /* of a STRUCT, else NULL */
  const int32_t* offsets;                 /* of the fields within the slot of a STRUCT, else NULL */
  const int64_t* values;                  /* of the members of an ENUM, else NULL */
} pyudf_type;

/* A borrowed text. data is NULL for a missing one, and then size is 0. */
typedef struct pyudf_text {
  const void* data;
  int64_t size;  /* in units, not bytes */
  int32_t width; /* bytes per unit: 1, 2 or 4, native byte order */
  int32_t reserved;
} pyudf_text;

/* Items one after the other, each as large as the child type's slot. */
typedef struct pyudf_list {
  const void* data;
  int64_t size;
} pyudf_list;

/* One argument, option or result. */
typedef struct pyudf_value {
  union {
    int64_t integer;  /* bool, every integer type, DATE, TIMESTAMP, DURATION, ENUM */
    double real;      /* every floating type */
    pyudf_text text;  /* TEXT, UTF8, CODE_POINTS, BINARY */
    pyudf_list list;  /* LIST, SET, MAP */
    const void* slot; /* STRUCT: where it lies */
    void* object;
  };
  int32_t missing; /* 1: no value */
  int32_t reserved;
} pyudf_value;

/* Some rows of one argument: the slot of row i lies at data + i * stride bytes; stride 0 repeats one value.
 * present is for parameters of an OPTIONAL type: a byte a row (stride 0: one byte), 1 where there is a
 * value; NULL: there is one in every row. */
typedef struct pyudf_column {
  const void* data;
  int64_t stride;
  const uint8_t* present;
} pyudf_column;

/* Where results put what they point to. The caller keeps it until it has read the results. */
typedef struct pyudf_memory {
  void* (*allocate)(struct pyudf_memory* memory, int64_t bytes); /* aligned to 16; NULL: there is no more */
} pyudf_memory;

/* Facts about the results that hold for a whole call, known before any work is done. */
typedef struct pyudf_plan {
  double lowest;     /* no result is below this */
  double highest;    /* no result is above this */
  int32_t symmetric; /* f(a, b) == f(b, a) under these options */
  int32_t batches;   /* under these options the outer entry scores many pairs at once: it is given tiles of thousands
                        of rows and columns, and heeds pyudf_tile's rows */
} pyudf_plan;

typedef enum pyudf_tile_flag {
  PYUDF_TILE_STREAM = 1, /* the whole result is larger than caches: it is better written past them */
  PYUDF_TILE_BEST = 2    /* of a row only the best score is wanted, and the first column that has it: these alone may be
                            given to pyudf_tile's rows, a score or more for each stretch of columns */
} pyudf_tile_flag;

/* Who takes the scores of a tile row by row, where they are not to be kept. */
typedef struct pyudf_rows {
  /* Takes the scores of columns [column, column + n) of a row, in the tile's out_type. Any order of rows is right; the
   * columns of one row come in ascending order; any status but PYUDF_OK is to be returned. */
  pyudf_status (*take)(struct pyudf_rows* rows, int64_t row, int64_t column, int64_t n, const void* scores);
} pyudf_rows;

/* A rectangle of the pairwise matrix: rows [row_begin, row_end) × columns [column_begin, column_end). */
typedef struct pyudf_tile {
  int64_t row_begin, row_end;
  int64_t column_begin, column_end;
  void* out;         /* where the result of (row_begin, column_begin) goes */
  int64_t row_bytes; /* from one row of the result to the next */
  int32_t out_type;  /* a numeric pyudf_type_id: results are converted as they are written */
  uint32_t flags;    /* of pyudf_tile_flag */
  pyudf_rows* rows;  /* takes the scores, and out is not used; NULL: they go to out. Given only where the plan has
                        batches */
} pyudf_tile;

/* Where pairs go that are found in a matrix. */
typedef struct pyudf_hits {
  /* Takes n pairs of one row, by column; any status but PYUDF_OK is to be returned at once. */
  pyudf_status (*add)(struct pyudf_hits* hits, int64_t row, const int64_t* columns, const double* scores, int64_t n);
  int32_t upper; /* 1: only pairs whose column is greater than their row */
  int32_t reserved;
  int64_t scored; /* how many pairs were scored to find them, which the function counts on */
} pyudf_hits;

typedef enum pyudf_parameter_flag {
  PYUDF_OPTION = 1 /* keyword-only, one value for the whole call */
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
  PYUDF_SIMILARITY = 2,   /* of two texts: the higher result is the better one */
  PYUDF_RELEASES_GIL = 4, /* one call may take long: a Python that waits for it lets other threads run */
  PYUDF_MUTATES = 8,      /* a method that changes its object: never called from two threads at once */
  PYUDF_SYMMETRIC = 16    /* f(a, b) == f(b, a), where there is no plan to say so */
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

  /* One call. args holds the columns' values, then the options. */
  pyudf_status (*scalar)(const pyudf_value* args, pyudf_value* result, pyudf_memory* memory, pyudf_error* error);

  /* Rows [0, n): out is an array of slots of the result type. present has a byte a row: the function is
   * called where it is 1, and clears it where there is no result; NULL: every row has one (never NULL where
   * the result is OPTIONAL). */
  pyudf_status (*batch)(const pyudf_column* columns, int64_t n, const pyudf_value* options, void* out, uint8_t* present,
                        pyudf_memory* memory, pyudf_error* error);

  /* The pairwise matrix of two columns, for functions that know a faster way than scalar per pair; all
   * three may be NULL. Rows of a column are contiguous values; a missing text is scored as an empty one
   * and overwritten by the caller. begin prepares what all tiles share (state may stay NULL); tiles run
   * on several threads at once and may be given other options, with another score_cutoff, than begin. */
  pyudf_status (*outer_begin)(const pyudf_column* columns, const int64_t* sizes, const pyudf_value* options,
                              void** state, pyudf_error* error);
  pyudf_status (*outer)(void* state, const pyudf_column* columns, const pyudf_value* options, const pyudf_tile* tile,
                        pyudf_error* error);
  void (*outer_end)(void* state);

  /* What the names of the library's symbols for this function end in, by which engines find it (polars.hpp):
   * overloads have one symbol together. NULL: it has none. */
  const char* symbol;

  /* The pairs of a tile (its out is not used) whose scores keep the score_cutoff among the options, row by row, for
   * functions that find them without scoring all; may be NULL. A missing text is in no pair. The state is that of
   * outer_begin. */
  pyudf_status (*outer_within)(void* state, const pyudf_column* columns, const pyudf_value* options,
                               const pyudf_tile* tile, pyudf_hits* hits, pyudf_error* error);
} pyudf_function;

/* A fold of columns into one value, for all rows or for each of some groups of them. States lie in memory of
 * the caller, one after the other, state_bytes apart and aligned to 16. */
typedef struct pyudf_aggregate {
  const char* name;
  const char* doc;
  const char* example;
  const pyudf_parameter* parameters;
  int32_t n_parameters;
  uint32_t flags; /* of pyudf_function_flag */
  const pyudf_type* result;
  int64_t state_bytes;

  pyudf_status (*create)(void* state, pyudf_error* error);
  void (*destroy)(void* state);
  /* Takes up rows [0, n): row i goes to state groups[i], NULL: all to the first; not where present is 0. */
  pyudf_status (*update)(void* states, const int64_t* groups, const pyudf_column* columns, int64_t n,
                         const uint8_t* present, pyudf_error* error);
  pyudf_status (*merge)(void* into, const void* from, pyudf_error* error);
  /* Writes a slot of the result type; clears present where there is no result. */
  pyudf_status (*finish)(const void* state, void* out, uint8_t* present, pyudf_memory* memory, pyudf_error* error);

  const char* symbol; /* as above */
} pyudf_aggregate;

/* A C++ class. Constructors return an OBJECT; methods, getters and setters take one as the first parameter,
 * and that of a setter's getter is its name. */
typedef struct pyudf_class {
  const char* name;
  const char* doc;
  const pyudf_function* constructors;
  const pyudf_function* methods;
  const pyudf_function* getters;
  const pyudf_function* setters;
  int32_t n_constructors;
  int32_t n_methods;
  int32_t n_getters;
  int32_t n_setters;
  void (*destroy)(void* object);
} pyudf_class;

/* Several functions (methods, constructors) of one name are overloads: the first that fits best is called. */
typedef struct pyudf_table {
  int32_t abi_major;
  int32_t abi_minor;
  const char* name;
  const char* doc;
  const pyudf_function* functions;
  int64_t n_functions;
  int64_t function_bytes; /* sizeof(pyudf_function) where the library was compiled */
  const pyudf_aggregate* aggregates;
  int64_t n_aggregates;
  const pyudf_class* classes;
  int64_t n_classes;
  const pyudf_type* const* types; /* the records and enumerations that the module shows */
  int64_t n_types;
  int64_t aggregate_bytes; /* the sizes of the other structs there */
  int64_t class_bytes;
} pyudf_table;

/* What a library exports, under this very name. */
#define PYUDF_TABLE_SYMBOL "pyudf_module_table"
typedef const pyudf_table* (*pyudf_table_entry)(void);

#ifdef __cplusplus
}
#endif

#endif /* PYUDF_ABI_H */
