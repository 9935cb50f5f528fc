// An open query: its draft, what its editor remembers, and what came of its runs.
import type { EditorState } from "@codemirror/state";
import type { Answer } from "./answer";
import { ask, failureOf, type Plan, type Values } from "./api";
import type { Draft } from "./drafts";
import { begin, follow, stop } from "./running";
import { titleOf, type Statement } from "./sql";
import { carryOut, confirmed, stopChange, tryOut } from "./writing";

export class Session {
  state: EditorState | null = null;
  /** How a link wants the chart: kind, and the names of its columns. */
  chart: Record<string, string> | null = null;
  answers: Answer[] = [];
  /** Id of the run that is on its way; "?" while it begins. */
  going = "";
  /** Write mode; never kept, so that nobody is in it by chance. */
  isWriting = false;
  private changing = "";
  private isStopped = false;

  /** @param changed Is told whenever there is something new to show. */
  constructor(readonly draft: Draft, private readonly changed: (session: Session) => void) {}

  get title(): string {
    return this.draft.title || titleOf(this.draft.sql) || "New query";
  }

  get isChanged(): boolean {
    return this.draft.query !== null && this.draft.sql !== this.draft.saved;
  }

  private isAsSaved(statement: Statement): boolean {
    const { query, saved, sql } = this.draft;
    return query !== null && saved === sql && sql.replace(/;?\s*$/, "").trim() === statement.text.trim();
  }

  /** Run statements one after the other; the first that fails is the last. */
  async run(statements: Statement[], valuesOf: (sql: string) => Values, limit: number): Promise<void> {
    if (this.going) return;
    const values = statements.map((one) => valuesOf(one.text)); // throws before anything runs
    const { connection } = this.draft;
    const query = statements.length === 1 && this.isAsSaved(statements[0]!) ? this.draft.query : null;
    this.answers = [];
    this.isStopped = false;
    for (const [at, statement] of statements.entries()) {
      const answer = answerTo(statement, connection);
      answer.wanted = this.chart;
      this.answers.push(answer);
      this.going = "?";
      this.changed(this);
      await this.carry(answer, () => begin({ sql: statement.text, connection, params: values[at]!, max_rows: limit, query }));
      if (answer.failure || this.isStopped) break;
    }
    this.changed(this);
  }

  /** Try a statement that changes data, ask, and run it for good. */
  async change(statement: Statement, values: Values): Promise<void> {
    if (this.going) return;
    const answer = answerTo(statement, this.draft.connection);
    this.answers = [answer];
    this.isStopped = false;
    const preview = await this.during(answer, () => tryOut(statement.text, answer.connection, values));
    if (!preview) return;
    answer.preview = preview;
    if (!this.isStopped && (await confirmed(preview, statement.text))) {
      const run = await this.during(answer, () => carryOut(statement.text, preview, values));
      if (run) this.draft.run = run.query_id;
      answer.run = run;
    }
    this.changed(this);
  }

  /** Wait for something of a change, which can be stopped; null where it failed. */
  private async during<T>(answer: Answer, act: () => Promise<T>): Promise<T | null> {
    this.going = "?";
    this.changing = answer.sql;
    this.changed(this);
    try {
      return await act();
    } catch (error) {
      answer.failure = failureOf(error);
      return null;
    } finally {
      this.going = this.changing = "";
      this.changed(this);
    }
  }

  /** Take up a run of before, which may still be on its way. */
  async resume(id: string): Promise<void> {
    if (this.going) return;
    const answer = answerTo({ text: this.draft.sql, from: 0, to: 0 }, this.draft.connection);
    this.answers = [answer];
    await this.carry(answer, () => Promise.resolve(id));
    if (answer.failure?.code === "not-there" || answer.failure?.code === "away") this.answers = [];
    if (answer.run) {
      answer.sql = answer.run.sql;
      answer.connection = answer.run.connection;
      answer.from = Math.max(this.draft.sql.indexOf(answer.run.sql), 0);
    }
    this.changed(this);
  }

  private async carry(answer: Answer, start: () => Promise<string>): Promise<void> {
    try {
      this.going = "?";
      this.changed(this);
      const id = await start();
      this.going = id;
      this.draft.run = id;
      if (this.isStopped) await stop(id);
      const run = await follow(id, (seen) => {
        answer.run = seen;
        this.changed(this);
      });
      if (run.error) answer.failure = { ...run.error, title: run.state === "stopped" ? "Stopped" : "The statement failed" };
      else if (run.state === "stopped") answer.failure = { detail: "the statement was stopped", title: "Stopped" };
    } catch (error) {
      answer.failure = failureOf(error);
    } finally {
      this.going = "";
      this.changed(this);
    }
  }

  async stop(): Promise<void> {
    if (!this.going) return;
    this.isStopped = true;
    if (this.changing) await stopChange(this.changing);
    else if (this.going !== "?") await stop(this.going);
  }

  /** Ask how the database goes about a statement; `isRun` measures it. */
  async plan(statement: Statement, values: Values, isRun: boolean): Promise<void> {
    const answer = this.answers.find((one) => one.sql === statement.text) ?? answerTo(statement, this.draft.connection);
    if (!this.answers.includes(answer)) this.answers = [answer];
    answer.plan = answer.planFailure = null;
    try {
      const body: Record<string, unknown> = { query: statement.text, connection: this.draft.connection, run: isRun };
      if (Object.keys(values).length) body.params = values;
      answer.plan = await ask<Plan>("/api/sql/explain", { body });
    } catch (error) {
      answer.planFailure = failureOf(error);
    }
    this.changed(this);
  }
}

function answerTo(statement: Statement, connection: string): Answer {
  return { sql: statement.text, connection, from: statement.from, begun: Date.now(), run: null, failure: null, preview: null, plan: null, planFailure: null, chart: null, wanted: null, order: "" };
}
