// The page of the categories: the tree, the one that is looked at, what is done to it; and
// the page of the mappings, where one of ours is chosen for one of theirs.
import { ask, failureOf } from "../console/api";
import { plural } from "../console/make";
import { find, on } from "../dom";
import { toast } from "../toast";
import { Choosing } from "./choosing";
import { Forest } from "./forest";
import { type Columns, Outline } from "./outline";

const API = "/api/categories";
const SIDE_MILLISECONDS = 120;

interface Merged {
  id: string;
  target_id: number;
  name: string;
  products: number;
}

/** What a job does to a category above many products; otherwise the category itself. */
interface Later {
  job?: string;
  products?: number;
}

const loadOutline = async (): Promise<Outline> => new Outline(await ask<Columns>(`${API}/outline`));

class CategoriesPage {
  private readonly forest: Forest;
  private readonly choosing: Choosing | null;
  private at = 0;
  private clock = 0;

  constructor(private readonly root: HTMLElement, private outline: Outline) {
    const canChange = "canChange" in root.dataset;
    const box = find("[data-tree]", root)!;
    this.choosing = canChange ? Choosing.ofPage() : null;
    this.forest = new Forest(
      box, outline,
      { chosen: (id) => this.lookAt(id), renamed: (id, name) => this.rename(id, name), dropped: (id, onto) => void this.move(id, onto) },
      canChange,
    );
    this.at = Number(root.dataset.at) || 0;
    if (this.at) this.forest.reveal(this.at);
    const field = find<HTMLInputElement>("[data-tree-search] input", root)!;
    field.addEventListener("input", () => this.search(field.value));
    find("[data-tree-search]", root)!.addEventListener("submit", (event) => {
      event.preventDefault();
      this.forest.element.focus();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.forest.element.focus();
    });
    find("[data-tree-all]", root)!.addEventListener("click", () => {
      field.value = "";
      this.search("");
      field.focus();
    });
    find("[data-fold]", root)!.addEventListener("click", () => this.forest.fold());
    this.forest.element.addEventListener("keydown", (event) => {
      if (event.key === "M" && event.shiftKey && !event.ctrlKey && this.choosing) this.askMove(this.forest.current);
      else if (event.key === "Delete" && this.choosing) location.assign(`${this.root.dataset.here}/${this.forest.current}/delete`);
      else return;
      event.preventDefault();
    });
    root.addEventListener("click", (event) => this.click(event));
    if (field.value) this.search(field.value);
  }

