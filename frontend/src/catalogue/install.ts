// What scripts add to the catalogue's pages.
import { installBulk } from "./bulk";
import { installCategoryField } from "./category";
import { installEditing } from "./edit";
import { installForm } from "./form";
import { installPicking } from "./pick";
import { installPictures } from "./pictures";

export function installCatalogue(): void {
  installEditing();
  installPicking();
  installBulk();
  installForm();
  installCategoryField();
  installPictures();
}
