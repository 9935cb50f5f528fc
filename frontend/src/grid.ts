// The grid by keyboard: one tab stop, arrows inside, and a key for each thing a cell can
// do. Without scripts the same table is a plain table with links in its head.
import { openCell, rawOf } from "./cell";
import { copy } from "./copy";
import { find, findAll, on } from "./dom";
import { key } from "./keys";
import { toast } from "./toast";
import { onArrival, visit } from "./visit";

const GRID = "table.grid:not([data-virtual])"; // that of a result keeps its own keys
const CELLS = "th, td:not(.pick)";
let place = { row: 1, column: 0 };

function rows(): HTMLElement[][] {
  return findAll(`${GRID} tr`).map((row) => findAll(CELLS, row).filter((cell) => !cell.classList.contains("pick")));
}

export function currentCell(): HTMLElement | null {
  return find(`${GRID} [tabindex='0']`);
}

/** Make one cell the tab stop; the place is kept within the grid. */
function settle(row: number, column: number, takesFocus: boolean): void {
  const all = rows();
  if (!all.length) return;
  place = {
    row: Math.min(Math.max(row, 0), all.length - 1),
    column: Math.min(Math.max(column, 0), all[0]!.length - 1),
  };
  currentCell()?.setAttribute("tabindex", "-1");
  const cell = all[place.row]?.[place.column];
  if (!cell) return;
  cell.tabIndex = 0;
  if (!takesFocus) return;
  cell.focus({ preventScroll: true });
  reveal(cell);
}

/** Scroll the box so that the cell stands clear of the fixed head and first column. */
function reveal(cell: HTMLElement): void {
  const box = cell.closest<HTMLElement>(".scroll")!;
  const head = find("thead", box)!.offsetHeight;
  if (!cell.classList.contains("fix")) revealAcross(cell, box);
  const top = (cell.parentElement as HTMLElement).offsetTop;
  if (place.row > 0 && top - head < box.scrollTop) box.scrollTop = top - head;
  else if (top + cell.offsetHeight > box.scrollTop + box.clientHeight)
    box.scrollTop = top + cell.offsetHeight - box.clientHeight;
}

function revealAcross(cell: HTMLElement, box: HTMLElement): void {
  const fixed = find("thead .fix", box);
  const start = fixed ? fixed.offsetWidth + (find(".pick", box)?.offsetWidth ?? 0) : 0;
  if (cell.offsetLeft - start < box.scrollLeft) box.scrollLeft = cell.offsetLeft - start;
  else if (cell.offsetLeft + cell.offsetWidth > box.scrollLeft + box.clientWidth)
    box.scrollLeft = cell.offsetLeft + cell.offsetWidth - box.clientWidth;
}

function screenRows(): number {
  const box = find(".gridbox > .scroll");
  const row = find(`${GRID} tbody tr`);
  return box && row ? Math.max(Math.floor(box.clientHeight / row.offsetHeight) - 2, 1) : 10;
}

function target(event: KeyboardEvent): [number, number] | null {
  const { row, column } = place;
  const last = Number.MAX_SAFE_INTEGER;
  switch (event.key) {
    case "ArrowLeft": return [row, column - 1];
    case "ArrowRight": return [row, column + 1];
    case "ArrowUp": return [row - 1, column];
    case "ArrowDown": return [row + 1, column];
    case "Home": return [event.ctrlKey ? 1 : row, 0];
    case "End": return [event.ctrlKey ? last : row, last];
    case "PageUp": return [Math.max(row - screenRows(), 1), column];
    case "PageDown": return [row + screenRows(), column];
    default: return null;
  }
}

function press(cell: HTMLElement, event: KeyboardEvent): void {
  if (event.altKey || event.metaKey) return;
  const next = target(event);
  if (next) settle(...next, true);
  else if (event.key === "Enter" && event.target === cell) act(cell);
  else return;
  event.preventDefault();
}

function act(cell: HTMLElement): void {
  if (cell.matches("thead th")) find("a", cell)?.click();
  else open(cell);
}

/** Show a cell, unless the page does something else with it. */
function open(cell: HTMLElement): void {
  if (cell.dispatchEvent(new CustomEvent("cell-open", { bubbles: true, cancelable: true }))) void openCell(cell);
}

function headOf(cell: HTMLElement): HTMLElement {
  return rows()[0]![place.column] ?? cell;
}

function sort(): void {
  const cell = currentCell();
  if (cell) find("a", headOf(cell))?.click();
}

function filterByValue(): void {
  const cell = currentCell();
  if (!cell?.matches("[data-api] tbody *")) return;
  const name = headOf(cell).dataset.column!.replace(/[~/:]/g, (c) => `~${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const raw = rawOf(cell);
  if (raw === undefined) return void toast({ title: "This value is too long to filter by", kind: "warn" });
  const address = new URL(location.href);
  for (const gone of ["after", "offset", "first"]) address.searchParams.delete(gone);
  address.searchParams.append("where", raw === null ? `${name}:isnull:true` : `${name}:eq:${raw}`);
  void visit(address.href);
}

function copyCell(event: KeyboardEvent): void {
  const cell = document.activeElement;
  const isCopy = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c";
  if (!isCopy || !(cell instanceof HTMLElement) || !cell.matches(`${GRID} :is(td, th)`)) return;
  if (!getSelection()?.isCollapsed) return;
  event.preventDefault();
  if (cell.matches("thead th")) return void copy(cell.dataset.column!);
  const raw = rawOf(cell);
  if (raw === undefined) openCell(cell);
  else void copy(raw ?? "", raw === null ? "Copied NULL as nothing" : "Copied");
}

function mount(): void {
  const table = find(GRID);
  if (!table) return;
  table.setAttribute("role", "grid");
  for (const inner of findAll("a, button", table)) inner.tabIndex = -1;
  for (const cell of rows().flat()) cell.tabIndex = -1;
  settle(place.row, place.column, false);
}

export function installGrid(): void {
  onArrival(mount);
  document.addEventListener("focusin", (event) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>(`${GRID} :is(th, td):not(.pick)`) : null;
    if (!cell || cell === currentCell()) return;
    const row = rows().findIndex((cells) => cells.includes(cell));
    settle(row, rows()[row]!.indexOf(cell), false);
  });
  on("keydown", `${GRID} :is(th, td)`, press);
  on("dblclick", `${GRID} tbody :is(th, td:not(.pick))`, open);
  document.addEventListener("keydown", copyCell);
  key("s", sort);
  key("f", filterByValue);
  key("e", () => {
    const menu = find<HTMLDetailsElement>("#export-box");
    if (!menu) return;
    menu.open = true;
    find("a, button", find(".menu", menu)!)?.focus();
  });
}
