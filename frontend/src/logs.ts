// The log by keys, and as it grows: new lines come on top while the page follows, wait
// behind a button while somebody reads, and stop on Space. Without scripts the same page
// is made of links.
import { find, findAll, on } from "./dom";
import { key } from "./keys";
import { onArrival, visit } from "./visit";

const POLL_MILLISECONDS = 1500;
const RATE_SECONDS = 10;
const KEPT_LINES = 1000;

let clock = 0;
let isPaused = false;
let newest = 0;
let waiting: HTMLElement[] = [];
let counts: Array<{ at: number; lines: number }> = [];

const box = (): HTMLElement | null => find("[data-log]");
const list = (): HTMLElement | null => find(".logs > ol", box() ?? document);
const scroller = (): HTMLElement => find(".scroll", box()!)!;
const rows = (): HTMLElement[] => findAll("[data-line]", list() ?? document.createElement("ol"));

// ── one line ──

function opener(row: HTMLElement): HTMLAnchorElement {
  return find<HTMLAnchorElement>("[data-open-line]", row)!;
}

/** Make one line the tab stop. */
function settle(row: HTMLElement, takesFocus: boolean): void {
  for (const each of rows()) opener(each).tabIndex = each === row ? 0 : -1;
  if (!takesFocus) return;
  opener(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function current(): HTMLElement | null {
  return rows().find((row) => opener(row).tabIndex === 0) ?? null;
}

function move(step: number, wanted: (row: HTMLElement) => boolean = () => true): void {
  const all = rows();
  const here = current();
  const isHere = here?.contains(document.activeElement) ?? false;
  let at = here && isHere ? all.indexOf(here) + step : here && !wanted(here) ? all.indexOf(here) + step : 0;
  if (here && !isHere && wanted(here)) at = all.indexOf(here);
  while (all[at] && !wanted(all[at]!)) at += step;
  if (all[at]) settle(all[at]!, true);
}

const isError = (row: HTMLElement): boolean => find(".log.error, .log.critical", row) !== null;

function close(row: HTMLElement): void {
  find(".log-more", row)?.remove();
  find(".log", row)?.classList.remove("open");
  opener(row).setAttribute("aria-expanded", "false");
}

async function open(row: HTMLElement): Promise<void> {
  const link = opener(row);
  const wasOpen = link.getAttribute("aria-expanded") === "true";
  for (const each of rows()) close(each);
  settle(row, true);
  const address = new URL(location.href);
  address.searchParams.delete("line");
  address.hash = "";
  if (!wasOpen) {
    const id = row.dataset.line!;
    const part = await fetch(`/logs/${id}/open${address.search}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!part?.ok) return location.assign(link.href);
    const page = new DOMParser().parseFromString(await part.text(), "text/html");
    row.append(...page.body.children);
    find(".log", row)!.classList.add("open");
    link.setAttribute("aria-expanded", "true");
    address.searchParams.set("line", id);
    address.hash = `line-${id}`;
    row.scrollIntoView({ block: "nearest" });
  }
  history.replaceState(history.state, "", address);
}

function press(event: KeyboardEvent): void {
  if (!box() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("input, select, textarea, button, summary, dialog, [role=slider]")) return;
  if (event.key === " " && canFollow()) togglePause();
  else if (event.key === "Escape") rows().filter((row) => find(".log-more", row)).forEach((row) => void open(row));
  else return;
  event.preventDefault();
}

// ── lines that come ──

function canFollow(): boolean {
  return box()?.dataset.follow === "yes";
}

function isRead(): boolean {
  const selection = getSelection();
  const isSelected = selection !== null && !selection.isCollapsed && list()!.contains(selection.anchorNode);
  const isScrolled = scroller().scrollTop > 4 || list()!.getBoundingClientRect().top < 0;
  return isScrolled || isSelected || find(".log-more", list()!) !== null;
}

async function poll(): Promise<void> {
  const here = box();
  if (!here || isPaused || document.hidden) return;
  const address = new URL(here.dataset.new!, location.href);
  address.pathname = address.pathname.replace(/\d+$/, String(newest));
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (box() !== here || isPaused) return;
  if (!answer?.ok) return say("Live, no answer");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const came = find("[data-newest]", page)!;
  newest = Math.max(newest, Number(came.dataset.newest));
  const lines = findAll("[data-line]", came);
  count(lines.length);
  waiting = [...lines, ...waiting].slice(0, KEPT_LINES);
  if (isRead()) tellWaiting();
  else arrive();
}

function arrive(): void {
  const ol = list()!;
  const known = new Set(rows().map((row) => row.dataset.line));
  const fresh = waiting.filter((row) => !known.has(row.dataset.line));
  for (const row of fresh) {
    find(".log", row)!.classList.add("new");
    opener(row).tabIndex = -1;
  }
  ol.prepend(...fresh);
  for (const row of rows().slice(KEPT_LINES)) row.remove();
  waiting = [];
  if (fresh.length) find(".empty", box()!)?.remove();
  if (!current() && rows()[0]) settle(rows()[0]!, false);
  const shown = find("[data-log-count]", box()!);
  if (shown) shown.textContent = rows().length.toLocaleString("en");
  tellWaiting();
}

function tellWaiting(): void {
  const part = find("[data-log-arrived]")!;
  part.hidden = waiting.length === 0;
  find("span", part)!.textContent = `${waiting.length.toLocaleString("en")} new ${waiting.length === 1 ? "line" : "lines"}`;
}

function count(lines: number): void {
  const now = performance.now() / 1000;
  counts.push({ at: now, lines });
  counts = counts.filter((each) => now - each.at <= RATE_SECONDS);
  const seconds = Math.max(now - counts[0]!.at, POLL_MILLISECONDS / 1000);
  const rate = counts.reduce((sum, each) => sum + each.lines, 0) / seconds;
  say(rate >= 10 ? `Live, ${Math.round(rate)} lines/s` : rate > 0 ? `Live, ${rate.toFixed(1)} lines/s` : "Live, quiet");
}

function say(words: string): void {
  const rate = find("[data-log-rate]");
  if (rate && rate.textContent !== words) rate.textContent = words;
}

function togglePause(): void {
  isPaused = !isPaused;
  counts = [];
  showPause();
  if (!isPaused) void poll();
}

function showPause(): void {
  const button = find("[data-log-live]");
  button?.setAttribute("aria-pressed", String(!isPaused));
  button?.firstElementChild?.classList.toggle("live", !isPaused);
  const word = find("[data-log-pause-word]");
  if (word) word.textContent = isPaused ? "Go on" : "Pause";
  say(isPaused ? "Paused" : "Live");
  const lines = find("#log-lines");
  if (isPaused || !canFollow()) lines?.removeAttribute("role");
  else lines?.setAttribute("role", "log");
  lines?.setAttribute("aria-live", "off");
}

// ── the histogram: arrows between bars, and a stretch drawn with the pointer ──

function bars(): SVGAElement[] {
  return [...document.querySelectorAll<SVGAElement>("[data-levels] a.column")];
}

function step(bar: HTMLElement, event: KeyboardEvent): void {
  const all = bars();
  const at = all.indexOf(bar as unknown as SVGAElement);
  const to: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 };
  const next = all[to[event.key] ?? -1];
  if (!next) return;
  event.preventDefault();
  for (const each of all) each.setAttribute("tabindex", each === next ? "0" : "-1");
  next.focus();
}

function draw(event: PointerEvent): void {
  const svg = (event.target as Element).closest<SVGSVGElement>("[data-levels] .canvas > svg");
  if (!svg || event.button !== 0) return;
  const all = bars();
  const { left, width } = svg.parentElement!.getBoundingClientRect();
  const place = (at: PointerEvent): number =>
    Math.min(Math.max(Math.floor(((at.clientX - left) / width) * all.length), 0), all.length - 1);
  const from = place(event);
  let to = from;
  const brush = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  brush.setAttribute("class", "brush");
  brush.setAttribute("height", "100");
  const go = (at: PointerEvent): void => {
    to = place(at);
    if (to === from && !brush.isConnected) return;
    const first = Math.min(from, to);
    brush.setAttribute("x", String((100 * first) / all.length));
    brush.setAttribute("width", String((100 * (Math.abs(to - from) + 1)) / all.length));
    svg.append(brush);
  };
  const end = (): void => {
    removeEventListener("pointermove", go);
    brush.remove();
    if (to === from) return; // a click, which is a link
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    const [first, last] = [all[Math.min(from, to)]!, all[Math.max(from, to)]!].map((bar) => new URL(bar.getAttribute("href")!, location.href));
    first!.searchParams.set("end_date", last!.searchParams.get("end_date")!);
    void visit(first!.href);
  };
  addEventListener("pointermove", go);
  addEventListener("pointerup", end, { once: true });
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function mount(): void {
  clearInterval(clock);
  waiting = [];
  counts = [];
  if (!box()) return;
  const all = rows();
  const open = all.find((row) => find(".log-more", row)) ?? all[0];
  if (open) settle(open, false);
  newest = Number(box()!.dataset.newest);
  showPause();
  if (canFollow()) clock = window.setInterval(() => void poll(), POLL_MILLISECONDS);
}

export function installLogs(): void {
  onArrival(mount);
  on("click", "[data-log] .log", (line, event) => {
    const target = event.target as Element;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (!target.closest("[data-open-line]") && !getSelection()?.isCollapsed) return; // reading, not opening
    event.preventDefault();
    void open(line.closest<HTMLElement>("[data-line]")!);
  });
  on("focusin", "[data-open-line]", (link) => {
    const row = link.closest<HTMLElement>("[data-line]")!;
    if (row !== current()) settle(row, false);
  });
  on("click", "[data-log-live], [data-log-pause]", togglePause);
  on("click", "[data-log-arrived] button", () => {
    scroller().scrollTop = 0;
    box()!.scrollIntoView({ block: "nearest" });
    arrive();
  });
  on("keydown", "[data-levels] a.column", step);
  on("dragstart", "[data-levels] a.column", (_, event) => event.preventDefault());
  document.addEventListener("pointerdown", draw);
  document.addEventListener("keydown", press);
  key("j", () => box() && move(1));
  key("k", () => box() && move(-1));
  key("e", (event) => box() && move(event.shiftKey ? -1 : 1, isError));
}
