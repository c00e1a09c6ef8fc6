# cython: language_level=3
# _result_memory.pyx: arrays whose memory ResultMemory allocates (NEP 49).
"""Arrays in memory that is used again."""
from cpython.pycapsule cimport PyCapsule_New
from libc.stddef cimport size_t
from libc.string cimport memcpy, memset

cimport numpy as cnp

import numpy as np

from pyudf._abi cimport LEAST_RESULT, ResultMemory

cnp.import_array()

# Arrays may outlive this module.
cdef ResultMemory* memory = new ResultMemory()


cdef void* take(void* context, size_t bytes) noexcept nogil:
    return memory.take(bytes)


cdef void* take_zeros(void* context, size_t n, size_t item) noexcept nogil:
    if item != 0 and n > <size_t>-1 // item:
        return NULL
    cdef void* zeros = memory.take(n * item)
    if zeros != NULL:
        memset(zeros, 0, n * item)
    return zeros


cdef void* take_another(void* context, void* old, size_t bytes) noexcept nogil:
    cdef void* new = memory.take(bytes)
    if new != NULL and old != NULL:
        memcpy(new, old, min(memory.size(old), bytes))
        memory.give(old)
    return new


cdef void give(void* context, void* block, size_t bytes) noexcept nogil:
    memory.give(block)


cdef cnp.PyDataMem_Handler handler
memcpy(<char*>handler.name, b"pyudf", 6)
handler.version = 1
handler.allocator.ctx = NULL
handler.allocator.malloc = take
handler.allocator.calloc = take_zeros
handler.allocator.realloc = take_another
handler.allocator.free = give
_HANDLER = PyCapsule_New(&handler, "mem_handler", NULL)


def empty(shape, dtype):
    """``np.empty``, a large one in memory that may have been that of an array before."""
    cdef size_t bytes = dtype.itemsize
    for n in shape:
        bytes *= n
    if bytes < LEAST_RESULT:
        return np.empty(shape, dtype)
    before = cnp.PyDataMem_SetHandler(_HANDLER)
    try:
        return np.empty(shape, dtype)
    finally:
        cnp.PyDataMem_SetHandler(before)
