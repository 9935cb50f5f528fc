// Single-letter keys, and `G` followed by a place's letter. Off inside fields and
// dialogs, and wherever the person switched letters off.
import { find } from "./dom";
import { preference } from "./preferences";

const handlers = new Map<string, Array<(event: KeyboardEvent) => void>>();
const CHORD_MILLISECONDS = 1200;
let chordUntil = 0;

/** Call `handle` for a letter; each part of a page knows whether it is there. */
export function key(letter: string, handle: (event: KeyboardEvent) => void): void {
  handlers.set(letter, [...(handlers.get(letter) ?? []), handle]);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
}

function goTo(letter: string): boolean {
  const place = find<HTMLAnchorElement>(`[data-letter="${CSS.escape(letter.toUpperCase())}"]`);
  place?.click();
  return place !== null;
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // The first of the path: an event out of a shadow root names its host alone as target.
  if (isWriting(event.composedPath()[0] ?? null) || find("dialog[open]") || preference("letters") === "off") return;
  const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
  if (!letter) return;
  const isChord = performance.now() < chordUntil;
  chordUntil = 0;
  if (isChord && goTo(letter)) return event.preventDefault();
  if (letter === "g") chordUntil = performance.now() + CHORD_MILLISECONDS;
  const found = handlers.get(letter);
  if (!found) return;
  event.preventDefault();
  for (const handle of found) handle(event);
}

export function installKeys(): void {
  document.addEventListener("keydown", press);
  key("/", () => {
    const box = find<HTMLDetailsElement>("#filter-box");
    if (box) box.open = true;
    find("[data-slash]")?.focus();
  });
}
