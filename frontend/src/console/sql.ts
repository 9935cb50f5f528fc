// SQL as the page understands it: words, statements, parameters. A sketch for the eye
// and the completion; what may run is the server's to say.

export type Kind = "word" | "quoted" | "text" | "number" | "comment" | "parameter" | "mark";

export interface Token {
  kind: Kind;
  text: string;
  from: number;
  to: number;
}

const PIECES = [
  ["comment", /--[^\n]*|\/\*[^]*?(?:\*\/|$)/y],
  ["text", /'(?:[^']|'')*(?:'|$)/y],
  ["text", /\$([A-Za-z_]\w*)?\$[^]*?(?:\$\1\$|$)/y],
  ["quoted", /"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)/y],
  ["mark", /::/y],
  ["parameter", /:[A-Za-z_]\w*/y],
  ["number", /\d[\w.]*/y],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["mark", /\S/uy],
] as const;
const SPACE = /\s+/y;

/** Every piece of a text but the space between. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    SPACE.lastIndex = at;
    if (SPACE.test(text)) {
      at = SPACE.lastIndex;
      continue;
    }
    const piece = pieceAt(text, at);
    found.push(piece);
    at = piece.to;
  }
  return found;
}

function pieceAt(text: string, at: number): Token {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { kind, text: match[0], from: at, to: at + match[0].length };
  }
  return { kind: "mark", text: text[at]!, from: at, to: at + 1 };
}

export interface Statement {
  text: string;
  from: number;
  to: number;
}

/** The statements between semicolons, without the space around them; empty ones are none. */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let from = -1;
  let to = 0;
  let isSaid = false;
  const end = (): void => {
    if (isSaid) found.push({ text: text.slice(from, to), from, to });
    from = -1;
    isSaid = false;
  };
  for (const token of tokens(text)) {
    if (token.kind === "mark" && token.text === ";") {
      end();
      continue;
    }
    if (from < 0) from = token.from;
    to = token.to;
    if (token.kind !== "comment") isSaid = true;
  }
  end();
  return found;
}

/** The statement in which a place lies, or the nearest before it. */
export function statementAt(text: string, place: number): Statement | null {
  const all = statements(text);
  const inside = all.find((one) => place >= one.from && place <= one.to + 1);
  return inside ?? all.filter((one) => one.from <= place).at(-1) ?? all[0] ?? null;
}

/** The names behind colons, each once, in the order of their first use. */
export function parameters(text: string): string[] {
  const found = tokens(text).filter((token) => token.kind === "parameter");
  return [...new Set(found.map((token) => token.text.slice(1)))];
}

/** What to call a query: its first comment, or how it begins. */
export function titleOf(text: string): string {
  const all = tokens(text);
  const first = all[0];
  if (!first) return "";
  if (first.kind === "comment") {
    const said = first.text.replace(/^(--|\/\*)\s*|\s*\*\/$/g, "").split("\n")[0]!.trim();
    if (said) return shorten(said);
  }
  const rest = all.filter((token) => token.kind !== "comment");
  const from = rest.findIndex((token) => /^(from|into|update)$/i.test(token.text));
  const table = from >= 0 ? rest[from + 1] : undefined;
  const verb = rest[0]?.text.toUpperCase() ?? "";
  if (table && /word|quoted/.test(table.kind)) return shorten(`${verb} ${tableName(rest, from + 1)}`);
  return shorten(text.trim().replace(/\s+/g, " "));
}

function tableName(all: Token[], at: number): string {
  let last = at;
  while (all[last + 1]?.text === "." && all[last + 2]) last += 2;
  return bare(all[last]!.text);
}

function shorten(text: string): string {
  return text.length > 28 ? `${text.slice(0, 27)}…` : text;
}

/** A name without its quotes. */
export function bare(text: string): string {
  const mark = text[0];
  if (mark !== '"' && mark !== "`") return text;
  const inner = text.endsWith(mark) && text.length > 1 ? text.slice(1, -1) : text.slice(1);
  return inner.replaceAll(mark + mark, mark);
}
