// Builds all browser programs into dist/. Usage: node widget/build.mjs [--watch]
//
//   dist/board.js        the body of a function: the server puts it behind `(()=>{const baked=JSON;` and before `})()`
//   dist/assets/         what the board loads later, and everything else, named by its content
//   dist/manifest.json   {"citizen":{"js":[...],"css":[...]}, ...}: the entry first, then what it imports at once

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { closure, fetchFirst } from './imports.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const watch = process.argv.includes('--watch');

/** The programs with hashed names. The board has its own rules, below. */
const programs = {
  citizen: 'src/citizen/main.tsx',
  guest: 'src/guest/main.tsx',
  relay: 'src/frame/relay.ts',
  console: 'src/console/main.tsx',
};

/**
 * Files of packages that are fetched by their names, in a folder with the package's version: they are served as immutable.
 * The name of the folder's path in the code: from which folder of node_modules, under which names.
 */
const folders = {
  BLUR_PATH: {
    to: 'assets/blur-2023.2.0',
    from: '@shiguredo/virtual-background/dist',
    names: {
      'selfie_segmentation.binarypb': 'selfie_segmentation.binarypb',
      'selfie_segmentation.tflite': 'selfie_segmentation.tflite',
      'selfie_segmentation_landscape.tflite': 'selfie_segmentation_landscape.tflite',
      'selfie_segmentation_solution_simd_wasm_bin.js': 'selfie_segmentation_solution_simd_wasm_bin.js',
      'selfie_segmentation_solution_simd_wasm_bin.wasm': 'selfie_segmentation_solution_simd_wasm_bin.wasm',
    },
  },
  NOISE_PATH: {
    to: 'assets/noise-0.4.1',
    from: '@sapphi-red/web-noise-suppressor/dist',
    names: {
      'rnnoise.wasm': 'rnnoise.wasm',
      'rnnoise_simd.wasm': 'rnnoise_simd.wasm',
      'rnnoise/workletProcessor.js': 'worklet.js',
    },
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: false,
  metafile: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
};

/** @type {Record<string, {js: string[], css: string[]}>} */
const manifest = {};
/** @type {Record<string, string[]>} the files of each program, lazy ones too */
const files = {};

const paths = copyFolders();

const contexts = [];
if (present('board', 'src/board/main.ts')) {
  // First what is loaded last, for each holds the names of what it loads.
  files.later = [];
  const loadedLater = async (entryPoints, define = {}) => {
    const { metafile } = await esbuild.build({
      ...common,
      entryPoints,
      outdir: join(dist, 'assets'),
      entryNames: '[name]-[hash]',
      format: 'esm',
      target: 'es2020',
      define,
      plugins: [cssText()],
    });
    files.later.push(...Object.keys(metafile.outputs).map(inDist));
  };
  const path = (name) => files.later.find((file) => file.startsWith(`assets/${name}-`));
  await loadedLater({ 'board-doctor': 'src/board/doctor/main.ts', 'board-en': 'src/board/lang.en.ts' });
  await loadedLater({ 'board-later': 'src/board/later.ts' }, { DOCTOR_PATH: JSON.stringify(path('board-doctor')) });
  contexts.push(
    await esbuild.context({
      ...common,
      entryPoints: ['src/board/main.ts'],
      outfile: join(dist, 'board.js'),
      format: 'esm', // no exports: plain statements
      target: 'es2020',
      define: {
        LATER_PATH: JSON.stringify(path('board-later')),
        LANGUAGE_PATHS: JSON.stringify({ en: path('board-en') }),
      },
      plugins: [cssText(), finish('board')],
    }),
  );
}
for (const [name, entry] of Object.entries(programs)) {
  if (!present(name, entry)) continue;
  contexts.push(
    await esbuild.context({
      ...common,
      entryPoints: { [name]: entry },
      outdir: join(dist, 'assets'),
      entryNames: '[name]-[hash]',
      chunkNames: `${name}-chunk-[hash]`,
      assetNames: '[name]-[hash]',
      format: 'esm',
      splitting: true,
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      define: paths,
      plugins: [cssText(/[\\/]panels\.css$/), finish(name, entry)],
    }),
  );
}

mkdirSync(join(dist, 'assets'), { recursive: true });
if (watch) {
  for (const context of contexts) await context.watch();
} else {
  for (const context of contexts) {
    try {
      await context.rebuild();
    } catch {
      process.exitCode = 1; // esbuild has said why; the other programs are built all the same
    }
    await context.dispose();
  }
  if (!process.exitCode) sweep();
  sizes();
}

function present(name, entry) {
  if (existsSync(join(root, entry))) return true;
  console.log(`${name}: skipped, there is no ${entry} yet`);
  return false;
}

/** Copies the files of packages, and whose they are. Returns the paths, as the code knows them. */
function copyFolders() {
  const modules = join(root, '..', 'node_modules');
  files.folders = [];
  const put = (path, data) => {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), data);
    files.folders.push(path);
  };
  for (const { to, from, names } of Object.values(folders)) {
    for (const [name, as] of Object.entries(names)) put(`${to}/${as}`, readFileSync(join(modules, from, name)));
  }
  const own = (name) => readFileSync(join(root, 'notices', name), 'utf8');
  const licence = (name) => `${name}\n\n${readFileSync(join(modules, name, 'LICENSE'), 'utf8')}`;
  const mit = ['preact', '@preact/signals', '@preact/signals-core', '@sapphi-red/web-noise-suppressor'].map(licence);
  const rule = `\n\n${'-'.repeat(78)}\n\n`;
  const text = [own('head.txt'), ...mit, `RNNoise\n\n${own('rnnoise.txt')}`, own('apache-2.0.txt')].join(rule);
  const notices = `assets/notices-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.txt`;
  put(notices, text);
  const defined = Object.entries(folders).map(([name, { to }]) => [name, JSON.stringify(`/${to}`)]);
  return { ...Object.fromEntries(defined), NOTICES_PATH: JSON.stringify(`/${notices}`) };
}

