// Cells that are written into where they stand: Enter or a double click begins, Enter
// saves, Tab saves and goes on, Escape leaves. A product that somebody else changed
// meanwhile is shown beside what was written.
import { find, findAll, on } from "../dom";
import { toast } from "../toast";
import { headOf, renewRow, rowOf, TABLE } from "./rows";

const CHANGED_MEANWHILE = 412;
const saving = new WeakMap<HTMLElement, Promise<void>>();

interface Problem {
  detail?: string;
  hint?: string;
}

function isEdited(cell: HTMLElement): boolean {
  return cell.matches(`${TABLE}[data-writes] tbody :is(th, td):not(.pick)`) && headOf(cell).dataset.edit !== undefined;
}

function rawOf(cell: HTMLElement): string {
  return cell.dataset.raw ?? "";
}

/** A text as the API takes it: nothing is null, amounts stay text so that they stay exact. */
function valueOf(kind: string, text: string): unknown {
  const said = text.trim();
  if (kind === "boolean") return said !== "";
  if (!said) return null;
  if ((kind === "integer" || kind === "number") && Number.isFinite(Number(said))) return Number(said);
  return said;
}

function makeField(cell: HTMLElement): HTMLInputElement | HTMLSelectElement {
  const head = headOf(cell);
  const choices = head.dataset.choices?.split(" ");
  const field = document.createElement(choices ? "select" : "input") as HTMLInputElement | HTMLSelectElement;
  field.className = `${choices ? "select" : "input"} small cell-field`;
  if (head.classList.contains("num")) field.classList.add("num");
  field.setAttribute("aria-label", `${head.textContent!.trim()} of ${rowOf(cell).querySelector("th")!.dataset.raw}`);
  for (const choice of choices ?? []) field.append(new Option(choice, choice));
  if (field instanceof HTMLInputElement) field.autocomplete = "off";
  field.value = rawOf(cell);
  return field;
}

function begin(cell: HTMLElement): void {
  if (find(".cell-field", cell)) return;
  const kind = headOf(cell).dataset.edit!;
  if (kind === "boolean") return void save(cell, rawOf(cell) ? "" : "yes");
  const field = makeField(cell);
  let isOver = false;
  const leave = (text: string | null, next: HTMLElement | null): void => {
    if (isOver) return;
    isOver = true;
    field.remove();
    cell.classList.remove("written");
    next?.focus();
    if (text !== null && text !== rawOf(cell)) void save(cell, text);
  };
  field.addEventListener("keydown", (event) => {
    const key = (event as KeyboardEvent).key;
    event.stopPropagation(); // the grid's own keys are for cells
    if (key === "Escape") leave(null, cell);
    else if (key === "Enter") leave(field.value, cell);
    else if (key === "Tab") {
      const next = neighbour(cell, (event as KeyboardEvent).shiftKey ? -1 : 1);
      leave(field.value, next ?? cell);
      if (next) begin(next);
    } else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => leave(field.value, null));
  field.addEventListener("dblclick", (event) => event.stopPropagation());
  cell.append(field); // over what stands there, so that no column moves
  cell.classList.add("written");
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
}

/** The next cell of the row that a text is written into. */
function neighbour(cell: HTMLElement, step: number): HTMLElement | null {
  const cells = findAll(":scope > :is(th, td)", rowOf(cell)).filter((one) => isEdited(one) && headOf(one).dataset.edit !== "boolean");
  return cells[cells.indexOf(cell) + step] ?? null;
}

/** Save after whatever is being saved of the same product: each save makes a version. */
function save(cell: HTMLElement, text: string): Promise<void> {
  const row = rowOf(cell);
  const turn = (saving.get(row) ?? Promise.resolve()).then(() => send(cell, text));
  saving.set(row, turn);
  return turn;
}

async function send(cell: HTMLElement, text: string): Promise<void> {
  const row = rowOf(cell);
  const head = headOf(cell);
  cell.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${cell.closest<HTMLElement>(TABLE)!.dataset.products}/${row.dataset.id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "If-Match": `"v${row.dataset.version}"` },
      body: JSON.stringify({ [head.dataset.column!]: valueOf(head.dataset.edit!, text) }),
    });
    const problem = answer.ok ? {} : ((await answer.json().catch(() => ({}))) as Problem);
    const isThere = await renewRow(row);
    if (answer.ok) find("#announce")!.textContent = `${head.textContent!.trim()} saved`;
    else if (answer.status === CHANGED_MEANWHILE && isThere) settle(cell, text, problem);
    else refuse(cell, text, problem);
  } catch {
    toast({ title: "Entrepôt does not answer", text: "Nothing was saved; is the server running?", kind: "bad" });
  } finally {
    cell.removeAttribute("aria-busy");
  }
}

function refuse(cell: HTMLElement, text: string, problem: Problem): void {
  toast({
    title: "Nothing was saved",
    text: [problem.detail, problem.hint].filter(Boolean).join(". "),
    kind: "bad",
    button: "Write again",
    act: () => {
      begin(cell);
      const field = find<HTMLInputElement>(".cell-field", cell);
      if (field) field.value = text;
    },
  });
}

/** Show both values; whoever wrote says which stays. */
function settle(cell: HTMLElement, text: string, problem: Problem): void {
  const dialog = find<HTMLDialogElement>("#edit-conflict")!;
  if (rawOf(cell) === text.trim()) return; // both wrote the same
  find("[data-conflict-text]", dialog)!.textContent = problem.detail ?? "";
  find("[data-conflict-mine]", dialog)!.textContent = text || "(empty)";
  find("[data-conflict-theirs]", dialog)!.textContent = rawOf(cell) || "(empty)";
  find("[data-conflict-keep]", dialog)!.onclick = () => dialog.close();
  find("[data-conflict-take]", dialog)!.onclick = () => {
    dialog.close();
    void save(cell, text);
  };
  dialog.onclose = () => cell.focus();
  dialog.showModal();
}

export function installEditing(): void {
  document.addEventListener("cell-open", (event) => {
    const cell = event.target as HTMLElement;
    if (!cell.closest(TABLE)) return;
    event.preventDefault(); // its dialog is for rows of data products
    if (cell.matches(".fix")) find("a", cell)?.click();
    else if (isEdited(cell)) begin(cell);
  });
  on("keydown", `${TABLE} tbody :is(th, td)`, (cell, event) => {
    if (event.key !== "F2" || !isEdited(cell)) return;
    event.preventDefault();
    begin(cell);
  });
}
