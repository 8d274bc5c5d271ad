// Checks who imports whom (DESIGN: "Imports"), with file and line. Run by `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { parseSync } from 'vite';
import { rootDir } from './setup/paths.mjs';

/**
 * What each part may import: parts of ours by name, and outside packages by kind. `shared` runs anywhere, so it gets no
 * runtime's packages at all.
 * @type {Record<string, { ours: string[], outside: ('node' | 'electron' | 'dom' | 'npm')[] }>}
 */
const parts = {
  shared: { ours: [], outside: ['npm'] },
  'electron/engine': { ours: ['shared', 'electron/sim'], outside: ['node', 'npm'] },
  'electron/sim': { ours: ['shared'], outside: ['node', 'npm'] },
  'electron/cli': { ours: ['shared', 'electron/engine', 'electron/sim'], outside: ['node', 'npm'] },
  'electron/main': { ours: ['shared'], outside: ['node', 'electron', 'npm'] },
  'electron/preload': { ours: ['shared'], outside: ['electron'] },
  renderer: { ours: ['shared'], outside: ['dom', 'npm'] },
  e2e: { ours: ['shared'], outside: ['node', 'npm'] },
};

/**
 * Layers inside a folder, lowest first: what is in it imports its own layer and those below.
 * @type {Record<string, string[][]>}
 */
const layersOf = {
  'electron/engine': [
    ['errors', 'store', 'knowledge'],
    ['audit', 'site'],
    ['hosts'],
    ['probes'],
    ['inventory', 'telemetry'],
    ['trees', 'actions', 'profiles'],
    ['scans', 'strands', 'transcripts', 'playbooks', 'incidents', 'demo'],
    ['protection', 'notifications'],
    ['reports', 'timeline'],
    ['rpc'],
    ['index'],
    ['entry'],
  ],
  'electron/engine/trees': [
    ['language'],
    ['compile', 'own'],
    ['walk'],
    ['runs'],
    ['create-diagnosis'],
    ['create-own-trees'],
  ],
};

const domPackages =
  /^(react|react-dom|react-i18next|recharts|zustand|@codemirror\/.*|@mantine\/.*|@xyflow\/.*|@tabler\/.*|@testing-library\/.*)(\/|$)/;

/** @typedef {{ from: string, line: number, to: string, isTypeOnly: boolean }} Import `to` is a file of ours or a package */

/**
 * @param {string[]} files paths from the root
 * @param {(file: string) => string} read
 * @returns {string[]} one message per violation, empty when all is well
 */
export function checkImports(files, read) {
  const known = new Set(files);
  const imports = files.flatMap((file) => importsOf(file, read(file), known));
  const problems = imports.flatMap((entry) => {
    const reason = isTest(entry.from) ? null : (reasonAgainst(entry) ?? null);
    return reason ? [`${entry.from}:${entry.line} imports ${entry.to}: ${reason}`] : [];
  });
  return [...problems, ...findCycles(imports)];
}

/**
 * @param {Import} entry
 * @returns {string | undefined}
 */
function reasonAgainst({ from, to }) {
  const part = partOf(from);
  const rules = part && parts[part];
  if (!rules) return undefined;
  const toPart = partOf(to);
  if (toPart) {
    if (toPart !== part && !rules.ours.includes(toPart)) return `${part} may not import ${toPart}`;
    if (part === 'renderer' && toPart === part) return screenReason(from, to);
    return layerReason(from, to);
  }
  const kind = kindOf(to);
  return rules.outside.includes(kind)
    ? undefined
    : `${part} may not import ${kind === 'npm' ? 'packages' : `${kind} modules`}`;
}

