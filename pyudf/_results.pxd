# _results.pxd: results of a call as the other extension modules fill them.
from libc.stdint cimport int64_t

from pyudf._abi cimport Output
from pyudf._types cimport Type


cdef class SlotResult:
    """Results of any type, as the function wrote them."""
    cdef Output output
    cdef readonly Type type
    cdef readonly tuple shape
    cdef object memory
    cdef object mask
    cdef int64_t n
    cdef const char* slot(self, int64_t i)
    cdef object structured(self)
    cdef list field_objects(self, Type field, int64_t offset)


cdef SlotResult new_result(Type t, tuple shape)
