# cython: language_level=3, boundscheck=False, wraparound=False
# _arrow.pyx: the Arrow PyCapsule interface, in and out, without any Arrow library.
"""Imports Arrow arrays and streams of text and exports results as Arrow arrays."""
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset, strdup

cimport numpy as cnp
import numpy as np

from pyudf._abi cimport ArrowArray, ArrowArrayStream, ArrowSchema, Chunk, Layout

cdef extern from *:
    """
    #include <mutex>
    #include <vector>

    // Owners of arrays that have been released, by threads of engines that must not wait for Python: when Python ends, a
    // thread that asks for it is ended, too. Python's main thread gives them back when it comes to it.
    namespace {
    std::mutex left_lock;
    std::vector<PyObject*>& left_owners() {
      static auto& owners = *new std::vector<PyObject*>;
      return owners;
    }
    int give_back_owners(void*) {
      std::vector<PyObject*> owners;
      {
        const std::lock_guard<std::mutex> lock(left_lock);
        owners.swap(left_owners());
      }
      for (PyObject* owner : owners) Py_DECREF(owner);
      return 0;
    }
    void leave_owner(PyObject* owner) {
      if (!Py_IsInitialized()) return;  // Python has ended, and with it what would give the memory back
      if (PyGILState_Check()) {
        Py_DECREF(owner);
        return;
      }
      const std::lock_guard<std::mutex> lock(left_lock);
      left_owners().push_back(owner);
      if (left_owners().size() == 1) Py_AddPendingCall(give_back_owners, nullptr);
    }
    }  // namespace
    """
    int give_back_owners(void*)
    void leave_owner(PyObject*) nogil

cdef extern from "Python.h":
    void Py_INCREF(object)

cnp.import_array()

# Arrow format -> (layout, UTF-8, buffers at least)
_TEXT_FORMATS = {
    "u": (Layout.offsets_32, True, 3), "z": (Layout.offsets_32, False, 3),
    "U": (Layout.offsets_64, True, 3), "Z": (Layout.offsets_64, False, 3),
    "vu": (Layout.view_16, True, 3), "vz": (Layout.view_16, False, 3),
}
_INDEX_DTYPES = {"c": np.int8, "C": np.uint8, "s": np.int16, "S": np.uint16, "i": np.int32, "I": np.uint32,
                 "l": np.int64, "L": np.uint64}


cdef class ArrowPart:
    """One imported array and what owns it."""

    def __dealloc__(self):
        if self.own.release != NULL:
            self.own.release(&self.own)


cdef class ArrowData:
    """An imported column: its schema and its parts."""

    def __dealloc__(self):
        if self.own.release != NULL:
            self.own.release(&self.own)

    cdef read_schema(self, const ArrowSchema* schema):
        self.schema = schema
        self.format = schema.format.decode()
        self.parts = []
        if schema.dictionary != NULL:
            self.values_format = schema.dictionary.format.decode()

    def check_text(self, str argument):
        """Refuses what is no column of text."""
        for format in (self.values_format or self.format,):
            if format not in _TEXT_FORMATS and format != "n":
                raise TypeError(f"{argument}: an Arrow column of format {format!r} is not text: expected a string or "
                                "binary type (or a dictionary of one); choose one column of a table, cast numbers")
        if self.values_format is not None and self.format not in _INDEX_DTYPES:
            raise TypeError(f"{argument}: dictionary indices of Arrow format {self.format!r}")


def import_arrow(source, str argument):
    """Reads an object with ``__arrow_c_stream__`` or ``__arrow_c_array__``."""
    if hasattr(source, "__arrow_c_stream__"):
        return _import_stream(source.__arrow_c_stream__(), argument)
    schema_capsule, array_capsule = source.__arrow_c_array__()
    cdef ArrowData data = ArrowData()
    data.read_schema(<const ArrowSchema*>PyCapsule_GetPointer(schema_capsule, "arrow_schema"))
    data.keep = schema_capsule
    cdef ArrowPart part = ArrowPart()
    # The capsule stays the owner and releases the array when it goes.
    part.array = <const ArrowArray*>PyCapsule_GetPointer(array_capsule, "arrow_array")
    part.keep = array_capsule
    data.parts.append(part)
    return data


