"""What is remembered of people can be read off."""

from __future__ import annotations

from entrepot.accounts import proofs
from entrepot.accounts.gauges import GAUGES


def test_proofs_that_are_remembered_are_counted(signed_in, house):
    """One token, however often it comes."""
    read = GAUGES["entrepot_cache_entries"].read
    assert list(read(house)) == [(("proofs",), 0)]

    client = signed_in("viewer")
    client.get("/api/auth/me")
    client.get("/api/auth/me")

    assert list(read(house)) == [(("proofs",), 1)]
    proofs(house).close()
    assert list(read(house)) == [(("proofs",), 0)]
