// Charts drawn by uPlot over the grid that the server made: one crosshair for all, a
// stretch chosen by dragging, and new numbers without a flicker. What pointer and keys
// show is what the table beside the chart says; without this script its shapes are SVG.
import uPlot from "uplot";
import { Probe } from "../charts";
import { find, findAll } from "../dom";

interface Drawn {
  name: string;
  tone: string;
  filled: boolean;
  values: Array<number | null>;
}

interface Raw {
  since: number;
  step: number;
  ceiling: number;
  stacked: boolean;
  series: Drawn[];
}

const BAR_SHARE = 0.86;
const LINE_WIDTH = 1.75;
const AREA_ALPHA = "1f";
const DRAG_PIXELS = 8;
const together = uPlot.sync("charts");
const plots = new Map<string, Plot>();

/** The colour that the page gives a tone, in the theme of this moment. */
function colourOf(box: HTMLElement, tone: string): string {
  const key = document.createElement("i");
  key.className = `key ${tone}`;
  key.hidden = true;
  find("[data-plot]", box)!.append(key);
  const colour = getComputedStyle(key).backgroundColor;
  key.remove();
  return hexOf(colour);
}

function hexOf(colour: string): string {
  const isMixed = colour.startsWith("color("); // of parts between 0 and 1
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => Number(part) * (isMixed ? 255 : 1));
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Points that have no neighbour: a line alone would not show them. */
function lonely(values: ReadonlyArray<number | null | undefined>): number[] {
  const isGap = (at: number): boolean => values[at] === null || values[at] === undefined;
  return values.flatMap((_, at) => (!isGap(at) && isGap(at - 1) && isGap(at + 1) ? [at] : []));
}

/** What uPlot is given: the middle of each moment, and the values; sums where they stack. */
function dataOf(raw: Raw): uPlot.AlignedData {
  const count = raw.series[0]?.values.length ?? 0;
  const times = Array.from({ length: count }, (_, at) => raw.since + (at + 0.5) * raw.step);
  if (!raw.stacked) return [times, ...raw.series.map((one) => one.values)];
  const sums = raw.series.map((_, last) =>
    times.map((__, at) => raw.series.slice(0, last + 1).reduce((sum, one) => sum + (one.values[at] ?? 0), 0)),
  );
  return [times, ...sums.reverse()]; // the tallest first, the others before it
}

/** Move a crosshair, and with it those of the other charts; the types forget that. */
function tell(plot: uPlot, place: { left: number; top: number }): void {
  (plot.setCursor as (place: { left: number; top: number }, fires: boolean, publishes: boolean) => void)(place, true, true);
}

class PlotProbe extends Probe {
  constructor(box: HTMLElement, private readonly plot: uPlot) {
    super(box, plot.over);
  }

  protected override show(): void {
    super.show();
    const left = ((this.place + 0.5) / this.rows.length) * this.plot.over.clientWidth;
    tell(this.plot, { left, top: 0 });
  }

  protected override hide(): void {
    super.hide();
    if (!this.element.matches(":hover")) tell(this.plot, { left: -10, top: -10 });
  }
}

class Plot {
  private raw: Raw;
  private colours: string[] = [];
  private readonly plot: uPlot;
  private readonly sizes: ResizeObserver;
  private probe: Probe | null = null;

  constructor(private box: HTMLElement) {
    this.raw = JSON.parse(box.dataset.raw!) as Raw;
    this.learnColours();
    const place = find("[data-plot]", box)!;
    this.plot = new uPlot(this.options(), dataOf(this.raw), place);
    this.sizes = new ResizeObserver(() => this.fit());
    this.settle();
  }

  get names(): string {
    return this.raw.series.map((one) => one.tone + one.name).join();
  }

