# cython: language_level=3, boundscheck=False, wraparound=False
# _frames.pyx: several columns of one length as an Arrow stream of one batch, without a copy and without an Arrow library.
"""Exports tables through the Arrow PyCapsule interface."""
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdlib cimport calloc, free
from libc.string cimport memset, strdup

cimport numpy as cnp

from pyudf._abi cimport ArrowArray, ArrowArrayStream, ArrowSchema
from pyudf._arrow cimport give_back, new_array, new_schema, schema_capsule

cdef extern from "Python.h":
    void Py_INCREF(object)

cnp.import_array()


cdef class ArrowColumn:
    """One column: its Arrow format, and the buffers of that format as arrays, None where there is none."""
    cdef readonly str name, format
    cdef readonly list buffers
    cdef readonly Py_ssize_t length, null_count

    def __init__(self, str name, str format, list buffers, Py_ssize_t length, Py_ssize_t null_count):
        self.name, self.format, self.buffers = name, format, buffers
        self.length, self.null_count = length, null_count


cdef class Frame:
    """Columns of one length."""
    cdef readonly list columns
    cdef readonly Py_ssize_t length
    cdef bint given

    def __init__(self, list columns, Py_ssize_t length):
        self.columns, self.length = columns, length

    def schema(self):
        """A capsule of the type: a struct of the columns."""
        cdef ArrowSchema* schema = new_schema()
        capsule = schema_capsule(schema)
        fill_schema(self, schema)
        return capsule

    def stream(self):
        """A capsule of a stream of one batch."""
        cdef ArrowArrayStream* stream = <ArrowArrayStream*>calloc(1, sizeof(ArrowArrayStream))
        if stream == NULL:
            raise MemoryError("no memory for an Arrow stream")
        capsule = PyCapsule_New(stream, "arrow_array_stream", free_stream_capsule)
        stream.get_schema, stream.get_next = stream_schema, stream_next
        stream.get_last_error, stream.release = stream_error, release_stream
        own = Frame(self.columns, self.length)  # a stream is read once; the frame may give others
        Py_INCREF(own)
        stream.private_data = <void*>own
        return capsule


cdef int fill_schema(Frame frame, ArrowSchema* schema) except -1:
    cdef Py_ssize_t i, n = len(frame.columns)
    cdef ArrowColumn column
    schema.format, schema.name, schema.release = strdup(b"+s"), strdup(b""), release_schema
    schema.children = <ArrowSchema**>calloc(max(n, 1), sizeof(ArrowSchema*))
    if schema.children == NULL:
        raise MemoryError("no memory for an Arrow schema")
    schema.n_children = n
    for i in range(n):
        column = frame.columns[i]
        schema.children[i] = new_schema()
        schema.children[i].format = strdup(column.format.encode())
        schema.children[i].name = strdup(column.name.encode())
        schema.children[i].flags = 2  # nullable
        schema.children[i].release = release_schema
    return 0


cdef int fill_array(Frame frame, ArrowArray* array) except -1:
    cdef Py_ssize_t i, n = len(frame.columns)
    array.length, array.n_buffers, array.release = frame.length, 1, release_array
    array.buffers = <const void**>calloc(1, sizeof(void*))
    array.children = <ArrowArray**>calloc(max(n, 1), sizeof(ArrowArray*))
    if array.buffers == NULL or array.children == NULL:
        raise MemoryError("no memory for an Arrow array")
    array.n_children = n
    for i in range(n):
        array.children[i] = new_array()
        fill_column(frame.columns[i], array.children[i])
    return 0


cdef int fill_column(ArrowColumn column, ArrowArray* array) except -1:
    cdef Py_ssize_t i, n = len(column.buffers)
    array.buffers = <const void**>calloc(max(n, 1), sizeof(void*))
    if array.buffers == NULL:
        raise MemoryError("no memory for an Arrow array")
    array.length, array.null_count, array.n_buffers = column.length, column.null_count, n
    array.release = release_array
    for i in range(n):
        if column.buffers[i] is not None:
            array.buffers[i] = cnp.PyArray_DATA(column.buffers[i])
    # Each column is released by itself: consumers may keep some of them only.
    Py_INCREF(column)
    array.private_data = <void*>column
    return 0


cdef int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept with gil:
    memset(out, 0, sizeof(ArrowSchema))
    try:
        fill_schema(<Frame>stream.private_data, out)
    except MemoryError:
        return 12  # ENOMEM
    return 0


cdef int stream_next(ArrowArrayStream* stream, ArrowArray* out) noexcept with gil:
    cdef Frame frame = <Frame>stream.private_data
    memset(out, 0, sizeof(ArrowArray))
    if frame.given:
        return 0
    frame.given = True
    try:
        fill_array(frame, out)
    except MemoryError:
        return 12
    return 0


cdef const char* stream_error(ArrowArrayStream* stream) noexcept:
    return "no memory"


cdef void release_stream(ArrowArrayStream* stream) noexcept nogil:
    give_back(stream.private_data)
    stream.release = NULL


cdef void release_schema(ArrowSchema* schema) noexcept nogil:
    cdef int i
    for i in range(schema.n_children):
        if schema.children[i] != NULL:
            if schema.children[i].release != NULL:
                schema.children[i].release(schema.children[i])
            free(schema.children[i])
    free(schema.children)
    free(<void*>schema.format)
    free(<void*>schema.name)
    schema.release = NULL


cdef void release_array(ArrowArray* array) noexcept nogil:
    cdef int i
    for i in range(array.n_children):
        if array.children[i] != NULL:
            if array.children[i].release != NULL:
                array.children[i].release(array.children[i])
            free(array.children[i])
    free(array.children)
    free(array.buffers)
    if array.private_data != NULL:
        give_back(array.private_data)
    array.release = NULL


cdef void free_stream_capsule(object capsule) noexcept:
    cdef ArrowArrayStream* stream = <ArrowArrayStream*>PyCapsule_GetPointer(capsule, "arrow_array_stream")
    if stream.release != NULL:
        stream.release(stream)
    free(stream)
