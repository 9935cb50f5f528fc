// The grid of a result: only the rows that are seen stand in the page. The table is the
// one tab stop; arrows move inside, and the cell where one is has the ring.
import { copy } from "../copy";
import { find } from "../dom";
import type { Column } from "./api";
import { fill, iconOf, isNumber, textOf } from "./cells";
import { copyRows, type Form } from "./copying";
import { showValue } from "./value";
import { icon, make, plural } from "./make";
import type { Sheet } from "./sheet";
import { widthOf } from "./widths";

const AROUND_ROWS = 8;
const MOST_PIXELS = 12_000_000;
const LEAST_PIXELS = 40;
const WIDER_PIXELS = 24;

export interface Spot {
  row: number;
  column: number;
}

export class VirtualGrid {
  private readonly table = make("table", { class: "grid virtual", role: "grid", "data-virtual": true, tabindex: 0, "aria-label": "Rows" });
  private readonly body = make("tbody");
  private readonly above = make("tr", { class: "pad", "aria-hidden": "true" }, make("td"));
  private readonly below = make("tr", { class: "pad", "aria-hidden": "true" }, make("td"));
  private readonly shown = new Map<number, HTMLTableRowElement>();
  private widths: number[] = [];
  private rowHeight = 32;
  /** Of the box; asked for only when it changes, since asking costs a layout. */
  private seenPixels = 0;
  private isMeasured = false;
  private isDue = false;
  private here: Spot = { row: 0, column: 0 };
  private anchor: Spot = { row: 0, column: 0 };
  private readonly watcher = new ResizeObserver(() => this.resized());

  /**
   * @param sort Called with the order that a head asks for.
   * @param before The grid of the same rows in another order, whose place is kept.
   */
  constructor(private readonly box: HTMLElement, private sheet: Sheet, private readonly sort: (order: string) => void, before?: VirtualGrid) {
    if (before) {
      this.here = this.anchor = { row: Math.min(before.here.row, 0), column: before.here.column };
      this.widths = before.widths;
      this.isMeasured = before.isMeasured;
    }
    this.table.append(this.head(), this.body);
    this.body.append(this.above, this.below);
    this.table.setAttribute("aria-rowcount", String(sheet.total + 1));
    this.table.setAttribute("aria-colcount", String(sheet.columns.length));
    box.replaceChildren(this.table);
    box.scrollTop = 0;
    this.seenPixels = box.clientHeight;
    this.layOut();
    sheet.arrived = (wrong) => this.arrive(wrong);
    box.onscroll = () => this.soon();
    this.listen();
    this.watcher.observe(box);
    this.render();
  }

  close(): void {
    this.watcher.disconnect();
    this.sheet.arrived = () => {};
    this.box.onscroll = null;
    this.table.remove();
  }

  focus(): void {
    this.table.focus({ preventScroll: true });
  }

  // ── what stands there ─────────────────────────────────────────────────────

  private head(): HTMLTableSectionElement {
    const row = make("tr", { "aria-rowindex": 1 }, make("td", { class: "pick" }));
    for (const [at, column] of this.sheet.columns.entries()) row.append(this.headCell(column, at));
    return make("thead", {}, row);
  }

  private headCell(column: Column, at: number): HTMLElement {
    const [name, way] = splitOrder(this.sheet.order);
    const isSorted = this.sheet.order !== "" && name === column.name;
    const title = column.name || "(no name)";
    const button = make("button", { type: "button", tabindex: -1, title: `${title} · ${column.type}`, click: () => this.sortBy(at) }, title);
    const mark = isSorted ? icon(way === "desc" ? "down" : "up", "sort") : null;
    const grip = make("span", { class: "resize", title: "Drag, or + and −; a double click fits it", pointerdown: (event: PointerEvent) => this.resize(event, at), dblclick: (event: MouseEvent) => this.fit(at, event) });
    return make(
      "th",
      { scope: "col", id: `head-${at}`, class: isNumber(column.type) ? "num" : "", "aria-colindex": at + 1, "aria-sort": isSorted ? (way === "desc" ? "descending" : "ascending") : null },
      make("span", { class: "head" }, icon(iconOf(column.type)), button, mark), grip,
    );
  }

