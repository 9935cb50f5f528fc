// A file is dropped on its field, or anywhere on the page, and sent with a bar that says
// how far it is. Without scripts the field and its button do the same.
import { find, on } from "../dom";
import { toast } from "../toast";
import { show } from "../visit";

const FORM = "form[data-drop]";

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let step = 0;
  while (bytes >= 1000 && step < units.length - 1) [bytes, step] = [bytes / 1000, step + 1];
  return `${bytes.toFixed(step > 1 ? 1 : 0)} ${units[step]}`;
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** Say what is chosen; a file that is too large is told before it is sent. */
function choose(form: HTMLFormElement): void {
  const file = find<HTMLInputElement>("input[type=file]", form)!.files?.[0];
  const told = find("[data-chosen]", form)!;
  const most = Number(form.dataset.mostBytes);
  const isTooLarge = Boolean(file && most && file.size > most);
  told.textContent = file ? `${file.name}, ${size(file.size)}` : "";
  if (isTooLarge) toast({ title: "The file is too large", text: `${file!.name} has ${size(file!.size)}; at most ${size(most)} are taken`, kind: "bad" });
  find<HTMLButtonElement>("button.primary", form)!.disabled = isTooLarge;
}

function take(form: HTMLFormElement, files: FileList): void {
  if (files.length > 1) toast({ title: "One file at a time", text: `${files[0]!.name} is taken`, kind: "warn" });
  const one = new DataTransfer();
  one.items.add(files[0]!);
  find<HTMLInputElement>("input[type=file]", form)!.files = one.files;
  choose(form);
  find<HTMLButtonElement>("button.primary", form)!.focus();
}

/** Send the form; only this way a browser tells how much has gone. */
function send(form: HTMLFormElement): void {
  const bar = find<HTMLProgressElement>("progress", form)!;
  const told = find("[data-chosen]", form)!;
  const button = find<HTMLButtonElement>("button.primary", form)!;
  const request = new XMLHttpRequest();
  const body = new FormData(form);
  const end = (title: string): void => {
    bar.hidden = true;
    button.disabled = false;
    toast({ title, text: "Nothing was kept; send it again", kind: "bad" });
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.upload.addEventListener("progress", (event) => {
    bar.value = event.loaded / event.total;
    told.textContent = event.loaded < event.total ? `${size(event.loaded)} of ${size(event.total)} sent` : "Sent; looking at it";
    if (event.loaded === event.total) bar.removeAttribute("value");
  });
  request.addEventListener("load", () => show(request.responseText, request.responseURL));
  request.addEventListener("error", () => end("The file did not arrive"));
  request.send(body);
  bar.hidden = false;
  button.disabled = true;
}

export function installDrop(): void {
  on("change", `${FORM} input[type=file]`, (field) => choose(field.closest<HTMLFormElement>("form")!));
  on("submit", FORM, (form, event) => {
    event.preventDefault();
    send(form as HTMLFormElement);
  });
  document.addEventListener("dragover", (event) => {
    const form = find(FORM);
    if (!form || !hasFiles(event)) return;
    event.preventDefault(); // a browser would open the file instead
    find(".drop", form)?.setAttribute("data-over", "");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) find(`${FORM} .drop`)?.removeAttribute("data-over");
  });
  document.addEventListener("drop", (event) => {
    const form = find<HTMLFormElement>(FORM);
    if (!form || !hasFiles(event)) return;
    event.preventDefault();
    find(".drop", form)?.removeAttribute("data-over");
    take(form, event.dataTransfer!.files);
  });
}
