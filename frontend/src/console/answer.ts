// What came of a run: its rows, a chart, the plan, and what there is to say of it.
import { find, findAll } from "../dom";
import { toast } from "../toast";
import { ask, failureOf, type Failure, type Plan, type Run } from "./api";
import { named, showChart, suggest, type Choice } from "./chart";
import type { Form } from "./copying";
import { count, duration, icon, make, plural } from "./make";
import { showPlan } from "./plan";
import { Sheet } from "./sheet";
import { VirtualGrid } from "./virtual";
import { receipt, undone, type Preview } from "./writing";

export type View = "rows" | "chart" | "plan" | "messages";

/** One statement of a tab and what came of it so far. */
export interface Answer {
  sql: string;
  connection: string;
  /** Where the statement began in the tab's text. */
  from: number;
  begun: number;
  run: Run | null;
  failure: Failure | null;
  /** What it would change, where it was tried. */
  preview: Preview | null;
  plan: Plan | null;
  planFailure: Failure | null;
  chart: Choice | null;
  /** A chart that a link asks for, by its columns' names. */
  wanted: Record<string, string> | null;
  order: string;
}

interface Actions {
  again(): void;
  goTo(answer: Answer): void;
  measure(): void;
}

export class AnswerBox {
  view: View = "rows";
  private answers: Answer[] = [];
  private at = 0;
  private grid: VirtualGrid | null = null;
  private gridOf = "";
  private sheet: Sheet | null = null;

  constructor(private readonly box: HTMLElement, private readonly actions: Actions, private readonly newExport: string) {
    for (const tab of findAll("[data-view]", box)) tab.addEventListener("click", () => this.look(tab.dataset.view as View));
    find(".tabs", box)!.addEventListener("keydown", (event) => this.step(event));
    for (const button of findAll("[data-copy-as]", box)) button.addEventListener("click", () => void this.copy(button.dataset.copyAs as Form));
    for (const button of findAll("[data-export-as]", box)) button.addEventListener("click", () => void this.export(button.dataset.exportAs!));
    const rows = this.panel("rows");
    rows.addEventListener("picked", (event) => (find("[data-picked]", box)!.textContent = (event as CustomEvent<string>).detail));
    rows.addEventListener("gone", (event) => this.gone((event as CustomEvent<unknown>).detail));
  }

  get current(): Answer | undefined {
    return this.answers[this.at];
  }

  /** Show a tab's answers, the last of them first. */
  show(answers: Answer[], at = answers.length - 1): void {
    this.answers = answers;
    this.at = Math.max(at, 0);
    this.draw();
  }

  look(view: View): void {
    this.view = view;
    this.draw();
    if (view === "rows") this.grid?.focus();
  }

  draw(): void {
    const answer = this.current;
    for (const tab of findAll("[data-view]", this.box)) {
      const isOn = tab.dataset.view === this.view;
      tab.setAttribute("aria-selected", String(isOn));
      tab.tabIndex = isOn ? 0 : -1;
      this.panel(tab.dataset.view as View).hidden = !isOn;
    }
    this.drawSeveral();
    this.drawCounts(answer);
    this.drawRows(answer);
    if (this.view === "chart") this.drawChart(answer);
    if (this.view === "plan") this.drawPlan(answer);
    if (this.view === "messages") this.drawMessages();
    this.drawFoot(answer);
  }

  private panel(view: View): HTMLElement {
    return find(`[data-panel="${view}"]`, this.box)!;
  }

  private step(event: KeyboardEvent): void {
    const tabs = findAll("[data-view]", this.box);
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const next = tabs[(tabs.findIndex((tab) => tab.dataset.view === this.view) + way + tabs.length) % tabs.length]!;
    this.view = next.dataset.view as View;
    this.draw();
    next.focus();
  }

  private drawSeveral(): void {
    const several = find("[data-several]", this.box)!;
    several.hidden = this.answers.length < 2;
    several.replaceChildren(...this.answers.map((answer, at) => {
      const dot = answer.failure ? make("span", { class: "dot bad" }) : null;
      return make("button", { type: "button", "aria-pressed": String(at === this.at), title: answer.sql.slice(0, 200), "aria-label": `Statement ${at + 1}${answer.failure ? ", failed" : ""}`, click: () => this.show(this.answers, at) }, String(at + 1), dot);
    }));
  }

