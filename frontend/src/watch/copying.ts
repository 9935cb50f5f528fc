// Lines of the log to take away: one, or all that are shown, as text or as JSON. Both
// come from the API, so nothing is cut as it is on the page.
import { copy } from "../copy";
import { find, findAll, on } from "../dom";
import { toast } from "../toast";

interface Line {
  id: number;
  timestamp: string;
  level: string;
  logger: string;
  message: string;
  stack_trace: string | null;
  fields: Record<string, unknown>;
  [fact: string]: unknown;
}

type Form = "text" | "json";
const MOST_LINES = 1000;
const TOLD = new Set(["id", "timestamp", "level", "logger", "message", "stack_trace", "fields"]);

function told(value: unknown): string {
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

/** One line of text, its stack trace below it. */
export function textOf(line: Line): string {
  const facts = { ...Object.fromEntries(Object.entries(line).filter(([name]) => !TOLD.has(name))), ...line.fields };
  const said = Object.entries(facts).filter(([, value]) => value !== null).map(([name, value]) => `${name}=${told(value)}`);
  const first = [line.timestamp, line.level, line.logger, line.message, ...said].join(" ");
  return line.stack_trace ? `${first}\n${line.stack_trace}` : first;
}

function rendered(lines: Line[], form: Form): string {
  if (form === "text") return lines.map(textOf).join("\n");
  return lines.length === 1 ? JSON.stringify(lines[0], null, 2) : lines.map((line) => JSON.stringify(line)).join("\n");
}

async function ask(address: string | URL): Promise<Line[] | null> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) {
    toast({ title: "The lines could not be fetched", kind: "bad" });
    return null;
  }
  const { data } = (await answer.json()) as { data: Line[] | { line: Line; around: Line[] } };
  if (Array.isArray(data)) return data;
  return data.around.length ? data.around : [data.line];
}

export async function copyLine(id: string, form: Form): Promise<void> {
  const lines = await ask(`/api/logs/${id}`);
  if (lines) await copy(rendered(lines, form), form === "json" ? "Line copied as JSON" : "Line copied as text");
}

async function copyShown(form: Form): Promise<void> {
  const box = find("[data-log]")!;
  const ids = findAll("[data-line]", box).map((row) => Number(row.dataset.line));
  if (!ids.length) return;
  const address = new URL(box.dataset.api!, location.href);
  if (address.pathname.endsWith("/logs")) {
    address.searchParams.set("limit", String(Math.min(ids.length, MOST_LINES)));
    address.searchParams.set("before", String(Math.max(...ids) + 1));
  }
  const shown = new Set(ids);
  const lines = (await ask(address))?.filter((line) => shown.has(line.id));
  if (lines) await copy(rendered(lines, form), `${lines.length.toLocaleString("en")} lines copied${form === "json" ? " as JSON" : ""}`);
}

export function installCopying(): void {
  on("click", "[data-copy-line]", (button) => void copyLine(button.closest<HTMLElement>("[data-line]")!.dataset.line!, button.dataset.copyLine as Form));
  on("click", "[data-copy-lines]", (button) => void copyShown(button.dataset.copyLines as Form));
}
