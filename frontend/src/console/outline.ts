// The tables and columns of a connection, ready to be searched by name.
import { ask } from "./api";

type Key = [string[], string, string, string[]];

interface Sent {
  dialect: string;
  schemas: Array<{
    name: string;
    tables: Array<{ name: string; type: string; columns: Array<[string, string]>; keys?: string[]; foreign_keys?: Key[] }>;
  }>;
}

export interface Field {
  name: string;
  type: string;
  isKey: boolean;
}

export interface ForeignKey {
  columns: string[];
  table: Table;
  there: string[];
}

export interface Table {
  schema: string;
  name: string;
  type: string;
  fields: Field[];
  /** Keys of this table that point at another. */
  out: ForeignKey[];
  /** Keys of others that point at this one: `table` is the other. */
  in: ForeignKey[];
}

export interface Outline {
  dialect: string;
  schemas: Array<{ name: string; tables: Table[] }>;
  /** Schemas that need not be named. */
  usual: string;
  find(schema: string, name: string): Table | undefined;
}

const USUAL = ["main", "public"];

/** Ask for a connection's outline; the browser keeps it and asks whether it is still so. */
export async function loadOutline(connection: string, signal?: AbortSignal): Promise<Outline> {
  return indexed(await ask<Sent>(`/api/sql/outline?connection=${encodeURIComponent(connection)}`, { signal }));
}

/** The outline with its foreign keys tied to their tables. */
export function indexed(sent: Sent): Outline {
  const byName = new Map<string, Table>();
  const schemas = sent.schemas.map((schema) => ({
    name: schema.name,
    tables: schema.tables.map((one) => {
      const keys = new Set(one.keys ?? []);
      const fields = one.columns.map(([name, type]) => ({ name, type, isKey: keys.has(name) }));
      const table: Table = { schema: schema.name, name: one.name, type: one.type, fields, out: [], in: [] };
      byName.set(called(schema.name, one.name), table);
      if (!byName.has(called("", one.name))) byName.set(called("", one.name), table);
      return table;
    }),
  }));
  tie(sent, byName);
  const names = schemas.map((schema) => schema.name);
  const usual = USUAL.find((name) => names.includes(name)) ?? (names.length === 1 ? names[0]! : "");
  for (const schema of schemas)
    if (schema.name === usual) for (const table of schema.tables) byName.set(called("", table.name), table);
  return { dialect: sent.dialect, schemas, usual, find: (schema, name) => byName.get(called(schema, name)) };
}

function called(schema: string, name: string): string {
  return `${schema.toLowerCase()}\n${name.toLowerCase()}`;
}

function tie(sent: Sent, byName: Map<string, Table>): void {
  for (const schema of sent.schemas)
    for (const one of schema.tables) {
      const here = byName.get(called(schema.name, one.name))!;
      for (const [columns, other, name, there] of one.foreign_keys ?? []) {
        const table = byName.get(called(other || schema.name, name));
        if (!table) continue;
        here.out.push({ columns, table, there });
        table.in.push({ columns: there, table: here, there: columns });
      }
    }
}

const PLAIN: Record<string, RegExp> = { postgresql: /^[a-z_][a-z0-9_]*$/, hana: /^[A-Z_][A-Z0-9_]*$/ };
const RESERVED = new Set(
  ("all and any as asc between by case check column constraint create cross current_date default delete desc distinct drop else end except exists false fetch for foreign from full group having in index inner insert intersect into is join key left like limit natural not null offset on or order outer primary references right select set some table then to true union unique update user using values when where window with").split(" "),
);

/** A name as it must stand in a statement of this dialect. */
export function quoted(name: string, dialect: string): string {
  const plain = PLAIN[dialect] ?? /^[A-Za-z_][A-Za-z0-9_]*$/;
  if (plain.test(name) && !RESERVED.has(name.toLowerCase())) return name;
  const mark = dialect === "mariadb" || dialect === "mysql" ? "`" : '"';
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

/** A table's name as it must stand in a statement: with the schema where that is needed. */
export function tablePath(table: Table, outline: Outline): string {
  const name = quoted(table.name, outline.dialect);
  return table.schema === outline.usual || !table.schema ? name : `${quoted(table.schema, outline.dialect)}.${name}`;
}
