// Before the first paint: says that scripts run, and sets the theme and density chosen.
import { preference } from "./preferences";

const root = document.documentElement;
root.dataset.js = "";
for (const name of ["theme", "density"] as const) {
  const chosen = preference(name);
  if (chosen) root.dataset[name] = chosen;
}
