// Parts marked data-live="<seconds>" are fetched again by themselves while the page is
// seen; the server answers 304 as long as nothing changed. When a part is live no longer,
// the page is taken as a whole once more: other things are there now.
import { find, findAll } from "./dom";
import { onArrival, visit } from "./visit";

const MILLISECONDS = 1000;
let clock = 0;
let tag = "";
const renewals: Array<() => void> = [];

/** Call `mount` whenever a live part got new content. */
export function onRenewal(mount: () => void): void {
  renewals.push(mount);
}

async function refresh(id: string): Promise<void> {
  const part = document.getElementById(id);
  if (!part || document.hidden || part.contains(document.activeElement)) return;
  const headers: Record<string, string> = { Accept: "text/html", "X-Refresh": "1" };
  if (tag) headers["If-None-Match"] = tag;
  const answer = await fetch(location.pathname + location.search, { headers, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return; // unchanged, or away: what is shown says when it was seen
  tag = answer.headers.get("ETag") ?? "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(id);
  if (!fresh) return;
  if (!("live" in fresh.dataset)) return visit(location.href, { push: false });
  const open = findAll("details[open][id]", part).map((each) => each.id);
  part.replaceChildren(...fresh.childNodes);
  for (const each of open) document.getElementById(each)?.setAttribute("open", "");
  for (const mount of renewals) mount();
  document.dispatchEvent(new Event("entrepot:renewed"));
}

export function installLive(): void {
  onArrival(() => {
    clearInterval(clock);
    tag = "";
    const part = find("[data-live]");
    if (part) clock = window.setInterval(() => void refresh(part.id), Number(part.dataset.live) * MILLISECONDS);
  });
}
