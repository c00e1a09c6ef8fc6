# _abi.pxd: abi.h, arrow.h and libcore's doors, for Cython.
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libcpp cimport bool as cbool
from libcpp.memory cimport unique_ptr
from libcpp.pair cimport pair
from libcpp.string cimport string
from libcpp.string_view cimport string_view
from libcpp.vector cimport vector

cdef extern from "pyudf/abi.h" nogil:
    int PYUDF_ABI_MAJOR
    int PYUDF_ABI_MINOR
    ctypedef enum pyudf_status:
        PYUDF_OK
        PYUDF_CANCELLED
    enum:
        PYUDF_NONE, PYUDF_BOOL, PYUDF_INT8, PYUDF_INT16, PYUDF_INT32, PYUDF_INT64, PYUDF_UINT8, PYUDF_UINT16
        PYUDF_UINT32, PYUDF_UINT64, PYUDF_FLOAT16, PYUDF_FLOAT32, PYUDF_FLOAT64, PYUDF_TEXT, PYUDF_LIST, PYUDF_UTF8
        PYUDF_CODE_POINTS, PYUDF_BINARY, PYUDF_SET, PYUDF_MAP, PYUDF_STRUCT, PYUDF_DATE, PYUDF_TIMESTAMP
        PYUDF_DURATION, PYUDF_ENUM, PYUDF_OBJECT
        PYUDF_OPTIONAL, PYUDF_OPTION, PYUDF_DETERMINISTIC, PYUDF_SIMILARITY, PYUDF_RELEASES_GIL, PYUDF_MUTATES
        PYUDF_SYMMETRIC
    ctypedef struct pyudf_error:
        int64_t row
        int64_t column
        char* message
    ctypedef struct pyudf_type:
        int32_t id
        int32_t size
        const pyudf_type* child
        uint32_t flags
        int32_t slot
        const char* name
        const char** names
        const pyudf_type** fields
        const int32_t* offsets
        const int64_t* values
    ctypedef struct pyudf_text:
        const void* data
        int64_t size
        int32_t width
    ctypedef struct pyudf_list:
        const void* data
        int64_t size
    ctypedef struct pyudf_value:
        int64_t integer
        double real
        pyudf_text text
        pyudf_list list
        const void* slot
        void* object
        int32_t missing
    ctypedef struct pyudf_column:
        const void* data
        int64_t stride
        const uint8_t* present
    cdef cppclass pyudf_memory:
        pass
    ctypedef struct pyudf_plan:
        double lowest
        double highest
        int32_t symmetric
    ctypedef struct pyudf_parameter:
        const char* name
        const char* doc
        const pyudf_type* type
        const pyudf_value* fallback
        uint32_t flags
    ctypedef struct pyudf_function:
        const char* name
        const char* doc
        const char* example
        const pyudf_parameter* parameters
        int32_t n_parameters
        int32_t n_options
        const pyudf_type* result
        uint32_t flags
        pyudf_status (*plan)(const pyudf_value*, const int64_t*, pyudf_plan*, pyudf_error*) noexcept nogil
        pyudf_status (*scalar)(const pyudf_value*, pyudf_value*, pyudf_memory*, pyudf_error*) noexcept nogil
        const char* symbol
    ctypedef struct pyudf_aggregate:
        const char* name
        const char* doc
        const char* example
        const pyudf_parameter* parameters
        int32_t n_parameters
        uint32_t flags
        const pyudf_type* result
        int64_t state_bytes
        const char* symbol
    ctypedef struct pyudf_class:
        const char* name
        const char* doc
        const pyudf_function* constructors
        const pyudf_function* methods
        const pyudf_function* getters
        const pyudf_function* setters
        int32_t n_constructors
        int32_t n_methods
        int32_t n_getters
        int32_t n_setters
        void (*destroy)(void*) noexcept nogil
    ctypedef struct pyudf_table:
        int32_t abi_major
        int32_t abi_minor
        const char* name
        const char* doc
        const pyudf_function* functions
        int64_t n_functions
        int64_t function_bytes
        const pyudf_aggregate* aggregates
        int64_t n_aggregates
        const pyudf_class* classes
        int64_t n_classes
        const pyudf_type** types
        int64_t n_types
        int64_t aggregate_bytes
        int64_t class_bytes

