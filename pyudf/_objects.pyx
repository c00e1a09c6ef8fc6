# cython: language_level=3, boundscheck=False, wraparound=False
# _objects.pyx: classes of a table as Python classes: constructors, methods, properties.
"""Objects of C++ classes."""
from libc.string cimport memcpy

from pyudf import elementwise, signatures
from pyudf._abi cimport PYUDF_OK, CallMemory, pyudf_class, pyudf_error, pyudf_function, pyudf_status, pyudf_value
from pyudf._arguments cimport Argument
from pyudf._core cimport MAX_PARAMETERS, Object, Udf, adopt
from pyudf._ticks cimport raise_status
from pyudf._types cimport Space, Type
from pyudf.overloads import Overloaded, overload


class Instance(Object):
    """An object of a C++ class; its methods are functions of columns too."""

    def __init__(self, *args, **given):
        construct(self, args, given)

    def __repr__(self):
        cls = type(self)
        names = cls._parameter_names
        if not all(name in cls._properties for name in names):
            return f"<{cls.__module__}.{cls.__qualname__} object>"
        return f"{cls.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def __reduce__(self):
        arguments = getattr(self, "__getnewargs__", None)
        if arguments is None:
            name = type(self).__qualname__
            raise TypeError(f'{name} objects cannot be pickled: the class needs a method named "__getnewargs__", which '
                            "returns a std::tuple of the constructor's arguments")
        values = arguments()
        return type(self), values if isinstance(values, tuple) else (values,)


cdef class Destroyer:
    """What ends the objects of a class."""
    cdef void (*call)(void*) noexcept nogil


cdef construct(Object self, tuple args, dict given):
    cdef Destroyer destroyer = type(self)._destroyer
    cdef Udf constructor
    cdef pyudf_value values[MAX_PARAMETERS + 1]
    cdef pyudf_value result
    cdef pyudf_error error
    cdef pyudf_status status
    cdef CallMemory memory
    cdef Py_ssize_t i
    cdef Type t
    if self.pointer != NULL:
        raise TypeError(f"{type(self).__qualname__}: the object exists already")
    if type(self)._constructor is None:
        raise TypeError(f"{type(self).__qualname__} has no constructor: name one with pyudf::init")
    constructor = type(self)._constructor.choose(args, given) if isinstance(type(self)._constructor, Overloaded) \
        else type(self)._constructor
    columns = elementwise.bind_columns(constructor, args, given)
    for i in range(constructor.n_columns):
        t = constructor.types[i]
        if not (<Argument>columns[i]).first(t, &values[i]) and not t.optional:
            raise TypeError(f"{type(self).__qualname__}: {constructor.keywords[i]} must not be None")
        if columns[i].shape != ():
            raise TypeError(f"{type(self).__qualname__}: {constructor.keywords[i]} must be one {t}, got a column")
    status = constructor.f.scalar(values, &result, &memory, &error)
    if status != PYUDF_OK:
        raise_status(status, &error, None)
    self.pointer, self.destroy = result.object, destroyer.call


cdef Udf bind(Udf method, Object instance):
    """A method as a function of its own, bound to an object."""
    cdef Udf bound = Udf.__new__(Udf)
    if instance.pointer == NULL:
        raise TypeError(f"{type(instance).__qualname__}.__init__ was not called")
    bound.f, bound.vectorcall = method.f, method.vectorcall
    bound.required, bound.is_direct = method.required, method.is_direct
    bound.n_parameters = method.n_parameters
    bound.n_columns, bound.n_self, bound.bound = method.n_columns, method.n_self, instance
    bound.types, bound.result, bound.keywords, bound.names = method.types, method.result, method.keywords, method.names
    bound._module, bound._qualname, bound.described = method._module, method._qualname, method.described
    memcpy(bound.defaults, method.defaults, len(method.keywords) * sizeof(pyudf_value))
    memcpy(bound.kinds, method.kinds, sizeof(bound.kinds))
    return bound


class Method:
    """What gives a class's method, bound to the object that it is asked of."""

    def __init__(self, function):
        self.function = function

    @property
    def __doc__(self):
        return self.function.__doc__

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if isinstance(self.function, Overloaded):
            return self.function.of([bind(one, instance) for one in self.function.functions])
        return bind(self.function, instance)

    def __call__(self, instance, *args, **given):
        return self.__get__(instance)(*args, **given)

    def __repr__(self):
        return repr(self.function)


def getter(Udf function):
    return lambda instance: bind(function, instance)()


def setter(Udf function):
    def set_value(instance, value):
        bind(function, instance)(value)
    return set_value


cdef dict adopt_all(const pyudf_function* entries, int n, str module, str owner, Space space, int n_self):
    """The functions by name, overloads together."""
    cdef int i
    found = {}
    for i in range(n):
        name = entries[i].name.decode()
        found.setdefault(name, []).append(adopt(Udf, &entries[i], module, f"{owner}.{name}", space, n_self))
    return {name: overload(f"{owner}.{name}", functions) for name, functions in found.items()}


cdef object make_class(const pyudf_class* c, str module, Space space):
    """The Python class of a table's class."""
    cdef Destroyer destroyer = Destroyer()
    destroyer.call = c.destroy
    name = c.name.decode()
    constructors = adopt_all(c.constructors, c.n_constructors, module, name, space, 0)
    constructor = constructors.get("__init__")
    setters = adopt_all(c.setters, c.n_setters, module, name, space, 1)
    getters = adopt_all(c.getters, c.n_getters, module, name, space, 1)
    property_types = {key: function.result for key, function in getters.items()}
    properties = {key: property(getter(function), setter(setters[key]) if key in setters else None,
                                doc=function.summary)
                  for key, function in getters.items()}
    methods = adopt_all(c.methods, c.n_methods, module, name, space, 1)
    known = () if constructor is None or isinstance(constructor, Overloaded) else constructor.parameters
    members = {
        "__doc__": c.doc.decode() or None, "__module__": module, "__qualname__": name,
        "_destroyer": destroyer, "_constructor": constructor, "_properties": property_types,
        "_parameter_names": tuple([parameter.name for parameter in known]),
        **properties,
        **{key: Method(function) for key, function in methods.items()},
    }
    if constructor is not None:
        members["__signature__"] = signatures.without_options(constructor)
    return type(name, (Instance,), members)
