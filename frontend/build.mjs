// Bundles src/ into the package's static folder, under names that carry a hash, and
// writes manifest.json (source name to file name) for web/assets.py.
// `node build.mjs --watch` builds again whenever a source changes.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/entrepot/web/static/build");
const common = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  target: ["es2022"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
};

async function bundle() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const results = await Promise.all([
    esbuild.build({ ...common, entryPoints: ["src/app.ts", "src/style.css"], format: "esm" }),
    // The console is as large as all the rest, so its page alone loads it.
    esbuild.build({ ...common, entryPoints: ["src/console/console.ts", "src/console/console.css"], format: "esm" }),
    // So have the catalogue's tree and its like.
    esbuild.build({ ...common, entryPoints: ["src/catalogue/categories.ts", "src/catalogue/tree.css"], format: "esm" }),
    // And what draws the dashboard's charts.
    esbuild.build({ ...common, entryPoints: ["src/watch/plots.ts", "src/watch/plots.css"], format: "esm" }),
    // Runs before the first paint, so it is a classic script that blocks.
    esbuild.build({ ...common, entryPoints: ["src/early.ts"], format: "iife" }),
  ]);
  const manifest = { "icons.svg": copyHashed("src/icons.svg") };
  for (const [file, made] of results.flatMap((result) => Object.entries(result.metafile.outputs))) {
    const name = file.split("/").at(-1);
    if (made.entryPoint) manifest[made.entryPoint.replace("src/", "")] = name;
    else if (name.includes("-latin-wght-")) manifest[name.replace(/-[^-]+(\.woff2)$/, "$1")] = name;
  }
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
  keepDrawings();
  keepLicences();
  compress();
}

function copyHashed(source) {
  const bytes = readFileSync(join(here, source));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const name = source.split("/").at(-1).replace(".", `-${hash}.`);
  writeFileSync(join(out, name), bytes);
  return name;
}

function keepLicences() {
  cpSync(join(here, "node_modules/uplot/LICENSE"), join(out, "uplot-licence.txt"));
  for (const font of ["inter", "jetbrains-mono"])
    cpSync(join(here, `node_modules/@fontsource-variable/${font}/LICENSE`), join(out, `${font}-licence.txt`));
}

// The drawings of category icons, which the server puts together; no page loads them.
function keepDrawings() {
  const from = join(here, "node_modules/lucide-static");
  if (!existsSync(from)) return console.warn("without lucide-static, category icons are initials: npm ci");
  const [nodes, words] = ["icon-nodes", "tags"].map((name) => JSON.parse(readFileSync(join(from, `${name}.json`))));
  const drawings = Object.entries(nodes).map(([name, lines]) => [name, { nodes: lines, words: words[name] ?? [] }]);
  writeFileSync(join(out, "lucide.json"), JSON.stringify(Object.fromEntries(drawings)));
  cpSync(join(from, "LICENSE"), join(out, "lucide-licence.txt"));
}

function compress() {
  for (const name of readdirSync(out))
    if (/\.(js|css|svg)$/.test(name)) {
      const bytes = readFileSync(join(out, name));
      writeFileSync(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    }
}

await bundle();
if (process.argv.includes("--watch")) {
  let waiting;
  watch(join(here, "src"), { recursive: true }, () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => bundle().then(() => console.log("built"), (error) => console.error(error.message)), 80);
  });
}
