// Write mode: what would change is shown first, and asked for.
import { find } from "../dom";
import { ask, type Run, type Values } from "./api";
import { icon, make, plural } from "./make";
import { tokens } from "./sql";

const TELLING = /^(EXPLAIN|SHOW|DESCRIBE|DESC|SUMMARIZE|PRAGMA|SELECT|VALUES|TABLE|FROM)$/;
const DONE: Record<string, string> = { INSERT: "inserted", UPDATE: "changed", DELETE: "deleted" };

/** What a statement would change, as the server tried it. */
export interface Preview {
  query_id: string;
  connection: string;
  statement: string;
  table: string;
  rows: number | null;
  warnings: string[];
  commits_by_itself: boolean;
  token: string;
  expires_at: string;
}

/** Whether a statement means to change something; a sketch, the server has the say. */
export function writes(sql: string): boolean {
  let depth = 0;
  let isWith = false;
  for (const token of tokens(sql)) {
    if (token.text === "(") depth += 1;
    else if (token.text === ")") depth -= 1;
    else if (token.kind === "word") {
      const word = token.text.toUpperCase();
      if (!isWith && word !== "WITH") return !TELLING.test(word);
      if (isWith && depth === 0 && word in DONE) return true;
      isWith = true;
    }
  }
  return !isWith;
}

export async function tryOut(sql: string, connection: string, params: Values): Promise<Preview> {
  return ask<Preview>("/api/sql/preview", { body: asked(sql, connection, params) });
}

/** Run what was tried, for good; the answer is the run of it. */
export async function carryOut(sql: string, preview: Preview, params: Values): Promise<Run> {
  const body = { ...asked(sql, preview.connection, params), allow_write: true, token: preview.token };
  const made = await ask<{ query_id: string }>("/api/sql/execute", { body });
  return ask<Run>(`/api/sql/runs/${encodeURIComponent(made.query_id)}`);
}

function asked(sql: string, connection: string, params: Values): Record<string, unknown> {
  return Object.keys(params).length ? { query: sql, connection, params } : { query: sql, connection };
}

/** Stop what is being tried or made; it has no address of its own until it ends. */
export async function stopChange(sql: string): Promise<void> {
  const running = await ask<Run[]>("/api/sql/running");
  const mine = running.filter((run) => run.sql === sql && (run.kind === "preview" || run.kind === "write"));
  await Promise.all(mine.map((run) => ask(`/api/sql/runs/${encodeURIComponent(run.query_id)}/cancel`, { method: "POST" })));
}

/** What a yes does: `Delete 10 rows`. */
export function action(preview: Preview): string {
  if (changesNothing(preview)) return "Run it anyway";
  const verb = { INSERT: "Insert", UPDATE: "Change", DELETE: "Delete" }[verbOf(preview)];
  return verb ? `${verb} ${preview.rows === null ? "rows" : plural(preview.rows, "row")}` : `Run ${preview.statement}`;
}

function verbOf(preview: Preview): string {
  return preview.statement.split(" ")[0] ?? "";
}

function changesNothing(preview: Preview): boolean {
  return preview.rows === 0 && verbOf(preview) in DONE;
}

function question(preview: Preview): string {
  if (changesNothing(preview)) return `No row${preview.table ? ` of ${preview.table}` : ""} would change`;
  const verb = verbOf(preview);
  if (!(verb in DONE) || !preview.table) return `${action(preview)}?`;
  return `${action(preview)} ${{ INSERT: "into", DELETE: "from" }[verb] ?? "of"} ${preview.table}?`;
}

/** Ask whether a change is made; it is not when the question is closed. */
export function confirmed(preview: Preview, sql: string): Promise<boolean> {
  const dialog = find<HTMLDialogElement>("#change-dialog")!;
  const form = find<HTMLFormElement>("[data-change-form]", dialog)!;
  const go = find<HTMLButtonElement>("[data-change-go]", dialog)!;
  find("#change-title", dialog)!.textContent = question(preview);
  find("[data-change-until]", dialog)!.textContent = `Holds until ${preview.expires_at.slice(11, 19)} UTC`;
  go.textContent = action(preview);
  const typed = preview.commits_by_itself ? make("input", { class: "input w-m mono", id: "change-typed", autocomplete: "off", input: () => (go.disabled = !isTyped()) }) : null;
  const isTyped = (): boolean => !typed || typed.value.trim().toUpperCase() === preview.statement;
  go.disabled = !isTyped();
  const field = typed && make("div", { class: "field" }, make("label", { for: "change-typed" }, "Type ", make("code", {}, preview.statement), " to run it"), typed);
  form.replaceChildren(...[told(preview), ...warned(preview), facts(preview), make("pre", { class: "code wrap", tabindex: 0, role: "region", "aria-label": "The statement" }, sql), field].filter((one) => one !== null));
  dialog.showModal();
  return new Promise((answer) => {
    let isWanted = false;
    form.onsubmit = (): void => void (isWanted = isTyped());
    dialog.onclose = (): void => answer(isWanted);
  });
}

function told(preview: Preview): HTMLElement {
  if (!preview.commits_by_itself) return make("p", {}, "It was tried just now and undone: nothing is changed yet.");
  return make("div", { class: "notice bad" }, icon("alert"), make("p", {}, make("b", {}, `${preview.statement} commits by itself.`), " It was not tried, and cannot be undone."));
}

function warned(preview: Preview): HTMLElement[] {
  return preview.warnings.map((text) => make("div", { class: "notice warn" }, icon("alert"), make("p", {}, text[0]!.toUpperCase() + text.slice(1))));
}

function facts(preview: Preview): HTMLElement {
  const line = (name: string, value: string): HTMLElement[] => [make("dt", {}, name), make("dd", { class: "break" }, value)];
  return make("dl", { class: "facts" }, ...line("Connection", preview.connection), ...line("Table", preview.table || "not known"), ...(preview.rows === null ? [] : line("Rows", preview.rows.toLocaleString("en"))));
}

/** What a statement that wrote has done, with what a preview had said of it. */
export function receipt(run: Run, preview: Preview | null): HTMLElement {
  const done = DONE[run.query_type];
  const title = done && run.rows !== null ? `${plural(run.rows, "row")} ${done}` : "The change is made";
  const line = (name: string, value: string): HTMLElement[] => [make("dt", {}, name), make("dd", { class: "break" }, value)];
  const isOther = preview !== null && preview.rows !== null && run.rows !== null && preview.rows !== run.rows;
  const other = isOther ? make("div", { class: "notice warn" }, icon("alert"), make("p", {}, `The preview had said ${plural(preview.rows!, "row")}: somebody changed the rows in between.`)) : null;
  return make("section", { class: "receipt", role: "status", "aria-label": "Receipt" },
    make("h3", {}, title, make("span", {}, `${(run.ended_at ?? run.started_at).slice(11, 19)} UTC`)), other, ...(run.warnings.map((text) => make("p", { class: "small" }, text))),
    make("dl", { class: "facts" }, ...line("Connection", run.connection), ...(preview?.table ? line("Table", preview.table) : []), ...line("Run", run.query_id)));
}

/** What was tried and not wanted. */
export function undone(rows: number | null, again: () => void): HTMLElement {
  const words = rows === null ? "It was not made" : `It would have changed ${plural(rows, "row")}`;
  return make("div", { class: "empty" }, make("h2", {}, "Nothing was changed"), make("p", {}, words),
    make("div", { class: "actions" }, make("button", { class: "button", type: "button", click: again }, icon("refresh"), "Try it again")));
}
