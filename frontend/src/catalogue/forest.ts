// A tree of any size: only the lines that are seen stand in the page. The tree is the one
// tab stop; arrows move inside, and the line where one is has the ring.
import { icon, make } from "../console/make";
import type { Outline } from "./outline";

const AROUND_LINES = 10;
const TYPED_MILLISECONDS = 700;
const OPENS_MILLISECONDS = 600;

export interface Heard {
  /** Another category is looked at. */
  chosen(id: number): void;
  renamed(id: number, name: string): Promise<void>;
  /** One is dropped onto another. */
  dropped(id: number, onto: number): void;
}

export class Forest {
  readonly element = make("div", { class: "forest", role: "tree", tabindex: 0, "aria-label": "Categories" });
  private readonly shown = new Map<number, HTMLElement>();
  private readonly open = new Set<number>();
  private lines: number[] = [];
  private found: Set<number> | null = null;
  private words: string[] = [];
  private here = 0;
  private chosenId = 0;
  private lineHeight = 28;
  private typed = "";
  private typedAt = 0;
  private dragged = 0;
  private isDue = false;
  private editing: HTMLInputElement | null = null;

  constructor(private readonly box: HTMLElement, private outline: Outline, private readonly heard: Heard, private readonly canChange: boolean) {
    box.append(this.element);
    box.addEventListener("scroll", () => this.soon());
    new ResizeObserver(() => this.measured()).observe(box);
    this.element.addEventListener("keydown", (event) => this.press(event));
    this.element.addEventListener("click", (event) => this.click(event));
    this.element.addEventListener("dblclick", (event) => this.lineOf(event) && this.toggle(this.here));
    this.element.addEventListener("focus", () => this.paint());
    if (canChange) this.listenToDrags();
    this.fold();
  }

  /** Show the tree as it is now; what is open and where one is stay. */
  renew(outline: Outline): void {
    const id = this.idAt(this.here);
    this.outline = outline;
    if (this.words.length) this.search(this.words.join(" "));
    else this.layOut();
    const place = outline.find(id);
    this.here = Math.max(place < 0 ? Math.min(this.here, this.lines.length - 1) : this.lines.indexOf(place), 0);
    this.paint();
  }

  get current(): number {
    return this.idAt(this.here);
  }

  /** Look at a category: what is above it opens, and it comes into view. */
  reveal(id: number, takesFocus = false): void {
    const place = this.outline.find(id);
    if (place < 0) return;
    for (const above of this.outline.above(place)) this.open.add(this.outline.columns.ids[above]!);
    this.chosenId = id;
    this.layOut();
    this.move(this.lines.indexOf(place));
    if (takesFocus) this.element.focus({ preventScroll: true });
  }

  /** Show only what has these words, with what is above; return how many have them. */
  search(text: string): number {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.outline.search(text);
    this.found = this.words.length ? new Set(found) : null;
    this.layOut();
    if (this.found) this.move(Math.max(this.lines.findIndex((place) => this.found!.has(place)), 0));
    return found.length;
  }

  fold(): void {
    this.open.clear();
    this.here = 0;
    this.layOut();
  }

  rename(): void {
    const place = this.lines[this.here];
    const line = place === undefined ? undefined : this.shown.get(place);
    if (!this.canChange || !line || place === undefined) return;
    const name = this.outline.columns.names[place]!;
    const id = this.outline.columns.ids[place]!;
    const field = make("input", { class: "input small", "aria-label": `New name of ${name}`, maxlength: 255, value: name });
    const label = line.querySelector<HTMLElement>(".of")!;
    let isOver = false;
    const end = (saves: boolean): void => {
      if (isOver) return;
      isOver = true;
      this.editing = null;
      const wanted = field.value.trim();
      const hadFocus = document.activeElement === field;
      field.replaceWith(label);
      if (hadFocus) this.element.focus({ preventScroll: true });
      if (saves && wanted && wanted !== name) void this.heard.renamed(id, wanted);
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      else if (event.key === "Escape") end(false);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => end(true));
    for (const type of ["click", "dblclick"]) field.addEventListener(type, (event) => event.stopPropagation());
    label.replaceWith(field);
    this.editing = field;
    field.focus();
    field.select();
  }

  // ── what stands there ─────────────────────────────────────────────────────

  private idAt(line: number): number {
    const place = this.lines[line];
    return place === undefined ? 0 : this.outline.columns.ids[place]!;
  }

  private isOpen(place: number): boolean {
    return this.found !== null || this.open.has(this.outline.columns.ids[place]!);
  }

