// What the pages of imports gain from scripts; without them each is a form with buttons.
import { installDrop } from "./drop";
import { installMapping } from "./mapping";
import { installPicks } from "./picks";
import { installRules } from "./rules";

export function installImports(): void {
  installDrop();
  installMapping();
  installRules();
  installPicks();
}