cdef extern from "pyudf/arrow.h" nogil:
    struct ArrowSchema:
        const char* format
        const char* name
        int64_t flags
        ArrowSchema** children
        ArrowSchema* dictionary
        int64_t n_children
        void (*release)(ArrowSchema*) noexcept nogil
        void* private_data
    struct ArrowArray:
        int64_t length
        int64_t null_count
        int64_t offset
        int64_t n_buffers
        int64_t n_children
        const void** buffers
        ArrowArray** children
        ArrowArray* dictionary
        void (*release)(ArrowArray*) noexcept nogil
        void* private_data
    struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream*, ArrowSchema*) noexcept
        int (*get_next)(ArrowArrayStream*, ArrowArray*) noexcept
        const char* (*get_last_error)(ArrowArrayStream*) noexcept
        void (*release)(ArrowArrayStream*) noexcept nogil
        void* private_data

cdef extern from "core/registry.hpp" nogil:
    const pyudf_table* pyudf_builtin_table()

cdef extern from "core/memory.hpp" namespace "pyudf" nogil:
    cdef cppclass Arena(pyudf_memory):
        Arena()
        void* allocate(int64_t) except +
        void clear()

    cdef cppclass CallMemory(pyudf_memory):
        CallMemory()

cdef extern from "core/result_memory.hpp" namespace "pyudf" nogil:
    cdef cppclass ResultMemory:
        void* take(size_t bytes)
        void give(void* memory)
        size_t size(void* memory)
    cdef size_t LEAST_RESULT "pyudf::ResultMemory::kLeast"

cdef extern from "core/rows.hpp" namespace "pyudf" nogil:
    cdef cppclass Rows:
        int64_t size()
        pyudf_column in_place()
        int64_t read(int64_t, int64_t, void*, uint8_t*, Arena&) except +
    cdef cppclass SlotRows(Rows):
        SlotRows()
        SlotRows(const void*, int64_t, const uint8_t*, int64_t, int64_t)

cdef extern from "core/slots.hpp" namespace "pyudf" nogil:
    cbool is_number(int32_t)
    int64_t nested_bytes(const pyudf_type&)
    int64_t* nested_flag(const pyudf_type&, void*)
    void fill_slot(const pyudf_type&, const pyudf_value&, void*)

cdef extern from "core/columns.hpp" namespace "pyudf" nogil:
    cdef enum class Layout(int32_t):
        views
        offsets_32
        offsets_64
        view_16
        fixed
    cdef cppclass Chunk:
        Layout layout
        cbool utf8
        int64_t length
        int64_t offset
        const uint8_t* validity
        const void* data
        const void* offsets
        const void** buffers
        const int64_t* buffer_sizes
        int64_t n_buffers
        int64_t stride
        int64_t units
        int32_t width
    cdef cppclass TextColumn(Rows):
        void append(const Chunk&) except +
        void read_as(int32_t)
        void read(int64_t, int64_t, pyudf_text*, Arena&) except +
    cdef cppclass TextViews:
        TextViews(const TextColumn&) except +
        const pyudf_text* data()
        int64_t size()
        int64_t largest()
        const vector[int64_t]& missing()

cdef extern from "core/arrow_reader.hpp" namespace "pyudf" nogil:
    cdef cppclass ArrowPiece "pyudf::ArrowPart":
        const ArrowSchema* schema
        const ArrowArray* array
    unique_ptr[Rows] read_arrow(const pyudf_type&, const vector[ArrowPiece]&) except +

cdef extern from "core/arrow_writer.hpp" namespace "pyudf" nogil:
    void write_schema(const pyudf_type&, ArrowSchema*) except +
    void write_arrow(const pyudf_type&, const void*, const uint8_t*, int64_t, ArrowSchema*,
                     ArrowArray*) except +

