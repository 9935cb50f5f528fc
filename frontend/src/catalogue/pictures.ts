// Files dropped onto the place of a file field, and the names of those chosen.
import { find, on } from "../dom";

function name(files: FileList): string {
  return files.length === 1 ? files[0]!.name : `${files.length} files`;
}

export function installPictures(): void {
  on("dragover", "[data-drop]", (place, event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  on("dragleave", "[data-drop]", (place) => place.classList.remove("over"));
  on("drop", "[data-drop]", (place, event) => {
    event.preventDefault();
    place.classList.remove("over");
    const field = find<HTMLInputElement>(place.dataset.drop!);
    if (!field || !event.dataTransfer?.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  on("change", "[data-drop] input[type=file]", (field) => {
    const told = find("[data-chosen]", field.closest<HTMLElement>("[data-drop]")!);
    const files = (field as HTMLInputElement).files;
    if (told && files?.length) told.textContent = name(files);
  });
}
