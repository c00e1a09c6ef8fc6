# _version.pyi: types of the module that the build writes.
__version__: str
