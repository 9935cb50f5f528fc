"""Room: our own database: health, migrations, backup, settings kept in it.

What others may use stands in `__init__.pyi`; a name's module is imported when the
name is first asked for, so that a start does not load what migrates and backs up.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
