"""The version, as the package says it."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("entrepot")
except PackageNotFoundError:  # run from the sources, not installed
    VERSION = "0+source"
