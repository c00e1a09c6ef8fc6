# cython: language_level=3, boundscheck=False, wraparound=False
# _core.pyx: table entries to callable Udf objects: scalar calls, options, calls over columns.
"""Functions of a table as Python callables."""
from sys import intern as sys_intern

from cpython.exc cimport PyErr_CheckSignals
from cpython.object cimport PyObject
from libc.stdint cimport INT64_MAX, INT64_MIN, int32_t, int64_t, uint8_t
from libc.string cimport memcpy

cimport numpy as cnp
import numpy as np

from pyudf import elementwise, signatures
from pyudf._abi cimport (
    PYUDF_BOOL, PYUDF_CANCELLED, PYUDF_INT64, PYUDF_LIST, PYUDF_OK, PYUDF_FLOAT64, PYUDF_SIMILARITY, PYUDF_TEXT,
    Arena, Elementwise, Spread, Tick, has_threads, pyudf_builtin_table, pyudf_error, pyudf_function, pyudf_parameter,
    pyudf_plan, pyudf_status, pyudf_type, pyudf_value, run,
)
from pyudf._columns cimport MISSING, Column, view_object

cnp.import_array()

cdef extern from "Python.h":
    ctypedef object (*ternaryfunc)(object, object, object)
    ctypedef struct TypeSlots "PyTypeObject":
        Py_ssize_t tp_vectorcall_offset
        ternaryfunc tp_call
        unsigned long tp_flags
    unsigned long Py_TPFLAGS_HAVE_VECTORCALL
    object PyVectorcall_Call(object, object, object)
    Py_ssize_t PyVectorcall_NARGS(size_t)
    void PyType_Modified(TypeSlots*)
    object PyLong_FromLongLong(long long)
    long long PyLong_AsLongLongAndOverflow(object, int*) except? -1

