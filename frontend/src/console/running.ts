// A statement on its way: begun, asked after while it runs, stopped.
import { ask, Problem, type Run, type Values } from "./api";

const FIRST_MILLISECONDS = 40;
const MOST_MILLISECONDS = 500;
const TRIES = 4;

export interface Asked {
  sql: string;
  connection: string;
  params: Values;
  max_rows: number;
  /** The saved query whose text it is, so that the run counts among its runs. */
  query: number | null;
}

/** Begin a run; the answer is its id. The page must ask after it, or it is stopped. */
export async function begin(asked: Asked): Promise<string> {
  const { sql, connection, params, max_rows, query } = asked;
  if (query) return (await ask<{ query_id: string }>(`/api/sql/queries/${query}/run`, { body: { params, max_rows, wait: false } })).query_id;
  const body: Record<string, unknown> = { query: sql, connection, max_rows, wait: false };
  if (Object.keys(params).length) body.params = params;
  const answer = await ask<{ query_id: string }>("/api/sql/execute", { body });
  return answer.query_id;
}

/** Ask after a run until it has ended. @param seen Is told each state on the way. */
export async function follow(id: string, seen: (run: Run) => void): Promise<Run> {
  for (let pause = FIRST_MILLISECONDS, tries = 0; ; pause = Math.min(pause * 1.6, MOST_MILLISECONDS)) {
    try {
      const run = await ask<Run>(`/api/sql/runs/${encodeURIComponent(id)}`);
      tries = 0;
      seen(run);
      if (run.state !== "waiting" && run.state !== "running") return run;
    } catch (error) {
      // A line that breaks for a moment ends no run; a server that says no does.
      if (error instanceof Problem || ++tries >= TRIES) throw error;
    }
    await new Promise((go) => setTimeout(go, pause));
  }
}

export async function stop(id: string): Promise<void> {
  await ask(`/api/sql/runs/${encodeURIComponent(id)}/cancel`, { method: "POST" });
}

/** The place of a run's error in its text, from 0, as the browser counts letters. */
export function placeOf(text: string, position: number): number {
  return [...text].slice(0, position - 1).join("").length;
}
