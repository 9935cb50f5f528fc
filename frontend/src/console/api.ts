// What the page asks the server, and the shapes of the answers.

export interface Column {
  name: string;
  type: string;
}

export type State = "waiting" | "running" | "completed" | "failed" | "stopped";

export interface Failure {
  code?: string;
  title?: string;
  detail: string;
  hint?: string | null;
  position?: number | null;
}

/** A run as the history has it and as polling sees it. */
export interface Run {
  query_id: string;
  state: State;
  kind: "read" | "write" | "preview" | "plan";
  connection: string;
  sql: string;
  params: Values;
  query_type: string;
  saved_query: number | null;
  started_at: string;
  ended_at: string | null;
  seconds: number;
  rows: number | null;
  rows_read: number;
  truncated: boolean;
  is_stopping: boolean;
  columns: Column[] | null;
  warnings: string[];
  result_url: string | null;
  expires_at: string | null;
  error: Failure | null;
}

export type Value = string | number | boolean | null;
export type Values = Record<string, Value> | Value[];

export interface ResultPage {
  columns: Column[];
  rows: unknown[][];
  offset?: number;
  total?: number;
  row_count?: number;
}

export interface Step {
  what: string;
  detail?: string;
  rows?: number | null;
  cost?: number | null;
  seconds?: number | null;
  children: Step[];
}

export interface Plan {
  steps: Step[];
  text: string;
  has_run: boolean;
}

/** An answer that is a problem document. */
export class Problem extends Error {
  readonly title: string;
  readonly code: string;
  readonly hint: string;
  readonly position: number | null;

  constructor(readonly status: number, document: Record<string, unknown>) {
    super(String(document.detail ?? document.error ?? "the server does not say why"));
    this.title = String(document.title ?? "It did not work");
    this.code = String(document.code ?? "");
    this.hint = String(document.hint ?? "");
    this.position = typeof document.position === "number" ? document.position : null;
  }

  failure(): Failure {
    return { code: this.code, title: this.title, detail: this.message, hint: this.hint, position: this.position };
  }
}

/** What to show of anything that was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return error.failure();
  const hint = "Is the server running? Drafts are kept in this browser";
  return { code: "away", title: "Entrepôt does not answer", detail: error instanceof Error ? error.message : String(error), hint };
}

interface Options {
  method?: string;
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Ask, and return what stands in the answer's `data`.
 * @throws Problem The server refuses.
 */
export async function ask<T>(address: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(address, {
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    headers,
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: options.signal,
  });
  const document = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (!answer.ok) throw new Problem(answer.status, document);
  return document.data as T;
}
