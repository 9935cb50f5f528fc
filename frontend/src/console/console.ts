// The console: open queries, what they run, what came of it.
import { find } from "../dom";
import { toast } from "../toast";
import { names } from "./chart";
import { AnswerBox, type Answer, type View } from "./answer";
import { ask, failureOf, type Failure, type Run, type Values } from "./api";
import { Drafts, newDraft, type Draft } from "./drafts";
import { Editor } from "./editor";
import { ago, duration, plural } from "./make";
import { guessed, ParameterForm, shownValues, usualValues, WrongValue } from "./parameters";
import { placeOf } from "./running";
import { loadSaved, SaveDialog, share } from "./saving";
import { Session } from "./session";
import { Side } from "./side";
import { statementAt, statements, titleOf, type Statement } from "./sql";
import { TabRow } from "./tabs";
import { writes } from "./writing";

const TICK_MILLISECONDS = 100;
const KEPT_MILLISECONDS = 10_000;

class Console {
  private readonly drafts: Drafts;
  private readonly form: HTMLFormElement;
  private readonly editor: Editor;
  private readonly side: Side;
  private readonly answer: AnswerBox;
  private readonly parameters: ParameterForm;
  private readonly tabs: TabRow;
  private readonly saving: SaveDialog;
  private sessions: Session[] = [];
  private session!: Session;
  private keptAt = 0;
  private isQuiet = false;

  constructor(private readonly root: HTMLElement) {
    this.form = find<HTMLFormElement>("[data-editor]", root)!;
    this.drafts = new Drafts(root.dataset.person ?? "");
    this.side = new Side(find("#console-side", root)!, {
      insert: (text) => this.insert(text),
      openRun: (run) => this.openRun(run),
      openSaved: (id) => void this.openSaved(id),
    });
    const commands = {
      run: () => this.run(), runHere: () => this.runHere(), format: () => void this.format(), plan: () => void this.plan(false),
      save: () => void this.save(), changed: () => this.written(),
    };
    this.editor = new Editor(find("[data-code]", root)!, commands, () => this.side.outline);
    this.answer = new AnswerBox(find("[data-answer]", root)!, { again: () => this.run(), goTo: (answer) => this.goTo(answer), measure: () => void this.plan(true) }, root.dataset.newExport ?? "");
    this.parameters = new ParameterForm(find("[data-fields]", root)!, () => this.keep());
    this.tabs = new TabRow(find("[data-tabs]", root)!, { choose: (id) => this.choose(id), close: (id) => this.close(id) });
    this.saving = new SaveDialog((draft, query) => {
      Object.assign(draft, { query: query.id, title: query.name, saved: draft.sql });
      this.keep();
      this.drawTabs();
      this.side.renew("saved");
      toast({ title: `Saved as ${query.name}`, text: `Version ${query.version}`, kind: "ok" });
    });
    find("textarea", this.form)!.removeAttribute("required");
    this.listen(commands);
    this.open();
    setInterval(() => this.tick(), TICK_MILLISECONDS);
  }

  // ── open queries ──────────────────────────────────────────────────────────

  private open(): void {
    const given = find<HTMLTextAreaElement>("textarea", this.form)!.value;
    const drafts = this.drafts.all();
    this.sessions = drafts.map((draft) => this.sessionOf(draft));
    const restored = drafts.filter((draft) => draft.sql.trim() !== "");
    if (restored.length) this.tellRestored(restored);
    if (given.trim()) this.openGiven(given);
    else if (!this.sessions.length) this.begin();
    else this.choose(this.sessions.find((one) => one.draft.id === this.drafts.active)?.draft.id ?? this.sessions.at(-1)!.draft.id);
    if (this.form.dataset.ofConnection && !given.trim()) this.openOn(this.form.dataset.ofConnection);
    this.drafts.kept = (isKept) => this.tellKept(isKept);
    this.drafts.elsewhere = (id, draft) => this.heard(id, draft);
  }

  /** The page came with a connection alone: an empty query on it. */
  private openOn(connection: string): void {
    history.replaceState(history.state, "", this.form.action);
    const { draft } = this.session;
    if (draft.connection === connection) return;
    const empty = this.sessions.find((one) => one.draft.sql.trim() === "") ?? null;
    if (!empty) return this.begin({ connection });
    empty.draft.connection = connection;
    this.choose(empty.draft.id);
  }

  /** The page came with a statement: of a link, of a saved query, of the history. */
  private openGiven(sql: string): void {
    const { ofQuery: query, ofRun: run, ofLimit: limit, ofValues: values, ofView: view, ofTitle: title, ofChart: chart } = this.form.dataset;
    const same = this.sessions.find((one) => one.draft.sql === sql && one.draft.connection === this.connection);
    const draft = { sql, connection: this.connection, title: title || "", query: query ? Number(query) : null, saved: query ? sql : "", limit: Number(limit ?? 0) || this.limit, run: run || "", values: shownValues(JSON.parse(values || "{}") as Values) };
    if (view) this.answer.view = view as View;
    if (same) this.choose(same.draft.id);
    else this.begin(draft);
    if (chart) this.session.chart = JSON.parse(chart) as Record<string, string>;
    history.replaceState(history.state, "", this.form.action);
  }

