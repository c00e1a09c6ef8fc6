"""Functions of columns from C function pointers: addresses, numba, ctypes, cffi, SciPy, capsules."""

from __future__ import annotations

import ctypes
import operator
import re
from collections import Counter
from typing import Any, NamedTuple

from ._cfunc import make, read_capsule
from ._core import Udf
from .optional import require

_NUMBERS = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")
_LONG, _SIZE = 8 * ctypes.sizeof(ctypes.c_long), 8 * ctypes.sizeof(ctypes.c_size_t)

# Names of one word -> type: NumPy's, those that numba has besides, those of C.
_WORDS = {
    **{name: name for name in _NUMBERS},
    **{f"{name}_t": name for name in _NUMBERS if "int" in name},
    **{
        f"{kind}{bits // 8}": f"{name}{bits}"
        for kind, name in (("i", "int"), ("u", "uint"))
        for bits in (8, 16, 32, 64)
    },
    **{"b1": "bool", "boolean": "bool", "_Bool": "bool", "f4": "float32", "f8": "float64"},
    **{"intc": "int32", "uintc": "uint32", "intp": f"int{_SIZE}", "uintp": f"uint{_SIZE}"},
    **{"float": "float32", "double": "float64"},
    **{"size_t": f"uint{_SIZE}", "uintptr_t": f"uint{_SIZE}"},
    **dict.fromkeys(("ssize_t", "intptr_t", "ptrdiff_t", "Py_ssize_t"), f"int{_SIZE}"),
}
# Those that C puts together, as in unsigned long int.
_PARTS = {"unsigned", "signed", "short", "long", "int", "char"}
_QUALIFIERS = {"const", "volatile", "register", "restrict"}

_DATA = "void*"  # SciPy's user data: no column, but the same in every call
_SKIP_DISPATCH = "__pyx_skip_dispatch"  # Cython's, at the end of what a cpdef function takes


class _Parameter(NamedTuple):
    type: str
    name: str | None


class _Signature(NamedTuple):
    result: str
    parameters: tuple[_Parameter, ...]

    @property
    def types(self) -> tuple[str, ...]:
        return self.result, *(parameter.type for parameter in self.parameters)

    def __str__(self) -> str:
        return f"{self.result}({', '.join(self.types[1:])})"


class _Function(NamedTuple):
    """What an object says of the function that it stands for."""

    address: int
    signature: _Signature | None = None
    name: str | None = None
    doc: str | None = None
    data: int = 0


def from_cfunc(obj: Any, signature: str | None = None, *, name: str | None = None) -> Udf:
    """Make a function of columns from a C function.

    Parameters
    ----------
    obj : int or object
        The function's address, or what has one: a ``numba.cfunc``, a function of ctypes or cffi, a
        ``scipy.LowLevelCallable``, a capsule with the signature as its name, as Cython's ``__pyx_capi__`` holds. It is
        kept alive. The function may be called by several threads at once; where it must not be, pass ``workers=1``
        in calls.
    signature : str, optional
        Types of the result and the parameters, with names if you like: ``"float64(float64 x, float64 y)"``, or as in
        C: ``"double(double, int)"``. Types are numbers: bool, int8 to int64, uint8 to uint64, float32, float64. Needed
        where the object does not know them.
    name : str, optional
        Name of the function; by default the object's own.

    Returns
    -------
    Udf

    Raises
    ------
    TypeError
        If the object is no C function, its types are not known, or are others than the signature says.
    ValueError
        If the signature cannot be read, the address is NULL, or there are more than 6 integers or 8 floats.

    Examples
    --------
    >>> import ctypes, pyudf
    >>> libc = ctypes.CDLL(None)
    >>> absolute = pyudf.from_cfunc(libc.abs, "int(int)")
    >>> absolute(-3)
    3
    >>> absolute([1, -2, 3])
    array([1, 2, 3], dtype=int32)
    """
    told = None if signature is None else _parse(signature)
    function = _function(obj)
    known = function.signature
    if told is None and known is None:
        raise TypeError(f'{_kind(obj)} does not say its types; pass them, as in signature="float64(float64, float64)"')
    if told is not None and known is not None and told.types != known.types:
        raise TypeError(f"signature says {told}, the function itself says {known}")
    chosen = told or known
    assert chosen is not None
    if function.address == 0:
        raise ValueError("the address of the function is NULL")
    own = function.name if function.name and function.name.isidentifier() else "function"
    if name is not None and not name.isidentifier():
        raise ValueError(f"name must be an identifier, got {name!r}")
    doc = function.doc or f"The C function {name or own}: {chosen}."
    parameters = _parameters(chosen, known, function.data)
    return make(function.address, name or own, doc, chosen.result, parameters, obj)


