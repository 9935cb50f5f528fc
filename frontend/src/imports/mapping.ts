// Which column becomes which field: Enter goes to the next column, two columns for one
// field are marked at once, and the list shows all columns or those that need a look.
import { find, findAll, on } from "../dom";
import { onArrival } from "../visit";

const FIELDS = "#mapping select[data-target]";
const MANY = ["", "custom"]; // any number of columns may go there

function fields(): HTMLSelectElement[] {
  return findAll<HTMLSelectElement>(FIELDS).filter((field) => field.closest("tr")!.offsetParent !== null);
}

/** Mark the fields that more than one column is meant for, and count the mapped. */
function mark(): void {
  const all = findAll<HTMLSelectElement>(FIELDS);
  if (!all.length) return;
  const chosen = all.map((field) => field.value);
  for (const field of all) {
    const isDouble = !MANY.includes(field.value) && chosen.filter((value) => value === field.value).length > 1;
    field.closest("tr")!.classList.toggle("double", isDouble);
    if (isDouble) field.setAttribute("aria-invalid", "true");
    else if (!field.hasAttribute("aria-describedby")) field.removeAttribute("aria-invalid");
    find("[data-double]", field.closest("tr")!)!.hidden = !isDouble;
  }
  const told = find("#mapped");
  if (told) told.textContent = `${chosen.filter(Boolean).length} of ${all.length} columns are taken`;
}

function narrow(): void {
  const only = find<HTMLInputElement>("#only-open");
  find("#mapping")?.toggleAttribute("data-only-open", Boolean(only?.checked));
}

function next(field: HTMLSelectElement, event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const all = fields();
  const place = all.indexOf(field) + (event.shiftKey ? -1 : 1);
  (all[place] ?? find("[data-wizard] button.primary"))?.focus();
}

export function installMapping(): void {
  on("change", FIELDS, mark);
  on("change", "#only-open", narrow);
  on("keydown", FIELDS, (field, event) => next(field as HTMLSelectElement, event));
  onArrival(() => {
    mark();
    narrow();
  });
}
