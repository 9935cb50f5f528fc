// Errors by their causes: the next and the previous one, and resolving, by key.
import { find } from "./dom";
import { key } from "./keys";

/** Go to the group below or above, in the list or from one page to the next. */
function move(step: 1 | -1): void {
  const neighbour = find<HTMLAnchorElement>(step > 0 ? "[data-error-below]" : "[data-error-above]");
  if (find("[data-error-page]")) {
    neighbour?.click();
    return;
  }
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-errors] [data-error-link]")];
  if (!links.length) return;
  const here = links.indexOf(document.activeElement as HTMLAnchorElement);
  const at = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  const link = links[Math.min(Math.max(at, 0), links.length - 1)]!;
  link.focus();
  link.scrollIntoView({ block: "nearest" });
}

export function installGroups(): void {
  key("e", (event) => {
    if (find("[data-errors], [data-error-page]")) move(event.shiftKey ? -1 : 1);
  });
  key("r", () => find<HTMLButtonElement>('[data-error-key="r"]')?.click());
}