  private sessionOf(draft: Draft): Session {
    return new Session(draft, (session) => this.progressed(session));
  }

  private begin(given: Partial<Draft> = {}): void {
    const draft = newDraft({ connection: this.connection, limit: this.limit, ...given });
    this.sessions.push(this.sessionOf(draft));
    this.choose(draft.id);
    if (draft.sql) this.drafts.keep(draft);
    this.editor.focus();
  }

  private choose(id: string): void {
    const next = this.sessions.find((one) => one.draft.id === id);
    if (!next) return;
    if (this.session && this.sessions.includes(this.session)) this.session.state = this.editor.view.state;
    this.session = next;
    this.drafts.active = id;
    const { draft } = next;
    const select = this.select("connection");
    const isThere = [...select.options].some((option) => option.value === draft.connection);
    select.value = isThere ? draft.connection : select.options[0]!.value;
    draft.connection = select.value;
    const limit = this.select("max_rows");
    if ([...limit.options].some((option) => Number(option.value) === draft.limit)) limit.value = String(draft.limit);
    this.isQuiet = true;
    this.editor.show(next.state ?? this.editor.stateOf(draft.sql, draft, this.dialect));
    this.isQuiet = false;
    this.editor.speak(this.dialect);
    this.parameters.show(draft.sql, draft.values);
    this.showMode();
    void this.side.connect(draft.connection);
    this.drawTabs();
    this.answer.show(next.answers);
    if (draft.run && !next.answers.length && !next.going) void next.resume(draft.run);
  }

  private close(id: string): void {
    const at = this.sessions.findIndex((one) => one.draft.id === id);
    const [gone] = this.sessions.splice(at, 1);
    if (!gone) return;
    void gone.stop();
    this.drafts.forget(id);
    if (gone.draft.sql.trim())
      toast({ title: `Closed ${gone.title}`, button: "Undo", act: () => this.begin({ ...gone.draft }) });
    if (!this.sessions.length) this.begin();
    else if (gone === this.session) this.choose(this.sessions[Math.max(at - 1, 0)]!.draft.id);
    else this.drawTabs();
  }

  /** Another window changed or closed a query that is open here too. */
  private heard(id: string, draft: Draft | null): void {
    const mine = this.sessions.find((one) => one.draft.id === id);
    if (mine === this.session) return;
    if (mine) this.sessions.splice(this.sessions.indexOf(mine), 1);
    if (draft) this.sessions.push(this.sessionOf(draft));
    this.sessions.sort((a, b) => a.draft.begun - b.draft.begun);
    this.drawTabs();
  }

  private drawTabs(): void {
    this.tabs.show(this.sessions.map((one) => ({ id: one.draft.id, title: one.title, isChanged: one.isChanged, isRunning: one.going !== "" })), this.session.draft.id);
  }

  // ── what is written ───────────────────────────────────────────────────────

  private written(): void {
    if (this.isQuiet || !this.session) return;
    const { draft } = this.session;
    const text = this.editor.text;
    Object.assign(draft, this.editor.cursor);
    if (text !== draft.sql) {
      draft.sql = text;
      draft.changed = Date.now();
      this.parameters.show(text, draft.values);
      this.showMode();
      this.drawTabs();
    }
    this.keep();
  }

  private keep(): void {
    this.drafts.keep(this.session.draft);
  }

  private tellKept(isKept: boolean): void {
    this.keptAt = isKept ? Date.now() : 0;
    find("[data-kept]", this.root)!.textContent = isKept ? "Draft kept" : "Drafts cannot be kept here";
  }

  private tellRestored(drafts: Draft[]): void {
    const box = find("[data-restored]", this.root)!;
    const latest = Math.max(...drafts.map((draft) => draft.changed));
    find("p", box)!.textContent = `${drafts.length === 1 ? "Your draft is" : `Your ${drafts.length} drafts are`} back, last changed ${ago(latest)}`;
    find("button", box)!.addEventListener("click", () => {
      box.hidden = true;
      this.editor.focus();
    });
    box.hidden = false;
  }

  private insert(text: string): void {
    this.side.open(false);
    this.editor.insert(text);
  }

  private select(name: string): HTMLSelectElement {
    return this.form.elements.namedItem(name) as HTMLSelectElement;
  }

  private get connection(): string {
    return this.select("connection").value;
  }

  private get dialect(): string {
    return this.select("connection").selectedOptions[0]?.dataset.dialect ?? "";
  }

