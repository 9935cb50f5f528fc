// Schemas, tables and columns as a tree: arrows open and close, Enter and a click on a
// name put it into the statement.
import { findAll } from "../dom";
import { icon, make } from "./make";
import { iconOf } from "./cells";
import { quoted, tablePath, type Outline, type Table } from "./outline";

const MOST_FOUND = 200;

interface Branch {
  label: string;
  note: string;
  icon: string;
  inserts: string;
  children: (() => Branch[]) | null;
}

export class Tree {
  private outline: Outline | null = null;
  private words = "";
  private made = 0;

  constructor(private readonly box: HTMLElement, private readonly insert: (text: string) => void) {
    box.addEventListener("click", (event) => this.click(event));
    box.addEventListener("keydown", (event) => this.press(event));
  }

  show(outline: Outline): void {
    this.outline = outline;
    this.draw();
  }

  say(words: string, isBusy = false): void {
    this.outline = null;
    const bones = ["w3", "w4", "w2", "w3"].map((width) => make("span", { class: `bone ${width}` }));
    this.box.replaceChildren(...(isBusy ? [make("div", { class: "bones", role: "status", "aria-label": words }, ...bones)] : [make("p", { class: "side-note" }, words)]));
  }

  search(words: string): void {
    this.words = words.trim().toLowerCase();
    if (this.outline) this.draw();
  }

  private draw(): void {
    const outline = this.outline!;
    const branches = this.words ? this.found(outline) : this.roots(outline);
    if (!branches.length) return void this.box.replaceChildren(make("p", { class: "side-note" }, this.words ? `No table or column is called “${this.words}”` : "There are no tables here"));
    const tree = make("ul", { class: "tree names", role: "tree", "aria-label": "Tables and columns" });
    for (const branch of branches) tree.append(this.item(branch, 1));
    this.box.replaceChildren(tree);
    const usual = branches.length === 1 ? 0 : branches.findIndex((branch) => branch.label === outline.usual);
    const open = tree.children[usual]?.querySelector<HTMLElement>("[role=treeitem]");
    if (!this.words && open) this.toggle(open, true);
    const first = tree.querySelector<HTMLElement>("[role=treeitem]");
    if (first) first.tabIndex = 0;
  }

  private roots(outline: Outline): Branch[] {
    const schemas = outline.schemas.filter((schema) => schema.tables.length);
    return schemas.map((schema) => ({
      label: schema.name, note: String(schema.tables.length), icon: "database", inserts: quoted(schema.name, outline.dialect),
      children: () => schema.tables.map((table) => this.tableBranch(table, outline)),
    }));
  }

  private tableBranch(table: Table, outline: Outline, only?: (name: string) => boolean): Branch {
    const fields = only ? table.fields.filter((field) => only(field.name)) : table.fields;
    return {
      label: table.name, note: table.type === "table" ? String(table.fields.length) : table.type, icon: table.type === "view" ? "view" : "table", inserts: tablePath(table, outline),
      children: () => fields.map((field) => ({ label: field.name, note: field.type.toLowerCase(), icon: field.isKey ? "key" : iconOf(field.type), inserts: quoted(field.name, outline.dialect), children: null })),
    };
  }

  private found(outline: Outline): Branch[] {
    const matches = (name: string): boolean => name.toLowerCase().includes(this.words);
    const found: Branch[] = [];
    for (const schema of outline.schemas)
      for (const table of schema.tables) {
        if (found.length >= MOST_FOUND) return found;
        if (matches(table.name)) found.push(this.tableBranch(table, outline));
        else if (table.fields.some((field) => matches(field.name))) found.push({ ...this.tableBranch(table, outline, matches), note: "open" });
      }
    return found;
  }

  private item(branch: Branch, level: number): HTMLElement {
    // The line alone is the item, so that its name is what stands in it.
    const line = make("div", { class: "line", role: "treeitem", tabindex: -1, "aria-level": level, "aria-expanded": branch.children ? "false" : null },
      branch.children ? make("span", { class: "turn", "aria-hidden": "true" }) : make("span", { class: "no-turn" }),
      icon(branch.icon), make("span", { class: "of", "data-insert": branch.inserts, title: `${branch.label} · ${branch.note}` }, branch.label), make("span", { class: "n" }, branch.note === "open" ? "" : branch.note));
    const item = make("li", { role: "none" }, line);
    if (!branch.children) return item;
    const { children } = branch;
    line.addEventListener("unfold", () => {
      if (item.querySelector(":scope > ul")) return;
      const id = `branch-${(this.made += 1)}`;
      item.append(make("ul", { role: "group", id, "aria-label": branch.label }, ...children().map((child) => this.item(child, level + 1))));
      line.setAttribute("aria-owns", id);
    });
    if (branch.note === "open") this.toggle(line, true);
    return item;
  }

  private toggle(line: HTMLElement, isOpen = line.getAttribute("aria-expanded") !== "true"): void {
    if (!line.hasAttribute("aria-expanded")) return;
    if (isOpen) line.dispatchEvent(new CustomEvent("unfold"));
    line.setAttribute("aria-expanded", String(isOpen));
    const group = line.nextElementSibling as HTMLElement | null;
    if (group) group.hidden = !isOpen;
  }

  private click(event: MouseEvent): void {
    const target = event.target as Element;
    const item = target.closest<HTMLElement>("[role=treeitem]");
    if (!item) return;
    this.settle(item, false);
    const name = target.closest<HTMLElement>("[data-insert]");
    if (name && item.getAttribute("aria-level") !== "1") this.insert(name.dataset.insert!);
    else if (name && this.words) this.insert(name.dataset.insert!);
    else this.toggle(item);
  }

  private settle(item: HTMLElement, takesFocus = true): void {
    for (const other of findAll("[role=treeitem][tabindex='0']", this.box)) other.tabIndex = -1;
    item.tabIndex = 0;
    if (takesFocus) item.focus();
  }

  private press(event: KeyboardEvent): void {
    const item = (event.target as Element).closest<HTMLElement>("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = findAll("[role=treeitem]", this.box).filter((one) => one.offsetParent !== null);
    const at = all.indexOf(item);
    const isOpen = item.getAttribute("aria-expanded") === "true";
    const parent = item.closest("ul")?.previousElementSibling as HTMLElement | null;
    if (event.key === "ArrowDown") this.settle(all[at + 1] ?? item);
    else if (event.key === "ArrowUp") this.settle(all[at - 1] ?? item);
    else if (event.key === "Home") this.settle(all[0]!);
    else if (event.key === "End") this.settle(all.at(-1)!);
    else if (event.key === "ArrowRight" && !isOpen) this.toggle(item, true);
    else if (event.key === "ArrowRight") this.settle(all[at + 1] ?? item);
    else if (event.key === "ArrowLeft" && isOpen) this.toggle(item, false);
    else if (event.key === "ArrowLeft" && parent) this.settle(parent);
    else if (event.key === "Enter") this.insert(item.querySelector<HTMLElement>("[data-insert]")!.dataset.insert!);
    else if (event.key === " ") this.toggle(item);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