/** A style sheet as a minified string: it goes into a constructed sheet. All of the board's, and what apps load later. */
function cssText(filter = /\.css$/) {
  return {
    name: 'css-text',
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => {
        const { code } = await esbuild.transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true });
        return { contents: code.trim(), loader: 'text', watchFiles: [path] };
      });
    },
  };
}

/** Writes the manifest after each build of a program. */
function finish(name, program) {
  return {
    name: 'manifest',
    setup(build) {
      build.onEnd((result) => {
        if (!result.metafile) return;
        const outputs = result.metafile.outputs;
        files[name] = Object.keys(outputs).map(inDist);
        if (name !== 'board') manifest[name] = loaded(outputs, program);
        const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => a.localeCompare(b)));
        writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify(sorted, null, 2)}\n`);
        if (watch) console.log(`${name}: built`);
      });
    },
  };
}

/** What a page has to load: the entry, what it imports statically, its style sheet. What it imports later is mended. */
function loaded(outputs, program) {
  // What is imported when it is needed is an entry, too.
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint === program && path.endsWith('.js'));
  const js = closure(outputs, entry);
  fetchFirst(root, outputs, js);
  const css = outputs[entry].cssBundle;
  return { js: js.map(inDist), css: css ? [inDist(css)] : [] };
}

function inDist(path) {
  return relative(dist, join(root, path));
}

/** Removes what earlier builds left. */
function sweep() {
  const keep = new Set(Object.values(files).flat());
  for (const entry of readdirSync(join(dist, 'assets'), { recursive: true, withFileTypes: true })) {
    const path = relative(dist, join(entry.parentPath ?? entry.path, entry.name));
    if (entry.isFile() && !keep.has(path)) rmSync(join(dist, path));
  }
}

/** Prints the sizes as they go over the line. */
function sizes() {
  for (const [name, paths] of Object.entries(files)) {
    for (const path of paths) {
      const bytes = gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
      console.log(`${name.padEnd(8)} ${String(bytes).padStart(7)} B gzip  ${path}`);
    }
  }
}
