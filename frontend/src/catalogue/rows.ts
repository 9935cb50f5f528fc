// Rows of the list of products, brought up to date without leaving the page.
import { find, findAll } from "../dom";

export const TABLE = "table.products";
const SHOWN = ["class", "data-raw", "data-form", "title"];

export function rowOf(cell: Element): HTMLElement {
  return cell.closest<HTMLElement>("tr")!;
}

/** The head above a cell: it says which field the cell is, and how it is written. */
export function headOf(cell: Element): HTMLElement {
  const place = [...rowOf(cell).children].indexOf(cell);
  return findAll(`${TABLE} thead tr > *`)[place]!;
}

/** The address of the list with one product in it, and the columns of this page. */
function addressOf(id: string): string {
  const query = new URLSearchParams({ ids: id, facets: "none" });
  for (const column of new URLSearchParams(location.search).getAll("columns")) query.append("columns", column);
  return `${location.pathname}?${query}`;
}

/** Show a row as the server has it now; false where the product is gone. */
export async function renewRow(row: HTMLElement): Promise<boolean> {
  const answer = await fetch(addressOf(row.dataset.id!), { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = find(`${TABLE} tr[data-id="${row.dataset.id}"]`, page);
  if (!fresh) return false;
  row.dataset.version = fresh.dataset.version!;
  [...row.children].forEach((cell, place) => {
    const other = fresh.children[place];
    if (place === 0 || !other || cell.querySelector("input, select")) return;
    cell.replaceChildren(...other.childNodes);
    for (const inner of findAll("a", cell)) inner.tabIndex = -1;
    for (const name of SHOWN) {
      const value = other.getAttribute(name);
      if (value === null) cell.removeAttribute(name);
      else cell.setAttribute(name, value);
    }
  });
  return true;
}
