// The icon's form: the pictures beside it follow what is chosen, without a new page.
import { find, findAll, on } from "../dom";

const WAIT_MILLISECONDS = 120;
let clock = 0;

/** Show the icon as the form has it now, once nobody has changed it for a moment. */
function follow(form: HTMLFormElement): void {
  const box = find("[data-icon-preview]");
  if (!box || !form.checkValidity()) return;
  const address = new URL(box.dataset.iconPreview!, location.href);
  for (const [name, value] of new FormData(form)) address.searchParams.set(name, String(value));
  if (!address.searchParams.get("symbol")) address.searchParams.delete("symbol");
  void show(address);
}

async function show(address: URL): Promise<void> {
  const answer = await fetch(address).catch(() => null);
  const symbol = find<HTMLInputElement>("#symbol");
  if (!answer) return;
  symbol?.setCustomValidity(answer.ok ? "" : "There is no drawing of this name");
  if (!answer.ok) return;
  for (const image of findAll<HTMLImageElement>("[data-icon-preview] img")) image.src = address.href;
  const drawn = answer.headers.get("X-Icon-Symbol") ?? "";
  const [what, contrast] = findAll("[data-icon-facts] > span");
  if (what) what.textContent = drawn;
  const figure = contrast && find("b", contrast);
  if (figure) figure.textContent = answer.headers.get("X-Icon-Contrast");
  findAll("[data-icon-facts] > span").slice(2).forEach((rest) => rest.remove());
}

export function installIcons(): void {
  on("input", "[data-icon-form]", (form, event) => {
    if ((event.target as HTMLElement).id === "symbol") (event.target as HTMLInputElement).setCustomValidity("");
    clearTimeout(clock);
    clock = window.setTimeout(() => follow(form as HTMLFormElement), WAIT_MILLISECONDS);
  });
}
