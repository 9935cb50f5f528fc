"""Room: sending out.

What others may use stands in `__init__.pyi`; a module is imported when a name of it
is first asked for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
