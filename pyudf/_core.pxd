# _core.pxd: Udf objects as the other extension modules use them.
from libc.stdint cimport int32_t, int64_t

from pyudf._abi cimport Tick, pyudf_error, pyudf_function, pyudf_status, pyudf_value

cdef enum:
    MAX_PARAMETERS = 16


cdef class Options:
    """The values of a call's options, in the table's order."""
    cdef pyudf_value values[MAX_PARAMETERS]
    cdef list keep


cdef class Ticker:
    """What happens between blocks: Ctrl-C is noticed, progress is shown."""
    cdef object show
    cdef object error
    cdef Tick tick(self)


cdef class Udf:
    cdef const pyudf_function* f
    cdef void* vectorcall
    cdef pyudf_value defaults[MAX_PARAMETERS]
    cdef tuple names
    cdef int n_columns
    cdef bint returns_integer
    cdef str _module
    cdef str _qualname
    cdef tuple described
    cdef tuple describe(self)
    cdef str document(self)
    cdef int plain_option(self, object name)
    cdef int fill_option(self, int at, object value, pyudf_value* out, list keep) except -1
    cpdef Options options(self, dict given)
    cdef object scalar(self, pyudf_value* values)


cdef object raise_status(pyudf_status status, const pyudf_error* error, Ticker ticker)
cpdef int32_t numeric_type(dtype) except -1
