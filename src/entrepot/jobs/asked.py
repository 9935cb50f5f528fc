"""What people ask of jobs and schedules, as texts of forms and commands."""

from __future__ import annotations

import json

from entrepot.base.errors import InvalidValue


def parse_parameters(text: str) -> dict[str, object]:
    """Return what a text asks of a job.

    Raises:
        InvalidValue: It is no JSON object.
    """
    try:
        found = json.loads(text.strip() or "{}")
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"the parameters are not JSON: {error}") from None
    if not isinstance(found, dict):
        raise InvalidValue('the parameters are a JSON object, such as {"days": 3}')
    return found
