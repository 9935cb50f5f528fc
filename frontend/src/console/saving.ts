// Saving a query, and links that hold a tab's exact state.
import { copy } from "../copy";
import { find } from "../dom";
import { ask, failureOf, type Value, type Values } from "./api";
import type { Draft } from "./drafts";
import type { ParameterValue } from "./parameters";
import type { Saved } from "./side";
import { parameters } from "./sql";

const TYPES: Record<ParameterValue["kind"], string> = { text: "text", number: "number", "yes-no": "boolean", null: "text" };

interface State {
  connection: string;
  sql: string;
  title: string;
  values: Values;
  max_rows: number;
  view: string;
  chart: Record<string, string>;
  saved_query: number | null;
}

/** Copy a link to a state that whoever has it can open. */
export async function share(state: State): Promise<void> {
  const made = await ask<{ id: string; url: string }>("/api/sql/links", { body: { state } });
  await copy(new URL(made.url, location.href).href, "Link copied");
}

export async function loadSaved(id: number): Promise<Saved> {
  return ask<Saved>(`/api/sql/queries/${id}`);
}

/** Ask what a query is to be called, and save it; a saved one gets a new version. */
export class SaveDialog {
  private readonly dialog = find<HTMLDialogElement>("#save-dialog")!;
  private readonly form = find<HTMLFormElement>("[data-save-form]", this.dialog)!;
  private readonly wrong = find("[data-save-wrong]", this.dialog)!;
  private draft: Draft | null = null;
  private known: Saved | null = null;
  private isBusy = false;

  constructor(private readonly saved: (draft: Draft, query: Saved) => void) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  async open(draft: Draft, name: string): Promise<void> {
    this.draft = draft;
    this.form.reset();
    this.wrong.textContent = "";
    const found = draft.query ? await loadSaved(draft.query).catch(() => null) : null;
    // What is another's, or was removed, becomes one's own by a new name.
    const known = found?.is_mine ? found : null;
    this.known = known;
    this.field("name").value = known?.name ?? (found ? `${found.name}, mine` : name);
    this.field("description").value = found?.description ?? "";
    this.field("tags").value = found?.tags.join(", ") ?? "";
    this.field("shared").checked = known?.is_shared ?? false;
    find("[data-save-note]", this.dialog)!.hidden = !known;
    find("#save-title", this.dialog)!.textContent = known ? `Save version ${known.version + 1}` : "Save this query";
    this.dialog.showModal();
    this.field("name").select();
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private async send(): Promise<void> {
    const { draft, known } = this;
    if (!draft || this.isBusy) return;
    this.isBusy = true;
    const body: Record<string, unknown> = {
      name: this.field("name").value.trim(), description: this.field("description").value.trim(), connection: draft.connection, sql: draft.sql,
      tags: this.field("tags").value.split(",").map((tag) => tag.trim()).filter(Boolean), is_shared: this.field("shared").checked,
      parameters: parameters(draft.sql).map((name) => known?.parameters?.find((one) => one.name === name) ?? described(name, draft.values[name])),
    };
    if (known) Object.assign(body, { note: this.field("note").value.trim(), version: known.version });
    try {
      const address = known ? `/api/sql/queries/${known.id}` : "/api/sql/queries";
      const query = await ask<Saved>(address, { method: known ? "PATCH" : "POST", body });
      this.dialog.close();
      this.saved(draft, query);
    } catch (error) {
      const { detail, hint } = failureOf(error);
      this.wrong.textContent = [detail, hint].filter(Boolean).join(". ");
    } finally {
      this.isBusy = false;
    }
  }
}

function described(name: string, value: ParameterValue | undefined): Record<string, Value> {
  const { kind, text } = value ?? { kind: "text", text: "" };
  const about: Record<string, Value> = { name, type: TYPES[kind] };
  if (kind !== "null" && text !== "") about.default = kind === "number" ? Number(text) : text;
  return about;
}
