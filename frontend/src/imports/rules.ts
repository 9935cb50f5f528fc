// Rules as cards in their order: added, moved and taken away without a reload; the
// samples follow. Without scripts the same buttons send the form.
import { find, findAll, on } from "../dom";
import { onArrival } from "../visit";
import { renewSoon } from "../wizard";

const RULE = "#rules > .rule";

function rules(): HTMLElement[] {
  return findAll(RULE);
}

/** Give each rule its number, and the ends their one way. */
function number(): void {
  const all = rules();
  all.forEach((rule, place) => {
    find("[data-number]", rule)!.textContent = String(place + 1);
    find<HTMLButtonElement>("[data-rule=up]", rule)!.disabled = place === 0;
    find<HTMLButtonElement>("[data-rule=down]", rule)!.disabled = place === all.length - 1;
    show(rule);
  });
  const none = find("#no-rules");
  if (none) none.hidden = all.length > 0;
}

/** Show what the chosen action wants, and hide what it does not. */
function show(rule: HTMLElement): void {
  for (const row of findAll("[data-row]", rule)) {
    const chosen = find<HTMLSelectElement>("select[data-wants-of]", row)?.selectedOptions[0];
    const wants = (chosen?.dataset.wants ?? "field value").split(" ");
    for (const part of findAll("[data-part]", row)) part.hidden = !wants.includes(part.dataset.part!);
    const argument = find<HTMLInputElement>("[data-part=value]", row);
    if (argument && chosen?.dataset.hint !== undefined) argument.placeholder = chosen.dataset.hint;
  }
}

/** A copy of a template whose names carry a key of their own. */
function made(template: string, key: string): HTMLElement {
  const copy = find<HTMLTemplateElement>(template)!.content.cloneNode(true) as DocumentFragment;
  for (const part of findAll("*", copy))
    for (const name of ["name", "id", "for", "value", "aria-label"]) {
      const text = part.getAttribute(name);
      if (text?.includes("KEY")) part.setAttribute(name, text.replaceAll("KEY", key));
    }
  return copy.firstElementChild as HTMLElement;
}

function add(): void {
  const rule = made("#new-rule", `n${Date.now().toString(36)}`);
  find("#rules")!.append(rule);
  number();
  find("select, input:not([type=hidden])", rule)?.focus();
}

function act(button: HTMLElement): void {
  const rule = button.closest<HTMLElement>(".rule")!;
  const all = rules();
  const what = button.dataset.rule;
  if (what === "up") rule.previousElementSibling?.before(rule);
  else if (what === "down") rule.nextElementSibling?.after(rule);
  else rule.remove();
  number();
  if (what === "remove") (rules()[all.indexOf(rule)] ?? find("[data-add-rule]"))?.querySelector<HTMLElement>("select")?.focus();
  else if ((button as HTMLButtonElement).disabled) find("[data-rule]:not(:disabled)", rule)?.focus();
  else button.focus();
  find("#announce")!.textContent = what === "remove" ? "The rule is removed" : `Rule ${rules().indexOf(rule) + 1} of ${all.length}`;
  renewSoon(find("#rules")!);
}

/** One more condition or action of a rule, or one less. */
function row(button: HTMLElement): void {
  const list = button.closest<HTMLElement>("[data-rows]")!;
  if (button.dataset.act === "more") {
    const fresh = made(`#new-${list.dataset.rows}`, list.dataset.key!);
    findAll("[data-row]", list).at(-1)!.after(fresh);
    find("select", fresh)?.focus();
  } else {
    button.closest("[data-row]")!.remove();
    find("select", list)?.focus();
  }
  number();
  renewSoon(list);
}

export function installRules(): void {
  on("click", "[data-add-rule]", (_, event) => {
    event.preventDefault();
    add();
  });
  on("click", ".rule [data-rule]", (button, event) => {
    event.preventDefault();
    act(button);
  });
  on("click", ".rule [data-act]", (button, event) => {
    event.preventDefault();
    row(button);
  });
  on("change", ".rule select", (select) => show(select.closest<HTMLElement>(".rule")!));
  onArrival(() => {
    if (find("#rules")) number();
  });
}
