// Shorthands over the document.

/** Call `handle` for an event whose target lies in something that matches. */
export function on<K extends keyof DocumentEventMap>(
  type: K,
  selector: string,
  handle: (found: HTMLElement, event: DocumentEventMap[K]) => void,
): void {
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const found = target?.closest<HTMLElement>(selector);
    if (found) handle(found, event);
  });
}

export function find<E extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): E | null {
  return within.querySelector<E>(selector);
}

export function findAll<E extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): E[] {
  return [...within.querySelectorAll<E>(selector)];
}

/** A copy of the icon that the page already draws, under another name. */
export function drawIcon(svg: Element, name: string): void {
  const sprite = find(".brand + ul use, .rail use")?.getAttribute("href")?.split("#")[0] ?? "";
  svg.querySelector("use")?.setAttribute("href", `${sprite}#${name}`);
}
