// One value of a result in the page's dialog: all of it, and what it is.
import { find } from "../dom";
import type { Column } from "./api";
import { textOf } from "./cells";
import { plural } from "./make";

export function showValue(dialog: HTMLDialogElement, column: Column, row: number, value: unknown): void {
  const text = textOf(value, column.type);
  find("[data-cell-picture]", dialog)?.remove();
  find("#cell-title", dialog)!.textContent = column.name || "(no name)";
  find("[data-cell-meta]", dialog)!.textContent = [column.type, `row ${row + 1}`].filter(Boolean).join(" · ");
  find("[data-cell-text]", dialog)!.textContent = text === null ? "NULL" : pretty(text);
  const note = text === null ? "NULL: no value" : text === "" ? "A text of no characters" : plural([...text].length, "character");
  find("[data-cell-note]", dialog)!.textContent = note;
  find("[data-cell-link]", dialog)!.hidden = true;
  dialog.showModal();
}

function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
