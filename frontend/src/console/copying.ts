// Rows as text for the clipboard.
import { copy } from "../copy";
import { toast } from "../toast";
import { textOf } from "./cells";
import { plural } from "./make";
import type { Sheet } from "./sheet";

const MOST_CELLS = 2_000_000;

export type Form = "tsv" | "csv" | "markdown";

interface Spot {
  row: number;
  column: number;
}

/** Copy the cells from one to another, both included. */
export async function copyRows(sheet: Sheet, form: Form, from: Spot, to: Spot): Promise<void> {
  const rows = to.row - from.row + 1;
  if (rows * (to.column - from.column + 1) > MOST_CELLS) return void toast({ title: "That is too much for the clipboard", text: "Export the rows to a file", kind: "warn" });
  const text = sheet.rows(from.row, to.row + 1).then((found) => {
    const columns = sheet.columns.slice(from.column, to.column + 1);
    const cells = found.map((row) => columns.map((column, at) => textOf(row[from.column + at], column.type)));
    return written(form, columns.map((column) => column.name), cells);
  });
  try {
    // The item is made at once, while the browser still sees the key that asked for it.
    const blob = text.then((whole) => new Blob([whole], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    toast({ title: `Copied ${plural(rows, "row")} as ${form === "markdown" ? "Markdown" : form.toUpperCase()}`, icon: "copy" });
  } catch {
    await text.then((whole) => copy(whole), () => toast({ title: "The rows are not kept any more", text: "Run the statement again", kind: "bad" }));
  }
}

/** Rows below their heads; NULL is nothing in TSV and CSV, where '' is `""` in CSV. */
export function written(form: Form, heads: string[], rows: Array<Array<string | null>>): string {
  if (form === "markdown") return markdown(heads, rows);
  const join = form === "csv" ? (row: string[]) => row.join(",") : (row: string[]) => row.join("\t");
  const cell = form === "csv" ? csvCell : tsvCell;
  const lines = rows.map((row) => join(row.map(cell)));
  return [join(heads.map(cell)), ...lines].join(form === "csv" ? "\r\n" : "\n");
}

const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Text that a spreadsheet would run as a formula begins with `'`, as in our CSV files. */
export function guarded(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function tsvCell(text: string | null): string {
  return guarded((text ?? "").replace(/[\t\n\r]+/g, " "));
}

function csvCell(found: string | null): string {
  if (found === null) return "";
  const text = guarded(found);
  return text === "" || /[",\n\r]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdown(heads: string[], rows: Array<Array<string | null>>): string {
  const cell = (text: string | null): string => (text === null ? "NULL" : text.replace(/[\\|<]/g, "\\$&").replace(/\r\n|[\r\n]/g, "<br>"));
  const line = (values: Array<string | null>): string => `| ${values.map(cell).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => " --- ").join("|")}|`, ...rows.map(line)].join("\n");
}
