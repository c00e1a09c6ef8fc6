# cython: language_level=3, boundscheck=False, wraparound=False
# _core.pyx: table entries to callable Udf objects: scalar calls, options, calls over columns.
"""Functions of a table as Python callables."""
from sys import intern as sys_intern

from cpython.object cimport PyObject
from libc.stdint cimport INT64_MAX, INT64_MIN, int32_t, int64_t, uint32_t, uint8_t
from libc.string cimport memcpy

cimport numpy as cnp
import numpy as np

from pyudf import elementwise, signatures
from pyudf._abi cimport (
    PYUDF_DETERMINISTIC, PYUDF_FLOAT64, PYUDF_INT64, PYUDF_LIST, PYUDF_MUTATES, PYUDF_NONE, PYUDF_OK, PYUDF_RELEASES_GIL, PYUDF_STRUCT,
    PYUDF_SYMMETRIC, PYUDF_TEXT, CallMemory, Elementwise, Output, SlotRows, Spread, available_targets, current_target, fill_slot,
    has_threads, pyudf_error, pyudf_function, pyudf_parameter, pyudf_plan, pyudf_status, pyudf_value, run, target_name,
    unknown_choice,
)
from pyudf._arguments cimport Argument
from pyudf._columns cimport MISSING, view_object
from pyudf._entries cimport Entry
from pyudf._results cimport SlotResult, new_result
from pyudf._slots cimport read_slot
from pyudf._ticks cimport Ticker, raise_status
from pyudf._types cimport Space, Type, type_of
from pyudf._types import NUMBER_IDS
from pyudf._values cimport read_plain

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

openmp = has_threads()
targets = tuple(target_name(available_targets()[i]).decode() for i in range(available_targets().size()))
if unknown_choice() != NULL:
    raise ImportError(
        f"PYUDF_TARGET is {unknown_choice().decode(errors='replace')!r}, which this processor or this build does not "
        f"have; it has {', '.join(targets)}: name one of them, or unset PYUDF_TARGET for the fastest"
    )
target = target_name(current_target()).decode()


cpdef int32_t numeric_type(dtype) except -1:
    """The table's number of a NumPy dtype."""
    return NUMBER_IDS[np.dtype(dtype)]


cdef class Options:
    def __cinit__(self):
        self.keep = []


cdef class Object:
    def __dealloc__(self):
        if self.pointer != NULL:
            self.destroy(self.pointer)


cdef object call_vector(object self, PyObject** args, size_t nargsf, PyObject* kwnames):
    """A call: plain values go straight to the table, everything else the long way."""
    cdef pyudf_value all_values[MAX_PARAMETERS + 1]
    cdef Py_ssize_t n = PyVectorcall_NARGS(nargsf)
    cdef uint32_t given
    if n <= (<Udf>self).n_columns and read_positional(<Udf>self, args, n, all_values + (<Udf>self).n_self):
        given = (<uint32_t>1 << n) - 1
        if kwnames == NULL or read_keywords(<Udf>self, args + n, n, <tuple>kwnames,
                                            all_values + (<Udf>self).n_self, &given):
            if given & (<Udf>self).required == (<Udf>self).required:
                if (<Udf>self).is_direct:
                    return call_directly(<Udf>self, all_values)
                return (<Udf>self).scalar(all_values)
    return call_columns(<Udf>self, args, n, kwnames)


cdef inline object call_directly(Udf udf, pyudf_value* values):
    """One call that keeps the GIL."""
    cdef CallMemory memory
    cdef pyudf_value result
    cdef pyudf_error error
    cdef pyudf_status status = udf.f.scalar(values, &result, &memory, &error)
    if status != PYUDF_OK:
        raise_status(status, &error, None)
    return read_result(udf.result, &result)


cdef inline bint read_positional(Udf udf, PyObject** args, Py_ssize_t n, pyudf_value* values) except -1:
    """Reads the first n values and sets the others to their defaults; false if one needs the long way."""
    cdef Py_ssize_t i
    cdef int kind, text = MISSING
    if n < udf.n_parameters:
        memcpy(values + n, udf.defaults + n, (udf.n_parameters - n) * sizeof(pyudf_value))
    for i in range(n):
        if udf.kinds[i] != PYUDF_TEXT:
            if not read_plain(udf.kinds[i], args[i], &values[i]):
                return False
            continue
        kind = view_object(args[i], &values[i].text)
        if kind <= MISSING or (text != MISSING and kind != text):
            return False
        text = kind
        values[i].missing = 0
    return True


cdef bint read_keywords(Udf udf, PyObject** args, Py_ssize_t n, tuple names, pyudf_value* values,
                        uint32_t* given) except -1:
    """Reads values given by name after n by position; false if one needs the long way."""
    cdef Py_ssize_t i
    cdef int at
    for i in range(len(names)):
        at = udf.keyword(names[i])
        if at < n:
            return False
        if at >= udf.n_columns:
            udf.fill_option(at - udf.n_columns, <object>args[i], &values[at], None)
        elif not read_plain(udf.kinds[at], args[i], &values[at]):
            return False
        else:
            given[0] |= <uint32_t>1 << at
    return True


