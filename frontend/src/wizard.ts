// Steps that lead to something: Ctrl Enter does what the primary button does, Esc what
// the way back does, and a part of the page follows what is chosen. Without scripts the
// same buttons send the form.
import { find, on } from "./dom";
import { onArrival } from "./visit";

const REST_MILLISECONDS = 500;
let clock = 0;
let asking: AbortController | null = null;
const choices: Array<(form: HTMLFormElement) => void> = [];
const renewals: Array<() => void> = [];

/** Call `handle` at once whenever something is chosen in a form that renews. */
export function onChoice(handle: (form: HTMLFormElement) => void): void {
  choices.push(handle);
}

/** Call `mount` whenever a part has followed what is chosen. */
export function onFollowed(mount: () => void): void {
  renewals.push(mount);
}

/** Ask for the page as it would be, and take its part. */
async function renew(form: HTMLFormElement): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const shown = document.getElementById(form.dataset.renew!);
  shown?.setAttribute("aria-busy", "true");
  const options = { method: "POST", body: new FormData(form), signal: asking.signal, headers: { Accept: "text/html" } };
  const answer = await fetch(form.dataset.renewAt ?? form.action, options).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page?.getElementById(form.dataset.renew!);
  if (asking?.signal === options.signal) shown?.removeAttribute("aria-busy");
  if (!shown?.isConnected || !fresh) return;
  shown.replaceChildren(...fresh.childNodes);
  if (answer!.redirected) history.replaceState(history.state, "", answer!.url);
  for (const mount of renewals) mount();
}

/** Let the part follow after a rest, so that it is not asked for with each key. */
export function renewSoon(field: Element): void {
  const form = field.closest<HTMLFormElement>("form[data-renew]");
  if (!form || field.matches("[data-submit-on-change]")) return;
  for (const handle of choices) handle(form);
  clearTimeout(clock);
  clock = window.setTimeout(() => form.isConnected && void renew(form), REST_MILLISECONDS);
}

function isBusyElsewhere(): boolean {
  return find("dialog[open], details.anchor[open]") !== null;
}

function press(event: KeyboardEvent): void {
  const steps = find("[data-wizard]");
  if (!steps || event.defaultPrevented || isBusyElsewhere()) return;
  const isOn = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  const way = isOn ? "button.primary, a.primary" : event.key === "Escape" ? "[data-back]" : "";
  const button = way ? find(way, steps) : null;
  if (!button) return;
  event.preventDefault();
  button.click();
}

export function installWizard(): void {
  document.addEventListener("keydown", press);
  on("input", "form[data-renew] :is(input, select, textarea)", renewSoon);
  onArrival(() => {
    clearTimeout(clock);
    const steps = find(".steps");
    const here = steps && find("[aria-current]", steps);
    if (here) steps.scrollLeft = here.offsetLeft - steps.offsetLeft - steps.clientWidth / 3; // on a phone not all of them fit
  });
}
