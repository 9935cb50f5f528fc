// The form of a product: what is written and not saved yet is counted, and not lost.
import { find, findAll, on } from "../dom";
import { onArrival } from "../visit";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const FORM = "[data-product-form]";
let isLeaving = false;

function isChanged(field: Field): boolean {
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) return ![...field.options].some((option) => option.selected && option.defaultSelected) && field.selectedIndex > 0;
  return field.value !== field.defaultValue;
}

function changed(): Field[] {
  return findAll<HTMLElement>(`${FORM} :is(input:not([type=hidden]), select, textarea)`).filter((field) => isChanged(field as Field)) as Field[];
}

function count(): void {
  const told = find("[data-changed-count]");
  const number = changed().length;
  if (told) told.textContent = number ? `${number} ${number === 1 ? "field" : "fields"} changed` : "";
}

/** Open the section of a field, so that a link to it leads somewhere. */
function reveal(link: HTMLElement, event: Event): void {
  const field = document.getElementById(link.getAttribute("href")!.slice(1));
  const section = field?.closest("details");
  if (!field || !section) return;
  event.preventDefault();
  section.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

export function installForm(): void {
  onArrival(count);
  on("input", `${FORM} *`, count);
  on("submit", FORM, () => void (isLeaving = true));
  on("click", 'a[href^="#field-"]', reveal);
  on("keydown", FORM, (form, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    find<HTMLButtonElement>("button.primary", form)?.click();
  });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && find(FORM) && changed().length) event.preventDefault();
  });
}