cdef object call_columns(Udf udf, PyObject** args, Py_ssize_t n, PyObject* kwnames):
    """The long way, of arrays and of everything that is not at once what the function takes."""
    cdef Py_ssize_t i
    names = () if kwnames == NULL else <tuple>kwnames
    keywords = {name: <object>args[n + i] for i, name in enumerate(names)}
    return elementwise.call(udf, tuple([<object>args[i] for i in range(n)]), keywords)


cdef class Udf(Entry):
    """A function of a table, callable on Python values, arrays, Series and Arrow data.

    Called with values it gives a value; with arrays, which broadcast as in NumPy, an array; with a pandas or Polars
    Series or an Arrow array one of the same kind. ``outer`` gives the matrix of all pairs.
    """

    def __init__(self):
        raise TypeError("a Udf comes out of a table of functions: use those of pyudf.text, or pyudf.load a library")

    def __call__(self, *args, **options):
        return elementwise.call(self, args, options)

    def __reduce__(self):
        if self.bound is not None:
            return getattr, (self.bound, self.__name__)
        return signatures.reduced(self._module, self._qualname)

    def __repr__(self):
        return f"<pyudf function {self._module}.{self._qualname}>"

    @property
    def __doc__(self):
        return self.document()

    def outer(self, left, right, *, dtype=None, out=None, workers=None, processor=None, progress=False, na_score=None,
              **options):
        """The matrix of all pairs, shape (len(left), len(right)), as `pyudf.cdist` gives it."""
        if not self.is_metric:
            return elementwise.outer(self, left, right, out, workers, progress, options)
        from pyudf.pairwise import cdist
        return cdist(left, right, self, dtype=dtype, out=out, workers=workers, processor=processor, progress=progress,
                     na_score=na_score, **options)

    @property
    def is_deterministic(self):
        """Whether equal arguments give equal results, so that those of a category are computed once."""
        return bool(self.f.flags & PYUDF_DETERMINISTIC) and not self.f.flags & PYUDF_MUTATES

    @property
    def plan_known(self):
        """Whether the bounds of its results are known before any work is done."""
        return self.f.plan != NULL

    @property
    def summary(self):
        """The first paragraph of the documentation, None where there is none."""
        return self.f.doc.decode().partition("\n\n")[0] or None

    cdef int keyword(self, object name):
        """The column or option of that name, if its value needs no memory of its own; else -1."""
        cdef Py_ssize_t i
        for i in range(len(self.keywords)):
            if <PyObject*>self.keywords[i] == <PyObject*>name:
                return -1 if self.kinds[i] == PYUDF_LIST or self.kinds[i] == PYUDF_TEXT else i
        return -1

    cdef int fill_option(self, int at, object value, pyudf_value* out, list keep) except -1:
        """Writes a Python value as option number `at`."""
        cdef const pyudf_parameter* parameter = &self.f.parameters[self.n_self + self.n_columns + at]
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
        memcpy(options.values, self.defaults + self.n_columns, self.f.n_options * sizeof(pyudf_value))
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
            return -np.inf, np.inf, bool(self.f.flags & PYUDF_SYMMETRIC)
        status = self.f.plan(options.values, sizes, &plan, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, None)
        return plan.lowest, plan.highest, bool(plan.symmetric)

    cdef object scalar(self, pyudf_value* values):
        """One call; the object of a method is filled in here."""
        cdef bint release = self.f.flags & PYUDF_RELEASES_GIL
        if self.n_self:
            values[0].object = self.bound.pointer
            self.check_free()
        elif self.kinds[0] == PYUDF_TEXT:
            # Giving up the GIL costs as much as a short call.
            release = values[0].text.size * values[self.n_columns - 1].text.size > 1 << 20
        return self.scalar_without_gil(values) if release else call_directly(self, values)

    cdef object scalar_without_gil(self, pyudf_value* values):
        """One call that lets other threads run; the object of a method is kept from being changed meanwhile."""
        cdef CallMemory memory
        cdef pyudf_value result
        cdef pyudf_error error
        cdef pyudf_status status
        self.take_hold()
        try:
            with nogil:
                status = self.f.scalar(values, &result, &memory, &error)
        finally:
            self.let_go()
        if status != PYUDF_OK:
            raise_status(status, &error, None)
        return read_result(self.result, &result)

    cdef int check_free(self) except -1:
        """Refuses to change an object that another thread reads, and to read one that another changes."""
        if self.bound.changing or (self.bound.readers and self.f.flags & PYUDF_MUTATES):
            raise RuntimeError(f"{self._qualname}: the object is in use by another thread")
        return 0

    cdef int take_hold(self) except -1:
        if self.bound is None:
            return 0
        self.check_free()
        if self.f.flags & PYUDF_MUTATES:
            self.bound.changing = True
        else:
            self.bound.readers += 1
        return 0

    cdef int let_go(self) except -1:
        if self.bound is None:
            return 0
        if self.f.flags & PYUDF_MUTATES:
            self.bound.changing = False
        else:
            self.bound.readers -= 1
        return 0

    def one(self, list columns, Options options):
        """The result for columns of one value each; None where one is missing that must not be."""
        cdef pyudf_value values[MAX_PARAMETERS + 1]
        cdef Py_ssize_t i
        cdef Type t
        for i in range(self.n_columns):
            t = self.types[i]
            if not (<Argument>columns[i]).first(t, &values[self.n_self + i]) and not t.optional:
                return None
        memcpy(values + self.n_self + self.n_columns, options.values, self.f.n_options * sizeof(pyudf_value))
        return self.scalar(values)

    def rows(self, list columns, list steps, tuple shape, Options options, out, missing, int workers, show):
        """Runs over columns row by row into `out` and marks `missing`; returns how many rows are."""
        cdef Output output
        output.data, output.missing = cnp.PyArray_DATA(out), <uint8_t*>cnp.PyArray_DATA(missing)
        output.type = numeric_type(out.dtype) if self.result.is_number else 0
        self.run(columns, steps, shape, options, &output, workers, show)
        return output.n_missing

    def slots(self, list columns, list steps, tuple shape, Options options, int workers, show):
        """Runs over columns row by row; a `SlotResult`, for results of any type."""
        cdef SlotResult result = new_result(self.result, shape)
        self.run(columns, steps, shape, options, &result.output, workers, show)
        return result

    cdef int run(self, list columns, list steps, tuple shape, Options options, Output* output, int workers,
                 show) except -1:
        cdef Elementwise call
        cdef Spread spread
        cdef Ticker ticker = Ticker(show)
        cdef pyudf_error error
        cdef pyudf_status status
        cdef SlotRows self_rows
        call.function, call.options, call.shape = self.f, options.values, shape
        call.workers, call.tick = 1 if self.f.flags & PYUDF_MUTATES else workers, ticker.tick()
        if self.n_self:
            self_rows = SlotRows(&self.bound.pointer, sizeof(void*), NULL, 1, sizeof(void*))
            spread.rows, spread.steps = &self_rows, [0] * len(shape)
            call.columns.push_back(spread)
        for column, column_steps in zip(columns, steps):
            spread.rows, spread.steps = (<Argument>column).rows, column_steps
            call.columns.push_back(spread)
        self.take_hold()
        try:
            with nogil:
                status = run(call, output[0], &error)
        finally:
            self.let_go()
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return 0


