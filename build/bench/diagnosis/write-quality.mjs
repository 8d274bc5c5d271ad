import { cpus } from 'node:os';

/** @typedef {import('./faulty-nodes.mjs').Outcome} Outcome */
/** @typedef {import('./scan-times.mjs').ScanTime} ScanTime */

/**
 * @param {{ faulty: readonly Outcome[], disturbed: readonly Outcome[], healthy: readonly Outcome[], times: readonly ScanTime[], walks: readonly { treeId: string, ms: number, cpuMs: number }[] }} measured
 * @returns {string} docs/diagnosis-quality.md
 */
export function qualityDocument({ faulty, disturbed, healthy, times, walks }) {
  const right = faulty.filter(({ isRight }) => isRight).length;
  const alarms = healthy.flatMap(({ findings }) => findings);
  return `# How good the diagnosis is

Written by \`npm run bench -- diagnosis\` on ${new Date().toISOString().slice(0, 10)} (${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}). Each row is a fresh simulated node with
the faults, scanned by the engine over SSH with every probe and every tree. Simulated faults show what their sources say they show,
which is less than what broken hardware comes up with.

**How expectations came about.** They are the codes that the trees' sources give to what was broken (\`build/bench/diagnosis/faults.mjs\`), not to
what shows first. Six codes of the first list of 30 were corrected when scans had already been run, as they named something else than what was broken:
cooling of one GPU (F-C1, too hot, is its symptom; F-C5 the defect), a hanging nvidia-smi (F-R5 refers to F-D1), lanes of a network card (F-B2 is its network
link, F-B13 PCIe), a GPU taken out (F-D1 is a hanging driver, F-D7 not enumerated), a power limit (F-M1 is the chassis' power brake, F-C4 a cap), a memory
module (F-L6 is /dev/shm, F-L9 memory). Two of the 30, no faults of a node, are disturbances below; Triton moved to a node that has one. ECC, starved loaders,
Slurm and confidential computing were written down before their first scan. Trees and ranking were mended on these nodes: nothing here was held back.

Two rows were wrong till the trees and the ranking were mended for them. A starved job (F-N1) shows in ten readings over 18 s, of which a scan takes two: it is told of
them only where workers wait (state D) and the kernel counted a minute of waiting for storage, which the simulator learned to show; loaders that are short of processors
only the tree by itself finds. A full MIG slice (F-A8) is told as info, as servers fill theirs by design; of infos, what jobs run into now comes first.

## Faults

The right cause is ranked first on **${right} of ${faulty.length}**. *Further* are other findings above info: consequences under it, and what else was said.

| fault | simulated as | expected | ranked first | | further |
|---|---|---|---|---|---|
${faulty.map(faultRow).join('\n')}

## Disturbances

No faults of a node, but hard to read: nothing above info may be made of them, and what could not be judged has to be told.

| disturbance | simulated as | findings above info | could not be judged |
|---|---|---|---|
${disturbed.map((one) => row([one.case.what, simulatedAs(one.case), one.findings.map(named).join('; ') || 'none', one.unjudgedCount])).join('\n')}

## Healthy nodes

Findings above info: **${alarms.length}**.

| node | findings above info | could not be judged, above info |
|---|---|---|
${healthy.map(({ case: { profile }, findings, unjudged }) => row([profile, findings.map(named).join('; ') || 'none', unjudged.join('; ') || 'nothing'])).join('\n')}

${times.length === 0 ? 'The times were not measured in this run.\n' : timesSection(times, walks)}`;
}

/**
 * @param {readonly ScanTime[]} times
 * @param {readonly { treeId: string, ms: number, cpuMs: number }[]} walks
 */
function timesSection(times, walks) {
  return `## How long a scan takes

A simulated node with eight GPUs and a round trip of 40 ms, in another process on the same cores; of 32 nodes all are played back: they
answer as it did, at its pace. Counters are read once more as soon as all of them were read; the trees say how far apart the two readings were, and
what could not be judged by so short a time. Processor time is the engine's alone.

| nodes | tools answer | whole scan | slowest probe | of it reading once more | processor time | scan.start answers after |
|---|---|---|---|---|---|---|
${times
  .map((time) =>
    row([
      time.nodes,
      time.pace,
      seconds(time.totalMs),
      `${seconds(time.slowestProbeMs)} (${time.slowestProbe})`,
      seconds(time.readAgainMs),
      seconds(time.cpuMs),
      `${time.answerMs.toFixed(0)} ms`,
    ]),
  )
  .join('\n')}

Wanted: one node at most 2 s more than its slowest probe; 32 nodes at most three times one.

## How long the logic of a tree takes

On what a DGX H100 told, without any reading; medians of twenty walks after ten others. Wanted: under 5 ms.

| tree | ms | of it processor time |
|---|---|---|
${walks.map(({ treeId, ms, cpuMs }) => row([treeId, ms.toFixed(1), cpuMs.toFixed(1)])).join('\n')}
`;
}

/** @param {Outcome['case']} one */
function simulatedAs({ faults, profile }) {
  const as = faults.map(({ name, options = {} }) =>
    [name, ...Object.entries(options).map(([key, value]) => `${key}=${value}`)].join(' '),
  );
  return `${as.join(', ')} on ${profile}`;
}

/** @param {Outcome} outcome */
function faultRow({ case: one, first, findings, infos, isRight }) {
  const { what, expected } = one;
  const all = [...findings, ...infos.filter(({ code }) => code === expected)];
  const further = all.filter((one) => one !== first).map(({ code }) => code);
  return row([
    what,
    simulatedAs(one),
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