  private layOut(): void {
    const { outline, found } = this;
    const kept = found ? this.withAbove(found) : null;
    this.lines = [];
    for (let place = 0; place < outline.size; ) {
      if (!kept || kept.has(place)) this.lines.push(place);
      place = this.isOpen(place) ? place + 1 : outline.ends[place]!;
    }
    for (const line of this.shown.values()) line.remove();
    this.shown.clear();
    this.element.style.height = `calc(${this.lines.length * this.lineHeight}px + 0.5rem)`;
    this.here = Math.min(this.here, Math.max(this.lines.length - 1, 0));
    this.render();
  }

  private withAbove(found: Set<number>): Set<number> {
    const kept = new Set(found);
    for (const place of found)
      for (let at = this.outline.parents[place]!; at >= 0 && !kept.has(at); at = this.outline.parents[at]!) kept.add(at);
    return kept;
  }

  private soon(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.render();
    });
  }

  private render(): void {
    const first = Math.max(Math.floor(this.box.scrollTop / this.lineHeight) - AROUND_LINES, 0);
    const end = Math.min(first + Math.ceil(this.box.clientHeight / this.lineHeight) + 2 * AROUND_LINES, this.lines.length);
    const wanted = new Set(this.lines.slice(first, end));
    const kept = this.lines[this.here];
    if (kept !== undefined) wanted.add(kept); // who reads it aloud has to find it
    for (const [place, line] of this.shown)
      if (!wanted.has(place) && !line.contains(this.editing)) {
        line.remove();
        this.shown.delete(place);
      }
    const add = (at: number): void => {
      const place = this.lines[at]!;
      if (this.shown.has(place)) return;
      const line = this.lineFor(place, at);
      this.shown.set(place, line);
      this.element.append(line);
    };
    for (let at = first; at < end; at += 1) add(at);
    if (kept !== undefined) add(this.here);
    this.paint();
    this.measured();
  }

  private lineFor(place: number, at: number): HTMLElement {
    const { ids, levels, names, total } = this.outline.columns;
    const parent = this.outline.parents[place]!;
    const beside = this.outline.branches(parent);
    const has = this.outline.hasBranches(place);
    const line = make(
      "div",
      {
        class: `line${this.outline.isOff(place) ? " off" : ""}`, role: "treeitem", id: `category-${ids[place]}`,
        "aria-level": levels[place]! + 1, "aria-setsize": beside.length, "aria-posinset": beside.indexOf(place) + 1,
        "aria-expanded": has ? String(this.isOpen(place)) : null, "data-place": place, draggable: this.canChange ? "true" : null,
      },
      make("span", { class: "turn", "aria-hidden": "true" }), icon(has ? "folder" : "tag"),
      this.label(names[place]!, this.found?.has(place) ?? false), make("span", { class: "n", "aria-label": `${total[place]} products` }, total[place]!.toLocaleString("en")),
    );
    line.style.top = `calc(${at * this.lineHeight}px + 0.25rem)`;
    line.style.paddingInlineStart = `${levels[place]! * 1.125}rem`;
    return line;
  }

  private label(name: string, isFound: boolean): HTMLElement {
    const label = make("span", { class: "of", title: name });
    const lower = name.toLowerCase();
    const word = isFound ? this.words.find((one) => lower.includes(one)) : undefined;
    if (word === undefined) label.append(name);
    else {
      const from = lower.indexOf(word);
      label.append(name.slice(0, from), make("mark", {}, name.slice(from, from + word.length)), name.slice(from + word.length));
    }
    return label;
  }

  private measured(): void {
    const line = this.shown.values().next().value;
    const height = line?.offsetHeight ?? 0;
    if (!height || height === this.lineHeight) return;
    this.lineHeight = height;
    this.layOut();
  }

  private paint(): void {
    for (const [place, line] of this.shown) {
      const isHere = place === this.lines[this.here];
      line.classList.toggle("here", isHere);
      line.setAttribute("aria-selected", String(this.outline.columns.ids[place] === this.chosenId));
    }
    if (this.lines.length) this.element.setAttribute("aria-activedescendant", `category-${this.idAt(this.here)}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  // ── where one is ──────────────────────────────────────────────────────────

  private move(line: number): void {
    if (!this.lines.length) return;
    this.here = Math.min(Math.max(line, 0), this.lines.length - 1);
    const top = this.here * this.lineHeight;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + 2 * this.lineHeight > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + 2 * this.lineHeight - this.box.clientHeight;
    this.render();
  }

  private choose(line: number): void {
    this.move(line);
    this.chosenId = this.idAt(this.here);
    this.paint();
    if (this.chosenId) this.heard.chosen(this.chosenId);
  }

  private toggle(line: number, isOpen?: boolean): void {
    const place = this.lines[line];
    if (place === undefined || this.found || !this.outline.hasBranches(place)) return;
    const id = this.outline.columns.ids[place]!;
    if (isOpen ?? !this.open.has(id)) this.open.add(id);
    else this.open.delete(id);
    this.layOut();
    this.move(this.lines.indexOf(place));
  }

  private openBeside(): void {
    const place = this.lines[this.here];
    if (place === undefined) return;
    for (const one of this.outline.branches(this.outline.parents[place]!)) if (this.outline.hasBranches(one)) this.open.add(this.outline.columns.ids[one]!);
    this.layOut();
    this.move(this.lines.indexOf(place));
  }

  private lineOf(event: Event): HTMLElement | null {
    return (event.target as Element).closest<HTMLElement>("[role=treeitem]");
  }

  private click(event: MouseEvent): void {
    const line = this.lineOf(event);
    if (!line) return;
    const at = this.lines.indexOf(Number(line.dataset.place));
    const isTurn = (event.target as Element).closest(".turn") !== null;
    if (isTurn) this.toggle(at);
    else this.choose(at);
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.editing) return;
    if (!this.step(event.key) && !this.act(event) && !this.type(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private step(key: string): boolean {
    const place = this.lines[this.here];
    if (place === undefined) return false;
    const isOpen = this.isOpen(place) && this.outline.hasBranches(place);
    const parent = this.lines.indexOf(this.outline.parents[place]!);
    const screen = Math.max(Math.floor(this.box.clientHeight / this.lineHeight) - 1, 1);
    if (key === "ArrowDown") this.choose(this.here + 1);
    else if (key === "ArrowUp") this.choose(this.here - 1);
    else if (key === "PageDown") this.choose(this.here + screen);
    else if (key === "PageUp") this.choose(this.here - screen);
    else if (key === "Home") this.choose(0);
    else if (key === "End") this.choose(this.lines.length - 1);
    else if (key === "ArrowRight" && isOpen) this.choose(this.here + 1);
    else if (key === "ArrowRight") this.toggle(this.here, true);
    else if (key === "ArrowLeft" && isOpen && !this.found) this.toggle(this.here, false);
    else if (key === "ArrowLeft" && parent >= 0) this.choose(parent);
    else if (key === "ArrowLeft") return true;
    else return false;
    return true;
  }

  private act(event: KeyboardEvent): boolean {
    if (event.key === "*") this.openBeside();
    else if (event.key === "Enter") this.choose(this.here);
    else if (event.key === " " && !this.isTyping) this.toggle(this.here);
    else if (event.key === "F2") this.rename();
    else return false;
    return true;
  }

  private get isTyping(): boolean {
    return this.typed !== "" && performance.now() - this.typedAt < TYPED_MILLISECONDS;
  }

  /** Go to the next line whose name begins with what was typed. */
  private type(event: KeyboardEvent): boolean {
    const isLetter = event.key.length === 1 && !event.shiftKey && /[\p{L}\p{N} ]/u.test(event.key);
    if (!isLetter) return false;
    const now = performance.now();
    this.typed = this.isTyping ? this.typed + event.key.toLowerCase() : event.key.toLowerCase();
    this.typedAt = now;
    const from = this.typed.length === 1 ? this.here + 1 : this.here;
    for (let step = 0; step < this.lines.length; step += 1) {
      const at = (from + step) % this.lines.length;
      if (this.outline.columns.names[this.lines[at]!]!.toLowerCase().startsWith(this.typed)) {
        this.choose(at);
        break;
      }
    }
    return true;
  }

  // ── one dropped onto another ──────────────────────────────────────────────

  private listenToDrags(): void {
    let over: HTMLElement | null = null;
    let clock = 0;
    const leave = (): void => {
      over?.classList.remove("drop");
      over = null;
      clearTimeout(clock);
    };
    this.element.addEventListener("dragstart", (event) => {
      const line = this.lineOf(event);
      if (!line) return;
      this.dragged = Number(line.dataset.place);
      line.classList.add("dragged");
      event.dataTransfer?.setData("text/plain", this.outline.path(this.dragged));
    });
    this.element.addEventListener("dragover", (event) => {
      const line = this.lineOf(event);
      const place = Number(line?.dataset.place);
      if (!line || this.outline.isWithin(place, this.dragged) || place === this.outline.parents[this.dragged]) return leave();
      event.preventDefault();
      if (line === over) return;
      leave();
      over = line;
      line.classList.add("drop");
      clock = window.setTimeout(() => this.toggle(this.lines.indexOf(place), true), OPENS_MILLISECONDS);
    });
    this.element.addEventListener("drop", (event) => {
      const onto = Number(over?.dataset.place);
      if (!over) return;
      event.preventDefault();
      leave();
      this.heard.dropped(this.outline.columns.ids[this.dragged]!, this.outline.columns.ids[onto]!);
    });
    this.element.addEventListener("dragend", () => {
      leave();
      this.element.querySelector(".dragged")?.classList.remove("dragged");
    });
  }
}