cdef extern from "core/loops.hpp" namespace "pyudf" nogil:
    cdef cppclass Tick:
        int (*call)(void*, double) noexcept
        void* context
    cbool has_threads()

cdef extern from "logs/lines.hpp" namespace "pyudf::logs" nogil:
    cdef cppclass LogLines "pyudf::logs::Lines":
        const char* data
        int64_t size
        const int64_t* begins
        const int64_t* ends
        const uint8_t* present
        int64_t n

cdef extern from "core/lines.hpp" namespace "pyudf" nogil:
    cdef cppclass LineFinder:
        LineFinder(const char*, int64_t)
        pyudf_status find(int, Tick, pyudf_error*)
        int64_t n()
        pyudf_status fill(int64_t*, int64_t*, int, Tick, pyudf_error*)

cdef extern from "logs/masks.hpp" namespace "pyudf::logs" nogil:
    cdef cppclass Masks:
        Masks(uint64_t) except +
        @staticmethod
        vector[string] names()

cdef extern from "logs/drain.hpp" namespace "pyudf::logs" nogil:
    cdef enum class Fits:
        kNothing
        kParameter
        kAnything
    cdef cppclass DrainSettings:
        double similarity
        int64_t depth
        int64_t max_children
        int64_t max_clusters
    cdef cppclass DrainTree "pyudf::logs::Drain":
        DrainTree(const DrainSettings&) except +
        const DrainSettings& settings()
        int64_t size()
        cbool has(int64_t)
        int64_t count(int64_t)
        vector[string] tokens(int64_t)
        string dump() except +
        @staticmethod
        unique_ptr[DrainTree] load(string_view) except +

cdef extern from "core/mining.hpp" namespace "pyudf" nogil:
    cdef cppclass Mining:
        LogLines lines
        const Masks* masks
        Fits parameters
        int workers
        Tick tick
    pyudf_status mine(const Mining&, DrainTree&, int64_t*, pyudf_error*)
    pyudf_status match_templates "pyudf::match"(const Mining&, const DrainTree&, cbool, int64_t*, pyudf_error*)
    pyudf_status find_parameters(const Mining&, const DrainTree&, const int64_t*, vector[pair[int64_t, int64_t]]&,
                                 vector[int64_t]&, pyudf_error*)

cdef extern from "logs/rosters.hpp" namespace "pyudf::logs" nogil:
    vector[string] op_names()
    vector[string] column_types()
    vector[pair[string, string]] native_matchers()

cdef extern from "logs/program.hpp" namespace "pyudf::logs" nogil:
    ctypedef enum log_column_type "pyudf::logs::ColumnType":
        pass
    cdef cppclass LogProgram "pyudf::logs::Program":
        @staticmethod
        unique_ptr[LogProgram] load(string_view) except +

cdef extern from "core/string_view.hpp" namespace "pyudf" nogil:
    cdef cppclass StringView:
        int32_t size
        char start[4]
        int32_t buffer
        int32_t offset
        cbool is_inline()

cdef extern from "logs/timestamps.hpp" namespace "pyudf::logs" nogil:
    cdef cppclass TimeFormat:
        TimeFormat()
        TimeFormat(string_view) except +

cdef extern from "core/cells.hpp" namespace "pyudf" nogil:
    const int64_t parsing_window "pyudf::kWindow"
    ctypedef enum InvalidUtf8:
        pass
    ctypedef enum log_reason "pyudf::Reason":
        pass
    cdef cppclass ParsedColumn:
        void* values
        int16_t* offsets
        uint8_t* missing

cdef extern from "logs/pairs.hpp" namespace "pyudf::logs" nogil:
    cdef cppclass LogPairSyntax "pyudf::logs::PairSyntax":
        pass
    LogPairSyntax pair_syntax(string_view, string_view, string_view) except +

