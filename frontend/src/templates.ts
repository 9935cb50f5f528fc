// The editor of a template: numbers beside the lines, mistakes as somebody types, and
// a mistake leads to its place.
import { find, on } from "./dom";
import { onArrival } from "./visit";

const REST_MILLISECONDS = 400;

interface Mistake {
  line: number;
  column: number;
  message: string;
}

let waiting = 0;
let asked: AbortController | null = null;

function number(form: HTMLElement): void {
  const text = find<HTMLTextAreaElement>("textarea", form)!;
  const lines = text.value.split("\n").length;
  text.rows = lines + 1;
  find(".numbers", form)!.textContent = Array.from({ length: lines }, (_, n) => n + 1).join("\n");
}

async function check(form: HTMLElement): Promise<void> {
  asked?.abort();
  asked = new AbortController();
  const text = find<HTMLTextAreaElement>("textarea", form)!.value;
  try {
    const answer = await fetch(form.dataset.template!, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
      signal: asked.signal,
    });
    if (answer.ok) show((await answer.json()).data.mistakes as Mistake[]);
  } catch {
    // The button asks again; the next key does too.
  }
}

function show(mistakes: Mistake[]): void {
  const place = find("#mistakes")!;
  const badge = made("span", mistakes.length ? count(mistakes.length) : "No mistakes");
  badge.className = mistakes.length ? "badge bad" : "badge ok";
  const told = made("p");
  told.className = "small";
  told.append(badge);
  const list = made("ol");
  list.className = "mistakes";
  list.setAttribute("role", "list");
  list.append(...mistakes.map(item));
  place.replaceChildren(told, ...(mistakes.length ? [list] : []));
}

function item(mistake: Mistake): HTMLElement {
  const link = made("a", `Line ${mistake.line}, column ${mistake.column}`) as HTMLAnchorElement;
  link.href = "#mistakes";
  link.dataset.line = String(mistake.line);
  link.dataset.column = String(mistake.column);
  const words = made("span", mistake.message);
  words.className = "break";
  const line = made("li");
  line.append(link, " ", words);
  return line;
}

function made(tag: string, text = ""): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function count(mistakes: number): string {
  return mistakes === 1 ? "1 mistake" : `${mistakes} mistakes`;
}

function go(link: HTMLElement): void {
  const text = find<HTMLTextAreaElement>("[data-template] textarea")!;
  const before = text.value.split("\n").slice(0, Number(link.dataset.line) - 1);
  const place = before.reduce((sum, line) => sum + line.length + 1, 0) + Number(link.dataset.column) - 1;
  text.focus();
  text.setSelectionRange(place, place);
}

export function installTemplates(): void {
  on("input", "[data-template] textarea", (text) => {
    const form = text.closest<HTMLElement>("[data-template]")!;
    number(form);
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void check(form), REST_MILLISECONDS);
  });
  on("click", "#mistakes [data-line]", (link, event) => {
    event.preventDefault();
    go(link);
  });
  onArrival(() => {
    const form = find("[data-template]");
    if (form) number(form);
  });
}
