// How wide a column is: as its name and its first values need it, within reason.
import { textOf } from "./cells";
import type { Sheet } from "./sheet";

const MOST_PIXELS = 360;
const LEAST_PIXELS = 72;
const SAMPLE_ROWS = 60;
const SAMPLE_LETTERS = 80;

export function widthOf(canvas: CanvasRenderingContext2D, sheet: Sheet, at: number): number {
  let widest = canvas.measureText(sheet.columns[at]!.name || "(no name)").width + 30;
  for (let row = 0; row < Math.min(SAMPLE_ROWS, sheet.total); row += 1) {
    const text = textOf(sheet.row(row)?.[at], sheet.columns[at]!.type) ?? "NULL__";
    widest = Math.max(widest, canvas.measureText(text.slice(0, SAMPLE_LETTERS)).width);
  }
  return Math.min(Math.max(Math.ceil(widest) + 26, LEAST_PIXELS), MOST_PIXELS);
}