/** @param {string} from @param {string} to */
function layerReason(from, to) {
  for (const [folder, layers] of Object.entries(layersOf)) {
    if (![from, to].every((file) => file.startsWith(`${folder}/`))) continue;
    const [lower, upper] = [from, to].map((file) => {
      const name =
        file
          .slice(folder.length + 1)
          .split('/')[0]
          ?.replace(/\.ts$/, '') ?? '';
      return { name, level: layers.findIndex((layer) => layer.includes(name)) };
    });
    if (!lower || !upper) continue;
    const unknown = [lower, upper].find(({ level }) => level < 0);
    if (unknown) return `${unknown.name} has no place among the layers of ${folder} yet (build/check-imports.mjs)`;
    if (upper.level > lower.level) return `${lower.name} lies below ${upper.name}`;
  }
  return undefined;
}

/** @param {string} from @param {string} to */
function screenReason(from, to) {
  const screenOf = (/** @type {string} */ file) => /^renderer\/screens\/([^/]+)\//.exec(file)?.[1];
  const fromScreen = screenOf(from);
  const toScreen = screenOf(to);
  if (toScreen && fromScreen && toScreen !== fromScreen) return 'a screen imports no other screen';
  if (toScreen && !fromScreen && !from.startsWith('renderer/app/')) return 'only the app shell imports screens';
  return undefined;
}

/** @param {string} file */
function partOf(file) {
  return Object.keys(parts).find((part) => file.startsWith(`${part}/`));
}

/** @param {string} name */
function kindOf(name) {
  if (name.startsWith('node:') || builtinModules.includes(name)) return 'node';
  if (name === 'electron' || name.startsWith('electron/')) return 'electron';
  return domPackages.test(name) ? 'dom' : 'npm';
}

/** Tests may reach for whatever they test with. @param {string} file */
function isTest(file) {
  return /\.test(-d)?\.tsx?$|(^|\/)testing\//.test(file);
}

/**
 * @param {string} file
 * @param {string} source
 * @param {Set<string>} known
 * @returns {Import[]}
 */
function importsOf(file, source, known) {
  const { module } = parseSync(file, source);
  const found = [
    ...module.staticImports.map(({ moduleRequest, entries, start }) => ({
      name: moduleRequest.value,
      start,
      isTypeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries, start }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ name: moduleRequest.value, start, isTypeOnly: isType }] : [],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest, start }) => ({
      name: source.slice(moduleRequest.start, moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
      start,
      isTypeOnly: true, // Loaded later, so it closes no cycle.
    })),
  ];
  return found.map(({ name, start, isTypeOnly }) => ({
    from: file,
    line: source.slice(0, start).split('\n').length,
    to: resolve(file, name, known),
    isTypeOnly,
  }));
}

/**
 * @param {string} from
 * @param {string} name
 * @param {Set<string>} known
 */
function resolve(from, name, known) {
  const isOurs = name.startsWith('.') || name.startsWith('#shared/');
  if (!isOurs) return name;
  const bare = name.replace(/\?.*$/, '');
  const base = bare.startsWith('.') ? path.posix.join(path.posix.dirname(from), bare) : bare.slice(1);
  return (
    [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`].find((file) => known.has(file)) ?? base
  );
}

/**
 * Circles of imports that run at load time.
 * @param {Import[]} imports
 */
function findCycles(imports) {
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const { from, to, isTypeOnly } of imports) {
    if (!isTypeOnly && partOf(to)) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  /** @type {string[]} */
  const problems = [];
  const done = new Set();
  /** @param {string} file @param {string[]} trail */
  const visit = (file, trail) => {
    const at = trail.indexOf(file);
    if (at >= 0) problems.push(`circular import: ${[...trail.slice(at), file].join(' -> ')}`);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const files = ['shared', 'electron', 'renderer', 'e2e'].flatMap((dir) =>
    readdirSync(path.join(rootDir, dir), { recursive: true, encoding: 'utf8' })
      .map((name) => path.posix.join(dir, name.split(path.sep).join('/')))
      .filter((file) => /\.tsx?$/.test(file)),
  );
  const problems = checkImports(files, (file) => readFileSync(path.join(rootDir, file), 'utf8'));
  for (const problem of problems) console.log(problem);
  console.log(`${files.length} files, ${problems.length} wrong imports`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
