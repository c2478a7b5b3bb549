// Writes engine/api/graphiql/: one script, one style sheet, and the licences of all that is inside them.
import { build } from 'esbuild';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../../engine/api/graphiql');

const trimmed = {
  name: 'trimmed',
  setup(build) {
    // The style sheets carry web fonts as base64, two thirds of their size; the system's own fonts serve as well.
    build.onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*{[^}]*}/g, ''),
      loader: 'css',
    }));
    // An address in advice for those who build GraphiQL, which nobody who uses this page can follow.
    build.onLoad({ filter: /instanceOf\.mjs$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/https:\/\/\S+/g, ''),
      loader: 'js',
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { graphiql: 'page.jsx' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [trimmed],
});

const roots = new Set();
for (const path of Object.keys(metafile.inputs)) {
  const found = path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/);
  if (found) roots.add(found[0]);
}
const texts = [...roots].sort().map((root) => {
  const { name, version, license } = JSON.parse(readFileSync(join(here, root, 'package.json')));
  const file = readdirSync(join(here, root)).find((file) => /^licen[cs]e/i.test(file));
  const text = file && existsSync(join(here, root, file)) ? readFileSync(join(here, root, file), 'utf8') : '';
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
});
writeFileSync(join(out, 'licences.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
