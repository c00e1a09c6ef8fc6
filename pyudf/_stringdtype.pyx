# cython: language_level=3, boundscheck=False, wraparound=False
# _stringdtype.pyx: NumPy's StringDType, copied out under its allocator's lock into Arrow's large_utf8 layout.
#
# Its strings may move while another thread writes to the array, and the lock that forbids it must not be held when
# Python is called (Ctrl-C, progress): so they are copied at once instead of being read in place. The lock is taken
# and given back without the GIL: a thread that waits for one while it holds the other would never end.
from cpython.object cimport PyObject
from libc.stdint cimport int64_t, uint8_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

cimport numpy as cnp

cnp.import_array()

cdef extern from "numpy/arrayobject.h" nogil:
    ctypedef struct npy_string_allocator:
        pass
    ctypedef struct npy_packed_static_string:
        pass
    ctypedef struct npy_static_string:
        size_t size
        const char* buf
    ctypedef struct PyArray_StringDTypeObject:
        pass
    npy_string_allocator* NpyString_acquire_allocator(const PyArray_StringDTypeObject* descr)
    void NpyString_release_allocator(npy_string_allocator* allocator)
    int NpyString_load(npy_string_allocator* allocator, const npy_packed_static_string* packed,
                       npy_static_string* unpacked)


cdef int load_all(npy_string_allocator* allocator, const char* data, Py_ssize_t stride, Py_ssize_t n,
                  StringCopy* copy) noexcept nogil:
    cdef npy_static_string text
    cdef int64_t item = 2 * sizeof(size_t), used = 0, room = 32 * n + item
    cdef Py_ssize_t i
    cdef int is_null
    cdef const char* row
    cdef char* bytes = <char*>malloc(room)
    copy.bytes = bytes
    copy.offsets[0] = 0
    for i in range(n):
        row = data + i * stride
        is_null = NpyString_load(allocator, <const npy_packed_static_string*>row, &text)
        if is_null < 0:
            return -1
        if is_null:
            copy.validity[i >> 3] &= <uint8_t>~(1 << (i & 7))
            text.buf = NULL
            text.size = 0
        if bytes == NULL or <int64_t>text.size + item > room - used:
            room = 2 * room + <int64_t>text.size + item
            bytes = <char*>realloc(copy.bytes, room)
            if bytes == NULL:
                return -2
            copy.bytes = bytes
        # Short texts lie in the array itself. A copy of a size that is known needs no branch for it.
        if text.buf == row:
            memcpy(bytes + used, row, item)
        elif text.size:
            memcpy(bytes + used, text.buf, text.size)
        used += <int64_t>text.size
        copy.offsets[i + 1] = used
    return 0


cdef StringCopy copy_stringdtype(array) except *:
    """The texts of a one-dimensional array; the caller frees the three buffers."""
    cdef StringCopy copy
    cdef npy_string_allocator* allocator
    cdef object dtype = array.dtype
    cdef const PyArray_StringDTypeObject* descr = <const PyArray_StringDTypeObject*><PyObject*>dtype
    cdef const char* data = <const char*>cnp.PyArray_DATA(array)
    cdef Py_ssize_t n = len(array), stride = array.strides[0]
    cdef int status = -2
    copy.bytes = NULL
    copy.offsets = <int64_t*>malloc((n + 1) * sizeof(int64_t))
    copy.validity = <uint8_t*>malloc(n // 8 + 1)
    if copy.offsets != NULL and copy.validity != NULL:
        memset(copy.validity, 0xFF, n // 8 + 1)
        with nogil:
            allocator = NpyString_acquire_allocator(descr)
            status = load_all(allocator, data, stride, n, &copy)
            NpyString_release_allocator(allocator)
    if status != 0:
        free(copy.bytes)
        free(copy.offsets)
        free(copy.validity)
        if status == -2:
            raise MemoryError(f"no memory for a copy of {n} texts of a StringDType array")
        raise ValueError("NumPy could not read its StringDType array")
    return copy
