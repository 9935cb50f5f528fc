// Jobs and exports as they get on: rows of a list marked data-jobs change in place, and the top bar
// tells how many run. The page asks for what changed since the last answer, by the cursor
// that came with it, and gets 304 while nothing did. Without scripts, reloading does it.
import { find, findAll } from "./dom";
import { onArrival, visit } from "./visit";

const BUSY_MILLISECONDS = 1000;
const IDLE_MILLISECONDS = 5000;
const SPOKEN_MILLISECONDS = 5000;
const UNDER_WAY = ["pending", "queued", "running"];
const ENDS: Record<string, string> = { completed: "done", failed: "failed", cancelled: "cancelled" };

let clock = 0;
let spokenAt = -SPOKEN_MILLISECONDS;
const tags = new Map<string, string>();

/** The body of a part of a page; null while it is the same as before, or nobody answers. */
async function fetchPart(address: string): Promise<HTMLElement | null> {
  const headers: Record<string, string> = { Accept: "text/html" };
  const { pathname } = new URL(address, location.href); // the cursor in the query moves on
  const tag = tags.get(pathname);
  if (tag) headers["If-None-Match"] = tag;
  const answer = await fetch(address, { headers, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return null;

  tags.set(pathname, answer.headers.get("ETag") ?? "");
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

/** Say how a job ended, at most one sentence in five seconds. */
function speak(row: HTMLElement, before: string): void {
  const end = ENDS[row.dataset.state ?? ""];
  if (!end || !UNDER_WAY.includes(before) || performance.now() - spokenAt < SPOKEN_MILLISECONDS) return;
  spokenAt = performance.now();
  find("#announce")!.textContent = `${row.dataset.title}: ${end}`;
}

function isWanted(list: HTMLElement, row: HTMLElement): boolean {
  const states = (list.dataset.states ?? "").split(" ").filter(Boolean);
  return !("known" in list.dataset) && (states.length === 0 || states.includes(row.dataset.state ?? ""));
}

/** Put a fresh row in the place of the old one; what had the focus keeps it, if it is there. */
function replace(old: HTMLElement, fresh: HTMLElement): void {
  if (old.outerHTML === fresh.outerHTML) return;
  const label = old.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : undefined;
  const before = old.dataset.state ?? "";
  old.replaceWith(fresh);
  if (label !== undefined) {
    const same = label ? find(`[aria-label="${CSS.escape(label)}"]`, fresh) : null;
    (same ?? find(".what a", fresh))?.focus({ preventScroll: true });
  }
  speak(fresh, before);
}

async function followList(list: HTMLElement): Promise<void> {
  const address = new URL(list.dataset.jobs!, location.href);
  if (list.dataset.since) address.searchParams.set("since", list.dataset.since);
  const part = await fetchPart(address.href);
  const answer = part && find("[data-since]", part);
  if (!answer || !list.isConnected) return;
  if ("tooMany" in answer.dataset) return visit(location.href, { push: false });
  list.dataset.since = answer.dataset.since;
  // Oldest first, so that the newest of the new ones comes on top at last.
  for (const fresh of findAll(".job", answer).reverse()) {
    const old = document.getElementById(fresh.id);
    const isOver = old && UNDER_WAY.includes(old.dataset.state ?? "") && fresh.dataset.state! in ENDS;
    if (isOver && "renew" in list.dataset) return visit(location.href, { push: false }); // what it made is there now
    if (old) replace(old, fresh);
    else if (isWanted(list, fresh)) list.prepend(fresh);
  }
  if (find(".job", list)) find("#no-jobs")?.remove();
}

async function followRunning(): Promise<void> {
  const shown = find("[data-running]");
  if (!shown) return;
  const part = await fetchPart(shown.dataset.running!);
  if (!part) return;
  const fresh = find("[data-running]", part);
  if (fresh) shown.replaceWith(fresh);
}

async function turn(): Promise<void> {
  const list = find("[data-jobs]");
  if (document.hidden) return; // the next look is when the page is seen again
  if (list) await followList(list);
  await followRunning();
  wait();
}

function wait(): void {
  clearTimeout(clock);
  const list = find("[data-jobs]");
  if (!list && !find("[data-running]:not([hidden])")) return;
  const isBusy = list ? findAll(".job", list).some((row) => UNDER_WAY.includes(row.dataset.state ?? "")) : false;
  clock = window.setTimeout(() => void turn(), isBusy ? BUSY_MILLISECONDS : IDLE_MILLISECONDS);
}

export function installJobs(): void {
  onArrival(wait);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wait();
  });
}
