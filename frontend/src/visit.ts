// Links and forms marked data-visit change the page in place: the frame stays, so do
// focus, scroll and open parts; a thin bar shows the way. Without scripts, or when
// anything fails, they are ordinary links.
import { find, findAll, on } from "./dom";
import { toast } from "./toast";

const BAR_MILLISECONDS = 150;
let going: AbortController | null = null;
const arrivals: Array<() => void> = [];

/** Call `mount` now and whenever new content stands in the page. */
export function onArrival(mount: () => void): void {
  arrivals.push(mount);
  mount();
}

export async function visit(address: string, { push = true, trail = [] as string[] } = {}): Promise<void> {
  going?.abort();
  going = new AbortController();
  const { signal } = going;
  const bar = find<HTMLProgressElement>(".travel")!;
  const late = setTimeout(() => (bar.hidden = false), BAR_MILLISECONDS);
  try {
    const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
    show(await answer.text(), answer.url, { push, trail });
  } catch {
    if (!signal.aborted) toast({ title: "Entrepôt does not answer", text: "Is the server running?", kind: "bad" });
  } finally {
    clearTimeout(late);
    if (!signal.aborted) bar.hidden = true;
  }
}

/** Put a page that was fetched in the place of this one; what is no page of ours is opened. */
export function show(text: string, address: string, { push = true, trail = [] as string[] } = {}): void {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.querySelector("#main")) return location.assign(address);
  if (push) history.pushState({ trail }, "", address);
  swap(page);
}

function swap(page: Document): void {
  const main = find("#main")!;
  const focus = document.activeElement?.id;
  const wasInGrid = Boolean(document.activeElement?.closest("table.grid tbody"));
  const left = find(".gridbox > .scroll")?.scrollLeft ?? 0;
  const open = findAll("details[open][id]", main).map((part) => part.id);
  main.replaceChildren(...page.querySelector("#main")!.childNodes);
  find("#crumbs")!.replaceChildren(...page.querySelector("#crumbs")!.childNodes);
  document.title = page.title;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const box = find(".gridbox > .scroll");
  if (box) box.scrollLeft = left;
  for (const mount of arrivals) mount();
  document.dispatchEvent(new Event("entrepot:arrived"));
  const kept = focus ? document.getElementById(focus) : wasInGrid ? find("table.grid [tabindex='0']") : null;
  kept?.focus({ preventScroll: true });
  find("#announce")!.textContent = find("[data-announce]")?.dataset.announce ?? document.title;
}

/** Earlier pages of this walk, oldest first: key paging knows only the next one. */
export function trail(): string[] {
  return (history.state as { trail?: string[] } | null)?.trail ?? [];
}

function submit(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const values = new FormData(form, submitter);
  const address = new URL(form.action);
  const isLean = form.dataset.visit === "lean"; // what is empty stays out of the address
  const given = [...values].map(([name, value]) => [name, String(value)]).filter(([, value]) => value || !isLean);
  address.search = new URLSearchParams(given).toString();
  void visit(address.href);
}

/** Where a link leads; links in drawings know no `href` as text. */
export function addressOf(link: Element): string {
  return new URL(link.getAttribute("href")!, location.href).href;
}

export function installVisit(): void {
  on("click", "a[href][data-visit]", (link, event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const onward = link.dataset.visit === "next" ? [...trail(), location.href] : [];
    void visit(addressOf(link), { trail: onward });
  });
  on("submit", "form[data-visit]", (form, event) => {
    event.preventDefault();
    submit(form as HTMLFormElement, event.submitter);
  });
  on("click", "[data-previous]", () => {
    const pages = trail();
    const address = pages.pop();
    if (address) void visit(address, { trail: pages });
  });
  on("change", "[data-submit-on-change]", (field) => (field as HTMLInputElement).form?.requestSubmit());
  addEventListener("popstate", () => void visit(location.href, { push: false }));
  onArrival(() => {
    for (const button of findAll<HTMLButtonElement>("[data-previous]")) button.disabled = trail().length === 0;
  });
  addEventListener("pagehide", () => (find<HTMLProgressElement>(".travel")!.hidden = true));
  on("click", ".rail a, .dock a, .crumbs a, main a:not([data-visit], [data-open-line], [download], [target], [href^='#'])", (_, event) => {
    if (!event.defaultPrevented && !event.ctrlKey && !event.metaKey) find<HTMLProgressElement>(".travel")!.hidden = false;
  });
}
