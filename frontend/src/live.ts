// Parts marked data-live="<seconds>" are fetched again by themselves while the page is
// seen; the server answers 304 as long as nothing changed.
import { find } from "./dom";
import { onArrival } from "./visit";

const MILLISECONDS = 1000;
let clock = 0;
let tag = "";

async function refresh(id: string): Promise<void> {
  const part = document.getElementById(id);
  if (!part || document.hidden || part.contains(document.activeElement)) return;
  const headers: Record<string, string> = { Accept: "text/html" };
  if (tag) headers["If-None-Match"] = tag;
  const answer = await fetch(location.pathname, { headers, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return; // unchanged, or away: what is shown says when it was seen
  tag = answer.headers.get("ETag") ?? "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(id);
  const open = part.querySelector("details[open]") !== null;
  if (!fresh) return;
  part.replaceChildren(...fresh.childNodes);
  if (open) part.querySelector("details")?.setAttribute("open", "");
}

export function installLive(): void {
  onArrival(() => {
    clearInterval(clock);
    tag = "";
    const part = find("[data-live]");
    if (part) clock = window.setInterval(() => void refresh(part.id), Number(part.dataset.live) * MILLISECONDS);
  });
}