def _parameters(signature: _Signature, known: _Signature | None, data: int) -> list[tuple[str, str, int | None]]:
    """(name, type, value) of each parameter; value is None for a column."""
    columns = [parameter for parameter in signature.parameters if not _is_bound(parameter)]
    names = [parameter.name for parameter in columns]
    if None in names and known is not None:
        names = [parameter.name for parameter in known.parameters if not _is_bound(parameter)]
    if None in names:
        letters = ("x", "y", "z")
        usual = letters[: len(names)] if len(names) <= len(letters) else [f"x{i + 1}" for i in range(len(names))]
        names = [name or letter for name, letter in zip(names, usual, strict=True)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"signature has two parameters named {twice[0]!r}")
    left = iter(names)
    found: list[tuple[str, str, int | None]] = []
    for parameter in signature.parameters:
        if parameter.type == _DATA:
            found.append(("data", f"uint{_SIZE}", data))
        elif parameter.name == _SKIP_DISPATCH:
            found.append((_SKIP_DISPATCH, parameter.type, 0))
        else:
            found.append((next(left) or "", parameter.type, None))
    return found


def _is_bound(parameter: _Parameter) -> bool:
    return parameter.type == _DATA or parameter.name == _SKIP_DISPATCH


# --- objects ----------------------------------------------------------------------------------------------------------


def _function(obj: Any) -> _Function:
    """The function that an object stands for."""
    if isinstance(obj, ctypes._CFuncPtr):  # type: ignore[attr-defined]
        return _of_ctypes(obj)
    if isinstance(obj, (bool, float, str, bytes)):
        raise TypeError(f"expected a C function or its address, got {obj!r}")
    kind = type(obj)
    if kind.__name__ == "PyCapsule":
        address, name, _ = read_capsule(obj)
        return _Function(address, None if name is None else _parse(name))
    if kind.__name__ == "LowLevelCallable" and isinstance(obj, tuple):
        return _of_scipy(obj)
    if kind.__module__ == "_cffi_backend":
        return _of_cffi(obj)
    if kind.__module__.startswith("numba.") and hasattr(obj, "address"):
        return _of_numba(obj)
    try:
        address = operator.index(obj)
    except TypeError:
        raise TypeError(
            f"expected a C function or its address, got {_kind(obj)}; a Python function becomes one by "
            '@numba.cfunc("float64(float64)")'
        ) from None
    if not 0 <= address < 2**_SIZE:
        raise ValueError(f"{address} is no address")
    return _Function(address)


def _of_ctypes(obj: Any) -> _Function:
    if obj._flags_ & ctypes._FUNCFLAG_PYTHONAPI:  # type: ignore[attr-defined]
        raise TypeError("functions of ctypes.PyDLL and ctypes.PYFUNCTYPE need the GIL, which columns are run without")
    signature = None
    if obj.argtypes is not None:
        result, *parameters = [_ctypes_type(t) for t in (obj.restype, *obj.argtypes)]
        signature = _Signature(result, tuple(_Parameter(t, None) for t in parameters))
    address = ctypes.cast(obj, ctypes.c_void_p).value or 0
    return _Function(address, signature, getattr(obj, "__name__", None))


def _ctypes_type(t: Any) -> str:
    kinds = {
        "?": "bool",
        "f": "float32",
        "d": "float64",
        **dict.fromkeys("bhilq", "int"),
        **dict.fromkeys("BHILQ", "uint"),
    }
    name = kinds.get(getattr(t, "_type_", None) if isinstance(t, type) else None)  # type: ignore[arg-type]
    if name is None:
        raise TypeError(f"{getattr(t, '__name__', t)} is no number; a function of columns takes and gives numbers")
    return name + str(8 * ctypes.sizeof(t)) if name in ("int", "uint") else name


