"""How programs get the same rows: examples to copy, with the filters at hand."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

PYTHON = """\
import os, requests

url = {url}
headers = {{"X-API-Key": os.environ["ENTREPOT_KEY"]}}
rows = []
while url:
    answer = requests.get(url, headers=headers, timeout=60)
    answer.raise_for_status()
    page = answer.json()
    rows += page["data"]["rows"]
    url = page["page"]["next"] and requests.compat.urljoin(url, page["page"]["next"])
print(len(rows), "rows")
"""
JAVASCRIPT = """\
let url = {url};
const headers = {{ "X-API-Key": process.env.ENTREPOT_KEY }};
const rows = [];
while (url) {{
  const answer = await fetch(url, {{ headers }});
  if (!answer.ok) throw new Error((await answer.json()).detail);
  const {{ data, page }} = await answer.json();
  rows.push(...data.rows);
  url = page.next && new URL(page.next, url).href;
}}
console.log(rows.length, "rows");
"""
POWER_QUERY = """\
let
  Address = {url},
  Headers = [#"X-API-Key" = "put your key here"],
  Site = Text.Start(Address, Text.PositionOf(Address, "/api/")),
  Read = (url) => Json.Document(Web.Contents(url, [Headers = Headers])),
  Next = (answer) =>
    if answer[page][next] = null then null else Read(Site & answer[page][next]),
  Pages = List.Generate(() => Read(Address), each _ <> null, each Next(_)),
  Rows = List.Combine(List.Transform(Pages, each _[data][rows]))
in
  Table.FromRecords(Rows, null, MissingField.UseNull)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One program.

    Attributes:
        key: Names its place on the page.
    """

    key: str
    language: str
    code: str
    note: str = ""


def list_examples(rows_url: str) -> list[Example]:
    """Return programs that read all rows behind an address, page by page."""
    return [
        Example(
            key="curl",
            language="curl",
            code=f'curl -H "X-API-Key: $ENTREPOT_KEY" {shlex.quote(rows_url)}',
            note="The first page; page.next in the answer is the address of the next.",
        ),
        Example(
            key="python",
            language="Python",
            code=PYTHON.format(url=json.dumps(rows_url)),
            note="With requests; all pages.",
        ),
        Example(
            key="javascript",
            language="JavaScript",
            code=JAVASCRIPT.format(url=json.dumps(rows_url)),
            note="Node.js 18 or later; all pages.",
        ),
        Example(
            key="power-query",
            language="Power Query",
            code=POWER_QUERY.format(url=_m_text(rows_url)),
            note="In Excel: Data, Get Data, Blank Query, Advanced Editor; sign in "
            "anonymously, since the key is in the query.",
        ),
    ]


def _m_text(text: str) -> str:
    # https://learn.microsoft.com/en-us/powerquery-m/m-spec-lexical-structure
    return '"' + text.replace("#(", "#(#)(").replace('"', '""') + '"'
