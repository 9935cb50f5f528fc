// The filter builder: `/` opens it, and a field says what its comparison wants.
import { find, findAll, on } from "./dom";
import { onArrival } from "./visit";

const WANTED: Record<string, string> = {
  between: "low … high",
  in: "one, two, three",
  contains: "part of the text",
  startswith: "beginning of the text",
  isnull: "true or false",
};
const BY_KIND: Record<string, string> = {
  date: "2026-11-30",
  datetime: "2026-11-30 14:30",
  time: "14:30",
  boolean: "true or false",
  integer: "a whole number",
  decimal: "a number",
  number: "a number",
};

function hint(row: HTMLElement): void {
  const [column, comparison] = findAll<HTMLSelectElement>("select", row);
  const field = find<HTMLInputElement>("input", row);
  if (!column || !comparison || !field) return;
  const kind = column.selectedOptions[0]?.dataset.kind ?? "";
  field.placeholder = WANTED[comparison.value] ?? BY_KIND[kind] ?? "";
  field.classList.toggle("num", ["integer", "decimal", "number"].includes(kind));
}

export function installFilters(): void {
  on("change", ".filter-row select", (select) => hint(select.closest<HTMLElement>(".filter-row")!));
  onArrival(() => findAll(".filter-row").forEach(hint));
  on("click", "#filter-box > summary", (summary) => {
    const box = summary.parentElement as HTMLDetailsElement;
    if (!box.open) requestAnimationFrame(() => find("#filter-new")?.focus());
  });
}