  private layOut(): void {
    const group = make("colgroup", {}, make("col"));
    const font = getComputedStyle(this.table);
    const canvas = document.createElement("canvas").getContext("2d")!;
    canvas.font = `${font.fontWeight} ${font.fontSize} ${font.fontFamily}`;
    const before = this.widths;
    this.widths = this.sheet.columns.map((_, at) => (this.isMeasured && before[at]) || widthOf(canvas, this.sheet, at));
    const first = 24 + 7 * String(this.sheet.total).length;
    let all = first;
    (group.firstElementChild as HTMLElement).style.width = `${first}px`;
    const needed = this.widths.reduce((sum, width) => sum + width, first);
    const spare = Math.max(this.box.clientWidth - needed, 0) / (this.widths.length || 1);
    for (const width of this.widths) {
      const one = make("col");
      one.style.width = `${width + spare}px`;
      all += width;
      group.append(one);
    }
    this.table.style.width = `max(${all}px, 100%)`;
    find("colgroup", this.table)?.remove();
    this.table.prepend(group);
    for (const pad of [this.above, this.below]) (pad.firstElementChild as HTMLTableCellElement).colSpan = this.sheet.columns.length + 1;
  }

  private arrive(wrong?: unknown): void {
    if (wrong) return void this.box.dispatchEvent(new CustomEvent("gone", { detail: wrong }));
    if (!this.isMeasured && this.sheet.row(0)) {
      this.layOut();
      this.isMeasured = true;
    }
    for (const [place, row] of this.shown) if ("waits" in row.dataset) this.fillRow(row, place);
    this.soon();
  }

