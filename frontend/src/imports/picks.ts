// Changes that are taken or left out: each tick is kept at once, Space picks the row of
// the cell where one is, and the foot of the grid counts. Without scripts a button keeps
// the ticks.
import { find, findAll, on } from "../dom";
import { toast } from "../toast";
import { onArrival } from "../visit";

const FORM = "form[data-picks]";
let isDirty = false;
let isSending = false;

/** Send the ticks, one request after the other: the last one has them all. */
async function send(form: HTMLFormElement): Promise<void> {
  isDirty = true;
  if (isSending) return;
  isSending = true;
  try {
    while (isDirty) {
      isDirty = false;
      const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      const answer = await fetch(form.action, { method: "POST", body, keepalive: true, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ["picked", "go-on"]) {
        const fresh = page.getElementById(id);
        if (!isDirty && fresh) document.getElementById(id)?.replaceWith(fresh);
      }
    }
  } catch {
    toast({ title: "The ticks were not kept", text: "Is the server running? Reload the page to see what is kept.", kind: "bad" });
  } finally {
    isSending = false;
  }
}

function boxes(): HTMLInputElement[] {
  return findAll<HTMLInputElement>(`${FORM} tbody .pick input[type=checkbox]`);
}

/** The box in the head: on, off, or between. */
function settle(): void {
  const all = find<HTMLInputElement>(`${FORM} thead .pick input`);
  if (!all) return;
  const taken = boxes().filter((box) => box.checked).length;
  all.checked = taken > 0;
  all.indeterminate = taken > 0 && taken < boxes().length;
}

function pick(box: HTMLElement): void {
  if (box.matches("thead input")) for (const each of boxes()) each.checked = (box as HTMLInputElement).checked;
  settle();
  void send(box.closest<HTMLFormElement>("form")!);
}

function space(cell: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== " " || event.target !== cell || cell.matches(".pick")) return;
  const box = find<HTMLInputElement>(".pick input[type=checkbox]", cell.closest("tr")!);
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  pick(box);
}

export function installPicks(): void {
  on("change", `${FORM} .pick input`, pick);
  on("keydown", `${FORM} tbody :is(th, td)`, space);
  onArrival(settle);
}
