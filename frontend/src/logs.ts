// The log by keys, and as it grows: new lines come on top while the page follows, wait
// behind a button while somebody reads, and stop on Space. Without scripts the same page
// is made of links.
import { find, findAll, on } from "./dom";
import { key } from "./keys";
import { toast } from "./toast";
import { onArrival, show } from "./visit";
import { copyLine } from "./watch/copying";

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

/** Go to the next line that is wanted; tell whether there was one. */
function move(step: number, wanted: (row: HTMLElement) => boolean = () => true): boolean {
  const all = rows();
  const here = current();
  const isHere = here?.contains(document.activeElement) ?? false;
  let at = here && isHere ? all.indexOf(here) + step : here && !wanted(here) ? all.indexOf(here) + step : 0;
  if (here && !isHere && wanted(here)) at = all.indexOf(here);
  while (all[at] && !wanted(all[at]!)) at += step;
  if (all[at]) settle(all[at]!, true);
  return all[at] !== undefined;
}

const isError = (row: HTMLElement): boolean => find(".log.error, .log.critical", row) !== null;

/** Go to the next error: on this page, or on the one that has it. */
async function moveToError(step: 1 | -1): Promise<void> {
  if (move(step, isError)) return;
  const link = find<HTMLAnchorElement>(step > 0 ? "[data-error-below]" : "[data-error-above]");
  const answer = link && (await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null));
  if (!answer?.ok) return void toast({ title: step > 0 ? "No older error matches" : "No newer error matches", icon: "check-circle" });
  show(await answer.text(), answer.url);
  const row = current();
  if (row) settle(row, true);
}

/** Do what a link of the open line does; a closed one is opened first. */
async function act(selector: string): Promise<void> {
  const row = current();
  if (!row) return;
  if (!find(".log-more", row)) await open(row);
  find(selector, row)?.click();
}

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
  document.addEventListener("keydown", press);
  key("j", () => box() && move(1));
  key("k", () => box() && move(-1));
  key("e", (event) => box() && void moveToError(event.shiftKey ? -1 : 1));
  key("h", () => box() && void act("[data-hide-like]"));
  key("o", () => box() && void act("[data-only-like]"));
  key("c", () => {
    const row = box() && current();
    if (row) void copyLine(row.dataset.line!, "text");
  });
}
