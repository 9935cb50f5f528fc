// A result as lines or bars, drawn at the page's own colours, with its table beside it.
import { Probe } from "../charts";
import { find } from "../dom";
import { isNumber, isTime, textOf } from "./cells";
import type { Column } from "./api";
import { count, draw, make } from "./make";
import type { Sheet } from "./sheet";

const MOST_BARS = 20;
const MOST_POINTS = 2_000;
const MOST_ROWS = 20_000;
const MOST_TABLE = 200;
const RUNGS = 5;
const MOST_SERIES = 8;

export interface Choice {
  kind: "bar" | "line";
  /** Columns of numbers, each a series; at least one. */
  values: number[];
  by: number;
}

interface Point {
  label: string;
  /** One for each series; a gap where there is no number. */
  values: Array<number | null>;
}

/** What suits a result: its first number, by its first date (a line) or text (bars). */
export function suggest(columns: Column[]): Choice | null {
  const value = columns.findIndex((column) => isNumber(column.type) && !/(^|_)id$/i.test(column.name));
  const number = value >= 0 ? value : columns.findIndex((column) => isNumber(column.type));
  if (number < 0) return null;
  const time = columns.findIndex((column) => isTime(column.type));
  const other = columns.findIndex((column, at) => at !== number && !isNumber(column.type));
  if (time >= 0) return { kind: "line", values: [number], by: time };
  return { kind: "bar", values: [number], by: other >= 0 ? other : columns.findIndex((_, at) => at !== number) };
}

/** The choice that a link names; null where its columns are not there. */
export function named(columns: Column[], wanted: Record<string, string> | null): Choice | null {
  if (!wanted) return null;
  const place = (name: string | undefined): number => columns.findIndex((column) => column.name === name);
  const values = Array.from({ length: MOST_SERIES }, (_, at) => place(wanted[keyOf(at)])).filter((at) => at >= 0);
  return values.length ? { kind: wanted.kind === "line" ? "line" : "bar", values, by: place(wanted.by) } : null;
}

/** A choice as a link keeps it. */
export function names(columns: Column[], choice: Choice): Record<string, string> {
  const values = choice.values.map((value, at) => [keyOf(at), columns[value]?.name ?? ""]);
  return { kind: choice.kind, by: columns[choice.by]?.name ?? "", ...(Object.fromEntries(values) as Record<string, string>) };
}

/** `value`, `value2`, … */
function keyOf(at: number): string {
  return at ? `value${at + 1}` : "value";
}

/** Draw a result; `chosen` is told when the person wants another drawing. */
export async function showChart(box: HTMLElement, sheet: Sheet, choice: Choice, chosen: (choice: Choice) => void): Promise<void> {
  const rows = await sheet.rows(0, Math.min(sheet.total, MOST_ROWS));
  const points = rows.map((row, at) => pointOf(row, at, choice)).filter((point) => point.values.some((value) => value !== null));
  const series = choice.values.map((value) => sheet.columns[value]!.name);
  const by = sheet.columns[choice.by]?.name ?? "row";
  const shown = choice.kind === "bar" ? [...points].sort((a, b) => (b.values[0] ?? -Infinity) - (a.values[0] ?? -Infinity)).slice(0, MOST_BARS) : thin(points);
  const said = choice.kind === "bar" ? (points.length > shown.length ? `${shown.length} largest of ${count(points.length)}` : "") : points.length > shown.length ? `every ${Math.ceil(points.length / shown.length)}. of ${count(points.length)}` : "";
  const cut = sheet.total > rows.length ? `of the first ${count(rows.length)} rows` : "";
  const title = `${series.join(", ")} by ${by}${said ? `, ${said}` : ""}`;
  const drawing = shown.length ? (choice.kind === "bar" ? bars(shown, title) : line(shown, title)) : make("p", { class: "side-note" }, `There is no number in ${series.join(", ")}`);
  const chart = make("div", { class: "chart-box", "data-result-chart": true }, controls(sheet.columns, choice, chosen, [said, cut].filter(Boolean).join(", ")), series.length > 1 ? legend(series) : null, drawing, asTable(shown, series, by, title));
  const wasOpen = find<HTMLDetailsElement>("[data-series]", box)?.open ?? false;
  box.replaceChildren(chart);
  const menu = find<HTMLDetailsElement>("[data-series]", chart);
  if (menu) menu.open = wasOpen;
  if (choice.kind === "line" && shown.length) new Probe(chart);
}

