// The columns of a new export: they move without a reload, and are counted.
import { find, findAll, on } from "./dom";
import { onChoice, renewSoon } from "./wizard";

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
  on("click", "#columns [data-move]", (button, event) => {
    event.preventDefault();
    move(button as HTMLButtonElement);
  });
  onChoice(count);
}
