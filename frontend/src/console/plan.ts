// How a database goes about a statement: steps in steps, with what each costs.
import type { Plan, Step } from "./api";
import { count, duration, icon, make, plural } from "./make";

export function showPlan(box: HTMLElement, plan: Plan, measure: () => void): void {
  const most = Math.max(...flat(plan.steps).map(weight), 0);
  const button = plan.has_run ? null : make("button", { class: "button small", type: "button", click: measure }, icon("play"), "Run it and measure");
  const text = make("details", { class: "as-table" }, make("summary", {}, "As the database says it"), make("pre", { class: "code", tabindex: 0 }, plan.text));
  box.replaceChildren(
    make("p", { class: "meta small" }, make("span", {}, plan.has_run ? "Measured: it ran" : "Estimated: it did not run"), make("span", {}, plural(flat(plan.steps).length, "step"))),
    make("ul", { class: "plan-steps" }, ...plan.steps.map((step) => item(step, most))),
    make("div", { class: "row" }, button), text,
  );
}

function flat(steps: Step[]): Step[] {
  return steps.flatMap((step) => [step, ...flat(step.children)]);
}

function weight(step: Step): number {
  return step.seconds ?? step.cost ?? 0;
}

function item(step: Step, most: number): HTMLElement {
  const facts = [
    typeof step.rows === "number" ? `${count(Math.round(step.rows))} rows` : "",
    typeof step.cost === "number" ? `cost ${count(Math.round(step.cost * 100) / 100)}` : "",
    typeof step.seconds === "number" ? duration(step.seconds) : "",
  ].filter(Boolean);
  const bar = most > 0 && weight(step) > 0 ? make("meter", { min: 0, max: most, value: weight(step), "aria-label": `Share of ${step.what}` }) : null;
  return make(
    "li", {},
    make("div", { class: "step" }, make("b", {}, step.what), make("span", { class: "soft" }, step.detail ?? ""), make("span", { class: "facts-line" }, facts.join(" · ")), bar),
    step.children.length ? make("ul", {}, ...step.children.map((child) => item(child, most))) : null,
  );
}
