// A field for each `:name` of the statement, with the kind of its value.
import { find } from "../dom";
import type { Value, Values } from "./api";
import { make } from "./make";
import { parameters } from "./sql";

export type ValueKind = "text" | "number" | "yes-no" | "null";

export interface ParameterValue {
  kind: ValueKind;
  text: string;
}

const KINDS: Array<[ValueKind, string]> = [["text", "text"], ["number", "number"], ["yes-no", "yes/no"], ["null", "NULL"]];
const YES = /^(yes|true|1|on|y|t)$/i;
const NO = /^(no|false|0|off|n|f|)$/i;

export class ParameterForm {
  private names: string[] = [];
  private values: Record<string, ParameterValue> = {};

  constructor(private readonly box: HTMLElement, private readonly changed: () => void) {}

  /** Show the fields of a text, with the values given before. */
  show(sql: string, values: Record<string, ParameterValue>): void {
    this.values = values;
    const names = sql.includes(":") ? parameters(sql) : [];
    if (names.join("\n") === this.names.join("\n") && this.box.dataset.of === "shown") {
      for (const name of names) this.refresh(name);
      return;
    }
    this.names = names;
    this.box.dataset.of = "shown";
    this.box.hidden = names.length === 0;
    this.box.replaceChildren(...names.map((name) => this.field(name)));
  }

  focus(name: string): void {
    find<HTMLInputElement>(`[data-value="${CSS.escape(name)}"]`, this.box)?.focus();
  }

  private of(name: string): ParameterValue {
    return this.values[name] ?? { kind: "text", text: "" };
  }

  private field(name: string): HTMLElement {
    const { kind, text } = this.of(name);
    const options = KINDS.map(([value, label]) => make("option", { value, selected: value === kind }, label));
    const change = (): void => {
      this.values[name] = { kind: select.value as ValueKind, text: input.value };
      input.disabled = select.value === "null";
      input.removeAttribute("aria-invalid");
      this.changed();
    };
    const input = make("input", { class: "input small mono w-s", "data-value": name, "aria-label": `Value of ${name}`, autocomplete: "off", spellcheck: "false", disabled: kind === "null", input: change });
    input.value = text;
    const select = make("select", { class: "select small kind", "data-kind": name, "aria-label": `Kind of ${name}`, change }, ...options);
    return make("span", { class: "row tight small value" }, make("span", { class: "mono soft", "aria-hidden": "true" }, `:${name}`), input, select);
  }

  private refresh(name: string): void {
    const { kind, text } = this.of(name);
    const input = find<HTMLInputElement>(`[data-value="${CSS.escape(name)}"]`, this.box);
    const select = find<HTMLSelectElement>(`[data-kind="${CSS.escape(name)}"]`, this.box);
    if (input && input.value !== text) input.value = text;
    if (select) select.value = kind;
  }

  /** The values of a statement's names; throws where a field cannot be of its kind. */
  take(sql: string): Values {
    const found: Record<string, Value> = {};
    for (const name of parameters(sql)) {
      const given = this.of(name);
      const value = valueOf(given);
      if (value === undefined) throw this.wrong(name, given);
      found[name] = value;
    }
    return found;
  }

  private wrong(name: string, { kind, text }: ParameterValue): WrongValue {
    find(`[data-value="${CSS.escape(name)}"]`, this.box)?.setAttribute("aria-invalid", "true");
    this.focus(name);
    return new WrongValue(`:${name}: ${text.trim() ? `“${text.trim()}”` : "nothing"} is not ${kind === "number" ? "a number" : "yes or no"}`);
  }
}

/** A value as its kind has it; undefined where the text is none of it. */
function valueOf({ kind, text }: ParameterValue): Value | undefined {
  const said = text.trim();
  if (kind === "null") return null;
  if (kind === "text") return text;
  if (kind === "yes-no") return YES.test(said) ? true : NO.test(said) ? false : undefined;
  const number = Number(said);
  if (said === "" || !Number.isFinite(number)) return undefined;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? said : number; // exact, as text
}

/** The values of a statement's names, as far as they are right; the others as text. */
export function guessed(sql: string, values: Record<string, ParameterValue>): Values {
  const given = (name: string): ParameterValue => values[name] ?? { kind: "text", text: "" };
  return Object.fromEntries(parameters(sql).map((name) => [name, valueOf(given(name)) ?? (given(name).kind === "null" ? null : given(name).text)]));
}

export class WrongValue extends Error {}

/** Values that came from a run or a link, as fields show them. */
export function shownValues(values: Values | undefined | null): Record<string, ParameterValue> {
  if (!values || Array.isArray(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownValue(value)]));
}

function shownValue(value: Value): ParameterValue {
  if (value === null) return { kind: "null", text: "" };
  if (typeof value === "number") return { kind: "number", text: String(value) };
  if (typeof value === "boolean") return { kind: "yes-no", text: value ? "yes" : "no" };
  return { kind: "text", text: value };
}

/** The fields of a saved query's parameters, with what is usual. */
export function usualValues(given: Array<{ name: string; type: string; default?: Value }>): Record<string, ParameterValue> {
  return Object.fromEntries(given.map((one) => {
    const kind: ValueKind = /integer|number|decimal/.test(one.type) ? "number" : one.type === "boolean" ? "yes-no" : "text";
    const usual = one.default ?? "";
    return [one.name, { kind, text: typeof usual === "boolean" ? (usual ? "yes" : "no") : String(usual) }];
  }));
}
