// The row of open queries: one tab each, by arrows, Delete closes.
import { findAll } from "../dom";
import { make } from "./make";

export interface TabSeen {
  id: string;
  title: string;
  isChanged: boolean;
  isRunning: boolean;
}

interface Actions {
  choose(id: string): void;
  close(id: string): void;
}

export class TabRow {
  private shown = "";

  constructor(private readonly box: HTMLElement, private readonly actions: Actions) {
    box.addEventListener("keydown", (event) => this.press(event));
  }

  show(tabs: TabSeen[], active: string): void {
    const now = JSON.stringify([tabs, active]);
    if (now === this.shown) return; // each letter asks, and drawing costs a layout
    this.shown = now;
    const hadFocus = this.box.contains(document.activeElement);
    this.box.replaceChildren(...tabs.map((tab) => this.tab(tab, tab.id === active)));
    const chosen = this.box.querySelector<HTMLElement>("[aria-selected=true]");
    if (hadFocus) chosen?.focus();
    chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private tab(tab: TabSeen, isActive: boolean): HTMLElement {
    const dot = tab.isRunning ? make("span", { class: "dot live", title: "Running" }) : tab.isChanged ? make("span", { class: "dot info", title: "Changed since it was saved; the draft is kept" }) : null;
    const close = (event: MouseEvent): void => {
      if (event.button === 1) this.actions.close(tab.id);
    };
    return make("button", { type: "button", role: "tab", "data-tab": tab.id, "aria-selected": String(isActive), tabindex: isActive ? 0 : -1, title: tab.title, click: () => this.actions.choose(tab.id), auxclick: close }, make("span", { class: "of" }, tab.title), dot);
  }

  private press(event: KeyboardEvent): void {
    const tabs = findAll("[data-tab]", this.box);
    const at = tabs.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (step !== undefined) {
      this.actions.choose(tabs[(step + tabs.length) % tabs.length]!.dataset.tab!);
      this.box.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
    } else if (event.key === "Delete") this.actions.close(tabs[at]!.dataset.tab!);
    else return;
    event.preventDefault();
  }
}
