"""Room: databases people register, and rows out of them.

What others may use stands in `__init__.pyi`. A name's module is imported when the
name is first asked for, so that a process which only reads or writes rows does not
load what registers databases.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
