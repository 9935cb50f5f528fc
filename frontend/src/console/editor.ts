// The SQL editor: CodeMirror in a shadow root, where its styles are constructed sheets,
// which the content policy lets pass.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { MariaSQL, PostgreSQL, SQLite, StandardSQL, type SQLDialect } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, Prec, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completer } from "./complete";
import type { Outline } from "./outline";
import { look } from "./look";
import { tokens } from "./sql";

const DIALECTS: Record<string, SQLDialect> = { sqlite: SQLite, postgresql: PostgreSQL, duckdb: PostgreSQL, mariadb: MariaSQL, mysql: MariaSQL };

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--code-function)" },
  { tag: [tags.operator, tags.punctuation], color: "var(--code-operator)" },
]);

const NARROW = "(max-width: 45rem)";

export interface Commands {
  run(): void;
  runHere(): void;
  format(): void;
  plan(): void;
  save(): void;
  changed(): void;
}

export interface Cursor {
  from: number;
  to: number;
}

export class Editor {
  readonly view: EditorView;
  private readonly dialect = new Compartment();
  private readonly extensions: Extension[];

  constructor(host: HTMLElement, commands: Commands, outlineOf: () => Outline | null) {
    const root = host.attachShadow({ mode: "open" });
    this.extensions = [
      Prec.highest(keymap.of(keysOf(commands))),
      lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), history(), drawSelection(), bracketMatching(), closeBrackets(),
      highlightSelectionMatches(), search({ top: true }), placeholder("SELECT …"),
      autocompletion({ override: [completer(outlineOf)], activateOnTypingDelay: 0, maxRenderedOptions: 30, icons: false }),
      keymap.of([{ key: "Tab", run: acceptCompletion }, ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      syntaxHighlighting(COLOURS), look, matchMedia(NARROW).matches ? EditorView.lineWrapping : [],
      EditorView.contentAttributes.of({ "aria-label": "SQL", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged || update.selectionSet) commands.changed();
      }),
    ];
    this.view = new EditorView({ root, parent: root, state: this.stateOf("", { from: 0, to: 0 }, "") });
  }

  /** A state of its own for a tab, so that undo stays within it. */
  stateOf(text: string, { from, to }: Cursor, dialect: string): EditorState {
    const within = (place: number): number => Math.min(Math.max(place, 0), text.length);
    return EditorState.create({
      doc: text,
      selection: EditorSelection.single(within(from), within(to)),
      extensions: [this.dialect.of(languageOf(dialect)), ...this.extensions],
    });
  }

  show(state: EditorState): void {
    this.view.setState(state);
  }

  speak(dialect: string): void {
    this.view.dispatch({ effects: this.dialect.reconfigure(languageOf(dialect)) });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  get cursor(): Cursor {
    const { anchor, head } = this.view.state.selection.main;
    return { from: anchor, to: head };
  }

  /** What is selected, and where it begins; null for nothing. */
  get selected(): { text: string; from: number } | null {
    const { from, to, empty } = this.view.state.selection.main;
    const text = this.view.state.sliceDoc(from, to);
    return empty || !text.trim() ? null : { text, from };
  }

  /** Put a text in the place of all, as one step that can be undone. */
  replace(text: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, userEvent: "input" });
  }

  insert(text: string): void {
    this.view.dispatch(this.view.state.replaceSelection(text), { userEvent: "input" });
    this.view.focus();
  }

  /** Underline the word at a place, with what is wrong there. */
  mark(place: number, message: string): void {
    const all = tokens(this.text);
    const word = all.find((token) => token.from <= place && token.to > place) ?? all.filter((token) => token.to <= place).at(-1);
    const length = this.view.state.doc.length;
    const from = Math.min(word?.from ?? place, length);
    const to = Math.min(Math.max(word?.to ?? place + 1, from), length);
    this.view.dispatch(setDiagnostics(this.view.state, [{ from, to, severity: "error", message }]));
    this.view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "nearest" }) });
  }

  unmark(): void {
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  focus(): void {
    this.view.focus();
  }
}

function languageOf(dialect: string): Extension {
  return (DIALECTS[dialect] ?? StandardSQL).extension;
}

function keysOf(commands: Commands) {
  const does = (act: () => void) => () => {
    act();
    return true;
  };
  return [
    { key: "Mod-Enter", run: does(commands.run) },
    { key: "Shift-Enter", run: does(commands.runHere) },
    { key: "Shift-Alt-f", run: does(commands.format) },
    { key: "Mod-e", run: does(commands.plan) },
    { key: "Mod-s", run: does(commands.save) },
  ];
}