  private get limit(): number {
    return Number(this.select("max_rows").value);
  }

  private listen(commands: { format(): void; plan(): void; save(): void }): void {
    const click = (selector: string, act: () => void): void => find(selector, this.root)?.addEventListener("click", act);
    click("[data-new]", () => this.begin());
    click("[data-close]", () => this.close(this.session.draft.id));
    click("[data-format]", commands.format);
    click("[data-plan]", commands.plan);
    click("[data-save]", commands.save);
    click("[data-share]", () => void this.share());
    click("[data-stop]", () => void this.stop());
    click("[data-side-open]", () => this.side.open(true));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    this.select("connection").addEventListener("change", () => {
      this.session.draft.connection = this.connection;
      this.session.isWriting = false; // it was meant for the other one
      this.showMode();
      this.editor.speak(this.dialect);
      void this.side.connect(this.connection);
      this.keep();
    });
    this.select("max_rows").addEventListener("change", () => {
      this.session.draft.limit = this.limit;
      this.keep();
    });
    this.mode?.addEventListener("change", () => {
      this.session.isWriting = this.mode!.checked;
      this.showMode();
    });
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** The switch of write mode; nobody has it where the console only reads. */
  private get mode(): HTMLInputElement | null {
    return this.form.elements.namedItem("mode") as HTMLInputElement | null;
  }

  private showMode(): void {
    if (!this.mode) return;
    this.mode.checked = this.session.isWriting;
    find("[data-run-word]", this.root)!.textContent = this.session.isWriting && writes(this.session.draft.sql) ? "Preview" : "Run";
  }

  private press(event: KeyboardEvent): void {
    if (event.defaultPrevented || find("dialog[open]")) return;
    const isControl = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && this.session.going) void this.stop();
    else if (isControl && event.key === "Enter") this.run();
    else if (isControl && event.key.toLowerCase() === "e") void this.plan(false);
    else if (isControl && event.key.toLowerCase() === "s") void this.save();
    else return;
    event.preventDefault();
  }

  // ── running ───────────────────────────────────────────────────────────────

  /** Run what is selected, or all of it. */
  private run(): void {
    const selected = this.editor.selected;
    const found = statements(selected?.text ?? this.editor.text).map((one) => ({ ...one, from: one.from + (selected?.from ?? 0) }));
    void this.start(found);
  }

  private runHere(): void {
    const found = statementAt(this.editor.text, this.editor.cursor.to);
    void this.start(found ? [found] : []);
  }

  private async start(found: Statement[]): Promise<void> {
    const { session } = this;
    if (session.going) return void toast({ title: "A statement is running", text: "Esc stops it", kind: "warn" });
    if (!found.length) return void toast({ title: "There is no statement to run", kind: "warn" });
    this.editor.unmark();
    if (this.answer.view === "plan" || this.answer.view === "messages") this.answer.view = "rows";
    const isChange = session.isWriting && found.some((one) => writes(one.text));
    if (isChange && found.length > 1) return void toast({ title: "A change is tried alone", text: "Select one statement, or run the one at the cursor", kind: "warn" });
    try {
      if (isChange) await session.change(found[0]!, this.parameters.take(found[0]!.text));
      else await session.run(found, (sql) => this.parameters.take(sql), this.limit);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      toast({ title: "A value is wrong", text: error.message, kind: "warn" });
      return;
    }
    this.drafts.keep(session.draft);
    this.side.renew("history");
    if (isChange && session.answers.at(-1)?.run) this.side.reread(session.draft.connection);
    if (session === this.session) this.ended(session);
  }

  private ended(session: Session): void {
    const last = session.answers.at(-1);
    if (!last) return;
    if (last.preview && !last.run && !last.failure) return void (find("#announce")!.textContent = "Nothing was changed");
    const rows = plural(last.run?.rows ?? 0, "row");
    find("#announce")!.textContent = last.failure ? `Failed: ${last.failure.detail}` : `${rows}${last.preview ? " changed" : ""} in ${duration(last.run?.seconds ?? 0)}`;
    if (last.failure) this.mark(last);
  }

  private mark(answer: Answer, failure = answer.failure): void {
    const place = this.placeIn(answer, failure);
    if (place !== null) this.editor.mark(place, failure!.detail);
  }

  /** Where an answer's error is in the text as it stands now. */
  private placeIn(answer: Answer, failure: Failure | null): number | null {
    const { position } = failure ?? {};
    if (typeof position !== "number") return null;
    const text = this.editor.text;
    const from = text.startsWith(answer.sql, answer.from) ? answer.from : text.indexOf(answer.sql);
    return from < 0 ? null : from + placeOf(answer.sql, position);
  }

