// One cell in a dialog: the whole value, also where the page has only its beginning.
import { find, findAll } from "./dom";

const SHOWN_BYTES = 256;
const PICTURES: Record<string, string> = { PNG: "image/png", JPEG: "image/jpeg", GIF: "image/gif", BMP: "image/bmp" };

/** The value as filters and copies have it: null is NULL, undefined is not in the page. */
export function rawOf(cell: HTMLElement): string | null | undefined {
  if (cell.dataset.form === "null") return null;
  if (cell.dataset.form === "empty") return "";
  if (cell.dataset.raw !== undefined) return cell.dataset.raw;
  return "fetched" in cell.dataset ? undefined : (cell.textContent ?? "");
}

function headOf(cell: HTMLElement): HTMLElement {
  const row = findAll(":scope > *", cell.parentElement!);
  return findAll("table.grid thead tr > *")[row.indexOf(cell)]!;
}

/** Read the whole value: the row by its key, and of it this column alone. */
async function fetchValue(cell: HTMLElement): Promise<string> {
  const table = cell.closest<HTMLElement>("table")!;
  const key = cell.parentElement!.dataset.key;
  if (!key) throw new Error("this table has no key, so one row cannot be asked for alone");
  const query = new URLSearchParams(key);
  const name = headOf(cell).dataset.column!;
  query.set("columns", name.replace(/[~/,]/g, (c) => `~${c.charCodeAt(0).toString(16).toUpperCase()}`));
  query.set("shape", "arrays");
  query.set("limit", "1");
  const answer = await fetch(`${table.dataset.api}?${query}`);
  const body = (await answer.json()) as { detail?: string; data?: { rows: unknown[][] } };
  if (!answer.ok || !body.data?.rows[0]) throw new Error(body.detail ?? "the row is gone");
  const value = body.data.rows[0][0];
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, SHOWN_BYTES); at += 16) {
    const part = [...bytes.slice(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}

function showBytes(dialog: HTMLElement, cell: HTMLElement, text: string): void {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  find("[data-cell-text]", dialog)!.textContent = hexDump(bytes);
  const rest = bytes.length - SHOWN_BYTES;
  find("[data-cell-note]", dialog)!.textContent = rest > 0 ? `${rest.toLocaleString("en")} more bytes` : "";
  const type = PICTURES[(cell.textContent ?? "").trim().split(" ")[0]!];
  if (!type) return;
  const picture = document.createElement("img");
  picture.alt = `Picture in ${headOf(cell).dataset.column}`;
  picture.src = `data:${type};base64,${text}`;
  picture.dataset.cellPicture = "";
  find("[data-cell-text]", dialog)!.before(picture);
}

function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export async function openCell(cell: HTMLElement): Promise<void> {
  const dialog = find<HTMLDialogElement>("#cell-dialog")!;
  const head = headOf(cell);
  const text = find("[data-cell-text]", dialog)!;
  find("[data-cell-picture]", dialog)?.remove();
  find("#cell-title", dialog)!.textContent = head.dataset.column!;
  find("[data-cell-meta]", dialog)!.textContent = [head.dataset.type, `row ${cell.parentElement!.firstElementChild!.textContent}`].filter(Boolean).join(" · ");
  const link = find<HTMLAnchorElement>("[data-cell-link]", dialog)!;
  const there = find<HTMLAnchorElement>("a", cell);
  link.hidden = there === null;
  if (there) link.href = there.href;
  const raw = rawOf(cell);
  const note = find("[data-cell-note]", dialog)!;
  note.textContent = raw === null ? "NULL: no value" : raw === "" ? "A text of no characters" : "";
  text.textContent = raw === undefined ? "Reading…" : pretty(raw ?? "NULL");
  dialog.showModal();
  if (raw !== undefined) return;
  try {
    const value = await fetchValue(cell);
    if (cell.dataset.form === "bytes") showBytes(dialog, cell, value);
    else {
      text.textContent = pretty(value);
      note.textContent = `${value.length.toLocaleString("en")} characters`;
    }
  } catch (error) {
    text.textContent = cell.textContent;
    note.textContent = `Only the beginning: ${(error as Error).message}`;
  }
}
