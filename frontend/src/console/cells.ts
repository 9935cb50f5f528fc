// One value of a result as a cell shows it and as a copy has it.
import { icon, make } from "./make";
import type { Column } from "./api";

const SHOWN_LETTERS = 200;

export function isNumber(type: string): boolean {
  return /int|num|dec|float|double|real|money|serial|half/i.test(type) && !/interval|point/i.test(type);
}

export function isTime(type: string): boolean {
  return /date|time/i.test(type);
}

export function iconOf(type: string): string {
  if (isNumber(type)) return "number";
  if (isTime(type)) return "calendar";
  if (/bool/i.test(type)) return "yes-no";
  if (/json|struct|list|map|\[\]/i.test(type)) return "braces";
  if (/binary|blob|bytea/i.test(type)) return "file";
  return "text";
}

const MOST_EXACT = 1e15;

/** The whole value as text; null for NULL. A number that counts no pieces says so: `3.0`. */
export function textOf(value: unknown, type = ""): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" && /float|double|real/i.test(type) && Number.isInteger(value) && Math.abs(value) < MOST_EXACT) return value.toFixed(1);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Fill a cell; NULL, the empty text and what is cut look like nothing else. */
export function fill(cell: HTMLElement, value: unknown, column: Column): void {
  cell.className = classOf(value, column);
  const text = textOf(value, column.type);
  if (text === null) return cell.replaceChildren(make("span", { class: "null" }, "NULL"));
  if (text === "") return cell.replaceChildren(make("span", { class: "nothing" }, "''"));
  if (typeof value === "boolean") return cell.replaceChildren(yesNo(value));
  const line = text.length > SHOWN_LETTERS || /[\n\r\t]/.test(text) ? text.slice(0, SHOWN_LETTERS).replace(/[\n\r\t]/g, "␤") : text;
  if (text.length <= SHOWN_LETTERS) return void (cell.textContent = line);
  cell.replaceChildren(make("span", { class: "cut", "data-more": String(text.length - SHOWN_LETTERS) }, line));
}

function yesNo(value: boolean): HTMLElement {
  return make("span", {}, icon(value ? "check" : "minus", value ? "" : "no"), make("span", { class: "hidden-text" }, value ? "true" : "false"));
}

function classOf(value: unknown, column: Column): string {
  if (typeof value === "boolean") return "yes-no";
  if (value !== null && typeof value === "object") return "json";
  if (isNumber(column.type)) return Number(value) < 0 ? "num minus" : "num";
  if (isTime(column.type)) return "date";
  return "";
}
