// Answers to what a person just did. They leave by themselves, but for failures.
import { drawIcon, find } from "./dom";

const SHOWN_MILLISECONDS = 4000;

export interface Message {
  title: string;
  text?: string;
  kind?: "ok" | "bad" | "warn";
  icon?: string;
  button?: string;
  act?: () => void;
  stays?: boolean;
}

export class Toast {
  readonly element: HTMLElement;
  private act: () => void = () => this.close();

  constructor(message: Message) {
    const made = find<HTMLTemplateElement>("#toast-template")!.content.cloneNode(true) as DocumentFragment;
    this.element = find(".toast", made)!;
    find("button", this.element)!.addEventListener("click", () => this.act());
    find("#toasts")!.append(this.element);
    this.say(message);
  }

  /** Replace what the toast says. */
  say({ title, text = "", kind, icon = "info", button, act, stays = kind === "bad" }: Message): void {
    this.element.className = `toast ${kind ?? ""}`;
    drawIcon(find("svg", this.element)!, kind === "ok" ? "check-circle" : kind === "bad" ? "alert" : icon);
    find("b", this.element)!.textContent = title;
    find("p", this.element)!.textContent = text;
    find("button", this.element)!.textContent = button ?? "Close";
    this.act = act ?? (() => this.close());
    if (!stays) setTimeout(() => this.close(), SHOWN_MILLISECONDS);
  }

  /** Show how far the work is; without a part, that it goes on. */
  progress(part: number | null | undefined): void {
    const bar = find<HTMLProgressElement>("progress", this.element)!;
    bar.hidden = part === undefined;
    if (part === null) bar.removeAttribute("value");
    else if (part !== undefined) bar.value = part;
  }

  close(): void {
    this.element.remove();
  }
}

export function toast(message: Message): Toast {
  return new Toast(message);
}
