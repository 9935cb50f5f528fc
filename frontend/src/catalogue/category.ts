// A category's field: while words of its path are written, paths that have them are offered.
import { find, on } from "../dom";

const WAIT_MILLISECONDS = 150;
const MOST_OFFERED = 20;

interface Line {
  path: string;
  total_product_count: number;
}

let waiting = 0;

async function offer(field: HTMLInputElement): Promise<void> {
  const words = field.value.trim();
  const list = find(`#${field.id}-found`);
  if (!list) return;
  const query = new URLSearchParams({ q: words.replaceAll(">", " "), limit: String(MOST_OFFERED) });
  const answer = await fetch(`${field.dataset.categoryWords}?${query}`).catch(() => null);
  if (!answer?.ok || field.value.trim() !== words) return;
  const { data } = (await answer.json()) as { data: Line[] };
  list.replaceChildren(
    ...data.map((line) => {
      const option = document.createElement("option");
      option.value = line.path;
      option.label = `${line.path} · ${line.total_product_count.toLocaleString("en")}`;
      return option;
    }),
  );
}

export function installCategoryField(): void {
  on("input", "[data-category-words]", (field) => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void offer(field as HTMLInputElement), WAIT_MILLISECONDS);
  });
}
