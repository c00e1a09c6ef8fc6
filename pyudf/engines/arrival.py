"""Runs a hook once a library has been imported: at once if it is there, else right after the program imports it."""

from __future__ import annotations

import importlib
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Hook = Callable[[], object]

_lock = threading.Lock()
_waiting: dict[str, list[Hook]] = {}


def when_imported(module: str, hook: Hook) -> None:
    """Run a hook once a top-level module has been imported, without importing it.

    Parameters
    ----------
    module : str
        Name of a library.
    hook : callable
        Called without arguments, once. It runs within the import of the library, whose content is complete by then, in
        the thread that imports it; what it raises becomes a warning.

    Examples
    --------
    >>> when_imported("math", lambda: print("there"))
    there
    """
    with _lock:
        if module not in sys.modules:
            _waiting.setdefault(module, []).append(hook)
            if _FINDER not in sys.meta_path:
                sys.meta_path.insert(0, _FINDER)
            return
    if _is_on_its_way(sys.modules.get(module)):
        # Another thread imports it: this waits until it is whole.
        importlib.import_module(module)
    _run(module, hook)


def _is_on_its_way(module: ModuleType | None) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def _arrived(module: str) -> None:
    with _lock:
        hooks = _waiting.pop(module, ())
    for hook in hooks:
        _run(module, hook)


def _run(module: str, hook: Hook) -> None:
    try:
        hook()
    except Exception as error:
        # The program wants the library, with or without us.
        warnings.warn(f"pyudf cannot extend {module}: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=3)


class _Finder:
    """Finds what is waited for as the finders after it do, and sees to it that the loader tells us.

    It stays where it is when nothing is waited for any more, and answers None at once: taking it out of the list
    would make imports of other threads, which are walking along it, skip a finder.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _waiting:
            return None
        finders = list(sys.meta_path)
        at = finders.index(self) if self in finders else -1
        for finder in finders[at + 1 :]:
            spec = finder.find_spec(name, path, target) if hasattr(finder, "find_spec") else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
                return spec
        return None


class _Loader:
    """Another loader, whom it leaves the module to; all it does itself is to tell when the module is whole."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        if name == "_loader":  # a copy that is not filled in yet
            raise AttributeError(name)
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        # From here on nobody is to see that we were there.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _arrived(module.__name__)


_FINDER: Any = _Finder()