cdef _import_stream(capsule, str argument):
    cdef ArrowArrayStream* stream = <ArrowArrayStream*>PyCapsule_GetPointer(capsule, "arrow_array_stream")
    cdef ArrowData data = ArrowData()
    cdef ArrowPart part
    if stream.get_schema(stream, &data.own) != 0:
        raise ValueError(f"{argument}: {_stream_error(stream)}")
    data.read_schema(&data.own)
    while True:
        part = ArrowPart()
        if stream.get_next(stream, &part.own) != 0:
            raise ValueError(f"{argument}: {_stream_error(stream)}")
        if part.own.release == NULL:
            return data
        part.array = &part.own
        data.parts.append(part)


cdef str _stream_error(ArrowArrayStream* stream):
    cdef const char* message = stream.get_last_error(stream)
    return "the Arrow stream failed" if message == NULL else message.decode(errors="replace")


cdef bint is_binary(str format):
    return format in ("z", "Z", "vz")


cdef check_array(const ArrowArray* array, int64_t n_buffers, str argument):
    if array.length < 0 or array.offset < 0 or array.n_buffers < n_buffers or (n_buffers and array.buffers == NULL):
        raise ValueError(f"{argument}: broken Arrow array: length {array.length}, offset {array.offset}, "
                         f"{array.n_buffers} buffers where {n_buffers} are due")


cdef Chunk text_chunk(str format, const ArrowArray* array, str argument) except *:
    """Describes an imported array of text; its memory belongs to the array."""
    cdef Chunk chunk
    layout, utf8, n_buffers = _TEXT_FORMATS[format]
    check_array(array, n_buffers, argument)
    chunk.layout, chunk.utf8, chunk.length, chunk.offset = layout, utf8, array.length, array.offset
    if array.null_count != 0:
        chunk.validity = <const uint8_t*>array.buffers[0]
    if array.length == 0:
        return chunk
    if array.buffers[1] == NULL:
        raise ValueError(f"{argument}: broken Arrow array: {array.length} rows and no buffer of them")
    if layout == Layout.view_16:
        # Buffers: validity, headers, the texts' own, and last the sizes of those.
        chunk.data = array.buffers[1]
        chunk.n_buffers = array.n_buffers - 3
        chunk.buffers = array.buffers + 2
        chunk.buffer_sizes = <const int64_t*>array.buffers[array.n_buffers - 1]
        if chunk.n_buffers > 0 and chunk.buffer_sizes == NULL:
            raise ValueError(f"{argument}: broken Arrow array: no sizes of its {chunk.n_buffers} text buffers")
    else:
        chunk.offsets, chunk.data = array.buffers[1], array.buffers[2]
    return chunk


def dictionary_codes(ArrowData data, Py_ssize_t at, str argument):
    """The indices of one part of a dictionary column as int64, -1 where there is none."""
    cdef const ArrowArray* array = (<ArrowPart>data.parts[at]).array
    check_array(array, 2, argument)
    if array.dictionary == NULL:
        raise ValueError(f"{argument}: broken Arrow array: a dictionary column without its dictionary")
    cdef Py_ssize_t i, n = array.length
    dtype = np.dtype(_INDEX_DTYPES[data.format])
    if n == 0:
        return np.empty(0, np.int64)
    if array.buffers[1] == NULL:
        raise ValueError(f"{argument}: broken Arrow array: {n} rows and no indices")
    cdef const char[:] memory = <const char[:(array.offset + n) * dtype.itemsize]>array.buffers[1]
    codes = np.frombuffer(memory, dtype)[array.offset:].astype(np.int64)
    cdef int64_t[:] view = codes
    cdef const uint8_t* validity = <const uint8_t*>array.buffers[0]
    for i in range(n):
        # First: what lies under a null may be anything, and pandas leaves -1 there.
        if validity != NULL and not (validity[(array.offset + i) >> 3] >> ((array.offset + i) & 7)) & 1:
            view[i] = -1
        elif view[i] < 0:
            raise ValueError(f"{argument}, row {i}: broken Arrow array: dictionary index {view[i]}")
    return codes


