# _arrow.pxd: Arrow data as _columns reads it.
from libc.stdint cimport int64_t

from pyudf._abi cimport ArrowArray, Chunk


cdef class ArrowPart:
    cdef ArrowArray own
    cdef const ArrowArray* array
    cdef object keep
    cdef object lengths


cdef Chunk text_chunk(str format, const ArrowArray* array, str argument) except *
cdef check_array(const ArrowArray* array, int64_t n_buffers, str argument)
cdef bint is_binary(str format)
