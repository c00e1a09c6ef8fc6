# _core.pxd: Udf objects as the other extension modules use them.
from libc.stdint cimport int32_t, int64_t, uint32_t

from pyudf._abi cimport Output, Tick, pyudf_error, pyudf_function, pyudf_parameter, pyudf_status, pyudf_value
from pyudf._types cimport Space, Type

cdef enum:
    MAX_PARAMETERS = 32


cdef class Options:
    """The values of a call's options, in the table's order."""
    cdef pyudf_value values[MAX_PARAMETERS]
    cdef list keep


cdef class Ticker:
    """What happens between blocks: Ctrl-C is noticed, progress is shown."""
    cdef object show
    cdef object error
    cdef Tick tick(self)


cdef class Object:
    """An object of a C++ class."""
    cdef void* pointer
    cdef void (*destroy)(void*) noexcept nogil
    cdef int readers
    cdef bint changing


cdef class Udf:
    cdef const pyudf_function* f
    cdef void* vectorcall
    cdef pyudf_value defaults[MAX_PARAMETERS]
    cdef int kinds[MAX_PARAMETERS]
    cdef uint32_t required
    cdef int n_parameters       # columns and options
    cdef int n_columns          # what is given in a call, column by column: not the object of a method, not options
    cdef int n_self             # 1 for a method
    cdef Object bound           # of a method
    cdef readonly tuple types   # of the columns
    cdef readonly Type result
    cdef tuple keywords         # names of columns and options
    cdef tuple names            # of the options
    cdef str _module
    cdef str _qualname
    cdef tuple described
    cdef tuple describe(self)
    cdef str document(self)
    cdef int keyword(self, object name)
    cdef int fill_option(self, int at, object value, pyudf_value* out, list keep) except -1
    cpdef Options options(self, dict given)
    cdef object scalar(self, pyudf_value* values)
    cdef object scalar_holding(self, pyudf_value* values)
    cdef int check_free(self) except -1
    cdef int take_hold(self) except -1
    cdef int let_go(self) except -1
    cdef int run(self, list columns, list steps, tuple shape, Options options, Output* output, int workers,
                 show) except -1


cdef class Metric(Udf):
    cdef readonly dict forms


cdef object raise_status(pyudf_status status, const pyudf_error* error, Ticker ticker)
cpdef int32_t numeric_type(dtype) except -1
cdef object default_of(const pyudf_parameter* parameter, Type t)
cdef Udf adopt(type kind, const pyudf_function* f, str module, str qualname, Space space, int n_self)
