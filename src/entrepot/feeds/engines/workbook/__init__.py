"""Workbooks, row by row: of a sheet no more is held than a piece of it.

Libraries for workbooks hold a sheet as a whole, and some of them a cell for each place
up to the last: two cells may cost the memory of billions.
"""

from entrepot.feeds.engines.workbook.reading import (
    is_workbook,
    list_sheets,
    read_workbook,
)

__all__ = ["is_workbook", "list_sheets", "read_workbook"]
