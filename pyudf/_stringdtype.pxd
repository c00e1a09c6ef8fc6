# _stringdtype.pxd: NumPy's StringDType as _columns reads it.
from libc.stdint cimport int64_t, uint8_t


cdef struct StringCopy:
    char* bytes
    int64_t* offsets
    uint8_t* validity


cdef StringCopy copy_stringdtype(array) except *
