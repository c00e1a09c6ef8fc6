# cython: language_level=3, boundscheck=False, wraparound=False
# _results.pyx: results of any type: slots that a function has written, as NumPy arrays and Python objects.
"""Results that are no plain numbers."""
from libc.stdint cimport int32_t, int64_t, uint8_t

cimport numpy as cnp

import math

import numpy as np

from pyudf._abi cimport PYUDF_DATE, PYUDF_STRUCT, ArrowArray, ArrowSchema, nested_flag, write_arrow, write_schema
from pyudf._arrow cimport array_capsule, new_array, new_schema, schema_capsule
from pyudf._slots cimport read_slot
from pyudf._types cimport Type

cnp.import_array()


cdef class SlotResult:
    @property
    def missing(self):
        """Where there is no result, as a boolean array; None where there is one everywhere."""
        return self.mask.view(bool) if self.output.n_missing else None

    def __len__(self):
        return self.n

    cdef const char* slot(self, int64_t i):
        return <const char*>self.output.data + i * self.type.c.slot

    def tolist(self):
        """The results as Python objects, in C order, None where there is none."""
        cdef const uint8_t[::1] gaps = self.mask
        cdef int64_t i
        return [None if gaps[i] else read_slot(self.type, self.slot(i)) for i in range(self.n)]

    def to_numpy(self):
        """An ndarray: structured for records and tuples, of objects for everything else."""
        if self.type.id == PYUDF_STRUCT and not self.output.n_missing:
            return self.structured().reshape(self.shape)
        return objects(self.tolist()).reshape(self.shape)

    def codes(self):
        """Of an enumeration: which member each result is, -1 where there is none."""
        codes = self.strided(0, np.dtype(np.int32)).astype(np.int64)
        codes[self.mask.view(bool)] = -1
        return codes

    def strided(self, int64_t offset, dtype):
        """One number of each slot, where it lies."""
        return np.ndarray(self.n, dtype, self.memory, offset, self.type.c.slot)

    def __arrow_c_schema__(self):
        cdef ArrowSchema* schema = new_schema()
        capsule = schema_capsule(schema)
        write_schema(self.type.c[0], schema)
        return capsule

    def __arrow_c_array__(self, requested_schema=None):
        cdef ArrowArray* array = new_array()
        cdef const void* slots = self.output.data
        cdef const uint8_t* missing = self.output.missing if self.output.n_missing else NULL
        capsule = array_capsule(array)
        with nogil:
            write_arrow(self.type.c[0], slots, missing, self.n, NULL, array)
        return self.__arrow_c_schema__(), capsule

    cdef object structured(self):
        cdef Py_ssize_t at
        cdef Type field
        values = np.empty(self.n, self.type.dtype)
        for at, name in enumerate(values.dtype.names):
            field = self.type.fields[at]
            if values.dtype[name] == object:
                values[name] = objects(self.field_objects(field, self.type.c.offsets[at]))
            elif field.id == PYUDF_DATE:
                values[name] = self.strided(self.type.c.offsets[at], np.dtype(np.int32)).astype("M8[D]")
            elif field.id == PYUDF_STRUCT:
                values[name] = [tuple(read_slot(field, self.slot(i) + self.type.c.offsets[at])) for i in range(self.n)]
            else:
                values[name] = self.strided(self.type.c.offsets[at], field.dtype)
        return values

    cdef list field_objects(self, Type field, int64_t offset):
        cdef int64_t i
        cdef const char* at
        found = []
        for i in range(self.n):
            at = self.slot(i) + offset
            here = not field.optional or nested_flag(field.c[0], <void*>at)[0]
            found.append(read_slot(field, at) if here else None)
        return found


cdef object objects(list values):
    """An array of objects, whatever they are: NumPy would make more dimensions of lists."""
    array = np.empty(len(values), object)
    for i, value in enumerate(values):
        array[i] = value
    return array


def empty(Type t):
    """A result without rows, by which libraries say what they call its type."""
    return new_result(t, (0,))


cdef SlotResult new_result(Type t, tuple shape):
    """Where a call writes results of this shape."""
    cdef SlotResult result = SlotResult()
    result.type, result.shape, result.n = t, shape, math.prod(shape)
    # Units of 16 bytes, for the alignment of any slot.
    result.memory = np.empty((max(result.n, 1) * t.c.slot + 15) // 16 + 1, np.complex128)
    result.mask = np.zeros(max(result.n, 1), np.uint8)[:result.n]
    result.output.data, result.output.type = cnp.PyArray_DATA(result.memory), 0
    result.output.missing = <uint8_t*>cnp.PyArray_DATA(result.mask)
    return result
