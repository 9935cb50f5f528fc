// Picked rows: their number stands above them, Space picks, Shift picks what lies between.
import { find, findAll, on } from "../dom";
import { onArrival } from "../visit";
import { TABLE } from "./rows";

const BOXES = `${TABLE} input[name="id"]`;
let last: HTMLInputElement | null = null;

function boxes(): HTMLInputElement[] {
  return findAll<HTMLInputElement>(BOXES);
}

/** The numbers of the products that are picked. */
export function picked(): string[] {
  return boxes().filter((box) => box.checked).map((box) => box.value);
}

function show(): void {
  const form = find("#picks[data-picks]");
  if (!form) return;
  const count = picked().length;
  const all = boxes();
  for (const box of all) box.closest("tr")!.setAttribute("aria-selected", String(box.checked));
  find("[data-picked]", form)!.textContent = count ? `${count.toLocaleString("en")} picked` : "Pick rows to change them together";
  find<HTMLButtonElement>("[data-bulk=picked]", form)!.disabled = count === 0;
  const every = find<HTMLInputElement>("[data-pick-all]");
  if (every) [every.checked, every.indeterminate] = [count > 0 && count === all.length, count > 0 && count < all.length];
}

function pick(box: HTMLInputElement, isRange: boolean): void {
  const all = boxes();
  const from = last ? all.indexOf(last) : -1;
  if (isRange && from >= 0) {
    const [low, high] = [from, all.indexOf(box)].sort((one, other) => one - other) as [number, number];
    for (const between of all.slice(low, high + 1)) between.checked = box.checked;
  }
  last = box;
  show();
}

export function installPicking(): void {
  onArrival(() => {
    last = null;
    show();
  });
  on("click", BOXES, (box, event) => pick(box as HTMLInputElement, event.shiftKey));
  on("change", "[data-pick-all]", (every) => {
    for (const box of boxes()) box.checked = (every as HTMLInputElement).checked;
    show();
  });
  on("keydown", `${TABLE} tbody :is(th, td):not(.pick)`, (cell, event) => {
    if (event.key !== " " || event.target !== cell) return;
    const box = find<HTMLInputElement>('input[name="id"]', cell.closest<HTMLElement>("tr")!);
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    pick(box, event.shiftKey);
  });
}