  /** Go on in the box of a newer page, which may have other numbers. */
  adopt(box: HTMLElement): boolean {
    const raw = JSON.parse(box.dataset.raw!) as Raw;
    if (raw.series.map((one) => one.tone + one.name).join() !== this.names || raw.stacked !== this.raw.stacked) return false;
    this.raw = raw;
    this.box = box;
    find("[data-plot]", box)!.append(this.plot.root);
    this.plot.setData(dataOf(raw));
    this.settle();
    return true;
  }

  destroy(): void {
    this.sizes.disconnect();
    this.plot.destroy();
  }

  repaint(): void {
    this.learnColours();
    this.plot.redraw(false);
  }

  private settle(): void {
    const place = find("[data-plot]", this.box)!;
    place.classList.add("drawn");
    find("div.probe:not(.u-over)", place)?.remove();
    this.probe?.release();
    this.probe = new PlotProbe(this.box, this.plot);
    this.sizes.disconnect();
    this.sizes.observe(find(".canvas", place)!.parentElement!);
    this.fit();
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = find(".canvas", this.box)!;
    if (width && height && (this.plot.width !== width || this.plot.height !== height)) this.plot.setSize({ width, height });
  }

  private learnColours(): void {
    this.colours = this.raw.series.map((one) => colourOf(this.box, one.tone));
    if (this.raw.stacked) this.colours.reverse();
  }

  private options(): uPlot.Options {
    const canvas = find(".canvas", this.box)!;
    const drawn = this.raw.stacked ? [...this.raw.series].reverse() : this.raw.series;
    return {
      width: canvas.clientWidth,
      height: canvas.clientHeight,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: true, range: () => [this.raw.since, this.raw.since + this.raw.step * this.count] },
        y: { range: () => [0, this.raw.ceiling] },
      },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: DRAG_PIXELS }, sync: { key: together.key, setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } } },
      hooks: { setSelect: [() => this.choose()] },
      series: [{}, ...drawn.map((one, at) => this.seriesOf(one, at))],
    };
  }

  private get count(): number {
    return this.raw.series[0]?.values.length ?? 1;
  }

  private seriesOf(one: Drawn, at: number): uPlot.Series {
    const colour = (): string => this.colours[at]!;
    if (this.raw.stacked)
      return { stroke: colour, fill: colour, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [BAR_SHARE, Infinity] }) };
    return {
      stroke: colour,
      fill: one.filled ? () => this.colours[at]! + AREA_ALPHA : undefined,
      width: LINE_WIDTH,
      points: { show: true, size: 4, fill: colour, filter: (_, index) => lonely(this.raw.series[index - 1]!.values) },
    };
  }

  /** Narrow the page to the stretch that was drawn: its form of two moments is sent. */
  private choose(): void {
    const { left, width } = this.plot.select;
    if (width < DRAG_PIXELS) return;
    const form = find<HTMLFormElement>("form[data-chosen-time]");
    const moments = [left, left + width].map((pixel) => new Date(this.plot.posToVal(pixel, "x") * 1000).toISOString().replace(/\.\d+/, ""));
    this.plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (!form) return;
    for (const [name, moment] of [["start_date", moments[0]], ["end_date", moments[1]]] as const)
      (form.elements.namedItem(name) as HTMLInputElement).value = moment!;
    form.requestSubmit();
  }
}

function mount(): void {
  const here = new Set<string>();
  for (const box of findAll("[data-chart][data-raw]")) {
    const id = box.dataset.chart!;
    if (!find("tbody tr", box) || !find(".canvas", box)) continue;
    here.add(id);
    if (find(".uplot", box)) continue;
    const known = plots.get(id);
    if (known?.adopt(box)) continue;
    known?.destroy();
    plots.set(id, new Plot(box));
  }
  for (const [id, plot] of plots)
    if (!here.has(id)) {
      plot.destroy();
      plots.delete(id);
    }
}

function repaint(): void {
  for (const plot of plots.values()) plot.repaint();
}

mount();
document.addEventListener("entrepot:renewed", mount);
document.addEventListener("entrepot:arrived", mount);
new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
