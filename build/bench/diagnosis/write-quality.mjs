import { cpus } from 'node:os';

/** @typedef {import('./faulty-nodes.mjs').Outcome} Outcome */
/** @typedef {import('./scan-times.mjs').ScanTime} ScanTime */

/**
 * @param {{ faulty: readonly Outcome[], healthy: readonly Outcome[], times: readonly ScanTime[], walks: readonly { treeId: string, ms: number }[] }} measured
 * @returns {string} docs/diagnosis-quality.md
 */
export function qualityDocument({ faulty, healthy, times, walks }) {
  const right = faulty.filter(({ isRight }) => isRight).length;
  const alarms = healthy.flatMap(({ findings }) => findings);
  return `# How good the diagnosis is

Written by \`npm run bench -- diagnosis\` on ${new Date().toISOString().slice(0, 10)} (${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}). Each row is a fresh simulated node with
the faults, scanned by the engine over SSH with every probe and every tree. What is expected was written down before
(\`build/bench/diagnosis/faults.mjs\`); simulated faults show what their sources say they show, which is less than what broken
hardware comes up with.

## Faults

The right cause is ranked first on **${right} of ${faulty.length}**. *Further* are other findings above info: consequences under it, and what else was said.

| fault | simulated as | expected | ranked first | | further |
|---|---|---|---|---|---|
${faulty.map(faultRow).join('\n')}

## Healthy nodes

Findings above info: **${alarms.length}**.

| node | findings above info | could not be judged, above info |
|---|---|---|
${healthy.map(({ case: { profile }, findings, unjudged }) => row([profile, findings.map(named).join('; ') || 'none', unjudged.join('; ') || 'nothing'])).join('\n')}

${times.length === 0 ? 'The times were not measured in this run.\n' : timesSection(times, walks)}`;
}

/**
 * @param {readonly ScanTime[]} times
 * @param {readonly { treeId: string, ms: number }[]} walks
 */
function timesSection(times, walks) {
  return `## How long a scan takes

A simulated node with eight GPUs and a round trip of 40 ms, in another process on the same cores; of 32 nodes all are played back:\nthey answer as it did, at its pace. Counters are read once more right after
everything else; the trees say how far apart the two readings were, and what could not be judged by so short a time.

| nodes | tools answer | whole scan | slowest probe | of it reading once more | scan.start answers after |
|---|---|---|---|---|---|
${times
  .map((time) =>
    row([
      time.nodes,
      time.pace,
      seconds(time.totalMs),
      `${seconds(time.slowestProbeMs)} (${time.slowestProbe})`,
      seconds(time.readAgainMs),
      `${time.answerMs.toFixed(0)} ms`,
    ]),
  )
  .join('\n')}

Wanted: one node at most 2 s more than its slowest probe; 32 nodes at most three times one.

## How long the logic of a tree takes

On what a DGX H100 told, without any reading; medians of ten. Wanted: under 5 ms.

| tree | ms |
|---|---|
${walks.map(({ treeId, ms }) => row([treeId, ms.toFixed(1)])).join('\n')}
`;
}

/** @param {Outcome} outcome */
function faultRow({ case: { what, profile, faults, expected }, first, findings, infos, isRight }) {
  const as = faults
    .map(({ name, options = {} }) =>
      [name, ...Object.entries(options).map(([key, value]) => `${key}=${value}`)].join(' '),
    )
    .join(', ');
  const all = [...findings, ...infos.filter(({ code }) => code === expected)];
  const further = all.filter((one) => one !== first).map(({ code }) => code);
  return row([
    what,
    `${as} on ${profile}`,
    expected ?? 'nothing',
    first === null ? 'nothing' : named(first),
    isRight ? 'right' : '**wrong**',
    [...new Set(further)].join(', '),
  ]);
}

/** @param {{ code: string, severity: string, title: string }} finding */
function named({ code, severity, title }) {
  return `${code} ${title} (${severity})`;
}

/** @param {readonly (string | number)[]} cells */
function row(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
