// The whole tree in columns, each category after the one above it, and what follows from
// their order: who stands above whom, and where each one's branch ends.

export interface Columns {
  generation: number;
  ids: number[];
  levels: number[];
  names: string[];
  own: number[];
  total: number[];
  inactive: number[];
}

export class Outline {
  readonly parents: number[] = [];
  /** For each place, the one after the last that is below it. */
  readonly ends: number[] = [];
  private readonly places = new Map<number, number>();
  private readonly off: Set<number>;
  private folded: string[] | null = null;

  constructor(readonly columns: Columns) {
    const { ids, levels } = columns;
    const chain: number[] = [];
    for (let place = 0; place < ids.length; place += 1) {
      const level = levels[place]!;
      for (const passed of chain.splice(level)) this.ends[passed] = place;
      this.parents.push(level ? chain[level - 1]! : -1);
      chain.push(place);
      this.places.set(ids[place]!, place);
    }
    for (const passed of chain) this.ends[passed] = ids.length;
    this.off = new Set(columns.inactive);
  }

  get size(): number {
    return this.columns.ids.length;
  }

  find(id: number): number {
    return this.places.get(id) ?? -1;
  }

  hasBranches(place: number): boolean {
    return this.ends[place]! > place + 1;
  }

  isOff(place: number): boolean {
    return this.off.has(this.columns.ids[place]!);
  }

  isWithin(place: number, above: number): boolean {
    return place >= above && place < this.ends[above]!;
  }

  /** The places above one, the root first. */
  above(place: number): number[] {
    const found: number[] = [];
    for (let at = this.parents[place]!; at >= 0; at = this.parents[at]!) found.unshift(at);
    return found;
  }

  path(place: number): string {
    return [...this.above(place), place].map((one) => this.columns.names[one]).join(" › ");
  }

  /** The places directly below one, or the roots for -1. */
  branches(above: number): number[] {
    const found: number[] = [];
    const end = above < 0 ? this.size : this.ends[above]!;
    for (let at = above + 1; at < end; at = this.ends[at]!) found.push(at);
    return found;
  }

  /** The places whose paths have all the words, and whose own names have one of them. */
  search(text: string): number[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    this.folded ??= this.columns.names.map((name) => name.toLowerCase());
    const folded = this.folded;
    const found: number[] = [];
    for (let place = 0; place < this.size; place += 1) {
      if (!words.some((word) => folded[place]!.includes(word))) continue;
      const path = [...this.above(place), place].map((one) => folded[one]).join(" > ");
      if (words.every((word) => path.includes(word))) found.push(place);
    }
    return found;
  }
}
