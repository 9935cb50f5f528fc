// Which tables a place in a statement can speak of, under which names.
import { bare, tokens, type Token } from "./sql";
import type { Field, Outline, Table } from "./outline";

export interface Named {
  /** The alias, or the table's own name. */
  name: string;
  table: Table | null;
  fields: Field[];
}

export interface Scope {
  /** Nearest first: the tables of this SELECT, then those of the ones around it. */
  tables: Named[];
  /** The last of them in the text before the place. */
  latest: Named | null;
  /** Names that WITH gave. */
  commons: Named[];
}

const NOT_ALIASES =
  /^(on|using|where|group|order|having|limit|offset|fetch|union|intersect|except|join|inner|left|right|full|cross|natural|set|values|select|window|for|tablesample|returning|qualify|as|from|with|into|lateral|straight_join)$/i;
const OPENERS = /^(from|join|update|into|table)$/i;

export function isName(token: Token | undefined): token is Token {
  return token?.kind === "quoted" || token?.kind === "word";
}

/** The scope of a place, counted from the statement's beginning. */
export function scopeAt(statement: string, place: number, outline: Outline): Scope {
  const all = tokens(statement).filter((token) => token.kind !== "comment");
  const depths = depthsOf(all);
  const commons = readCommons(all, outline);
  const tables: Named[] = [];
  let latest: Named | null = null;
  for (const [open, close] of regionsAround(all, place))
    for (const [named, at] of readTables(all, depths, open, close, outline, commons)) {
      tables.push(named);
      if (at < place && open === regionsAround(all, place)[0]![0]) latest = named;
    }
  return { tables, latest, commons };
}

function depthsOf(all: Token[]): number[] {
  let depth = 0;
  return all.map((token) => {
    if (token.text === ")") depth -= 1;
    const here = depth;
    if (token.text === "(") depth += 1;
    return here;
  });
}

/** Where the parentheses around a place begin and end (as token numbers), innermost first. */
function regionsAround(all: Token[], place: number): Array<[number, number]> {
  const open: number[] = [];
  for (let at = 0; at < all.length && all[at]!.from < place; at += 1) {
    if (all[at]!.text === "(") open.push(at);
    else if (all[at]!.text === ")" && all[at]!.to <= place) open.pop();
  }
  const found: Array<[number, number]> = open.reverse().map((at) => [at + 1, closing(all, at)]);
  return [...found, [0, all.length]];
}

function closing(all: Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < all.length; at += 1) {
    if (all[at]!.text === "(") depth += 1;
    if (all[at]!.text === ")" && --depth === 0) return at;
  }
  return all.length;
}

function* readTables(
  all: Token[], depths: number[], open: number, close: number, outline: Outline, commons: Named[],
): Generator<[Named, number]> {
  const depth = depths[open] ?? 0;
  let expects = false;
  let isFrom = false;
  for (let at = open; at < close; at += 1) {
    const token = all[at]!;
    if (depths[at] !== depth) continue;
    if (token.kind === "word" && OPENERS.test(token.text)) {
      expects = true;
      isFrom = /^(from|join)$/i.test(token.text);
    } else if (isFrom && token.text === ",") expects = true;
    else if (token.kind === "word" && /^(where|group|order|having|select|set|on|using)$/i.test(token.text)) {
      isFrom = isFrom && /^(on|using)$/i.test(token.text);
      expects = false;
    } else if (expects && token.text === "(") {
      const end = closing(all, at);
      const alias = aliasAt(all, end + 1);
      if (alias) yield [{ name: alias, table: null, fields: selected(all.slice(at + 1, end), outline, commons) }, token.from];
      expects = false;
      at = end - 1;
    } else if (expects && isName(token) && !/^(only|lateral)$/i.test(token.text)) {
      const [named, end] = readTable(all, at, outline, commons);
      yield [named, token.from];
      at = end;
      expects = false;
    }
  }
}

function readTable(all: Token[], at: number, outline: Outline, commons: Named[]): [Named, number] {
  let schema = "";
  let name = bare(all[at]!.text);
  while (all[at + 1]?.text === "." && isName(all[at + 2])) {
    schema = name;
    name = bare(all[at + 2]!.text);
    at += 2;
  }
  const alias = aliasAt(all, at + 1);
  const common = schema ? undefined : commons.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const table = common ? null : (outline.find(schema, name) ?? null);
  return [{ name: alias ?? name, table, fields: common?.fields ?? table?.fields ?? [] }, at];
}

function aliasAt(all: Token[], at: number): string | null {
  const hasAs = /^as$/i.test(all[at]?.text ?? "");
  const token = all[hasAs ? at + 1 : at];
  if (!isName(token) || (token.kind === "word" && NOT_ALIASES.test(token.text))) return null;
  return bare(token.text);
}

/** What `WITH name AS (SELECT …)` names. */
function readCommons(all: Token[], outline: Outline): Named[] {
  const found: Named[] = [];
  if (!/^with$/i.test(all[0]?.text ?? "")) return found;
  for (let at = 1; at < all.length; at += 1) {
    if (/^recursive$/i.test(all[at]!.text)) continue;
    const name = all[at]!;
    if (!isName(name)) break;
    let next = at + 1;
    let given: string[] = [];
    if (all[next]?.text === "(") {
      const end = closing(all, next);
      given = all.slice(next + 1, end).filter(isName).map((token) => bare(token.text));
      next = end + 1;
    }
    if (!/^as$/i.test(all[next]?.text ?? "")) break;
    next += 1;
    while (/^(not|materialized)$/i.test(all[next]?.text ?? "")) next += 1;
    const end = closing(all, next);
    const fields = selected(all.slice(next + 1, end), outline, found);
    const named = given.length ? given.map((one) => ({ name: one, type: "", isKey: false })) : fields;
    found.push({ name: bare(name.text), table: null, fields: named });
    at = end + 1;
    if (all[at]?.text !== ",") break;
  }
  return found;
}

/** The columns that a SELECT gives, as far as its text tells. */
function selected(all: Token[], outline: Outline, commons: Named[]): Field[] {
  const depths = depthsOf(all);
  const sources = [...readTables(all, depths, 0, all.length, outline, commons)].map(([named]) => named);
  const fields: Field[] = [];
  let item: Token[] = [];
  let isListed = false;
  const end = (): void => {
    fields.push(...fieldsOf(item, sources));
    item = [];
  };
  for (const [at, token] of all.entries()) {
    const isHere = depths[at] === 0;
    if (isHere && /^select$/i.test(token.text) && !isListed) isListed = true;
    else if (isHere && /^from$/i.test(token.text)) break;
    else if (isHere && isListed && token.text === ",") end();
    else if (isListed && !/^(distinct|all)$/i.test(token.text)) item.push(token);
  }
  if (isListed) end();
  return fields;
}

function fieldsOf(item: Token[], sources: Named[]): Field[] {
  const last = item.at(-1);
  if (!last) return [];
  if (last.text === "*") {
    const prefix = item.length === 3 ? bare(item[0]!.text).toLowerCase() : "";
    return sources.filter((one) => !prefix || one.name.toLowerCase() === prefix).flatMap((one) => one.fields);
  }
  if (!isName(last)) return [];
  const name = bare(last.text);
  const known = sources.flatMap((one) => one.fields).find((field) => field.name.toLowerCase() === name.toLowerCase());
  return [known ?? { name, type: "", isKey: false }];
}