  private soon(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.render();
    });
  }

  private get all(): number {
    return Math.min(this.sheet.total, Math.floor(MOST_PIXELS / this.rowHeight));
  }

  private render(): void {
    const first = Math.max(Math.floor(this.box.scrollTop / this.rowHeight) - AROUND_ROWS, 0);
    const seen = Math.ceil(this.seenPixels / this.rowHeight) + 2 * AROUND_ROWS;
    const end = Math.min(first + seen, this.all);
    const free: HTMLTableRowElement[] = [];
    for (const [place, row] of this.shown)
      if (place < first || place >= end) {
        free.push(row);
        this.shown.delete(place);
      }
    let previous: Element = this.above;
    for (let place = first; place < end; place += 1) {
      let row = this.shown.get(place);
      if (!row) {
        row = free.pop() ?? this.newRow();
        this.shown.set(place, row);
        this.fillRow(row, place);
      }
      if (previous.nextElementSibling !== row) previous.after(row);
      previous = row;
    }
    for (const row of free) row.remove();
    this.above.style.height = `${first * this.rowHeight}px`;
    this.below.style.height = `${(this.all - end) * this.rowHeight}px`;
    this.above.hidden = first === 0;
    this.sheet.want(first, end + 2 * AROUND_ROWS);
    if (!this.isMeasured) this.measureRow();
  }

  private newRow(): HTMLTableRowElement {
    const row = make("tr", {}, make("td", { class: "pick" }));
    for (let at = 0; at < this.sheet.columns.length; at += 1) row.append(make("td", { role: "gridcell", "aria-colindex": at + 1 }));
    return row;
  }

  private fillRow(row: HTMLTableRowElement, place: number): void {
    const values = this.sheet.row(place);
    row.dataset.place = String(place);
    row.setAttribute("aria-rowindex", String(place + 2));
    row.cells[0]!.textContent = String(place + 1);
    if (values) delete row.dataset.waits;
    else row.dataset.waits = "";
    for (const [at, column] of this.sheet.columns.entries()) {
      const cell = row.cells[at + 1]!;
      if (values) fill(cell, values[at], column);
      else cell.replaceChildren(make("span", { class: "bone w2" }));
      this.paint(cell, place, at);
    }
  }

  private resized(): void {
    this.seenPixels = this.box.clientHeight;
    this.layOut();
    this.measureRow();
  }

  private measureRow(): void {
    const row = this.shown.values().next().value;
    const height = row?.getBoundingClientRect().height ?? 0;
    if (height && Math.abs(height - this.rowHeight) > 0.01) this.rowHeight = height;
    this.soon();
  }

  // ── where one is ──────────────────────────────────────────────────────────

  private get picked(): { from: Spot; to: Spot } {
    const [a, b] = [this.anchor, this.here];
    return {
      from: { row: Math.max(Math.min(a.row, b.row), 0), column: Math.min(a.column, b.column) },
      to: { row: Math.max(a.row, b.row, 0), column: Math.max(a.column, b.column) },
    };
  }

  private paint(cell: HTMLElement, row: number, column: number): void {
    const isHere = row === this.here.row && column === this.here.column;
    const { from, to } = this.picked;
    const isOne = from.row === to.row && from.column === to.column;
    const isPicked = !isOne && row >= from.row && row <= to.row && column >= from.column && column <= to.column;
    cell.classList.toggle("here", isHere);
    cell.classList.toggle("picked", isPicked);
    if (isPicked) cell.setAttribute("aria-selected", "true");
    else cell.removeAttribute("aria-selected");
    if (isHere) cell.id = "cell-here";
    else if (cell.id === "cell-here") cell.removeAttribute("id");
  }

  private paintAll(): void {
    for (const [place, row] of this.shown)
      for (let at = 0; at < this.sheet.columns.length; at += 1) this.paint(row.cells[at + 1]!, place, at);
    for (const head of this.table.querySelectorAll("thead th")) head.classList.toggle("here", this.here.row < 0 && head.id === `head-${this.here.column}`);
    this.table.setAttribute("aria-activedescendant", this.here.row < 0 ? `head-${this.here.column}` : "cell-here");
    const { from, to } = this.picked;
    const cells = (to.row - from.row + 1) * (to.column - from.column + 1);
    const words = cells > 1 ? `${plural(to.row - from.row + 1, "row")} × ${plural(to.column - from.column + 1, "column")} selected` : "";
    this.box.dispatchEvent(new CustomEvent("picked", { detail: words }));
  }

  private move(row: number, column: number, extends_ = false): void {
    this.here = {
      row: Math.min(Math.max(row, extends_ ? 0 : -1), Math.max(this.all - 1, -1)),
      column: Math.min(Math.max(column, 0), this.sheet.columns.length - 1),
    };
    if (!extends_) this.anchor = this.here;
    this.reveal();
    this.render();
    this.paintAll();
  }

  private reveal(): void {
    const head = find("thead", this.table)!.offsetHeight;
    const { row, column } = this.here;
    const top = row * this.rowHeight;
    if (row >= 0 && top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + this.rowHeight + head > this.box.scrollTop + this.box.clientHeight)
      this.box.scrollTop = top + this.rowHeight + head - this.box.clientHeight;
    const cell = find(`#head-${column}`, this.table)!;
    const start = find("thead .pick", this.table)!.offsetWidth;
    if (cell.offsetLeft - start < this.box.scrollLeft) this.box.scrollLeft = cell.offsetLeft - start;
    else if (cell.offsetLeft + cell.offsetWidth > this.box.scrollLeft + this.box.clientWidth)
      this.box.scrollLeft = cell.offsetLeft + cell.offsetWidth - this.box.clientWidth;
  }

  private listen(): void {
    this.table.addEventListener("keydown", (event) => this.press(event));
    this.table.addEventListener("focus", () => this.paintAll());
    this.table.addEventListener("pointerdown", (event) => this.point(event));
    this.table.addEventListener("dblclick", () => this.open());
  }

  private spotAt(target: EventTarget | null): Spot | null {
    const cell = target instanceof Element ? target.closest("td") : null;
    const row = cell?.closest("tr");
    if (!cell || !row?.dataset.place) return null;
    return { row: Number(row.dataset.place), column: cell.cellIndex - 1 };
  }

  private point(event: PointerEvent): void {
    const spot = this.spotAt(event.target);
    if (!spot || event.button !== 0) return;
    if (spot.column < 0) return this.pickRow(spot.row, event.shiftKey);
    this.move(spot.row, spot.column, event.shiftKey);
    if (event.pointerType !== "mouse") return;
    const drag = (moved: PointerEvent): void => {
      const next = this.spotAt(document.elementFromPoint(moved.clientX, moved.clientY));
      if (next && (next.row !== this.here.row || next.column !== this.here.column)) this.move(next.row, Math.max(next.column, 0), true);
    };
    document.addEventListener("pointermove", drag);
    document.addEventListener("pointerup", () => document.removeEventListener("pointermove", drag), { once: true });
  }

  private pickRow(row: number, extends_ = false): void {
    const first = extends_ ? this.anchor.row : row;
    this.move(row, this.sheet.columns.length - 1);
    this.anchor = { row: first, column: 0 };
    this.paintAll();
  }

  private press(event: KeyboardEvent): void {
    const isControl = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (isControl && letter === "a") this.pickAll();
    else if (isControl && letter === "c") {
      if (!getSelection()?.isCollapsed) return;
      void this.copy("tsv", false);
    } else if (this.step(event)) {
      // moved
    } else if (isControl || event.altKey) return;
    else if (event.key === "Enter") this.open();
    else if (event.key === " ") this.pickRow(this.here.row, event.shiftKey);
    else if (letter === "s") this.sortBy(this.here.column);
    else if (letter === "+" || letter === "-") this.widen(this.here.column, letter === "+" ? WIDER_PIXELS : -WIDER_PIXELS);
    else if (letter === "=" || letter === "0") this.fit(this.here.column);
    else if (event.key === "Escape" && (this.anchor.row !== this.here.row || this.anchor.column !== this.here.column)) this.move(this.here.row, this.here.column);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private step(event: KeyboardEvent): boolean {
    const { row, column } = this.here;
    const end = this.all - 1;
    const last = this.sheet.columns.length - 1;
    const far = event.ctrlKey || event.metaKey;
    const screen = Math.max(Math.floor(this.box.clientHeight / this.rowHeight) - 2, 1);
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [row, far ? 0 : column - 1], ArrowRight: [row, far ? last : column + 1],
      ArrowUp: [far ? 0 : row - 1, column], ArrowDown: [far ? end : row + 1, column],
      Home: [far ? 0 : row, 0], End: [far ? end : row, last],
      PageUp: [Math.max(row - screen, 0), column], PageDown: [row + screen, column],
    };
    const next = event.altKey ? undefined : steps[event.key];
    if (next) this.move(next[0], next[1], event.shiftKey);
    return next !== undefined;
  }

  private pickAll(): void {
    this.anchor = { row: 0, column: 0 };
    this.here = { row: this.all - 1, column: this.sheet.columns.length - 1 };
    this.paintAll();
  }

  // ── what one does there ───────────────────────────────────────────────────

  private sortBy(at: number): void {
    const name = this.sheet.columns[at]?.name;
    if (!name) return;
    const [sorted, way] = splitOrder(this.sheet.order);
    const next = sorted !== name ? `${name} asc` : way === "desc" ? "" : `${name} desc`;
    this.sort(next);
  }

  private resize(event: PointerEvent, at: number): void {
    event.preventDefault();
    event.stopPropagation();
    const begin = event.clientX;
    const width = this.widths[at]!;
    const drag = (moved: PointerEvent): void => {
      this.setWidth(at, width + moved.clientX - begin);
    };
    document.addEventListener("pointermove", drag);
    document.addEventListener("pointerup", () => document.removeEventListener("pointermove", drag), { once: true });
  }

  /** Make a column wider or narrower, and keep it in sight. */
  private widen(at: number, pixels: number): void {
    const drawn = find(`#head-${at}`, this.table)!.offsetWidth;
    this.setWidth(at, Math.max(drawn, this.widths[at]!) + pixels);
    this.reveal();
  }

  /** Make a column as wide as its name and values need. */
  private fit(at: number, event?: Event): void {
    event?.stopPropagation();
    this.widths[at] = 0;
    this.isMeasured = true;
    this.layOut();
  }

  private setWidth(at: number, pixels: number): void {
    this.widths[at] = Math.max(pixels, LEAST_PIXELS);
    this.isMeasured = true;
    this.layOut();
  }

  private open(): void {
    const { row, column } = this.here;
    if (row < 0) return this.sortBy(column);
    const values = this.sheet.row(row);
    const about = this.sheet.columns[column];
    const dialog = find<HTMLDialogElement>("#cell-dialog");
    if (!values || !about || !dialog) return;
    showValue(dialog, about, row, values[column]);
  }

  /** Copy what is selected, or all rows where that is one cell and `orAll`. */
  async copy(form: Form, orAll: boolean): Promise<void> {
    const { from, to } = this.picked;
    const isOne = from.row === to.row && from.column === to.column;
    if (isOne && !orAll) return copy(this.here.row < 0 ? this.sheet.columns[from.column]!.name : (textOf(this.sheet.row(from.row)?.[from.column], this.sheet.columns[from.column]!.type) ?? ""));
    const range = isOne ? { from: { row: 0, column: 0 }, to: { row: this.sheet.total - 1, column: this.sheet.columns.length - 1 } } : { from, to };
    await copyRows(this.sheet, form, range.from, range.to);
  }
}

/** Column and direction of an order as the server takes it. */
function splitOrder(order: string): [string, string] {
  const at = order.lastIndexOf(" ");
  return [order.slice(0, at), order.slice(at + 1)];
}
