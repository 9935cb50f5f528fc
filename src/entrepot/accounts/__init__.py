"""Room: people, their roles and keys, and the record of what they did.

What others may use stands in `__init__.pyi`. A name's module is imported when the
name is first asked for, so that the command line starts without it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
