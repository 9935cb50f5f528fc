"""Records in which every value that was damaged before occurs."""

from __future__ import annotations

HOSTILE = {
    "id": "1234567890123456789",
    "full_name": "Ünal ﬁ ² 👩‍👩‍👧",
    "email": "=1+1@example.com",
    "phone_number": "+6281234567",
    "institution": "007",
    "category": "fully_funded",
    "created_at": "2025-08-01 10:11:12",
}


def participants(count: int) -> list[dict[str, object]]:
    """Return so many records; codes come as numbers and as texts by turns."""
    return [
        {
            **HOSTILE,
            "id": number,
            "form_status": "2" if number % 2 else 2,
            "payment_status": number % 5,
        }
        for number in range(1, count + 1)
    ]
