// Menus are <details>: one open at a time, closed by Escape and by a click elsewhere.
import { findAll, on } from "./dom";

const OPEN = "details.anchor[open]";

function closeOthers(kept: Element | null): void {
  for (const menu of findAll<HTMLDetailsElement>(OPEN)) if (menu !== kept) menu.open = false;
}

export function installMenus(): void {
  document.addEventListener("click", (event) => {
    closeOthers(event.target instanceof Element ? event.target.closest(OPEN) : null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of findAll<HTMLDetailsElement>(OPEN)) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  on("click", "[data-open-dialog]", (button, event) => {
    event.preventDefault(); // without a script it is a link to a page that asks the same
    document.querySelector<HTMLDialogElement>(button.dataset.openDialog!)?.showModal();
  });
  on("click", "[data-close-dialog]", (button) => button.closest("dialog")?.close());
  on("click", "dialog", (dialog, event) => {
    if (event.target === dialog) (dialog as HTMLDialogElement).close(); // the ground beside it
  });
}
