// What a pointer or the arrows show of a chart: a crosshair, and the values of that
// moment as the table beside the chart says them. Without scripts the table is there.
import { find, findAll } from "./dom";
import { onRenewal } from "./live";
import { onArrival } from "./visit";

const GAP_PIXELS = 12;

/** The head and one row of the chart's table, as texts. */
function textsOf(row: Element | null | undefined): string[] {
  return [...(row?.children ?? [])].map((cell) => cell.textContent ?? "");
}

export class Probe {
  protected readonly rows: HTMLElement[];
  protected place: number;
  private readonly heard = new AbortController();

  /** `element` lies over the drawing already, or is made. */
  constructor(
    protected readonly box: HTMLElement,
    protected readonly element: HTMLElement = document.createElement("div"),
  ) {
    this.rows = findAll("tbody tr", box);
    this.place = this.rows.length - 1;
    const label = find(".canvas", box)!.getAttribute("aria-label") ?? "";
    Object.assign(this.element, { tabIndex: 0, role: "slider", ariaLabel: label });
    this.element.classList.add("probe");
    const summary = find(".summary", box);
    if (summary?.id) this.element.setAttribute("aria-describedby", summary.id);
    this.element.ariaValueMin = "0";
    this.element.ariaValueMax = String(this.place);
    this.tell();
    if (!this.element.isConnected) find("[data-plot]", box)!.append(this.element);
    const { signal } = this.heard;
    this.element.addEventListener("pointermove", (event) => this.point(event), { signal });
    this.element.addEventListener("pointerdown", (event) => this.point(event), { signal });
    this.element.addEventListener("pointerleave", () => this.hide(), { signal });
    this.element.addEventListener("keydown", (event) => this.press(event), { signal });
    this.element.addEventListener("focus", () => this.element.matches(":focus-visible") && this.show(), { signal });
    this.element.addEventListener("blur", () => this.hide(), { signal });
  }

  /** Hear no more of its element, which another one takes over. */
  release(): void {
    this.heard.abort();
  }

  private point(event: PointerEvent): void {
    const { left, width } = this.element.getBoundingClientRect();
    this.move(Math.floor(((event.clientX - left) / width) * this.rows.length));
  }

  private press(event: KeyboardEvent): void {
    const last = this.rows.length - 1;
    const steps: Record<string, number> = {
      ArrowLeft: this.place - 1, ArrowDown: this.place - 1, ArrowRight: this.place + 1, ArrowUp: this.place + 1,
      PageDown: this.place - 10, PageUp: this.place + 10, Home: 0, End: last,
    };
    if (event.key === "Escape") return this.hide();
    if (event.key === "Enter") return find<HTMLAnchorElement>("a", this.rows[this.place])?.click();
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.move(next);
  }

  private move(place: number): void {
    this.place = Math.min(Math.max(place, 0), this.rows.length - 1);
    this.tell();
    this.show();
  }

  private tell(): void {
    const names = textsOf(find("thead tr", this.box));
    const [when, ...values] = textsOf(this.rows[this.place]);
    this.element.ariaValueNow = String(this.place);
    this.element.ariaValueText = `${when}: ${values.map((value, at) => `${names[at + 1]} ${value}`).join(", ")}`;
  }

  protected show(): void {
    const across = (100 * (this.place + 0.5)) / this.rows.length;
    const cross = find(".cross", this.box)!;
    cross.setAttribute("x1", `${across}%`);
    cross.setAttribute("x2", `${across}%`);
    cross.setAttribute("visibility", "visible");
    const readout = find(".readout", this.box)!;
    readout.hidden = false;
    readout.replaceChildren(...this.said());
    const { left, width } = this.element.getBoundingClientRect();
    const at = left - readout.offsetParent!.getBoundingClientRect().left + (width * across) / 100;
    const isRight = across > 50;
    readout.style.left = `${isRight ? at - GAP_PIXELS - readout.offsetWidth : at + GAP_PIXELS}px`;
  }

  private said(): HTMLElement[] {
    const names = textsOf(find("thead tr", this.box));
    const [when, ...values] = textsOf(this.rows[this.place]);
    const tones = (find("[data-plot]", this.box)!.dataset.tones ?? "").split(" ");
    return [
      made("span", "", names[0]?.endsWith("UTC") ? `${when} UTC` : (when ?? "")),
      ...values.flatMap((value, at) => {
        const name = made("span", "name", names[at + 1] ?? "");
        name.prepend(made("i", `key ${tones[at] ?? ""}`, ""));
        return [name, made("span", "value", value)];
      }),
    ];
  }

  protected hide(): void {
    find(".cross", this.box)?.setAttribute("visibility", "hidden");
    find(".readout", this.box)!.hidden = true;
  }
}

function made(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function mount(): void {
  // Where the page's script draws, it makes its own: see watch/plots.ts.
  for (const box of findAll("[data-chart]")) if (!find(".probe", box) && find("tbody tr", box)) new Probe(box);
}

export function installCharts(): void {
  onArrival(mount);
  onRenewal(mount);
}
