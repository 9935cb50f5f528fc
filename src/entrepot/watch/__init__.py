"""Room: logs and what they tell.

`log/` is where lines go in, `lines/` where they are read, `metrics/` what is counted.
What others may use stands in `__init__.pyi`; a name's module is imported when the name
is first asked for, so that a command which logs nothing starts without it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