cdef inline object read_result(Type t, const pyudf_value* result):
    """The Python value of what a scalar call gave."""
    cdef char slot[32]
    if t.id == PYUDF_INT64 and not t.optional:
        return PyLong_FromLongLong(result.integer)
    if t.id == PYUDF_FLOAT64 and not t.optional:
        return result.real
    if t.id == PYUDF_NONE or (t.optional and result.missing):
        return None
    if t.id == PYUDF_STRUCT:
        return read_slot(t, <const char*>result.slot)
    fill_slot(t.c[0], result[0], slot)
    return read_slot(t, slot)


cdef Udf adopt(type kind, const pyudf_function* f, str module, str qualname, Space space, int n_self):
    """A Udf (or Metric) for a table entry."""
    cdef Udf udf = kind.__new__(kind)
    cdef const pyudf_parameter* parameters = f.parameters + n_self
    cdef int i, n = f.n_parameters - n_self
    if n > MAX_PARAMETERS - 1:
        raise ImportError(f"{module}.{qualname} has {n} parameters; at most {MAX_PARAMETERS - 1} are supported")
    udf.f, udf.n_parameters, udf.n_columns, udf.n_self = f, n, n - f.n_options, n_self
    udf._module, udf._qualname = module, qualname
    udf.types = tuple([type_of(parameters[i].type, space) for i in range(n)])
    udf.result, udf.library = type_of(f.result, space), space.library
    udf.keywords = tuple([sys_intern(parameters[i].name.decode()) for i in range(n)])
    udf.names = udf.keywords[udf.n_columns:]
    udf.vectorcall = <void*>call_vector
    udf.is_direct = not n_self and not f.flags & PYUDF_RELEASES_GIL and (n == 0 or parameters[0].type.id != PYUDF_TEXT)
    for i in range(n):
        # An optional value may be missing in ways that the short cut does not know.
        udf.kinds[i] = parameters[i].type.id
        if parameters[i].fallback != NULL:
            udf.defaults[i] = parameters[i].fallback[0]
        elif i < udf.n_columns:
            udf.required |= <uint32_t>1 << i
    return udf


cdef class Metric(Udf):
    # A metric of two texts: its distance form, and the other forms as attributes.

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