function pointOf(row: unknown[], at: number, choice: Choice): Point {
  const label = choice.by < 0 ? String(at + 1) : (textOf(row[choice.by]) ?? "NULL");
  const values = choice.values.map((value) => {
    const number = row[value] === null || row[value] === "" ? NaN : Number(row[value]);
    return Number.isFinite(number) ? number : null;
  });
  return { label, values };
}

function legend(series: string[]): HTMLElement {
  return make("div", { class: "legend" }, ...series.map((name, at) => make("span", {}, make("i", { class: `key block s${at + 1}` }), name)));
}

function controls(columns: Column[], choice: Choice, chosen: (choice: Choice) => void, said: string): HTMLElement {
  const select = (label: string, options: Array<[string, string]>, current: string, change: (value: string) => void): HTMLElement => {
    const made = make("select", { class: "select small", "aria-label": label, change: () => change(made.value) }, ...options.map(([value, text]) => make("option", { value, selected: value === current }, text)));
    return made;
  };
  const numbers = columns.flatMap((column, at): Array<[string, string]> => (isNumber(column.type) ? [[String(at), column.name]] : []));
  const all: Array<[string, string]> = [["-1", "row number"], ...columns.map((column, at): [string, string] => [String(at), column.name])];
  return make("div", { class: "row" },
    select("Kind", [["bar", "Bars"], ["line", "Line"]], choice.kind, (kind) => chosen({ ...choice, kind: kind as Choice["kind"] })),
    select("Value", numbers, String(choice.values[0]), (value) => chosen({ ...choice, values: [Number(value), ...choice.values.slice(1).filter((one) => one !== Number(value))] })),
    numbers.length > 1 ? others(numbers, choice, chosen) : null,
    make("span", { class: "muted small" }, "by"),
    select("By", all, String(choice.by), (by) => chosen({ ...choice, by: Number(by) })),
    make("span", { class: "muted small" }, said));
}

/** More series beside the first. */
function others(numbers: Array<[string, string]>, choice: Choice, chosen: (choice: Choice) => void): HTMLElement {
  const more = choice.values.slice(1);
  const ticks = numbers.filter(([at]) => Number(at) !== choice.values[0]).map(([at, name]) => {
    const isOn = more.includes(Number(at));
    const change = (): void => chosen({ ...choice, values: [choice.values[0]!, ...(isOn ? more.filter((one) => one !== Number(at)) : [...more, Number(at)])] });
    return make("label", { class: "tick" }, make("input", { type: "checkbox", checked: isOn, disabled: !isOn && choice.values.length >= MOST_SERIES, "aria-label": `Also ${name}`, change }), make("span", { class: "break" }, name));
  });
  const words = more.length ? `and ${more.length} more` : "and…";
  return make("details", { class: "anchor", "data-series": true, id: "chart-series" }, make("summary", { class: "button small", title: "More columns in the same chart" }, words), make("div", { class: "menu start tall" }, make("div", { class: "ticks pad" }, ...ticks)));
}

function thin(points: Point[]): Point[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return step > 1 ? points.filter((_, at) => at % step === 0) : points;
}

/** Round numbers from at most `least` to at least `most`. */
function rungs(least: number, most: number): number[] {
  const span = most - least || Math.abs(most) || 1;
  const rough = span / (RUNGS - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? 10 * power;
  const first = Math.floor(least / step) * step;
  const found = [first];
  while (found.at(-1)! < most) found.push(found.at(-1)! + step);
  return found.map((one) => Number(one.toPrecision(12)));
}

function short(value: number): string {
  const size = Math.abs(value);
  const [divisor, unit] = size >= 1e9 ? [1e9, " G"] : size >= 1e6 ? [1e6, " M"] : size >= 1e4 ? [1e3, " k"] : [1, ""];
  return `${(value / divisor).toLocaleString("en", { maximumFractionDigits: 2 })}${unit}`;
}

function line(points: Point[], title: string): HTMLElement {
  const values = numbersOf(points);
  const marks = rungs(Math.min(...values, 0) < 0 ? Math.min(...values) : 0, Math.max(...values));
  const [low, high] = [marks[0]!, marks.at(-1)!];
  const down = (value: number): number => 100 - (100 * (value - low)) / (high - low || 1);
  const across = (at: number): number => (100 * (at + 0.5)) / points.length;
  const canvas = draw("svg", { class: "canvas", role: "img", "aria-label": title });
  for (const [at, mark] of marks.entries()) canvas.append(draw("line", { class: at ? "grid" : "axis", x2: "100%", y1: `${down(mark)}%`, y2: `${down(mark)}%` }));
  const series = points[0]!.values.map((_, at) => at);
  const box = draw("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" });
  for (const at of series) box.append(...strokes(points, at, across, down, series.length === 1));
  canvas.append(box);
  for (const at of series) canvas.append(...lone(points, at, across, down));
  for (const part of points.length > 6 ? [0.1, 0.5, 0.9] : [0.5]) {
    const at = Math.min(Math.floor(part * points.length), points.length - 1);
    canvas.append(draw("text", { x: `${across(at)}%`, y: "100%", dy: 15, "text-anchor": "middle" }, points[at]!.label.slice(0, 24)));
  }
  canvas.append(draw("line", { class: "cross", y2: "100%", visibility: "hidden" }));
  const labels = make("ol", { class: "rungs", role: "list", "aria-hidden": "true" }, ...[...marks].reverse().map((mark) => make("li", {}, short(mark))));
  return make("div", { class: "plot tall", "data-plot": true, "data-tones": series.map((at) => `s${at + 1}`).join(" ") }, labels, canvas, make("div", { class: "readout", hidden: true }));
}