def _of_numba(obj: Any) -> _Function:
    import inspect

    function = _of_ctypes(obj.ctypes)
    python = obj.__wrapped__
    assert function.signature is not None
    names = list(inspect.signature(python).parameters)
    named = tuple(_Parameter(p.type, name) for p, name in zip(function.signature.parameters, names, strict=True))
    signature = function.signature._replace(parameters=named)
    return _Function(obj.address, signature, python.__name__, inspect.getdoc(python))


def _of_cffi(obj: Any) -> _Function:
    ffi = require("cffi", "test").FFI()  # is there, for the object comes from it
    try:
        t = ffi.typeof(obj)
    except TypeError:
        t = None
    if t is None or t.kind != "function":
        raise TypeError(
            f"{obj!r} is no pointer to a function; of a compiled cffi library, pass ffi.addressof(lib, 'name')"
        )
    if t.ellipsis:
        raise TypeError(f"{t.cname} takes any number of arguments, which a function of columns cannot")
    text = f"{t.result.cname}({', '.join(argument.cname for argument in t.args)})"
    named = re.search(r"(\w+)>?$", getattr(obj, "__name__", ""))
    return _Function(int(ffi.cast("uintptr_t", obj)), _parse(text), named and named[1])


def _of_scipy(obj: Any) -> _Function:
    # The first item is what SciPy's own C code calls: a capsule with the function, its signature and the user's data.
    address, _, data = read_capsule(tuple.__getitem__(obj, 0))
    inner: Any = obj.function
    name = getattr(inner, "__name__", None)
    return _Function(address, _parse(obj.signature, data=True), name, None, data)


def _kind(obj: Any) -> str:
    kind = type(obj)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


# --- signatures -------------------------------------------------------------------------------------------------------


def _parse(text: str, data: bool = False) -> _Signature:
    """A signature as text; with `data`, a last ``void *`` is SciPy's user data."""
    if not isinstance(text, str):
        raise TypeError(f'signature must be text, as in "float64(float64, float64)", got {text!r}')
    shape = re.fullmatch(r"\s*([^()]+)\(([^()]*)\)\s*(?:noexcept|nogil|\s)*", text)
    if shape is None:
        raise ValueError(f'signature {text!r} cannot be read; write "result(parameter, …)", as in "float64(float64)"')
    listed = [] if shape[2].strip() in ("", "void") else shape[2].split(",")
    parameters = []
    for at, part in enumerate(listed):
        if data and at == len(listed) - 1 and re.fullmatch(r"\s*void\s*\*\s*\w*\s*", part):
            parameters.append(_Parameter(_DATA, None))
        else:
            parameters.append(_parse_parameter(part, text))
    result = _parse_parameter(shape[1], text)
    if result.name is not None:
        raise ValueError(f"signature {text!r}: leave out the function's name, {result.name!r}")
    return _Signature(result.type, tuple(parameters))


def _parse_parameter(part: str, text: str) -> _Parameter:
    """A type, and perhaps a name behind it."""
    words = [word for word in re.findall(r"\w+|\S", part) if word not in _QUALIFIERS]
    parts = 0
    while parts < len(words) and words[parts] in _PARTS:
        parts += 1
    found = _put_together(words[:parts]) if parts else _WORDS.get(words[0]) if words else None
    names = words[parts or 1 :]
    # `long double` comes out as a number named double.
    good = not names or (len(names) == 1 and names[0].isidentifier() and names[0] not in _WORDS)
    if found is None or not good:
        raise ValueError(
            f"signature {text!r}: {part.strip()!r} is no type of a number; there are {', '.join(_NUMBERS)}, and C's "
            "names for them"
        )
    return _Parameter(found, names[0] if names else None)


def _put_together(words: list[str]) -> str | None:
    """The type that C means by words such as unsigned and long, in any order."""
    count = Counter(words)
    sign = "uint" if count["unsigned"] else "int"
    sizes = {"char": 8, "short": 16, "long": _LONG if count["long"] == 1 else 64}
    given = [word for word in sizes if count[word]]
    if count["unsigned"] + count["signed"] > 1 or count["int"] > 1 or len(given) > 1 or count["long"] > 2:
        return None
    if count["char"] and (count["int"] or not (count["unsigned"] or count["signed"])):
        return None  # a plain char is text, and has a sign on some machines only
    return sign + str(sizes[given[0]] if given else 32)
