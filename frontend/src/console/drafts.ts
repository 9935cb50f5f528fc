// Queries as they are written, kept in this browser for each person: a tab that crashes,
// or a browser that does, loses nothing older than a moment.
import type { ParameterValue } from "./parameters";

const VERSION = 1;
const REST_MILLISECONDS = 300;

export interface Draft {
  version: number;
  id: string;
  /** Orders the tabs. */
  begun: number;
  changed: number;
  title: string;
  sql: string;
  from: number;
  to: number;
  connection: string;
  limit: number;
  values: Record<string, ParameterValue>;
  /** The saved query it is, with its text when it was last saved. */
  query: number | null;
  saved: string;
  /** The last run: what it gave may still be there. */
  run: string;
}

export class Drafts {
  private readonly prefix: string;
  private readonly waiting = new Map<string, Draft>();
  private clock = 0;
  /** Told when drafts were kept, or could not be. */
  kept: (isKept: boolean) => void = () => {};
  /** Told of a draft that another window changed; null when it closed it. */
  elsewhere: (id: string, draft: Draft | null) => void = () => {};

  constructor(person: string) {
    this.prefix = `entrepot.console.${VERSION}.${person}.`;
    addEventListener("pagehide", () => this.flush());
    addEventListener("visibilitychange", () => this.flush());
    addEventListener("storage", (event) => {
      const id = event.key?.startsWith(`${this.prefix}draft.`) ? event.key.slice(this.prefix.length + 6) : null;
      if (id) this.elsewhere(id, event.newValue === null ? null : read(event.newValue));
    });
  }

  /** All drafts, oldest first. */
  all(): Draft[] {
    const found: Draft[] = [];
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const key = localStorage.key(at)!;
        const draft = key.startsWith(`${this.prefix}draft.`) ? read(localStorage.getItem(key)!) : null;
        if (draft) found.push(draft);
      }
    } catch {
      return []; // storage is forbidden here: queries last as long as the page
    }
    return found.sort((a, b) => a.begun - b.begun);
  }

  get active(): string {
    try {
      return localStorage.getItem(`${this.prefix}active`) ?? "";
    } catch {
      return "";
    }
  }

  set active(id: string) {
    this.write(`${this.prefix}active`, id);
  }

  /** Keep a draft in a moment, together with what changes until then. */
  keep(draft: Draft): void {
    this.waiting.set(draft.id, draft);
    clearTimeout(this.clock);
    this.clock = window.setTimeout(() => this.flush(), REST_MILLISECONDS);
  }

  /** Keep now what waits. */
  flush(): void {
    clearTimeout(this.clock);
    if (!this.waiting.size) return;
    let isKept = true;
    for (const draft of this.waiting.values()) isKept = this.write(`${this.prefix}draft.${draft.id}`, JSON.stringify(draft)) && isKept;
    this.waiting.clear();
    this.kept(isKept);
  }

  forget(id: string): void {
    this.waiting.delete(id);
    try {
      localStorage.removeItem(`${this.prefix}draft.${id}`);
    } catch {
      // nothing was kept
    }
  }

  private write(key: string, text: string): boolean {
    try {
      localStorage.setItem(key, text);
      return true;
    } catch {
      return false; // forbidden, or full
    }
  }
}

function read(text: string): Draft | null {
  try {
    const draft = JSON.parse(text) as Draft;
    const isOurs = draft.version === VERSION && typeof draft.sql === "string" && typeof draft.id === "string";
    return isOurs ? draft : null;
  } catch {
    return null;
  }
}

export function newDraft(given: Partial<Draft> = {}): Draft {
  const now = Date.now();
  return {
    version: VERSION, id: crypto.randomUUID(), begun: now, changed: now, title: "", sql: "", from: 0, to: 0,
    connection: "", limit: 0, values: {}, query: null, saved: "", run: "", ...given,
  };
}
