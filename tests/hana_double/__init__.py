"""A server that speaks SAP HANA's wire protocol, with DuckDB behind it, for tests.

It shows what our side does with a HANA's answers; it does not show what a HANA does.
"""
