"""How large a body may be, by a length that is announced and by one that is not."""

from __future__ import annotations

import io

import pytest

LIMIT = 100 << 20


def body(size):
    """Return a JSON body of so many bytes, with few records."""
    begin, end = b'{"data":[{"a":1}', b"]}"
    record = b',{"a":"' + b"x" * 1_000_000 + b'"}'
    records = record * ((size - len(begin) - len(end)) // len(record))
    filled = begin + records + end
    return filled[:-2] + b" " * (size - len(filled)) + end


@pytest.mark.fault
@pytest.mark.parametrize("is_announced", [True, False])
def test_a_hundred_megabytes_are_taken_and_one_more_byte_is_not(client, is_announced):
    """The limit counts what comes, whether or not a length was said."""

    def send(size):
        sent = {"input_stream": io.BytesIO(body(size))}
        if is_announced:
            sent["content_length"] = size
        else:
            sent["environ_overrides"] = {
                "wsgi.input_terminated": True,
                "HTTP_TRANSFER_ENCODING": "chunked",
            }
        return client.post("/api/data/validate", **sent).status_code

    assert [send(LIMIT), send(LIMIT + 1)] == [200, 413]
