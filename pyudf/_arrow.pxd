# _arrow.pxd: Arrow data as _columns reads it.
from libc.stdint cimport int64_t

from pyudf._abi cimport ArrowArray, ArrowSchema, Chunk


cdef class ArrowPart:
    cdef ArrowArray own
    cdef const ArrowArray* array
    cdef object keep
    cdef object lengths


cdef class ArrowData:
    cdef ArrowSchema own
    cdef const ArrowSchema* schema
    cdef object keep
    cdef readonly str format
    cdef readonly str values_format   # of a dictionary, else None
    cdef readonly list parts
    cdef read_schema(self, const ArrowSchema* schema)


cdef ArrowSchema* new_schema() except NULL
cdef ArrowArray* new_array() except NULL
cdef object schema_capsule(ArrowSchema* schema)
cdef object array_capsule(ArrowArray* array)
cdef Chunk text_chunk(str format, const ArrowArray* array, str argument) except *
cdef check_array(const ArrowArray* array, int64_t n_buffers, str argument)
cdef bint is_binary(str format)
cdef void give_back(void* owner) noexcept nogil
