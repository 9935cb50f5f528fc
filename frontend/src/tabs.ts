// On a narrow page a row of tabs scrolls; the one where somebody is stands in sight.
import { find, findAll } from "./dom";
import { onArrival } from "./visit";

function reveal(): void {
  for (const row of findAll(".tabs")) {
    const here = find('[aria-current], [aria-selected="true"]', row);
    if (!here || row.scrollWidth <= row.clientWidth) continue;
    const [outer, inner] = [row.getBoundingClientRect(), here.getBoundingClientRect()];
    row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }
}

export function installTabs(): void {
  onArrival(reveal);
}