type Place = (value: number) => number;

/** The line of a series, broken where it has a gap; below it, if it is alone, its area. */
function strokes(points: Point[], series: number, across: Place, down: Place, isAlone: boolean): SVGElement[] {
  const parts: string[][] = [[]];
  for (const [at, point] of points.entries()) {
    const value = point.values[series];
    if (value === null || value === undefined) parts.push([]);
    else parts.at(-1)!.push(`${across(at).toFixed(3)} ${down(value).toFixed(3)}`);
  }
  const drawn = parts.filter((part) => part.length > 1);
  const path = drawn.map((part) => `M${part.join("L")}`).join("");
  const ends = (part: string[]): string => `M${part.join("L")}L${part.at(-1)!.split(" ")[0]} 100L${part[0]!.split(" ")[0]} 100Z`;
  const area = isAlone ? [draw("path", { class: "area s1", d: drawn.map(ends).join("") })] : [];
  return [...area, draw("path", { class: `line s${series + 1}`, d: path })];
}

/** Dots for what no line reaches. */
function lone(points: Point[], series: number, across: Place, down: Place): SVGElement[] {
  const value = (at: number): number | null => points[at]?.values[series] ?? null;
  return points.flatMap((_, at) => (value(at) !== null && value(at - 1) === null && value(at + 1) === null ? [draw("circle", { class: `s${series + 1}`, cx: `${across(at)}%`, cy: `${down(value(at)!)}%`, r: 3 })] : []));
}

function numbersOf(points: Point[]): number[] {
  return points.flatMap((point) => point.values.filter((value) => value !== null));
}

function bars(points: Point[], title: string): HTMLElement {
  const values = numbersOf(points);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const span = values.reduce((most, value) => Math.max(most, value), 0) - low || 1;
  const list = make("div", { class: `bars-across ${points[0]!.values.length > 1 ? "several" : ""}`, role: "img", "aria-label": title });
  for (const point of points)
    for (const [at, value] of point.values.entries()) {
      const left = (100 * (Math.min(value ?? 0, 0) - low)) / span;
      const width = (100 * Math.abs(value ?? 0)) / span;
      const first = at ? "" : "first";
      const bar = draw("svg", { class: `across ${first}`, "aria-hidden": "true" }, value === null ? null : draw("rect", { class: `s${at + 1}`, x: `${left}%`, width: `${Math.max(width, 0.2)}%`, height: "100%", rx: 2 }));
      const label = at ? make("span") : make("span", { class: "by first", title: point.label }, point.label || "''");
      list.append(label, bar, make("span", { class: `value ${first}` }, value === null ? "" : short(value)));
    }
  return list;
}

function asTable(points: Point[], series: string[], by: string, title: string): HTMLElement {
  const rows = points.map((point) => make("tr", {}, make("td", { class: "one" }, point.label), ...point.values.map((value) => make("td", { class: "num" }, value === null ? "" : count(value)))));
  const note = points.length > MOST_TABLE ? ", all points" : "";
  return make("details", { class: "as-table" }, make("summary", {}, `As a table${note}`),
    make("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": `${title}, as a table` },
      make("table", { class: "table" }, make("thead", {}, make("tr", {}, make("th", {}, by), ...series.map((name) => make("th", { class: "num" }, name)))), make("tbody", {}, ...rows))));
}
