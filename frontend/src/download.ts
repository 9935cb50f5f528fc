// Downloads that say how far they are. The server sends no byte before the file is
// whole, so the first part of the wait has no percentage; the second has one.
import { on } from "./dom";
import { Toast, toast } from "./toast";

const LARGEST_IN_MEMORY_BYTES = 1_000_000_000;

class TooLarge extends Error {}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let step = 0;
  while (bytes >= 1000 && step < units.length - 1) [bytes, step] = [bytes / 1000, step + 1];
  return `${bytes.toFixed(step > 1 ? 1 : 0)} ${units[step]}`;
}

function seconds(since: number): string {
  const taken = (performance.now() - since) / 1000;
  return `${taken.toFixed(taken < 9.95 ? 1 : 0)} s`;
}

function nameOf(answer: Response): string {
  const header = answer.headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(header)?.[1];
  return encoded ? decodeURIComponent(encoded) : (/filename="?([^";]+)/i.exec(header)?.[1] ?? "export");
}

/** Read the body piece by piece; the toast follows. */
async function receive(answer: Response, shown: Toast, stop: AbortController): Promise<Blob> {
  const total = Number(answer.headers.get("Content-Length"));
  if (total > LARGEST_IN_MEMORY_BYTES) throw new TooLarge();
  const parts: BlobPart[] = [];
  const reader = answer.body!.getReader();
  let read = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    parts.push(piece.value);
    read += piece.value.length;
    shown.say({ title: "Downloading", text: total ? `${size(read)} of ${size(total)}` : size(read), icon: "inbound", button: "Stop", act: () => stop.abort(), stays: true });
    shown.progress(total ? read / total : null);
  }
  return new Blob(parts, { type: answer.headers.get("Content-Type") ?? "" });
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function download(address: string): Promise<void> {
  const stop = new AbortController();
  const began = performance.now();
  const waiting = () => ({ title: "Preparing the file", text: `${seconds(began)} · the download begins when it is whole`, icon: "outbound", button: "Stop", act: () => stop.abort(), stays: true });
  const shown = toast(waiting());
  shown.progress(null);
  const clock = setInterval(() => shown.say(waiting()), 1000);
  try {
    const answer = await fetch(address, { signal: stop.signal, headers: { Accept: "*/*" } });
    clearInterval(clock);
    if (!answer.ok) throw new Error(((await answer.json()) as { detail: string }).detail);
    const name = nameOf(answer);
    const blob = await receive(answer, shown, stop);
    save(blob, name);
    shown.progress(undefined);
    shown.say({ title: "Export is ready", text: `${name} · ${size(blob.size)} · ${seconds(began)}`, kind: "ok" });
  } catch (error) {
    shown.progress(undefined);
    if (error instanceof TooLarge) location.assign(address); // the browser's own download
    if (error instanceof TooLarge || stop.signal.aborted) shown.say({ title: stop.signal.aborted ? "Export stopped" : "The browser takes over" });
    else shown.say({ title: "No file was made", text: (error as Error).message, kind: "bad" });
  } finally {
    clearInterval(clock);
  }
}

export function installDownload(): void {
  on("click", "a[data-export]", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    void download((link as HTMLAnchorElement).href);
  });
  on("submit", "form[data-export]", (form, event) => {
    event.preventDefault();
    const values = new FormData(form as HTMLFormElement, event.submitter);
    const query = new URLSearchParams([...values].map(([name, value]) => [name, String(value)]));
    void download(`${(form as HTMLFormElement).action}?${query}`);
  });
}