cdef extern from "core/pairing.hpp" namespace "pyudf" nogil:
    cdef cppclass Pairing:
        LogLines lines
        const LogPairSyntax* syntax
        int workers
        Tick tick
    cdef cppclass PairColumns:
        vector[string] keys
        vector[log_column_type] types
        vector[TimeFormat] times
        vector[ParsedColumn] columns
        uint8_t* ok
        cbool keeps_parts
        InvalidUtf8 invalid_utf8
    cdef cppclass PairError:
        int64_t row
        int64_t position
        string key
        const char* fault
        log_reason reason
    cdef cppclass Paired:
        vector[PairError] errors
        vector[string] made
    pyudf_status find_keys(const Pairing&, int64_t, vector[string]&, pyudf_error*)
    pyudf_status read_pairs(const Pairing&, const PairColumns&, Paired&, pyudf_error*)

cdef extern from "core/parsing.hpp" namespace "pyudf" nogil:
    cdef cppclass Parsing:
        LogLines lines
        vector[const LogProgram*] programs
        vector[log_column_type] types
        vector[ParsedColumn] columns
        uint8_t* ok
        int16_t* program
        cbool keeps_parts
        cbool unescapes
        InvalidUtf8 invalid_utf8
        int workers
        Tick tick
    cdef cppclass LineError:
        pass
    cdef cppclass Parsed:
        vector[LineError] errors
        vector[string] made
    pyudf_status parse_lines "pyudf::parse"(const Parsing&, Parsed&, pyudf_error*)

cdef extern from "simd/targets.hpp" namespace "pyudf::simd" nogil:
    ctypedef enum Target "pyudf::simd::Target":
        pass
    cdef cppclass Targets "std::span<const pyudf::simd::Target>":
        size_t size()
        Target operator[](size_t)
    const char* target_name "pyudf::simd::name"(Target)
    Targets available_targets "pyudf::simd::available"()
    Target current_target "pyudf::simd::current"()
    const char* unknown_choice()

cdef extern from "core/sources.hpp" namespace "pyudf" nogil:
    cdef cppclass Spread:
        const Rows* rows
        vector[int64_t] steps

cdef extern from "core/elementwise.hpp" namespace "pyudf" nogil:
    cdef cppclass Elementwise:
        const pyudf_function* function
        const pyudf_value* options
        vector[int64_t] shape
        vector[Spread] columns
        int workers
        Tick tick
    cdef cppclass Output:
        void* data
        int32_t type
        uint8_t* missing
        int64_t n_missing
        vector[Arena] contents
    pyudf_status run(const Elementwise&, Output&, pyudf_error*)

cdef extern from "core/foreign.hpp" namespace "pyudf" nogil:
    cdef cppclass ForeignParameter:
        string name
        int32_t type
        cbool bound
        int64_t value
    cdef cppclass Foreign:
        Foreign(const void*, string, string, int32_t, vector[ForeignParameter]) except +
        const pyudf_function& function()

cdef extern from "core/aggregate.hpp" namespace "pyudf" nogil:
    cdef cppclass Aggregation:
        const pyudf_aggregate* function
        int64_t n
        vector[Spread] columns
        const int64_t* groups
        int64_t n_groups
        int workers
        Tick tick
    pyudf_status aggregate(const Aggregation&, Output&, pyudf_error*)

cdef extern from "core/pairwise.hpp" namespace "pyudf" nogil:
    cdef cppclass Pairwise:
        const pyudf_function* function
        const pyudf_value* options
        const TextViews* left
        const TextViews* right
        vector[pyudf_column] before
        vector[pyudf_column] after
        cbool triangle
        int workers
        Tick tick
    cdef cppclass Dense:
        void* out
        int32_t type
        int64_t row_bytes
        double missing
    cdef cppclass Selection:
        double cutoff
        cbool has_cutoff
        cbool similarity
        int32_t cutoff_option
    cdef cppclass Hit:
        int64_t row
        int64_t column
        double score
    pyudf_status dense(const Pairwise&, const Dense&, pyudf_error*)
    pyudf_status condensed(const Pairwise&, const Dense&, pyudf_error*)
    pyudf_status nearest(const Pairwise&, const Selection&, int64_t, double*, int64_t*, pyudf_error*)
    pyudf_status within(const Pairwise&, const Selection&, vector[vector[Hit]]&, pyudf_error*)
