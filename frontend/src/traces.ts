// Steps of a trace, and requests of a list, by keys: J and K go from link to link, Enter
// follows it as it does without scripts.
import { find, findAll } from "./dom";
import { key } from "./keys";

const links = (): HTMLElement[] => findAll("[data-trace] [data-row-link], [data-rows-by-key] [data-row-link]");

function move(step: number): void {
  const all = links();
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement as HTMLElement);
  const chosen = all.findIndex((link) => link.getAttribute("aria-current") === "true");
  const at = focused >= 0 ? focused + step : chosen >= 0 ? chosen + step : 0;
  const next = all[Math.min(Math.max(at, 0), all.length - 1)]!;
  next.focus({ preventScroll: true });
  (next.closest("[data-step], tr") ?? next).scrollIntoView({ block: "nearest" });
}

export function installTraces(): void {
  for (const [letter, step] of [["j", 1], ["k", -1]] as const) {
    key(letter, () => {
      if (find("[data-trace], [data-rows-by-key]")) move(step);
    });
  }
}
