// Everything a page gains from scripts; each part installs itself once.
import { installCopy } from "./copy";
import { installKeys } from "./keys";
import { installMenus } from "./menus";
import { installPalette } from "./palette";
import { installSearch } from "./search";
import { installTheme } from "./theme";
import { installVisit } from "./visit";

installKeys();
installTheme();
installMenus();
installCopy();
installVisit();
installSearch();
installPalette();