  private drawCounts(answer: Answer | undefined): void {
    const run = answer?.run;
    const hasRows = Boolean(run?.result_url && run.columns);
    const badge = (view: View, text: string): void => void (find(`[data-view="${view}"] .n`, this.box)!.textContent = text);
    badge("rows", hasRows ? count(run!.rows ?? 0) : "");
    badge("messages", this.answers.length ? String(this.answers.reduce((all, one) => all + said(one).length, 0) || "") : "");
    find("[data-actions]", this.box)!.hidden = !hasRows;
    if (!hasRows) return;
    find("[data-export-word]", this.box)!.textContent = run!.truncated ? "Export" : `Export ${count(run!.rows ?? 0)}`;
    const link = find<HTMLAnchorElement>("[data-export-all]", this.box)!;
    link.hidden = !this.newExport;
    link.href = `${this.newExport}?${new URLSearchParams({ kind: "query", connection: answer!.connection, query: answer!.sql })}`;
  }

  // ── rows ──────────────────────────────────────────────────────────────────

  private drawRows(answer: Answer | undefined): void {
    const run = answer?.run;
    const name = run?.result_url && run.columns ? `${run.query_id} ${answer!.order}` : "";
    if (name && name === this.gridOf) return;
    const before = this.grid && run && this.gridOf.startsWith(`${run.query_id} `) ? this.grid : undefined;
    this.grid?.close();
    this.grid = null;
    this.gridOf = name;
    this.sheet = null;
    const panel = this.panel("rows");
    panel.tabIndex = 0; // so that keys scroll what stands there; the grid has a stop of its own
    if (!answer) return panel.replaceChildren(nothingYet());
    if (answer.failure) return panel.replaceChildren(this.problem(answer, answer.failure));
    if (run?.kind === "write" && run.state === "completed") return panel.replaceChildren(receipt(run, answer.preview));
    if (run?.kind === "preview" || (!run && answer.preview)) return panel.replaceChildren(undone(answer.preview?.rows ?? run?.rows ?? null, () => this.actions.again()));
    if (!run || run.state === "waiting" || run.state === "running") return panel.replaceChildren(waits());
    if (!run.result_url || !run.columns) return panel.replaceChildren(this.goneBox());
    this.sheet = new Sheet(run.result_url, run.columns, run.rows ?? 0, answer.order);
    panel.removeAttribute("tabindex");
    this.grid = new VirtualGrid(panel, this.sheet, (order) => {
      answer.order = order;
      this.draw();
      this.grid?.focus();
    }, before);
    if (!run.rows) panel.append(make("div", { class: "empty" }, make("h2", {}, "No rows"), make("p", {}, "The statement ran, and nothing matches it")));
  }

  private problem(answer: Answer, failure: Failure): HTMLElement {
    const { title, detail, hint, position, code } = failure;
    const isPlan = failure === answer.planFailure;
    const isStopped = !isPlan && answer.run?.state === "stopped";
    const jump = typeof position === "number" ? make("button", { class: "button small", type: "button", click: () => this.actions.goTo(answer) }, "Go to the place") : null;
    const again = isPlan ? null : make("button", { class: "button small", type: "button", click: () => this.actions.again() }, icon("refresh"), "Run again");
    const help = hint ? make("div", { class: "hint" }, icon("bolt"), make("p", { class: "break" }, sentence(hint))) : null;
    const ids = make("div", { class: "id" }, answer.run && !isPlan ? make("span", {}, "Run ", make("code", {}, answer.run.query_id)) : null, code ? make("span", {}, code) : null);
    return make("section", { class: `problem ${isStopped ? "warn" : ""}`, role: "alert" },
      make("header", {}, icon(isStopped ? "stop" : "alert", "big"), make("h2", {}, isStopped ? "Stopped" : (title ?? "The statement failed"))),
      make("p", { class: "detail break" }, sentence(detail)), help, make("div", { class: "row" }, jump, again), ids);
  }

  private gone(error: unknown): void {
    this.grid?.close();
    this.grid = null;
    this.gridOf = "";
    const failure = failureOf(error);
    this.panel("rows").replaceChildren(failure.code === "away" ? notice(failure.detail) : this.goneBox());
  }

  private goneBox(): HTMLElement {
    return make("div", { class: "empty" }, make("h2", {}, "These rows are not kept any more"), make("p", {}, "They are kept for a quarter of an hour, so that nothing old is taken for new"),
      make("div", { class: "actions" }, make("button", { class: "button", type: "button", click: () => this.actions.again() }, icon("play"), "Run again")));
  }

  private async copy(form: Form): Promise<void> {
    find<HTMLDetailsElement>("#copy-box", this.box)!.open = false;
    await this.grid?.copy(form, true);
  }

