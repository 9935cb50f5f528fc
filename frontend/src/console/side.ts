// Beside the query: the tables, the saved queries, and what ran before.
import { find, findAll } from "../dom";
import { ask, failureOf, type Run, type Value } from "./api";
import { ago, duration, icon, make, plural } from "./make";
import { loadOutline, type Outline } from "./outline";
import { Tree } from "./tree";

const REST_MILLISECONDS = 200;
const MOST_SAVED = 200;

export interface Saved {
  id: number;
  name: string;
  description: string;
  connection: string;
  tags: string[];
  is_shared: boolean;
  is_mine: boolean;
  version: number;
  sql: string;
  parameters: Array<{ name: string; type: string; default?: Value }>;
}

interface Actions {
  insert(text: string): void;
  openRun(run: Run): void;
  openSaved(id: number): void;
}

type Part = "tables" | "saved" | "history";

export class Side {
  private part: Part = "tables";
  private readonly tree: Tree;
  private readonly outlines = new Map<string, Promise<Outline>>();
  private clock = 0;
  outline: Outline | null = null;
  private connection = "";

  constructor(private readonly box: HTMLElement, private readonly actions: Actions) {
    this.tree = new Tree(this.list("tables"), (text) => actions.insert(text));
    for (const tab of findAll("[data-side]", box)) tab.addEventListener("click", () => this.show(tab.dataset.side as Part));
    find("[role=tablist]", box)!.addEventListener("keydown", (event) => this.step(event));
    for (const field of findAll<HTMLInputElement>("[data-find]", box)) field.addEventListener("input", () => this.search(field));
    this.box.addEventListener("keydown", (event) => this.press(event));
    find("[data-side-close]", box)!.addEventListener("click", () => this.open(false));
  }

  open(isOpen: boolean): void {
    this.box.classList.toggle("open", isOpen);
    if (isOpen) find("[aria-selected=true]", this.box)?.focus();
    else find("[data-side-open]")?.focus();
  }

  /** Show the tables of a connection, and let completion know them. */
  async connect(connection: string): Promise<void> {
    if (!connection || connection === this.connection) return;
    this.connection = connection;
    this.outline = null;
    this.tree.say("Reading the tables…", true);
    const asked = this.outlines.get(connection) ?? loadOutline(connection);
    this.outlines.set(connection, asked);
    try {
      const outline = await asked;
      if (this.connection !== connection) return;
      this.outline = outline;
      this.tree.show(outline);
    } catch (error) {
      this.outlines.delete(connection);
      if (this.connection !== connection) return;
      this.connection = "";
      this.tree.say(`The tables cannot be read: ${failureOf(error).detail}`);
    }
  }

  /** A change may have made or taken tables: ask for them again. */
  reread(connection: string): void {
    this.outlines.delete(connection);
    if (this.connection !== connection) return;
    this.connection = "";
    void this.connect(connection);
  }

  /** What ran or was saved is another now. */
  renew(part: Part): void {
    if (this.part === part && part !== "tables") void this.fill(part);
  }

  show(part: Part): void {
    this.part = part;
    for (const tab of findAll("[data-side]", this.box)) {
      const isOn = tab.dataset.side === part;
      tab.setAttribute("aria-selected", String(isOn));
      tab.tabIndex = isOn ? 0 : -1;
      find(`#side-${tab.dataset.side}`, this.box)!.hidden = !isOn;
    }
    if (part !== "tables") void this.fill(part);
  }

  private list(part: Part): HTMLElement {
    return find(`[data-list="${part}"]`, this.box)!;
  }

  private step(event: KeyboardEvent): void {
    const parts: Part[] = ["tables", "saved", "history"];
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    this.show(parts[(parts.indexOf(this.part) + way + parts.length) % parts.length]!);
    find("[aria-selected=true]", this.box)?.focus();
  }

  private press(event: KeyboardEvent): void {
    const field = (event.target as Element).closest<HTMLInputElement>("[data-find]");
    if (event.key === "Escape" && this.box.classList.contains("open")) this.open(false);
    else if (event.key === "ArrowDown" && field) find("[role=treeitem], .side-row", this.list(field.dataset.find as Part))?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private search(field: HTMLInputElement): void {
    clearTimeout(this.clock);
    const part = field.dataset.find as Part;
    this.clock = window.setTimeout(() => (part === "tables" ? this.tree.search(field.value) : void this.fill(part)), part === "tables" ? 60 : REST_MILLISECONDS);
  }

  private async fill(part: "saved" | "history"): Promise<void> {
    const list = this.list(part);
    const words = find<HTMLInputElement>(`[data-find="${part}"]`, this.box)!.value.trim();
    const query = new URLSearchParams(words ? { q: words } : {});
    try {
      const rows = part === "saved" ? (await ask<Saved[]>(`/api/sql/queries?${query}`)).slice(0, MOST_SAVED).map((one) => this.savedRow(one)) : (await ask<Run[]>(`/api/sql/runs?${query}`)).map((run) => this.runRow(run));
      if (words !== find<HTMLInputElement>(`[data-find="${part}"]`, this.box)!.value.trim()) return;
      const none = words ? `Nothing has “${words}”` : part === "saved" ? "Nothing is saved yet: Ctrl S saves a query" : "Nothing ran yet";
      list.replaceChildren(...(rows.length ? rows : [make("p", { class: "side-note" }, none)]));
    } catch (error) {
      list.replaceChildren(make("p", { class: "side-note" }, failureOf(error).detail));
    }
  }

  private runRow(run: Run): HTMLElement {
    const tones: Record<string, string> = { completed: "ok", failed: "bad", stopped: "warn", running: "live", waiting: "idle" };
    const words = run.state === "completed" ? `${told(run)} · ${duration(run.seconds)}` : run.state;
    return make("button", { class: "side-row", type: "button", title: run.sql.slice(0, 500), click: () => this.actions.openRun(run) },
      make("span", { class: `dot ${tones[run.state] ?? ""}`, "aria-hidden": "true" }),
      make("span", { class: "of" }, make("span", { class: "sql" }, lineOf(run.sql)), make("small", {}, `${words} · ${ago(Date.parse(run.started_at))} · ${run.connection}`)));
  }

  private savedRow(saved: Saved): HTMLElement {
    const about = [saved.connection, ...saved.tags, saved.is_shared ? "shared" : ""].filter(Boolean).join(" · ");
    return make("button", { class: "side-row", type: "button", title: saved.description || saved.name, click: () => this.actions.openSaved(saved.id) },
      icon("star", "small"), make("span", { class: "of" }, make("span", {}, saved.name), make("small", {}, about)));
  }
}

/** What a run gave; a plan and a preview are no rows of a result. */
function told(run: Run): string {
  if (run.kind === "plan") return "plan";
  const rows = plural(run.rows ?? 0, "row");
  return run.kind === "write" ? `${rows} changed` : run.kind === "preview" ? `${rows} tried` : rows;
}

/** A statement in one line, without what is said before it. */
function lineOf(sql: string): string {
  const said = sql.replace(/^(\s*--[^\n]*\n|\s*\/\*[^]*?\*\/)+/, "");
  return (said.trim() || sql).replace(/\s+/g, " ").slice(0, 160);
}
