// The page of a bulk change in a dialog over the list, so that the list stays.
import { find, on } from "../dom";
import { toast } from "../toast";
import { visit } from "../visit";
import { picked } from "./pick";

const DIALOG = "#bulk-dialog";

function take(dialog: HTMLElement, page: Document): boolean {
  const part = page.querySelector("[data-bulk-part]");
  if (!part) return false;
  find("[data-bulk-body]", dialog)!.replaceChildren(...part.childNodes);
  find("#bulk-dialog-title", dialog)!.textContent = page.querySelector("h1")?.textContent ?? "";
  return true;
}

async function read(answer: Response): Promise<Document> {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function open(address: string): Promise<void> {
  const dialog = find<HTMLDialogElement>(DIALOG);
  if (!dialog) return location.assign(address);
  dialog.showModal();
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer || !take(dialog, await read(answer))) return location.assign(address);
  find("select, input:not([type=hidden])", dialog)?.focus();
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const dialog = form.closest<HTMLDialogElement>(DIALOG)!;
  const buttons = form.querySelectorAll<HTMLButtonElement>("button");
  const body = new FormData(form, submitter);
  for (const button of buttons) button.disabled = true;
  submitter?.setAttribute("aria-busy", "true");
  const answer = await fetch(form.getAttribute("action")!, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) {
    for (const button of buttons) button.disabled = false;
    submitter?.removeAttribute("aria-busy");
    return void toast({ title: "Entrepôt does not answer", text: "Is the server running?", kind: "bad" });
  }
  if (!answer.redirected) {
    take(dialog, await read(answer));
    return (find("#bulk-shown", dialog) ?? find(".problem", dialog))?.scrollIntoView({ block: "nearest" });
  }
  done(dialog, new URL(answer.url));
}

function done(dialog: HTMLDialogElement, there: URL): void {
  dialog.close();
  const changed = Number(there.searchParams.get("changed"));
  if (!there.searchParams.has("changed")) return location.assign(there.href); // a job has a page of its own
  toast({ title: `${changed.toLocaleString("en")} ${changed === 1 ? "product" : "products"} changed`, kind: "ok" });
  void visit(location.href, { push: false });
}

export function installBulk(): void {
  on("click", "[data-bulk]", (button, event) => {
    event.preventDefault();
    const isAll = button.dataset.bulk === "all";
    const ids = picked();
    const form = button.closest<HTMLFormElement>("#picks[data-picks]")!;
    if (isAll) void open((button as HTMLAnchorElement).href);
    else if (ids.length) void open(`${form.action}?${new URLSearchParams({ ids: ids.join(",") })}`);
  });
  on("submit", `${DIALOG} #bulk-form`, (form, event) => {
    event.preventDefault();
    void send(form as HTMLFormElement, event.submitter);
  });
  on("click", `${DIALOG} a[data-close-dialog]`, (_, event) => event.preventDefault());
}
