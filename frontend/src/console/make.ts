// Elements made by hand: a tag, what it has, what stands in it.

type Child = Node | string | null | false | undefined;
export type Given = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

const SVG = "http://www.w3.org/2000/svg";

/** An element; attributes that are false or missing stay away, functions are listeners. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, given: Given = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  dress(element, given);
  add(element, children);
  return element;
}

/** The same for drawings. */
export function draw(tag: string, given: Given = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  dress(element, given);
  add(element, children);
  return element;
}

/** An icon of the page's set. */
export function icon(name: string, more = ""): SVGElement {
  const sprite = document.querySelector<HTMLElement>("[data-icons]")?.dataset.icons ?? "";
  return draw("svg", { class: `icon ${more}`.trim(), "aria-hidden": "true" }, draw("use", { href: `${sprite}#${name}` }));
}

function dress(element: Element, given: Given): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value as unknown as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function add(element: Element, children: Child[]): void {
  for (const child of children) if (child) element.append(child);
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

export function plural(value: number, one: string): string {
  return `${count(value)} ${value === 1 ? one : `${one}s`}`;
}

/** `38 ms`, `1.9 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.max(Math.round(seconds * 1000), 1)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
}

/** `2 s ago`, `14 min ago`, `3 h ago`, `20 Nov 2026`. */
export function ago(at: number, now = Date.now()): string {
  const seconds = Math.max(Math.round((now - at) / 1000), 0);
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}