  private click(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLElement>("[data-move-category], [data-merge-category]");
    if (!link || !this.choosing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (link.dataset.moveCategory) this.askMove(Number(link.dataset.moveCategory));
    else this.askMerge(Number(link.dataset.mergeCategory));
  }

  private search(text: string): void {
    const found = this.forest.search(text);
    find("[data-tree-none]", this.root)!.hidden = found > 0 || !text.trim();
    const foot = find("[data-tree-foot]", this.root)!;
    const all = `${this.outline.size.toLocaleString("en")} categories`;
    foot.textContent = text.trim() ? `${found.toLocaleString("en")} of ${all}` : all;
  }

  /** Show a category beside the tree, and keep it in the address. */
  private lookAt(id: number): void {
    this.at = id;
    clearTimeout(this.clock);
    this.clock = window.setTimeout(() => void this.loadSide(), SIDE_MILLISECONDS);
  }

  private async loadSide(): Promise<void> {
    const address = this.at ? `${this.root.dataset.here}?at=${this.at}` : this.root.dataset.here!;
    history.replaceState(history.state, "", address);
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || !answer.url.endsWith(address)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["category", "tree-counts"]) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(fresh);
    }
  }

  private async renew(id: number): Promise<void> {
    this.outline = await loadOutline();
    this.forest.renew(this.outline);
    this.at = id;
    this.forest.reveal(id, !find("dialog[open]"));
    await this.loadSide();
  }

  private async rename(id: number, name: string): Promise<void> {
    const before = this.outline.columns.names[this.outline.find(id)]!;
    const send = async (to: string): Promise<boolean> => {
      const done = await ask<Later>(`${API}/${id}`, { method: "PATCH", body: { name: to } });
      await this.renew(id);
      return isDone(done, `${before} is being renamed`);
    };
    await tell(async () => {
      if (await send(name)) toast({ title: `${before} is ${name} now`, kind: "ok", button: "Undo", act: () => void tell(() => send(before)) });
    });
  }

  private askMove(id: number): void {
    const place = this.outline.find(id);
    if (place < 0) return;
    const { names, total } = this.outline.columns;
    const below = this.outline.ends[place]! - place - 1;
    const goes = `${plural(total[place]!, "product")}${below ? ` and ${below.toLocaleString("en")} below it` : ""}`;
    this.choosing!.ask(this.outline, {
      title: `Move ${names[place]}`,
      words: `It goes with ${goes}; feeds that name the old path find it.`,
      button: "Move it there",
      roots: this.outline.parents[place]! < 0 ? undefined : "Among the roots",
      without: (one) => this.outline.isWithin(one, place) || one === this.outline.parents[place],
      note: (one) => (one < 0 ? `${names[place]} becomes a root` : `${this.outline.path(one)} › ${names[place]}`),
      take: (target) => this.move(id, target, false),
    });
  }

  private async move(id: number, to: number | null, catches = true): Promise<void> {
    const place = this.outline.find(id);
    const above = this.outline.parents[place]!;
    const before = above < 0 ? null : this.outline.columns.ids[above]!;
    const name = this.outline.columns.names[place]!;
    const send = async (target: number | null): Promise<boolean> => {
      const done = await ask<Later>(`${API}/${id}/move`, { body: { parent_id: target } });
      await this.renew(id);
      return isDone(done, `${name} is being moved`);
    };
    const act = async (): Promise<void> => {
      if (!(await send(to))) return;
      const there = to === null ? "the roots" : this.outline.columns.names[this.outline.find(to)];
      toast({ title: `${name} moved to ${there}`, kind: "ok", button: "Undo", act: () => void tell(() => send(before)) });
    };
    await (catches ? tell(act) : act());
  }

  private askMerge(id: number): void {
    const place = this.outline.find(id);
    if (place < 0) return;
    const { names, total } = this.outline.columns;
    this.choosing!.ask(this.outline, {
      title: `Merge ${names[place]} into another category`,
      words: "Its products, what is below it and its mappings go over; then it is gone. It can be taken back.",
      button: "Merge it into that",
      without: (one) => this.outline.isWithin(one, place),
      note: (one) => `${plural(total[place]!, "product")} go to ${this.outline.path(one)}`,
      take: (target) => this.merge(id, target!),
    });
  }

  private async merge(id: number, target: number): Promise<void> {
    const done = await ask<Merged>(`${API}/${id}/merge`, { body: { target_id: target } });
    await this.renew(target);
    const undo = async (): Promise<void> => {
      const back = await ask<{ id: number }>(`${API}/merges/${done.id}/undo`, { method: "POST" });
      await this.renew(back.id);
    };
    toast({ title: `${done.name} is merged`, text: `${plural(done.products, "product")} went over`, kind: "ok", button: "Undo", act: () => void tell(undo) });
  }
}

/** Tell whether it is done; if a job does it, say so and where to watch it. */
function isDone({ job, products }: Later, title: string): boolean {
  if (!job) return true;
  const act = (): void => location.assign(`/jobs/${encodeURIComponent(job)}`);
  toast({ title, text: `${plural(products ?? 0, "product")} follow`, button: "Watch", act, stays: true });
  return false;
}

/** Do something; say what went wrong. */
async function tell(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const failure = failureOf(error);
    toast({ title: failure.title ?? "It did not work", text: [failure.detail, failure.hint].filter(Boolean).join("; "), kind: "bad" });
  }
}

function installMappings(): void {
  let outline: Outline | null = null;
  on("click", "[data-map-key]", (link, event) => {
    if (event.ctrlKey || event.metaKey || !find("#choose-dialog")) return;
    event.preventDefault();
    const { mapTree, mapKey, mapPath } = link.dataset;
    void tell(async () => {
      outline ??= await loadOutline();
      Choosing.ofPage().ask(outline, {
        title: "Which of ours does it mean?",
        words: `${mapPath}, of the tree ${mapTree}`,
        button: "That is it",
        take: async (id) => {
          await ask(`${API}/mappings/${encodeURIComponent(mapTree!.replace(/~/g, "~7E").replace(/\//g, "~2F"))}`, { method: "PATCH", body: { mappings: { [mapKey!]: id } } });
          location.reload();
        },
      });
    });
  });
}

const root = find("[data-categories]");
if (root) void tell(async () => void new CategoriesPage(root, await loadOutline()));
installMappings();
