// The steps of a new export: Ctrl Enter does what the primary button does, columns move
// without a reload, and the preview follows what is chosen. Without scripts the same
// buttons send the form.
import { find, findAll, on } from "./dom";
import { onArrival } from "./visit";

const REST_MILLISECONDS = 500;
let clock = 0;
let asking: AbortController | null = null;

/** Ask for the page as it would be, and take its preview. */
async function renew(form: HTMLFormElement): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const shown = document.getElementById(form.dataset.renew!);
  shown?.setAttribute("aria-busy", "true");
  const options = { method: "POST", body: new FormData(form), signal: asking.signal, headers: { Accept: "text/html" } };
  const answer = await fetch(form.action, options).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page?.getElementById(form.dataset.renew!);
  if (!shown?.isConnected || !fresh) return;
  shown.replaceChildren(...fresh.childNodes);
  shown.removeAttribute("aria-busy");
  if (answer!.redirected) history.replaceState(history.state, "", answer!.url);
}

function renewSoon(field: Element): void {
  const form = field.closest<HTMLFormElement>("form[data-renew]");
  if (!form || field.matches("[data-submit-on-change]")) return;
  count();
  clearTimeout(clock);
  clock = window.setTimeout(() => form.isConnected && void renew(form), REST_MILLISECONDS);
}

function count(): void {
  const shown = find("#taken");
  if (shown) shown.textContent = `${findAll("#columns [name=take]:checked").length} of ${shown.dataset.of} taken`;
}

/** Move a column's row; the ends have one way only. */
function move(button: HTMLButtonElement): void {
  const row = button.closest("tr")!;
  if (button.dataset.move === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  const rows = findAll("#columns tbody tr");
  rows.forEach((each, place) => {
    find<HTMLButtonElement>("[data-move=up]", each)!.disabled = place === 0;
    find<HTMLButtonElement>("[data-move=down]", each)!.disabled = place === rows.length - 1;
  });
  if (button.disabled) find(`[data-move]:not(:disabled)`, row)?.focus();
  else button.focus();
  find("#announce")!.textContent = `${find("[name=column]", row)!.getAttribute("value")}: column ${rows.indexOf(row) + 1} of ${rows.length}`;
  renewSoon(button);
}

export function installExports(): void {
  on("click", "[data-move]", (button, event) => {
    event.preventDefault();
    move(button as HTMLButtonElement);
  });
  on("input", "form[data-renew] :is(input, select)", renewSoon);
  on("keydown", "form[data-wizard]", (form, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    find<HTMLButtonElement>("button.primary", form)?.click();
  });
  onArrival(() => clearTimeout(clock));
}
