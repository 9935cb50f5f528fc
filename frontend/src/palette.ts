// Search and jump (Ctrl K): places, products and tables, from one JSON answer.
import { drawIcon, find, findAll, on } from "./dom";
import { toast } from "./toast";

interface Found {
  label: string;
  note: string;
  icon: string;
  address: string;
}

const SHOWN_COUNT = 12;
let known: Found[] | null = null;

/** Rank by where the words stand: at the start, at a word's start, anywhere. */
function rank(found: Found, asked: string): number {
  const label = found.label.toLowerCase();
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${label} ${found.note.toLowerCase()}`;
  if (!words.every((word) => text.includes(word))) return -1;
  if (!words.length) return found.note === "page" ? 2 : 1;
  const at = label.indexOf(words[0]!);
  return at === 0 ? 3 : at > 0 && /[^a-z0-9]/.test(label[at - 1]!) ? 2 : at > 0 ? 1 : 0;
}

function option(found: Found, position: number): HTMLElement {
  const link = document.createElement("a");
  link.href = found.address;
  link.role = "option";
  link.id = `palette-${position}`;
  link.tabIndex = -1;
  const svg = find(".palette .ask svg")!.cloneNode(true) as SVGElement;
  drawIcon(svg, found.icon);
  const label = document.createElement("span");
  label.className = "clip";
  label.textContent = found.label;
  const note = document.createElement("span");
  note.className = "end";
  note.textContent = found.note;
  link.append(svg, label, note);
  return link;
}

function show(input: HTMLInputElement): void {
  const list = find("#palette-found")!;
  const ranked = (known ?? [])
    .map((found) => ({ found, rank: rank(found, input.value) }))
    .filter((entry) => entry.rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, SHOWN_COUNT);
  list.replaceChildren(...ranked.map((entry, position) => option(entry.found, position)));
  if (!ranked.length) {
    const empty = document.createElement("p");
    empty.className = "title";
    empty.textContent = known ? `Nothing is called “${input.value}”` : "Reading what is here…";
    list.append(empty);
  }
  mark(input, 0);
}

function mark(input: HTMLInputElement, position: number): void {
  const options = findAll("#palette-found [role=option]");
  const at = options.length ? (position + options.length) % options.length : -1;
  options.forEach((each, index) => {
    each.classList.toggle("here", index === at);
    each.setAttribute("aria-selected", String(index === at));
  });
  options[at]?.scrollIntoView({ block: "nearest" });
  if (at >= 0) input.setAttribute("aria-activedescendant", options[at]!.id);
  else input.removeAttribute("aria-activedescendant");
}

function press(input: HTMLInputElement, event: KeyboardEvent): void {
  const options = findAll("#palette-found [role=option]");
  const here = options.findIndex((each) => each.classList.contains("here"));
  if (event.key === "Enter") options[here]?.click();
  else if (event.key === "ArrowDown") mark(input, here + 1);
  else if (event.key === "ArrowUp") mark(input, here - 1);
  else return;
  event.preventDefault();
}

async function open(address: string): Promise<void> {
  const dialog = find<HTMLDialogElement>("#palette")!;
  if (dialog.open) return;
  const input = find<HTMLInputElement>("input", dialog)!;
  dialog.showModal();
  input.select();
  show(input);
  try {
    const answer = await fetch(address);
    known = ((await answer.json()) as { data: Found[] }).data;
    show(input);
  } catch {
    toast({ title: "The list of tables did not come", kind: "bad" });
  }
}

export function installPalette(): void {
  const button = find(".command[data-palette]");
  const input = find<HTMLInputElement>("#palette input");
  if (!button || !input) return;
  on("click", ".command[data-palette]", () => open(button.dataset.palette!));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void open(button.dataset.palette!);
  });
  input.addEventListener("input", () => show(input));
  input.addEventListener("keydown", (event) => press(input, event));
}
