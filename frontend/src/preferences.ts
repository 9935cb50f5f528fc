// What a person chose for this browser: theme, density, single-letter keys.
type Name = "theme" | "density" | "letters";

export function preference(name: Name): string | null {
  try {
    return localStorage.getItem(`entrepot.${name}`);
  } catch {
    return null; // storage is forbidden here: the defaults hold
  }
}

export function prefer(name: Name, value: string): void {
  try {
    localStorage.setItem(`entrepot.${name}`, value);
  } catch {
    // the choice lasts for this page only
  }
}
