// Builds what the site needs from npm packages into the Python package: one style sheet, scripts, fonts, icons, map shapes.
// Names carry the content's hash; manifest.json holds each file's name and its subresource hash. Same input, same bytes.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import { municipalityShapes } from "./map.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, "..", "src", "maalestok", "publish", "site");
const out = join(site, "assets");
const modules = join(here, "node_modules");
const FONTS = { 400: "Regular", 600: "SemiBold" };

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const manifest = {};

/** Keep a file under a name that carries its hash. */
function keep(name, content) {
  const bytes = Buffer.from(content);
  const short = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const file = `${name.slice(0, dot)}-${short}${name.slice(dot)}`;
  writeFileSync(join(out, file), bytes);
  manifest[name] = { file, integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}` };
  return file;
}

/** dkfds without its fonts and without rules that no page uses. */
async function designSystem() {
  const whole = readFileSync(join(modules, "dkfds/dist/css/dkfds.min.css"), "utf8").replace(/@font-face\{[^}]*\}/g, "");
  const [purged] = await new PurgeCSS().purge({
    content: [join(site, "templates/**/*.html"), join(site, "**/*.py"), join(here, "src/*.js")],
    css: [{ raw: whole }],
    safelist: [/^\[hidden\]$/],
    variables: false,
  });
  return purged.css.replace("@charset \"UTF-8\";", "");
}

const fonts = Object.entries(FONTS).map(([weight, name]) => {
  const font = readFileSync(join(modules, `dkfds/dist/fonts/IBMPlexSans/split/woff2/IBMPlexSans-${name}-Latin1.woff2`));
  const file = keep(`IBMPlexSans-${name}-Latin1.woff2`, font);
  return `@font-face{font-display:optional;font-family:IBM Plex Sans;font-weight:${weight};src:url(${file}) format("woff2")}`;
});

// Documents need whole fonts, in a form the typesetter reads.
mkdirSync(join(out, "ttf"));
for (const name of Object.values(FONTS)) {
  const font = `IBMPlexSans-${name}.ttf`;
  copyFileSync(join(modules, "dkfds/dist/fonts/IBMPlexSans/complete/ttf", font), join(out, "ttf", font));
}

// Icons that are left after purging are copied; their paths are rewritten to the copies.
let css = fonts.join("\n") + (await designSystem()) + readFileSync(join(here, "src/site.css"), "utf8");
css = css.replace(/url\(\.\.\/img\/svg-icons\/([a-z-]+\.svg)\)/g, (_, icon) => {
  const name = manifest[icon]?.file ?? keep(icon, readFileSync(join(modules, "dkfds/dist/img/svg-icons", icon)));
  return `url(${name})`;
});
keep("site.css", (await esbuild.transform(css, { loader: "css", minify: true })).code);

const used = new Set(["dkfds", "react-denmark-map"]);
for (const name of ["vega", "search", "explorer", "site"]) {
  const made = await esbuild.build({
    entryPoints: [join(here, `src/${name}.js`)],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    legalComments: "none",
    metafile: true,
    write: false,
    absWorkingDir: here,
  });
  for (const path of Object.keys(made.metafile.inputs)) {
    const found = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
    if (found) used.add(found[1]);
  }
  keep(`${name}.js`, made.outputFiles[0].contents);
}

writeFileSync(join(out, "map.json"), JSON.stringify(await municipalityShapes(join(modules, "react-denmark-map"))));

/** What is bundled, under which licence, with the licence's own words. */
function notice(name) {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const words = texts.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...words].join("\n\n");
}
const notices = [...used].sort().map(notice).join(`\n\n${"-".repeat(80)}\n\n`);
writeFileSync(join(out, "THIRD_PARTY_NOTICES.txt"), `${notices}\n`);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort().concat(["file", "integrity"]), 1)}\n`);