  private async export(format: string): Promise<void> {
    find<HTMLDetailsElement>("#export-rows-box", this.box)!.open = false;
    const run = this.current?.run;
    if (!run?.result_url) return;
    try {
      const made = await ask<{ id?: string; export_id?: string }>(`${run.result_url}/export`, { body: { format } });
      const id = made.id ?? made.export_id;
      const open = (): void => location.assign(`/exports/${id}`);
      toast({ title: `Export of ${plural(run.rows ?? 0, "row")} begun`, icon: "outbound", button: "Open it", act: open, stays: true });
    } catch (error) {
      toast({ title: "The export did not begin", text: failureOf(error).detail, kind: "bad" });
    }
  }

  // ── chart, plan, messages ─────────────────────────────────────────────────

  private drawChart(answer: Answer | undefined): void {
    const panel = this.panel("chart");
    const columns = answer?.run?.columns;
    if (!answer || !this.sheet || !columns) return panel.replaceChildren(notice("Run a statement, then its rows can be drawn"));
    answer.chart ??= named(columns, answer.wanted) ?? suggest(columns);
    if (!answer.chart) return panel.replaceChildren(notice("There is no column of numbers to draw"));
    const chosen = (choice: Choice): void => {
      const label = document.activeElement?.getAttribute("aria-label") ?? "";
      answer.chart = choice;
      void showChart(panel, this.sheet!, choice, chosen).then(() => find(`:is(select, input)[aria-label="${CSS.escape(label)}"]`, panel)?.focus());
    };
    showChart(panel, this.sheet, answer.chart, chosen).catch((error: unknown) => panel.replaceChildren(notice(failureOf(error).detail)));
  }

  private drawPlan(answer: Answer | undefined): void {
    const panel = this.panel("plan");
    if (answer?.planFailure) return panel.replaceChildren(this.problem(answer, answer.planFailure));
    if (!answer?.plan) return panel.replaceChildren(notice("Ctrl E shows how the database goes about the statement"));
    showPlan(panel, answer.plan, () => this.actions.measure());
  }

  private drawMessages(): void {
    const lines = this.answers.flatMap((answer, at) => said(answer).map(([tone, text]) => {
      const place = this.answers.length > 1 ? `Statement ${at + 1}: ` : "";
      return make("div", { class: `notice ${tone}` }, icon(tone === "bad" ? "alert" : "info"), make("p", {}, place + text));
    }));
    this.panel("messages").replaceChildren(...(lines.length ? lines : [notice("There is nothing to say")]));
  }

  private drawFoot(answer: Answer | undefined): void {
    const foot = find("[data-foot]", this.box)!;
    const run = answer?.run;
    const picked = make("span", { class: "end", "data-picked": true });
    if (!answer || !run) return foot.replaceChildren(make("span", {}, answer?.failure ? "Failed" : "Nothing has run here yet"), picked);
    const at = run.started_at.slice(11, 19);
    const isLive = run.state === "waiting" || run.state === "running";
    const rows = isLive ? `${plural(run.rows_read, "row")} read` : run.state === "completed" ? "" : run.state === "failed" ? "Failed" : "Stopped";
    const what = run.kind === "write" ? " changed" : run.kind === "preview" ? " tried, none changed" : "";
    const total = make("span", {}, make("b", {}, count(run.rows ?? 0)), run.truncated ? " rows, more were cut off" : ` ${run.rows === 1 ? "row" : "rows"}${what}`);
    foot.replaceChildren(run.state === "completed" ? total : make("span", {}, rows), make("span", { "data-clock": isLive }, duration(run.seconds)), make("span", { class: "hide-phone" }, `ran ${at} UTC on ${run.connection}`), picked);
  }
}

/** Every message of an answer: tone and words. */
function said(answer: Answer): Array<[string, string]> {
  const { run, failure } = answer;
  const found: Array<[string, string]> = (run?.warnings ?? []).map((text) => ["warn", sentence(text)]);
  const isCutSaid = found.some(([, text]) => /cut|truncat|more than/i.test(text));
  if (run?.truncated && !isCutSaid) found.unshift(["warn", `The answer is cut at ${plural(run.rows ?? 0, "row")}: raise the limit, or export them all`]);
  if (failure) found.push(["bad", sentence(failure.detail)]);
  return found;
}

function sentence(text: string): string {
  return /^[\p{L}]+(\s|$)/u.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
}

function notice(text: string): HTMLElement {
  return make("div", { class: "notice" }, icon("info"), make("p", {}, text));
}

function nothingYet(): HTMLElement {
  return make("div", { class: "empty" }, make("h2", {}, "Rows stand here"), make("p", {}, "Ctrl Enter runs what is written or selected, Shift Enter the statement at the cursor"));
}

function waits(): HTMLElement {
  const line = (): HTMLElement => make("div", { class: "bone-line" }, ...["w2", "w3", "w1", "w4"].map((width) => make("span", { class: `bone ${width}` })));
  return make("div", { class: "bones", "aria-hidden": "true" }, line(), line(), line(), line());
}
