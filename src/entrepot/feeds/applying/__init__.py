"""From a file's rows to the catalogue: staged, compared, told, written, undone.

Everything is done by the database, with the rows of a file in a temporary table
beside the products; none of it looks at one product after the other.
"""
