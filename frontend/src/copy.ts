// Copy buttons: a text of their own (data-copy) or that of a part of the page.
import { find, on } from "./dom";
import { toast } from "./toast";

export async function copy(text: string, what = "Copied"): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ title: what, text: text.length > 60 ? `${text.slice(0, 60)}…` : text, icon: "copy" });
  } catch {
    toast({ title: "The browser did not let us copy", text: "Select the text and press Ctrl C", kind: "bad" });
  }
}

export function installCopy(): void {
  on("click", "[data-copy]", (button) => copy(button.dataset.copy!));
  on("click", "[data-copy-from]", (button) => copy(find(button.dataset.copyFrom!)?.textContent ?? ""));
}
