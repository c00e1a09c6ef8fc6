# _lines.pxd: what the other extension modules may use of _lines.
from libc.stdint cimport int64_t

from pyudf._abi cimport LogLines


cdef class Lines:
    cdef LogLines lines
    cdef readonly object source   # what the memory belongs to
    cdef object begins, ends, present
    cdef point(self, const char* data, int64_t size)
