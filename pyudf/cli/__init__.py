"""The command line, ``pyudf COMMAND``: one file per command."""
