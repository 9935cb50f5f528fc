// What can come next at a place of a statement: tables behind FROM, joins by foreign key
// behind JOIN, columns behind `a.`, and words everywhere else.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { quoted, tablePath, type Field, type ForeignKey, type Outline, type Table } from "./outline";
import { isName, scopeAt, type Named, type Scope } from "./scope";
import { bare, statementAt, tokens, type Token } from "./sql";
import { functions, KEYWORDS } from "./words";

const MEASURED = "console-completion";
const WORD = /^[\p{L}\p{N}_$]*$/u;
const IN_NAME = /^["`]?[\p{L}\p{N}_$]*$/u;

interface Place {
  outline: Outline;
  scope: Scope;
  /** The pieces before the word that is being written. */
  before: Token[];
}

/** The completions of a place; `outlineOf` gives the connection's tables as far as known. */
export function completer(outlineOf: () => Outline | null): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const start = performance.now();
    const outline = outlineOf() ?? EMPTY;
    const text = context.state.doc.toString();
    const statement = statementAt(text, context.pos);
    const from = statement && context.pos >= statement.from ? statement.from : context.pos;
    const end = statement && statement.to > context.pos ? statement.to : context.pos;
    const found = complete(text.slice(from, end), context.pos - from, outline, context.explicit, from);
    performance.measure(MEASURED, { start });
    performance.clearMeasures(MEASURED); // whoever observes has it; nobody else need
    return found;
  };
}

const EMPTY: Outline = { dialect: "", schemas: [], usual: "", find: () => undefined };

