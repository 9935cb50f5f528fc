// Light or dark, compact rows, single letters: choices kept in this browser.
import { find, findAll, on } from "./dom";
import { key } from "./keys";
import { preference, prefer } from "./preferences";

const root = document.documentElement;
const night = matchMedia("(prefers-color-scheme: dark)");

export function toggleTheme(): void {
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : night.matches;
  root.dataset.theme = isDark ? "light" : "dark";
  prefer("theme", root.dataset.theme);
}

function show(): void {
  for (const box of findAll<HTMLInputElement>("[data-preference]"))
    box.checked = box.dataset.preference === "letters" ? preference("letters") !== "off" : preference("density") === "compact";
}

function choose(box: HTMLInputElement): void {
  if (box.dataset.preference === "letters") return prefer("letters", box.checked ? "on" : "off");
  const density = box.checked ? "compact" : "comfortable";
  root.dataset.density = density;
  prefer("density", density);
}

export function installTheme(): void {
  on("click", "[data-theme-toggle]", toggleTheme);
  on("change", "[data-preference]", (box) => choose(box as HTMLInputElement));
  key("t", toggleTheme);
  key("?", () => find<HTMLDialogElement>("#keys-dialog")?.showModal());
  on("click", "[data-keys]", (_, event) => {
    event.preventDefault();
    find<HTMLDialogElement>("#keys-dialog")?.showModal();
  });
  show();
}