# pyudf_status -> exception
_ERRORS = (None, ValueError, TypeError, IndexError, OverflowError, MemoryError, RuntimeError)
# pyudf_type_id -> NumPy dtype, and back
_DTYPES = dict(enumerate(("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                          "float32", "float64"), start=PYUDF_BOOL))
_TYPE_IDS = {np.dtype(name): type_id for type_id, name in _DTYPES.items()}

openmp = has_threads()


cpdef int32_t numeric_type(dtype) except -1:
    """The table's number of a NumPy dtype."""
    return _TYPE_IDS[np.dtype(dtype)]


cdef object raise_status(pyudf_status status, const pyudf_error* error, Ticker ticker):
    """Raises what a status other than PYUDF_OK says."""
    if status == PYUDF_CANCELLED:
        raise ticker.error
    message = error.message.decode(errors="replace")
    if error.row >= 0:
        column = f", column {error.column}" if error.column >= 0 else ""
        message = f"row {error.row}{column}: {message}"
    raise _ERRORS[status](message)


cdef int on_tick(void* context, double done) noexcept with gil:
    cdef Ticker ticker = <Ticker>context
    try:
        PyErr_CheckSignals()
        if ticker.show is not None:
            ticker.show(done)
    except BaseException as error:
        ticker.error = error
        return 1
    return 0


cdef class Ticker:
    def __init__(self, show=None):
        self.show = show

    cdef Tick tick(self):
        cdef Tick tick
        tick.call, tick.context = on_tick, <void*>self
        return tick


cdef class Options:
    def __cinit__(self):
        self.keep = []


cdef object call_vector(object self, PyObject** args, size_t nargsf, PyObject* kwnames):
    """A call: two str (or two bytes) and plain options go straight to the table, everything else the long way."""
    cdef Udf udf = <Udf>self
    cdef pyudf_value values[MAX_PARAMETERS]
    cdef Py_ssize_t i, n = PyVectorcall_NARGS(nargsf), n_keywords = 0
    cdef int at, kind, first = MISSING
    if kwnames != NULL:
        n_keywords = len(<tuple>kwnames)
    if n == udf.n_columns and n > 0:
        memcpy(values + n, udf.defaults, udf.f.n_options * sizeof(pyudf_value))
        for i in range(n):
            kind = view_object(args[i], &values[i].text)
            if kind <= MISSING or (i and kind != first):
                break
            first = kind
            values[i].missing = 0
        else:
            for i in range(n_keywords):
                at = udf.plain_option((<tuple>kwnames)[i])
                if at < 0:
                    break
                udf.fill_option(at, <object>args[n + i], &values[n + at], None)
            else:
                return udf.scalar(values)
    given = {(<tuple>kwnames)[i]: <object>args[n + i] for i in range(n_keywords)}
    return elementwise.call(udf, tuple([<object>args[i] for i in range(n)]), given)


cdef class Udf:
    """A function of a table, callable on Python values, arrays, Series and Arrow data.

    Called with texts it gives a number; with arrays, which broadcast as in NumPy, an array; with a pandas or Polars
    Series or an Arrow array one of the same kind. ``outer`` gives the matrix of all pairs.
    """

    def __init__(self):
        raise TypeError("a Udf comes out of a table of functions; use those of pyudf.text")

    def __call__(self, *args, **options):
        return elementwise.call(self, args, options)

    def __reduce__(self):
        return signatures.restore, (self._module, self._qualname)

    def __repr__(self):
        return f"<pyudf function {self._module}.{self._qualname}>"

    @property
    def __name__(self):
        return self.f.name.decode()

    @property
    def __qualname__(self):
        return self._qualname

    @property
    def __module__(self):
        return self._module

    @property
    def __doc__(self):
        return self.document()

    @property
    def __signature__(self):
        return signatures.signature(self)

    @property
    def parameters(self):
        """The parameters, as the table describes them: columns first, then keyword-only options."""
        if self.described is None:
            self.described = self.describe()
        return self.described

    cdef tuple describe(self):
        return tuple(signatures.Parameter(self.f.parameters[i].name.decode(), self.f.parameters[i].doc.decode(),
                                          type_name(self.f.parameters[i].type), i >= self.n_columns,
                                          default_of(&self.f.parameters[i]))
                     for i in range(self.f.n_parameters))

    @property
    def result_type(self):
        """Type of a result, as in ``"int64"``."""
        return type_name(self.f.result)

    @property
    def is_similarity(self):
        """Whether the higher of two results is the better one."""
        return bool(self.f.flags & PYUDF_SIMILARITY)

    def outer(self, left, right, *, dtype=None, out=None, workers=None, processor=None, progress=False, na_score=None,
              **options):
        """The matrix of all pairs, shape (len(left), len(right)), as `pyudf.cdist` gives it."""
        from pyudf.pairwise import cdist
        return cdist(left, right, self, dtype=dtype, out=out, workers=workers, processor=processor, progress=progress,
                     na_score=na_score, **options)

    cdef str document(self):
        example = None if self.f.example == NULL else self.f.example.decode()
        return signatures.document(self, self.f.doc.decode(), example)

    cdef int plain_option(self, object name):
        """The option of that name, if its value needs no memory of its own; else -1."""
        cdef Py_ssize_t i
        for i in range(len(self.names)):
            if <PyObject*>self.names[i] == <PyObject*>name:
                return -1 if self.f.parameters[self.n_columns + i].type.id == PYUDF_LIST else i
        return -1

    cdef int fill_option(self, int at, object value, pyudf_value* out, list keep) except -1:
        """Writes a Python value as option number `at`."""
        cdef const pyudf_parameter* parameter = &self.f.parameters[self.n_columns + at]
        cdef int overflow = 0
        out.missing = value is None
        if value is None:
            if parameter.fallback == NULL or not parameter.fallback.missing:
                raise TypeError(f"{self.__name__}: {self.names[at]} must not be None")
        elif parameter.type.id == PYUDF_FLOAT64:
            out.real = signatures.real(self.names[at], value)
        elif parameter.type.id == PYUDF_LIST:
            items = np.array(signatures.integers(self.names[at], value, parameter.type.size), np.int64)
            keep.append(items)
            out.list.data, out.list.size = cnp.PyArray_DATA(items), len(items)
        else:
            if not isinstance(value, int):
                value = signatures.integer(self.names[at], value)
            out.integer = PyLong_AsLongLongAndOverflow(value, &overflow)
            if overflow:
                out.integer = INT64_MAX if overflow > 0 else INT64_MIN
        return 0

    cpdef Options options(self, dict given):
        """Checks the options of a call and fills in the defaults."""
        cdef Options options = Options()
        memcpy(options.values, self.defaults, self.f.n_options * sizeof(pyudf_value))
        for name, value in given.items():
            if name not in self.names:
                raise TypeError(signatures.unknown_option(self, name))
            at = self.names.index(name)
            self.fill_option(at, value, &options.values[at], options.keep)
        return options

    def plan(self, Options options, largest):
        """Checks options; (lowest, highest, symmetric) of results for texts of these sizes at most."""
        cdef pyudf_plan plan
        cdef pyudf_error error
        cdef int64_t sizes[MAX_PARAMETERS]
        cdef pyudf_status status
        for i, size in enumerate(largest):
            sizes[i] = size
        if self.f.plan == NULL:
            return -np.inf, np.inf, False
        status = self.f.plan(options.values, sizes, &plan, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, None)
        return plan.lowest, plan.highest, bool(plan.symmetric)

    cdef object scalar(self, pyudf_value* values):
        cdef pyudf_value result
        cdef pyudf_error error
        cdef pyudf_status status
        # Giving up the GIL costs as much as a short call.
        if values[0].text.size * values[self.n_columns - 1].text.size > 1 << 20:
            with nogil:
                status = self.f.scalar(values, &result, &error)
        else:
            status = self.f.scalar(values, &result, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, None)
        return PyLong_FromLongLong(result.integer) if self.returns_integer else result.real

    def one(self, list columns, Options options):
        """The result for columns of one text each; None where one is missing."""
        cdef pyudf_value values[MAX_PARAMETERS]
        cdef Arena arena
        cdef Py_ssize_t i
        for i in range(self.n_columns):
            values[i].text, values[i].missing = (<Column>columns[i]).first(&arena), 0
            if values[i].text.data == NULL:
                return None
        memcpy(values + self.n_columns, options.values, self.f.n_options * sizeof(pyudf_value))
        return self.scalar(values)

    def rows(self, list columns, list steps, tuple shape, Options options, out, missing, int workers, show):
        """Runs over columns row by row into `out` and marks `missing`; returns how many rows are."""
        cdef Elementwise call
        cdef Spread spread
        cdef Ticker ticker = Ticker(show)
        cdef pyudf_error error
        cdef pyudf_status status
        cdef int64_t n_missing = 0
        cdef void* to = cnp.PyArray_DATA(out)
        cdef uint8_t* mask = <uint8_t*>cnp.PyArray_DATA(missing)
        cdef int32_t out_type = numeric_type(out.dtype)
        call.function, call.options, call.shape = self.f, options.values, shape
        call.workers, call.tick = workers, ticker.tick()
        for column, column_steps in zip(columns, steps):
            spread.column, spread.steps = &(<Column>column).text, column_steps
            call.columns.push_back(spread)
        with nogil:
            status = run(call, to, out_type, mask, &n_missing, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return n_missing


cdef class Metric(Udf):
    # A metric of two texts: its distance form, and the other forms as attributes.
    cdef readonly dict forms

    @property
    def __doc__(self):
        return self.document()

    def __getattr__(self, name):
        try:
            return self.forms[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} {self.__name__!r} has no attribute {name!r}") from None

    def __dir__(self):
        return [*super().__dir__(), *self.forms]


cdef str type_name(const pyudf_type* type):
    if type.id == PYUDF_TEXT:
        return "text"
    if type.id == PYUDF_LIST:
        return f"{type_name(type.child)}[{type.size or ''}]"
    return _DTYPES[<int>type.id]


cdef object default_of(const pyudf_parameter* parameter):
    if parameter.fallback == NULL:
        return signatures.REQUIRED
    if parameter.fallback.missing:
        return None
    if parameter.type.id == PYUDF_FLOAT64:
        return parameter.fallback.real
    if parameter.type.id == PYUDF_LIST:
        return tuple([(<const int64_t*>parameter.fallback.list.data)[i] for i in range(parameter.fallback.list.size)])
    return bool(parameter.fallback.integer) if parameter.type.id == PYUDF_BOOL else parameter.fallback.integer


cdef Udf adopt(type kind, const pyudf_function* f, str module, str qualname):
    """A Udf (or Metric) for a table entry."""
    cdef Udf udf = kind.__new__(kind)
    cdef int i
    udf.f, udf.n_columns, udf._module, udf._qualname = f, f.n_parameters - f.n_options, module, qualname
    udf.names = tuple([sys_intern(f.parameters[udf.n_columns + i].name.decode()) for i in range(f.n_options)])
    udf.returns_integer = f.result.id == PYUDF_INT64
    udf.vectorcall = <void*>call_vector
    for i in range(f.n_options):
        if f.parameters[udf.n_columns + i].fallback != NULL:
            udf.defaults[i] = f.parameters[udf.n_columns + i].fallback[0]
    return udf


def metrics(str module):
    """The metrics of the built-in table by name, each with its forms."""
    cdef Metric metric
    cdef Py_ssize_t i
    entries = {pyudf_builtin_table().functions[i].name.decode(): i for i in range(pyudf_builtin_table().n_functions)}
    found = {}
    for name, at in entries.items():
        if f"{name}_similarity" not in entries:
            continue
        metric = adopt(Metric, &pyudf_builtin_table().functions[at], module, name)
        metric.forms = {
            form: adopt(Udf, &pyudf_builtin_table().functions[entries[entry]], module, f"{name}.{form}")
            for form in signatures.FORMS
            if (entry := name if form == "distance" else f"{name}_{form}") in entries
        }
        found[name] = metric
    return found


cdef enable_vectorcall(type kind):
    # Cython has no spelling for it; a call through tp_call builds a tuple and a dict first, which costs as much
    # again as a short call.
    cdef Udf sample = kind.__new__(kind)
    cdef TypeSlots* slots = <TypeSlots*><PyObject*>kind
    slots.tp_vectorcall_offset = <char*>&sample.vectorcall - <char*><PyObject*>sample
    slots.tp_call = PyVectorcall_Call
    slots.tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL
    PyType_Modified(slots)


enable_vectorcall(Udf)
enable_vectorcall(Metric)
