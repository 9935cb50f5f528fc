// The rows of a run's result, fetched in pages as they are looked at.
import { ask, type Column, type ResultPage } from "./api";

const PAGE_ROWS = 500;
const KEPT_PAGES = 240;

export class Sheet {
  private readonly pages = new Map<number, unknown[][]>();
  private readonly loading = new Map<number, Promise<unknown[][]>>();
  /** Called when rows came, or with what is wrong when they did not. */
  arrived: (wrong?: unknown) => void = () => {};

  constructor(readonly address: string, readonly columns: Column[], readonly total: number, readonly order = "") {}

  /** A row by its place, if it is here. */
  row(place: number): unknown[] | undefined {
    return this.pages.get(Math.floor(place / PAGE_ROWS))?.[place % PAGE_ROWS];
  }

  /** Let rows come, of which some are seen; `arrived` tells. */
  want(from: number, to: number): void {
    const last = Math.min(to, this.total - 1);
    for (let page = Math.floor(Math.max(from, 0) / PAGE_ROWS); page * PAGE_ROWS <= last; page += 1)
      if (!this.pages.has(page) && !this.loading.has(page))
        void this.load(page).then(() => this.arrived(), (wrong: unknown) => this.arrived(wrong));
  }

  /** Return rows `from` up to, without, `to`. */
  async rows(from: number, to: number): Promise<unknown[][]> {
    const end = Math.min(to, this.total);
    const found: unknown[][] = [];
    for (let page = Math.floor(from / PAGE_ROWS); page * PAGE_ROWS < end; page += 1) {
      const rows = this.pages.get(page) ?? (await this.load(page));
      const start = page * PAGE_ROWS;
      for (const row of rows.slice(Math.max(from - start, 0), end - start)) found.push(row);
    }
    return found;
  }

  private load(page: number): Promise<unknown[][]> {
    const going = this.loading.get(page);
    if (going) return going;
    const asked = this.fetchPage(page).finally(() => this.loading.delete(page));
    this.loading.set(page, asked);
    return asked;
  }

  private async fetchPage(page: number): Promise<unknown[][]> {
    const begin = page * PAGE_ROWS;
    const end = Math.min(begin + PAGE_ROWS, this.total);
    const rows: unknown[][] = [];
    while (begin + rows.length < end) {
      const query = new URLSearchParams({ offset: String(begin + rows.length), limit: String(end - begin - rows.length), shape: "arrays" });
      if (this.order) query.set("order_by", this.order);
      const part = (await ask<ResultPage>(`${this.address}?${query}`)).rows;
      if (!part.length) break;
      for (const row of part) rows.push(row);
    }
    this.pages.set(page, rows);
    for (const old of this.pages.keys()) {
      if (this.pages.size <= KEPT_PAGES) break;
      if (old !== page) this.pages.delete(old);
    }
    return rows;
  }
}
