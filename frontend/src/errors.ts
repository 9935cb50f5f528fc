// Tells the server what breaks in this page: each error once, and never many.
const MOST = 10;
const ADDRESS = "/api/logs/client";

export function installErrors(): void {
  const told = new Set<string>();
  let writes = Promise.resolve();

  const tell = (message: string, error: unknown, place: { url?: string; line?: number; column?: number }): void => {
    const stack = error instanceof Error ? error.stack : undefined;
    const key = `${message}\n${stack ?? `${place.url}:${place.line}:${place.column}`}`;
    if (told.size >= MOST || told.has(key)) return;
    told.add(key);
    const report = {
      level: "ERROR",
      message: message.slice(0, 2000) || "an error without a message",
      // What an address asks for is nobody's business.
      url: location.origin + location.pathname,
      line: place.line || null,
      column: place.column || null,
      stack: stack?.slice(0, 4000) ?? null,
      timestamp: new Date().toISOString(),
    };
    writes = writes.then(() => send(JSON.stringify(report)));
  };

  addEventListener("error", (event) => {
    // Pictures that do not load are no errors of ours, and have no message.
    if (!(event instanceof ErrorEvent)) return;
    tell(event.message, event.error, { url: event.filename, line: event.lineno, column: event.colno });
  });
  addEventListener("unhandledrejection", (event) => {
    const why: unknown = event.reason;
    tell(why instanceof Error ? `${why.name}: ${why.message}` : String(why), why, {});
  });
}

async function send(report: string): Promise<void> {
  const body = new Blob([report], { type: "application/json" });
  // A beacon arrives also when the page is left at this moment.
  if (navigator.sendBeacon?.(ADDRESS, body)) return;
  try {
    await fetch(ADDRESS, { method: "POST", body, keepalive: true });
  } catch {
    // Nobody is there to hear it.
  }
}
