// `npm run recordings FOLDER`: tries every parser on every recorded output below FOLDER and writes docs/recordings.md. The
// folder's parts are the kinds. With `--print` the table goes to the screen alone.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runnerImport } from 'vite';
import { rootDir } from './setup/paths.mjs';
import { runMain, SetupError } from './setup/say.mjs';

/** @typedef {{ kind: string, files: number, read: number, refused: number, unclaimed: string[], mistakes: string[] }} Row */

await runMain(async () => {
  const [folder] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  if (folder === undefined) throw new SetupError('name the folder of the recordings: npm run recordings -- FOLDER');
  const { coveredRecordings, spokenRecordings } = await load('electron/engine/probes/testing/covered-recordings.ts');
  const { parseRecorded } = await load('electron/engine/probes/parse-recorded.ts');
  /** @type {Row[]} */
  const rows = [];
  for (const kind of foldersOf(folder)) {
    /** @type {Row} */
    const row = { kind, files: 0, read: 0, refused: 0, unclaimed: [], mistakes: [] };
    rows.push(row);
    for (const file of readdirSync(path.join(folder, kind)).sort()) {
      const name = `${kind}/${file}`;
      const text = readFileSync(path.join(folder, name), 'utf8');
      row.files += 1;
      const claims = (/** @type {RegExp[]} */ patterns) => patterns.some((pattern) => pattern.test(name));
      const owners = Object.keys(coveredRecordings).filter((id) => claims(coveredRecordings[id]));
      const spoken = spokenRecordings.find((/** @type {{ pattern: RegExp }} */ { pattern }) => pattern.test(name));
      const states = new Map(
        Object.keys(coveredRecordings).map((id) => [
          id,
          /** @type {{ state: string, reason: { key: string } }} */ (parseRecorded(id, text)),
        ]),
      );
      const readers = [...states].filter(([, { state }]) => state === 'ok').map(([id]) => id);
      row.mistakes.push(
        ...owners
          .filter((id) => !readers.includes(id))
          .map((id) => `${file}: ${id} says ${states.get(id)?.reason.key}`),
        ...readers.filter((id) => !owners.includes(id)).map((id) => `${file}: taken for its own by ${id}`),
      );
      if (spoken) {
        const reason = parseRecorded(spoken.probeId, text).reason?.key;
        if (reason === spoken.reason) row.refused += 1;
        else row.mistakes.push(`${file}: ${spoken.probeId} says ${reason}, not ${spoken.reason}`);
      } else if (owners.length === 0) row.unclaimed.push(file);
      else if (owners.every((id) => readers.includes(id))) row.read += 1;
    }
  }
  const document = render(rows);
  if (process.argv.includes('--print')) console.log(document);
  else writeFileSync(path.join(rootDir, 'docs/recordings.md'), document);
  return rows.some(({ mistakes }) => mistakes.length > 0) ? 1 : 0;
});

/** @param {string} file */
async function load(file) {
  const { module } = await runnerImport(path.join(rootDir, file), {
    root: rootDir,
    configFile: false,
    logLevel: 'error',
  });
  return /** @type {any} */ (module);
}

/** @param {string} folder */
function foldersOf(folder) {
  return readdirSync(folder)
    .filter((name) => statSync(path.join(folder, name)).isDirectory())
    .sort();
}

/** @param {Row[]} rows */
function render(rows) {
  const total = (/** @type {'files' | 'read' | 'refused'} */ key) => rows.reduce((sum, row) => sum + row[key], 0);
  const count = (/** @type {'unclaimed' | 'mistakes'} */ key) => rows.reduce((sum, row) => sum + row[key].length, 0);
  const lines = [
    '# Recordings',
    '',
    'What the parsers make of outputs of real tools that public projects recorded. Written by `npm run recordings -- FOLDER`.',
    '',
    'Parsed: read as `ok` by the probe it belongs to and refused, with a state and a reason, by every other one. Typed state: a tool',
    'that says what is wrong instead of a report, understood as that. No probe: nothing in Gantry asks for such output.',
    '',
    '| kind | files | parsed | right typed state | no probe | mistakes |',
    '|---|--:|--:|--:|--:|--:|',
    ...rows.map(
      ({ kind, files, read, refused, unclaimed, mistakes }) =>
        `| ${kind} | ${files} | ${read} | ${refused} | ${unclaimed.length} | ${mistakes.length} |`,
    ),
    `| all | ${total('files')} | ${total('read')} | ${total('refused')} | ${count('unclaimed')} | ${count('mistakes')} |`,
  ];
  const listed = (/** @type {string} */ title, /** @type {'unclaimed' | 'mistakes'} */ key) => {
    const found = rows.filter((row) => row[key].length > 0);
    if (found.length === 0) return;
    lines.push('', `## ${title}`, '', ...found.flatMap((row) => row[key].map((name) => `- ${row.kind}/${name}`)));
  };
  listed('Mistakes', 'mistakes');
  listed('Read by no probe', 'unclaimed');
  return `${lines.join('\n')}\n`;
}
