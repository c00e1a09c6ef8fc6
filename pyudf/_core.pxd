# _core.pxd: Udf objects as the other extension modules use them.
from libc.stdint cimport int32_t, uint32_t

from pyudf._abi cimport Output, pyudf_function, pyudf_value
from pyudf._entries cimport Entry
from pyudf._types cimport Space

cdef enum:
    MAX_PARAMETERS = 32


cdef class Options:
    """The values of a call's options, in the table's order."""
    cdef pyudf_value values[MAX_PARAMETERS]
    cdef list keep


cdef class Object:
    """An object of a C++ class."""
    cdef void* pointer
    cdef void (*destroy)(void*) noexcept nogil
    cdef int readers
    cdef bint changing


cdef class Udf(Entry):
    cdef void* vectorcall
    cdef pyudf_value defaults[MAX_PARAMETERS]
    cdef int kinds[MAX_PARAMETERS]
    cdef uint32_t required      # a bit for each column without a default
    cdef bint is_direct         # scalar calls need nothing but the values
    cdef Object bound           # of a method
    cdef tuple keywords         # names of columns and options
    cdef tuple names            # of the options
    cdef int keyword(self, object name)
    cdef int fill_option(self, int at, object value, pyudf_value* out, list keep) except -1
    cpdef Options options(self, dict given)
    cdef object scalar(self, pyudf_value* values)
    cdef object scalar_without_gil(self, pyudf_value* values)
    cdef int check_free(self) except -1
    cdef int take_hold(self) except -1
    cdef int let_go(self) except -1
    cdef int run(self, list columns, list steps, tuple shape, Options options, Output* output, int workers,
                 show) except -1


cdef class Metric(Udf):
    cdef readonly dict forms


cpdef int32_t numeric_type(dtype) except -1
cdef Udf adopt(type kind, const pyudf_function* f, str module, str qualname, Space space, int n_self)
