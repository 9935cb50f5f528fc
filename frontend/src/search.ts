// Narrow a list that is already on the page while its search field is written in.
import { find, findAll, on } from "./dom";

export function installSearch(): void {
  on("input", "[data-search]", (field) => {
    const words = (field as HTMLInputElement).value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = findAll(field.dataset.search!);
    for (const row of rows) {
      const text = (row.dataset.text ?? row.textContent ?? "").toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    const none = find("[data-search-none]");
    if (none) none.hidden = rows.some((row) => !row.hidden);
  });
}
