// The log's histogram: arrows between bars, Shift and arrows over a stretch of them, and
// the same with the pointer. A stretch that is chosen is an address with two moments.
import { find, on } from "../dom";
import { addressOf, onArrival, visit } from "../visit";

const BARS = "[data-levels] a.column";
let anchor = -1;

function bars(): SVGAElement[] {
  return [...document.querySelectorAll<SVGAElement>(BARS)];
}

/** The address of the time from one bar to another, whichever is first. */
function addressBetween(all: SVGAElement[], from: number, to: number): string {
  const first = new URL(addressOf(all[Math.min(from, to)]!));
  const last = new URL(addressOf(all[Math.max(from, to)]!));
  first.searchParams.set("end_date", last.searchParams.get("end_date")!);
  return first.href;
}

function paint(all: SVGAElement[], from: number, to: number): void {
  const svg = all[from]!.ownerSVGElement!;
  let brush = svg.querySelector(".brush");
  if (!brush) {
    brush = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    brush.setAttribute("class", "brush");
    brush.setAttribute("height", "100");
    svg.append(brush);
  }
  brush.setAttribute("x", String((100 * Math.min(from, to)) / all.length));
  brush.setAttribute("width", String((100 * (Math.abs(to - from) + 1)) / all.length));
  const [first, last] = [all[Math.min(from, to)]!, all[Math.max(from, to)]!].map((bar) => new URL(addressOf(bar)).searchParams);
  find("#announce")!.textContent = `From ${clock(first!.get("start_date"))} to ${clock(last!.get("end_date"))}, Enter narrows to it`;
}

function clock(stamp: string | null | undefined): string {
  return (stamp ?? "").replace("T", " ").replace("Z", "");
}

function forget(): void {
  document.querySelector("[data-levels] .brush")?.remove();
  anchor = -1;
}

function press(bar: HTMLElement, event: KeyboardEvent): void {
  const all = bars();
  const at = all.indexOf(bar as unknown as SVGAElement);
  if (event.key === "Escape" && anchor >= 0) {
    event.preventDefault();
    return forget();
  }
  if (event.key === "Enter" && anchor >= 0 && anchor !== at) {
    event.preventDefault();
    return void visit(addressBetween(all, anchor, at));
  }
  const to: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: Math.max(at - 10, 0), PageDown: Math.min(at + 10, all.length - 1), Home: 0, End: all.length - 1 };
  const place = to[event.key] ?? -1;
  const next = all[place];
  if (!next) return;
  event.preventDefault();
  const from = event.shiftKey ? (anchor >= 0 ? anchor : at) : -1;
  for (const each of all) each.setAttribute("tabindex", each === next ? "0" : "-1");
  next.focus();
  if (from < 0) return forget();
  anchor = from;
  paint(all, from, place);
}

function draw(event: PointerEvent): void {
  const svg = (event.target as Element).closest<SVGSVGElement>("[data-levels] .canvas > svg");
  const all = bars();
  if (!svg || event.button !== 0 || all.length === 0) return;
  const { left, width } = svg.parentElement!.getBoundingClientRect();
  const place = (at: PointerEvent): number =>
    Math.min(Math.max(Math.floor(((at.clientX - left) / width) * all.length), 0), all.length - 1);
  const from = place(event);
  let to = from;
  let isDrawn = false;
  const go = (at: PointerEvent): void => {
    to = place(at);
    isDrawn ||= to !== from;
    if (isDrawn) paint(all, from, to);
  };
  const end = (at: PointerEvent): void => {
    removeEventListener("pointermove", go);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    forget();
    if (to === from || at.type === "pointercancel") return; // a click, which is a link
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    void visit(addressBetween(all, from, to));
  };
  addEventListener("pointermove", go);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

export function installBrush(): void {
  onArrival(() => (anchor = -1));
  on("keydown", BARS, press);
  on("dragstart", BARS, (_, event) => event.preventDefault());
  document.addEventListener("pointerdown", draw);
}