function complete(text: string, place: number, outline: Outline, isAsked: boolean, base: number): CompletionResult | null {
  const all = tokens(text);
  const touching = all.find((token) => token.from < place && token.to >= place);
  if (touching && /comment|text|number|parameter/.test(touching.kind)) return null;
  const written = isName(touching) ? touching : undefined;
  const before = all.filter((token) => token.kind !== "comment" && token.to <= (written?.from ?? place));
  const isMember = before.at(-1)?.text === ".";
  const word = written ? text.slice(written.from, place) : "";
  if (!written && !isMember && !isAsked && !(/\s/.test(text[place - 1] ?? "") && /^(from|join|on)$/i.test(before.at(-1)?.text ?? ""))) return null;
  if (!isAsked && KEYWORDS.includes(word.toUpperCase()) && !isMember) return null;
  const here: Place = { outline, scope: scopeAt(text, place, outline), before };
  const options = isMember ? members(here) : others(here);
  if (!options.length) return null;
  return { from: base + (written?.from ?? place), options, validFor: word.match(/^["`]/) ? IN_NAME : WORD };
}

function others(here: Place): Completion[] {
  const last = here.before.at(-1);
  const clause = clauseOf(here.before);
  if (clause === "table") return tables(here);
  if (clause === "join") return [...joins(here), ...tables(here)];
  if (clause === "using") return shared(here);
  const words = [...columns(here), ...aliases(here), ...calls(here), ...keywords()];
  return /^on$/i.test(last?.text ?? "") ? [...conditions(here), ...words] : words;
}

/** What the words before ask for. */
function clauseOf(before: Token[]): "table" | "join" | "using" | "" {
  const last = before.at(-1);
  if (/^join$/i.test(last?.text ?? "")) return "join";
  if (/^(from|into|update)$/i.test(last?.text ?? "")) return "table";
  if (last?.text === "(" && /^using$/i.test(before.at(-2)?.text ?? "")) return "using";
  if (last?.text !== ",") return "";
  let depth = 0;
  for (const token of [...before].reverse()) {
    if (token.text === ")") depth += 1;
    if (token.text === "(" && --depth < 0) return "";
    if (depth > 0 || token.kind !== "word") continue;
    if (/^from$/i.test(token.text)) return "table";
    if (/^(select|where|by|having|on|set|values|limit)$/i.test(token.text)) return "";
  }
  return "";
}

// ── behind a dot ──────────────────────────────────────────────────────────

function members({ outline, scope, before }: Place): Completion[] {
  const name = bare(before.at(-2)?.text ?? "");
  const isPath = before.at(-3)?.text === ".";
  const same = (one: { name: string }): boolean => one.name.toLowerCase() === name.toLowerCase();
  const named = isPath ? undefined : scope.tables.find(same);
  if (named && (named.fields.length || named.table)) return named.fields.map((field) => column(field, outline, named, 10));
  const schema = isPath ? undefined : outline.schemas.find(same);
  if (schema) return schema.tables.map((table) => ({ ...tableOption(table, outline), apply: quoted(table.name, outline.dialect) }));
  const table = outline.find(isPath ? bare(before.at(-4)?.text ?? "") : "", name);
  return (table?.fields ?? []).map((field) => column(field, outline, null, 10));
}

// ── tables ────────────────────────────────────────────────────────────────

function tables({ outline, scope }: Place): Completion[] {
  const common = scope.commons.map((one) => ({ label: one.name, type: "class", detail: "WITH", boost: 20 }));
  const all = outline.schemas.flatMap((schema) => schema.tables.map((table) => tableOption(table, outline)));
  const schemas = outline.schemas.length > 1 ? outline.schemas.map((one) => ({ label: one.name, type: "namespace", detail: "schema", apply: quoted(one.name, outline.dialect), boost: -5 })) : [];
  return [...common, ...all, ...schemas, { label: "SELECT", type: "keyword", boost: -20 }];
}

function tableOption(table: Table, outline: Outline): Completion {
  const detail = `${table.schema && table.schema !== outline.usual ? `${table.schema} · ` : ""}${table.fields.length} columns`;
  return { label: table.name, type: table.type === "view" ? "interface" : "class", detail, apply: tablePath(table, outline), boost: table.schema === outline.usual ? 5 : 0 };
}

/** Joins along foreign keys, with the condition written out. */
function joins({ outline, scope }: Place): Completion[] {
  const taken = new Set(scope.tables.map((one) => one.name.toLowerCase()));
  const found = new Map<string, Completion>();
  for (const named of scope.tables) {
    if (!named.table) continue;
    for (const key of [...named.table.out, ...named.table.in]) {
      const alias = aliasFor(key.table.name, taken);
      const label = `${tablePath(key.table, outline)} ${alias} ON ${condition(alias, key, named, outline)}`;
      const boost = named === scope.latest ? 60 : 50;
      if (!found.has(label)) found.set(label, { label, type: "class", detail: "foreign key", boost });
    }
  }
  return [...found.values()];
}

function condition(alias: string, key: ForeignKey, named: Named, outline: Outline): string {
  const { dialect } = outline;
  return key.columns
    .map((mine, at) => `${alias}.${quoted(key.there[at]!, dialect)} = ${quoted(named.name, dialect)}.${quoted(mine, dialect)}`)
    .join(" AND ");
}

/** `purchase_order_items` is `poi`; with a number where that is taken. */
function aliasFor(name: string, taken: Set<string>): string {
  const parts = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const first = parts.map((part) => part[0]!).join("").toLowerCase() || "t";
  const usable = KEYWORDS.includes(first.toUpperCase()) ? `${first}1` : first;
  for (let number = 1; ; number += 1) {
    const alias = number === 1 ? usable : `${usable}${number}`;
    if (!taken.has(alias)) return alias;
  }
}

/** Behind ON: what ties the last table to the others. */
function conditions({ outline, scope }: Place): Completion[] {
  const { latest } = scope;
  if (!latest?.table) return [];
  const found: Completion[] = [];
  for (const other of scope.tables) {
    if (other === latest || !other.table) continue;
    for (const key of [...other.table.out, ...other.table.in])
      if (key.table === latest.table) found.push({ label: condition(quoted(latest.name, outline.dialect), key, other, outline), type: "property", detail: "foreign key", boost: 60 });
  }
  return found;
}

function shared({ outline, scope }: Place): Completion[] {
  const rest = scope.tables.filter((one) => one !== scope.latest).flatMap((one) => one.fields.map((field) => field.name));
  return (scope.latest?.fields ?? []).filter((field) => rest.includes(field.name)).map((field) => column(field, outline, scope.latest, 10));
}

// ── columns and words ─────────────────────────────────────────────────────

function columns({ outline, scope }: Place): Completion[] {
  const tables = scope.tables.filter((one) => one.fields.length);
  if (!tables.length) return everyColumn(outline);
  const uses = new Map<string, number>();
  for (const one of tables) for (const field of one.fields) uses.set(field.name, (uses.get(field.name) ?? 0) + 1);
  return tables.flatMap((one) =>
    one.fields.map((field) => {
      const option = column(field, outline, one, 10);
      const isAmbiguous = (uses.get(field.name) ?? 0) > 1;
      return isAmbiguous ? { ...option, apply: `${quoted(one.name, outline.dialect)}.${quoted(field.name, outline.dialect)}` } : option;
    }),
  );
}

const known = new WeakMap<Outline, Completion[]>();

/** Where no table is named yet, the columns of all: each name once. */
function everyColumn(outline: Outline): Completion[] {
  const made = known.get(outline);
  if (made) return made;
  const found = new Map<string, Completion>();
  for (const schema of outline.schemas)
    for (const table of schema.tables)
      for (const field of table.fields)
        if (!found.has(field.name)) found.set(field.name, { ...column(field, outline, null, 0), detail: table.name });
  const all = [...found.values()];
  known.set(outline, all);
  return all;
}

function column(field: Field, outline: Outline, of: Named | null, boost: number): Completion {
  const detail = [field.isKey ? "key" : "", field.type.toLowerCase(), of && of.name].filter(Boolean).join(" · ");
  const option: Completion = { label: field.name, type: "property", detail, boost: boost + (field.isKey ? 1 : 0) };
  const apply = quoted(field.name, outline.dialect);
  return apply === field.name ? option : { ...option, apply };
}

function aliases({ outline, scope }: Place): Completion[] {
  return scope.tables.map((one) => ({ label: one.name, type: "variable", detail: one.table && one.table.name !== one.name ? one.table.name : "table", apply: quoted(one.name, outline.dialect), boost: 8 }));
}

function calls({ outline }: Place): Completion[] {
  return functions(outline.dialect).map((name) => ({ label: name, type: "function", boost: -5, apply: `${name}(` }));
}

function keywords(): Completion[] {
  return KEYWORDS.map((word) => ({ label: word, type: "keyword", boost: -2 }));
}