  private goTo(answer: Answer): void {
    const failure = this.answer.view === "plan" ? answer.planFailure : answer.failure;
    const place = this.placeIn(answer, failure);
    if (place === null) return;
    this.mark(answer, failure);
    this.editor.view.dispatch({ selection: { anchor: place } });
    this.editor.focus();
  }

  private async stop(): Promise<void> {
    try {
      await this.session.stop();
    } catch (error) {
      toast({ title: "It could not be stopped", text: failureOf(error).detail, kind: "bad" });
    }
  }

  /** A session has news: show it if it is the one that is seen. */
  private progressed(session: Session): void {
    if (!this.sessions.includes(session)) return;
    if (session !== this.session) return this.drawTabs();
    const isGoing = session.going !== "";
    find<HTMLButtonElement>("[data-stop]", this.root)!.disabled = !isGoing;
    find<HTMLButtonElement>("[data-run]", this.root)!.disabled = isGoing;
    find("[data-busy]", this.root)!.hidden = !isGoing;
    this.drawTabs();
    this.answer.show(session.answers);
  }

  private tick(): void {
    const clock = find("[data-clock]", this.root);
    const last = this.session.answers.at(-1);
    if (this.session.going && clock && last) clock.textContent = duration((Date.now() - last.begun) / 1000);
    if (this.keptAt && Date.now() - this.keptAt > KEPT_MILLISECONDS) {
      this.keptAt = 0;
      find("[data-kept]", this.root)!.textContent = "";
    }
  }

  // ── plan, format, save, share, open ───────────────────────────────────────

  private async plan(isRun: boolean): Promise<void> {
    const selected = this.editor.selected;
    const found = selected ? { text: selected.text, from: selected.from, to: 0 } : statementAt(this.editor.text, this.editor.cursor.to);
    if (!found || this.session.going) return;
    this.editor.unmark();
    try {
      const values = this.parameters.take(found.text);
      this.answer.view = "plan";
      await this.session.plan(found, values, isRun);
      const failed = this.session.answers.find((one) => one.planFailure);
      if (failed) this.mark(failed, failed.planFailure);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      toast({ title: "A value is wrong", text: error.message, kind: "warn" });
    }
  }

  private async format(): Promise<void> {
    const { session } = this;
    const before = this.editor.text;
    if (!before.trim()) return;
    try {
      const made = await ask<{ sql?: string; query?: string }>("/api/sql/format", { body: { query: before, connection: this.connection } });
      const text = made.sql ?? made.query ?? before;
      if (session === this.session && this.editor.text === before && text !== before) this.editor.replace(text);
    } catch (error) {
      const failure = failureOf(error);
      toast({ title: "This cannot be formatted", text: failure.detail, kind: "warn" });
      if (typeof failure.position === "number") this.editor.mark(placeOf(before, failure.position), failure.detail);
    }
  }

  private async save(): Promise<void> {
    const { draft } = this.session;
    if (!draft.sql.trim()) return void toast({ title: "There is nothing to save yet", kind: "warn" });
    await this.saving.open(draft, draft.title || titleOf(draft.sql));
  }

  private async share(): Promise<void> {
    const { draft } = this.session;
    try {
      const shown = this.answer.current;
      const chart = shown?.chart && shown.run?.columns ? names(shown.run.columns, shown.chart) : {};
      await share({ connection: draft.connection, sql: draft.sql, title: draft.title, values: guessed(draft.sql, draft.values), max_rows: this.limit, view: this.answer.view, chart, saved_query: draft.query });
    } catch (error) {
      toast({ title: "The link was not made", text: failureOf(error).detail, kind: "bad" });
    }
  }

  private openRun(run: Run): void {
    this.side.open(false);
    const open = this.sessions.find((one) => one.draft.sql.trim() === run.sql.trim() && one.draft.connection === run.connection);
    const given = { sql: run.sql, connection: run.connection, run: run.query_id, values: shownValues(run.params) };
    if (open) {
      this.choose(open.draft.id);
      if (!open.going && open.draft.run !== run.query_id) void open.resume(run.query_id);
    } else this.fresh(given);
  }

  private async openSaved(id: number): Promise<void> {
    this.side.open(false);
    const open = this.sessions.find((one) => one.draft.query === id);
    if (open) return this.choose(open.draft.id);
    try {
      const saved = await loadSaved(id);
      const { sql, name, connection, parameters } = saved;
      this.fresh({ sql, saved: sql, query: id, title: name, connection, values: usualValues(parameters) });
    } catch (error) {
      toast({ title: "The query cannot be opened", text: failureOf(error).detail, kind: "bad" });
    }
  }

  /** Open in a new tab, or in this one while nothing is written in it. */
  private fresh(given: Partial<Draft>): void {
    const empty = this.session.draft.sql.trim() === "" && !this.session.going ? this.session : null;
    this.begin(given);
    if (empty) this.close(empty.draft.id);
  }
}

const root = find("[data-console]");
if (root) new Console(root);