# NumPy dtype of results -> Arrow format
_RESULT_FORMATS = {
    "b1": b"b", "i1": b"c", "u1": b"C", "i2": b"s", "u2": b"S", "i4": b"i", "u4": b"I", "i8": b"l", "u8": b"L",
    "f2": b"e", "f4": b"f", "f8": b"g", "M8[D]": b"tdD", "M8[s]": b"tss:", "M8[ms]": b"tsm:", "M8[us]": b"tsu:",
    "M8[ns]": b"tsn:", "m8[s]": b"tDs", "m8[ms]": b"tDm", "m8[us]": b"tDu", "m8[ns]": b"tDn",
}


cdef class ArrowResult:
    """Numbers, truth values and times as an Arrow array that any Arrow library takes over without a copy."""
    cdef object values
    cdef object bits      # the values as Arrow lays them out, where NumPy does otherwise
    cdef object validity
    cdef Py_ssize_t n_missing

    def __init__(self, values, missing=None):
        self.values = np.ascontiguousarray(values)
        self.bits = None if values.dtype.kind != "b" else np.packbits(self.values, bitorder="little")
        if values.dtype == "M8[D]":
            self.bits = self.values.astype(np.int32)
        self.n_missing = 0 if missing is None else int(np.count_nonzero(missing))
        if self.n_missing:
            self.validity = np.packbits(~missing.view(bool), bitorder="little")

    def __len__(self):
        return len(self.values)

    def __arrow_c_schema__(self):
        cdef ArrowSchema* schema = new_schema()
        schema.format = strdup(_RESULT_FORMATS[self.values.dtype.str[1:]])
        schema.name = strdup(b"")
        schema.flags = 2  # nullable
        schema.release = release_schema
        return schema_capsule(schema)

    def __arrow_c_array__(self, requested_schema=None):
        cdef const void** buffers = <const void**>calloc(2, sizeof(void*))
        if buffers == NULL:
            raise MemoryError("no memory for an Arrow array")
        cdef ArrowArray* array = new_array()
        give_back_owners(NULL)  # those that found no room among the calls that wait for the main thread
        if self.validity is not None:
            buffers[0] = cnp.PyArray_DATA(self.validity)
        buffers[1] = cnp.PyArray_DATA(self.values if self.bits is None else self.bits)
        array.length, array.null_count = len(self.values), self.n_missing
        array.n_buffers, array.buffers = 2, buffers
        Py_INCREF(self)
        array.private_data = <void*>self
        array.release = release_array
        return self.__arrow_c_schema__(), array_capsule(array)


cdef ArrowSchema* new_schema() except NULL:
    """An empty schema, for a capsule to own."""
    cdef ArrowSchema* schema = <ArrowSchema*>calloc(1, sizeof(ArrowSchema))
    if schema == NULL:
        raise MemoryError("no memory for an Arrow schema")
    return schema


cdef ArrowArray* new_array() except NULL:
    """An empty array, for a capsule to own."""
    cdef ArrowArray* array = <ArrowArray*>calloc(1, sizeof(ArrowArray))
    if array == NULL:
        raise MemoryError("no memory for an Arrow array")
    return array


cdef object schema_capsule(ArrowSchema* schema):
    return PyCapsule_New(schema, "arrow_schema", free_schema_capsule)


cdef object array_capsule(ArrowArray* array):
    return PyCapsule_New(array, "arrow_array", free_array_capsule)


cdef void release_schema(ArrowSchema* schema) noexcept nogil:
    free(<void*>schema.format)
    free(<void*>schema.name)
    schema.release = NULL


cdef void give_back(void* owner) noexcept nogil:
    """Releases what an array or a stream owned, from any thread."""
    leave_owner(<PyObject*>owner)


cdef void release_array(ArrowArray* array) noexcept nogil:
    free(array.buffers)
    give_back(array.private_data)
    array.release = NULL


cdef void free_schema_capsule(object capsule) noexcept:
    cdef ArrowSchema* schema = <ArrowSchema*>PyCapsule_GetPointer(capsule, "arrow_schema")
    if schema.release != NULL:
        schema.release(schema)
    free(schema)


cdef void free_array_capsule(object capsule) noexcept:
    cdef ArrowArray* array = <ArrowArray*>PyCapsule_GetPointer(capsule, "arrow_array")
    if array.release != NULL:
        array.release(array)
    free(array)
