"""What holds of every page: access, no complaints, no sideways scroll, a picture."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.dataproducts.sap import stock as sap
from tests.pages import exported, goods, work
from tests.pages.conftest import SIZE, forget, listening, open_tab
from tests.pages.lines import FAILED_ID, TRACE
from tests.pages.measured import NIGHT
from tests.pages.saved import LINK
from tests.pages.sent import DELIVERY

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
OUT = ROOT / "tests" / "out"

ORDERS = "/data-products/shop:main/tables/Order%20Details"
SUPPLIER = f"/data-products/bdc:{sap.SUPPLIER}"
STOCK = "connection=shop&schema=main&table=Order%20Details"
PAGES = {
    "home": "/",
    "products": "/data-products",
    "products-none": "/data-products?q=nothing-is-called-this",
    "product": "/data-products/demo:main",
    "sap-product": SUPPLIER,
    "sap-product-bare": f"/data-products/bdc:{sap.PURCHASE_ORDER}",
    "sap-table": f"{SUPPLIER}/tables/{sap.CODES}",
    "sap-structure": f"{SUPPLIER}/tables/{sap.CODES}/structure",
    "sap-csn": f"{SUPPLIER}/csn",
    "table": "/data-products/demo:main/tables/purchase_orders",
    "table-filtered": f"{ORDERS}?where=id:gt:3&order_by=price%20desc",
    "table-none": f"{ORDERS}?where=id:gt:3&where=id:lt:2",
    "table-problem": f"{ORDERS}?where=day:eq:tomorrow",
    "table-facets": f"{ORDERS}?facet=is_open&facet=day&facet=nothing&where=id:gt:1",
    "profile": "/data-products/demo:main/tables/purchase_orders/profile",
    "profile-odd": f"{ORDERS}/profile?where=id:lt:4",
    "relations": "/data-products/demo:main/tables/suppliers/relations",
    "used-by-none": f"{ORDERS}/used-by",
    "structure": f"{ORDERS}/structure",
    "table-api": f"{ORDERS}/api",
    "export": f"{ORDERS}/export?format=csv",
    "console": "/console?connection=demo&sql=SELECT+:n+AS+n+FROM+suppliers",
    "console-history": "/console/history",
    "console-history-none": "/console/history?q=nothing-says-this",
    "queries": "/console/queries",
    "queries-none": "/console/queries?q=nothing-is-called-this",
    "query": "/console/queries/1",
    "query-other": "/console/queries/2",
    "query-versions": "/console/queries/1/versions",
    "query-used": "/console/queries/1/used-by",
    "query-run": "/console/queries/1/run",
    "query-edit": "/console/queries/1/edit",
    "query-new": "/console/queries/new?sql=SELECT+1",
    "query-remove": "/console/queries/1/remove",
    "query-console": "/console/queries/1/console",
    "console-link": f"/console/links/{LINK}",
    "used-by": "/data-products/demo:main/tables/suppliers/used-by",
    "categories": "/catalogue/categories",
    "category": "/catalogue/categories?at=12",
    "categories-none": "/catalogue/categories?q=nothing-is-called-this",
    "category-new": "/catalogue/categories/new?below=1",
    "category-move": "/catalogue/categories/5/move",
    "category-merge": "/catalogue/categories/5/merge?q=chairs",
    "category-delete": "/catalogue/categories/1/delete",
    "category-import": "/catalogue/categories/import",
    "mappings": "/catalogue/categories/mappings?tree=market",
    "mappings-open": "/catalogue/categories/mappings?tree=market&state=open",
    "mapping-choose": "/catalogue/categories/mappings/choose?tree=market&key=11",
    "connections": "/connections",
    "connection-remove": "/connections/shop/remove",
    "catalogue": "/catalogue",
    "catalogue-cards": "/catalogue?view=cards&stock=low&brand=Nordlager&brand=-",
    "catalogue-none": "/catalogue?q=nothing-is-called-this&status=active",
    "catalogue-problem": "/catalogue?price_from=abc",
    "product-new": "/catalogue/products/new",
    "good": f"/catalogue/products/{goods.HELMET}",
    "good-images": f"/catalogue/products/{goods.HELMET}/images",
    "good-images-none": f"/catalogue/products/{goods.LAMP}/images",
    "good-versions": f"/catalogue/products/{goods.HELMET}/versions",
    "good-gone": f"/catalogue/products/{goods.GONE}/versions",
    "good-remove": f"/catalogue/products/{goods.LAMP}/remove",
    "goods-change": f"/catalogue/bulk?ids={goods.HELMET},{goods.LAMP}",
    "exports": "/exports",
    "exports-none": "/exports?q=nothing-is-called-this",
    "export-running": f"/exports/{exported.RUNNING}",
    "export-done": f"/exports/{exported.ARCHIVE}",
    "export-failed": f"/exports/{exported.FAILED}",
    "export-delete": f"/exports/{exported.ARCHIVE}/delete",
    "export-new": "/exports/new",
    "export-new-rows": f"/exports/new?{STOCK}&where=id:gt:1",
    "export-new-query": "/exports/new?connection=demo&query=SELEC+1",
    "export-new-file": "/exports/new?kind=file",
    "export-new-format": f"/exports/new?step=format&{STOCK}&format=csv&split=3",
    "export-new-wrong": f"/exports/new?step=format&{STOCK}&split=many",
    "export-new-deliver": f"/exports/new?step=deliver&{STOCK}",
    "export-schedules": "/exports/schedules",
    "imports": "/imports",
    "imports-none": "/imports?feed=nothing-is-called-this",
    "import-new": "/imports/new",
    "import-file": "/imports/{inspected}?step=file",
    "import-mapping": "/imports/{previewed}?step=mapping",
    "import-rules": "/imports/{previewed}?step=rules",
    "import-preview": "/imports/{previewed}",
    "import-apply": "/imports/{previewed}?step=apply",
    "import-result": "/imports/{applied}",
    "import-undone": "/imports/{undone}",
    "import-errors": "/imports/{previewed}/errors",
    "feeds": "/feeds",
    "feed": "/feeds/Nordlager",
    "jobs": "/jobs",
    "jobs-none": "/jobs?kind=nothing.is_called_this",
    "job-running": f"/jobs/{work.RUNNING}",
    "job-done": f"/jobs/{work.DONE}",
    "job-failed": f"/jobs/{work.FAILED}",
    "job-dead": f"/jobs/{work.DEAD}",
    "schedules": "/jobs/schedules",
    "schedule": "/jobs/schedules/Weekly%20tidying",
    "schedule-shipped": "/jobs/schedules/Back%20up%20the%20database",
    "schedule-new": "/jobs/schedules/new",
    "schedule-remove": "/jobs/schedules/Weekly%20tidying/remove",
    "templates": "/exports/templates",
    "template": "/exports/templates/participants.complete",
    "template-new": "/exports/templates/new",
    "audit": "/audit",
    "audit-none": "/audit?actor=nobody-is-called-this",
    "audit-record": "/audit/1",
    "settings": "/settings",
    "settings-change": "/settings?change=icons.default_color",
    "settings-none": "/settings?q=nothing-is-called-this",
    "migrations": "/database/migrations",
    "backups": "/database/backups",
    "logs": "/logs?range=6h",
    "logs-narrow": "/logs?logger=entrepot.feeds&level=ERROR&level=INFO",
    "logs-hidden": "/logs?range=6h&hide=GET+*&hide_logger=entrepot.feeds",
    "log-around": "/logs/1?around=200",
    "logs-none": "/logs?q=nothing-says-this&status=404",
    "logs-problem": "/logs?level=loud",
    "logs-search-problem": "/logs?q=crate+AND+level:loud",
    "log-searches": "/logs/searches?q=level:ERROR+timestamp:%3Enow-1h",
    "log-search": "/logs/searches/{search}",
    "log-search-schedule": "/logs/searches/{search}/schedule",
    "log-saved": f"/logs?q={quote_plus(NIGHT)}",
    "log-line": "/logs/1#line-1",
    "log-clear": "/logs/clear",
    "traces": "/traces?range=all",
    "traces-none": "/traces?only=failed&endpoint=nothing",
    "traces-commands": "/traces?kind=command&range=all",
    "traces-problem": "/traces?status=loud",
    "trace": f"/traces/{TRACE}",
    "metrics": "/usage",
    "metrics-by": "/usage?name=request_rate&by=endpoint&range=24h",
    "metrics-none": "/usage?name=cpu_usage&range=1h&label=process%3Dnobody",
    "usage": "/usage/used",
    "usage-person": "/usage/used?by_person=true&range=7d",
    "usage-none": "/usage/used?of=export&range=1h",
    "statements": "/usage/statements",
    "statements-own": "/usage/statements?connection=-&sort=max&range=30d",
    "statements-server": "/usage/statements?connection=shop&source=server",
    "statements-none": "/usage/statements?connection=bdc",
    "durable-log": "/system-logs",
    "durable-log-none": "/system-logs?q=nothing-says-this&level=ERROR",
    "dashboard": "/dashboard",
    "dashboard-week": "/dashboard?range=7d",
    "dashboard-free": "/dashboard?start_date=2020-01-01&end_date=2020-01-02",
    "alerts": "/alerts",
    "alert": "/alerts/{alert_alert}",
    "alert-over": "/alerts/{alert_over}",
    "alert-rules": "/alerts/rules",
    "alert-rule": "/alerts/rules/{alert_rule}",
    "alert-rule-broken": "/alerts/rules/{alert_broken}",
    "alert-rule-new": "/alerts/rules/new?condition=error_rate+%3E+10+per+minute",
    "alert-rule-remove": "/alerts/rules/{alert_rule}/remove",
    "alert-history": "/alerts/history",
    "alert-history-none": "/alerts/history?severity=info",
    "alert-silences": "/alerts/silences?match=rule%3DLate+orders",
    "errors": "/errors?state=all",
    "errors-none": "/errors?q=nothing-says-this&release=0.0.0",
    "errors-problem": "/errors?state=loud",
    "error": f"/errors/{FAILED_ID}?state=all",
    "delivery": "/delivery",
    "delivery-none": "/delivery?state=failed&destination=nothing",
    "delivery-new": "/delivery/new",
    "delivery-webhook": "/delivery/new?channel=webhook",
    "delivery-email": "/delivery/new?channel=email",
    "delivery-change": "/delivery/warehouse",
    "delivery-remove": "/delivery/warehouse/remove",
    "delivery-tries": f"/delivery/deliveries/{DELIVERY}",
    "icons": "/catalogue/icons",
    "icons-none": "/catalogue/icons?q=nothing-is-called-this",
    "icon": "/catalogue/icons/1?style=outlined&color=%23f4d35e",
    "icon-problem": "/catalogue/icons/2?symbol=nothing-is-called-this",
    "icon-batch": "/catalogue/icons/batch",
    "ready-feeds": "/catalogue/feeds?lacking=google.xml",
    "sign-in": "/login",
    "account": "/account",
    "users": "/users",
    "user": "/users/1",
    "user-remove": "/users/1/remove",
    "key-revoke": "/account/keys/1/revoke",
    "docs": "/api/docs",
    "keys": "/keys",
    "problem": "/no/such/page",
}
EXPECTED = {
    "table-problem": 400,
    "catalogue-problem": 400,
    "icon-problem": 400,
    "logs-problem": 400,
    "logs-search-problem": 400,
    "errors-problem": 400,
    "traces-problem": 400,
    "problem": 404,
}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def window(browser, site, watched):
    """One tab for every look, with axe in every page that it opens."""
    with open_tab(browser, site) as tab:
        tab.add_init_script(path=AXE)
        yield tab


@pytest.fixture
def look(window, site):
    """A function that opens a page; it gives the page and its complaints."""
    with listening(window) as complaints:

        def open_one(name):
            answer = window.goto(PAGES[name].format(**site.ids))
            assert answer.status == EXPECTED.get(name, 200)
            return window, complaints

        yield open_one
    forget(window, site)
    window.set_viewport_size(SIZE)
    window.emulate_media(color_scheme="light")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_open_to_all(look, name):
    """Axe finds nothing serious, a phone never scrolls sideways, the console is silent.

    At 360 px only tables and code scroll sideways, in boxes of their own.
    """
    page, complaints = look(name)
    serious = wrongs(page)
    page.set_viewport_size({"width": 360, "height": 780})
    width = page.evaluate("document.documentElement.scrollWidth")

    assert (serious, width, complaints) == ([], 360, [])


def test_every_page_of_the_watch_is_looked_at(site):
    """Parts of pages, and addresses that lead elsewhere, are named here."""
    seen = site.app.url_map.bind("")
    known = {
        seen.match(path.format(**site.ids).partition("?")[0], "GET")[0]
        for path in PAGES.values()
        if seen.test(path.format(**site.ids).partition("?")[0], "GET")
    }
    there = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("watch_pages.") and "GET" in (rule.methods or ())
    }

    assert there - known == {
        "watch_pages.logs_dashboard",
        "watch_pages.new_lines",
        "watch_pages.open_line",
        "watch_pages.next_error",
    }


@pytest.mark.fault
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_in_the_dark(look, name):
    """Contrast suffices there too; pictures of both themes and a phone are kept."""
    page, _ = look(name)
    picture(page, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}-dark")
    serious = wrongs(page, "color-contrast")
    page.set_viewport_size({"width": 360, "height": 780})
    picture(page, f"{name}-phone")

    assert serious == []


@pytest.mark.parametrize("part", ["#keys-dialog", "#palette", "#cell-dialog"])
def test_dialogs_are_as_open_to_all(look, part):
    """Dialogs too have nothing serious."""
    page, _ = look("table")
    page.evaluate("part => document.querySelector(part).showModal()", part)

    assert wrongs(page) == []


def test_menus_are_as_open_to_all(look):
    """So have the menus of formats and columns."""
    page, _ = look("table-filtered")
    page.click("#export-box > summary")
    picture(page, "table-export")
    first = wrongs(page)
    page.click("#column-box > summary")

    assert first + wrongs(page) == []


def wrongs(page, *rules) -> list[str]:
    """Return what axe finds serious, by all rules or these, with each place."""
    options = {"resultTypes": ["violations"], "preload": False, "iframes": False}
    options |= {"runOnly": rules} if rules else {}
    ask = "options => axe.run(document, options).then(found => found.violations)"
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in page.evaluate(ask, options)
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def picture(page, name) -> None:
    """Keep a screenshot for whoever wants to look."""
    OUT.mkdir(exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=OUT / f"{name}.png")
