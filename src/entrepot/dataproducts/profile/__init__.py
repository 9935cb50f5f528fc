"""What the values of a table's columns are like, as the database reckons it."""

from entrepot.dataproducts.profile.making import make_profile
from entrepot.dataproducts.profile.spec import Bin, ColumnProfile, Profile

__all__ = ["Bin", "ColumnProfile", "Profile", "make_profile"]
