// Another category is chosen: words find it among all of them, arrows and Enter take it.
import { failureOf } from "../console/api";
import { make, plural } from "../console/make";
import { find } from "../dom";
import type { Outline } from "./outline";

const MOST_FOUND = 50;

export interface Question {
  title: string;
  words: string;
  button: string;
  /** Places that cannot be chosen. */
  without?: (place: number) => boolean;
  /** None at all is a choice as well. */
  roots?: string;
  /** What would come of a choice. */
  note?: (place: number) => string;
  /** Does it; what it throws stands in the dialog. */
  take: (id: number | null) => Promise<void>;
}

export class Choosing {
  private static made: Choosing | null = null;
  private readonly dialog = find<HTMLDialogElement>("#choose-dialog")!;
  private readonly field = find<HTMLInputElement>("#choose-search")!;
  private readonly box = find("#choose-found")!;
  private readonly button = find<HTMLButtonElement>("#choose-go")!;
  private question: Question | null = null;
  private outline: Outline | null = null;
  /** -1 for none at all. */
  private found: number[] = [];
  private here = 0;

  /** The one of the dialog that stands in the page now. */
  static ofPage(): Choosing {
    if (!Choosing.made?.dialog.isConnected) Choosing.made = new Choosing();
    return Choosing.made;
  }

  private constructor() {
    this.field.addEventListener("input", () => this.draw());
    this.dialog.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.go(Number(option.dataset.at));
    });
    this.box.addEventListener("dblclick", () => void this.take());
    this.button.addEventListener("click", () => void this.take());
  }

  ask(outline: Outline, question: Question): void {
    this.outline = outline;
    this.question = question;
    find("#choose-title")!.textContent = question.title;
    find("#choose-words")!.textContent = question.words;
    this.button.textContent = question.button;
    this.field.value = "";
    this.dialog.showModal();
    this.draw();
    this.field.focus();
  }

  private draw(): void {
    const outline = this.outline!;
    const { without, roots } = this.question!;
    const text = this.field.value.trim();
    const places = text ? outline.search(text) : [...Array(outline.size).keys()];
    const allowed = without ? places.filter((place) => !without(place)) : places;
    this.found = [...(roots && !text ? [-1] : []), ...allowed.slice(0, MOST_FOUND)];
    this.box.replaceChildren(...this.found.map((place, at) => this.option(place, at)));
    if (!this.found.length) this.box.append(make("p", { class: "muted small" }, `No category has the words “${text}”`));
    find("#choose-wrong")!.textContent = "";
    this.go(0);
    if (allowed.length > MOST_FOUND) find("#choose-note")!.textContent += ` · the first ${MOST_FOUND} of ${allowed.length.toLocaleString("en")}`;
  }

  private option(place: number, at: number): HTMLElement {
    const outline = this.outline!;
    const label = place < 0 ? this.question!.roots! : outline.path(place);
    const count = place < 0 ? "" : plural(outline.columns.total[place]!, "product");
    return make("div", { role: "option", id: `choice-${at}`, "data-at": at, "aria-selected": "false" }, make("span", {}, label), make("span", { class: "n" }, count));
  }

  private go(at: number): void {
    this.here = Math.min(Math.max(at, 0), this.found.length - 1);
    for (const [place, option] of [...this.box.querySelectorAll("[role=option]")].entries()) {
      option.setAttribute("aria-selected", String(place === this.here));
      if (place === this.here) option.scrollIntoView({ block: "nearest" });
    }
    const place = this.found[this.here];
    this.button.disabled = place === undefined;
    if (place === undefined) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `choice-${this.here}`);
    find("#choose-note")!.textContent = place === undefined ? "" : (this.question!.note?.(place) ?? "");
  }

  private press(event: KeyboardEvent): void {
    if (event.key === "ArrowDown") this.go(this.here + 1);
    else if (event.key === "ArrowUp") this.go(this.here - 1);
    else if (event.key === "Enter" && (event.target === this.field || event.ctrlKey)) void this.take();
    else return;
    event.preventDefault();
  }

  private async take(): Promise<void> {
    const place = this.found[this.here];
    if (place === undefined || this.button.disabled) return;
    this.button.disabled = true;
    try {
      await this.question!.take(place < 0 ? null : this.outline!.columns.ids[place]!);
      this.dialog.close();
    } catch (error) {
      const failure = failureOf(error);
      find("#choose-wrong")!.textContent = [failure.detail, failure.hint].filter(Boolean).join("; ");
    } finally {
      this.button.disabled = false;
    }
  }
}
