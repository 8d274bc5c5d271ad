import { fileURLToPath } from 'node:url';
import { say } from '../setup/say.mjs';
import { bundle, load } from './load.mjs';

/** @typedef {import('../../electron/engine/testing/cut-off-trial').Cut} Cut */
/** @typedef {import('../../electron/engine/testing/cut-off-trial').Round} Round */

/**
 * A playbook of packages, files, an edit, commands, a unit and a restart on a Debian with a real sshd: the engine is killed at each
 * state that it writes down, the node loses its power in each step, both at ten random points, there and back. One life of the engine,
 * or of the node, for each cut, and each goes on where the one before ended. Needs root; nothing is measured without.
 * @param {{ only: readonly string[] }} options ids of rounds, all without one
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureCutOffs({ only }) {
  const [engine, { CutOffTrial }] = await Promise.all([
    bundle('electron/engine/testing/rolling-engine.ts'),
    /** @type {Promise<typeof import('../../electron/engine/testing/cut-off-trial')>} */ (
      load('electron/engine/testing/cut-off-trial.ts')
    ),
  ]);
  const trial = await CutOffTrial.prepare(fileURLToPath(engine));
  if (trial === null) {
    say('a playbook cut off: this login may not mount, nothing was measured');
    return [];
  }
  try {
    const calm = await trial.round({ cuts: [], undo: [] });
    const { lines: there, linesBack: back } = calm;
    const steps = (/** @type {readonly string[]} */ of) =>
      of.filter((line) => line.startsWith('run ') && / running/.test(line));
    const cut =
      (/** @type {Cut['how']} */ how, /** @type {() => number} */ afterMs) => (/** @type {string} */ line) => ({
        how,
        line,
        afterMs: afterMs(),
      });
    const soon = () => Math.floor(Math.random() * 700);
    const some = (/** @type {readonly string[]} */ of) =>
      [...steps(of)]
        .sort(() => Math.random() - 0.5)
        .slice(0, 10)
        .map((line, index) => cut(index % 2 ? 'killed' : 'power', soon)(line));
    /** @type {[string, string, Round][]} */
    const all = [
      ['killed', 'engine killed at each state', { cuts: there.map(cut('killed', () => 0)) }],
      ['power', 'node without power in each step', { cuts: steps(there).map(cut('power', () => 100)) }],
      ['random', 'ten random points', { cuts: some(there) }],
      [
        'gone',
        'a restart that never comes back',
        {
          cuts: steps(there)
            .slice(-1)
            .map(cut('gone', () => 300)),
        },
      ],
      [
        'killed-back',
        'engine killed at each state of the way back',
        { cuts: [], undo: back.map(cut('killed', () => 0)) },
      ],
      [
        'power-back',
        'node without power in each step back',
        { cuts: [], undo: steps(back).map(cut('power', () => 100)) },
      ],
      ['random-back', 'ten random points on the way back', { cuts: [], undo: some(back) }],
    ];
    const wanted = all.filter(([id]) => only.includes(id));
    const rounds = wanted.length > 0 ? wanted : all;
    const rows = [];
    let [came, good] = [0, 0];
    for (const [, name, round] of rounds) {
      const end = await trial.round(round);
      const cuts = round.cuts.length + (round.undo?.length ?? 0) - end.missed.length;
      const isSame = JSON.stringify(end.there) === JSON.stringify(calm.there);
      const isBack = end.back === null || JSON.stringify(end.back) === JSON.stringify(calm.back);
      const isMet = isSame && isBack && cuts > 0;
      came += cuts;
      if (isMet) good += cuts;
      const others = [end.there, end.back].map((one) => one && [one.states, one.effects, one.differs]);
      say(`${name}: ${cuts} cuts, ${end.lives} lives, ${isMet ? 'as wanted' : JSON.stringify([others, end.errors])}`);
      for (const { how, line } of end.missed) say(`  never came: ${how} after "${line}"`);
      rows.push(row(`playbook, ${name}`, isMet ? cuts : 0, cuts));
    }
    return [...rows, row('playbook cut off, all', good, came)];
  } finally {
    await trial.close();
  }
}

/** @param {string} name @param {number} good @param {number} came @returns {import('./table.mjs').Row} */
function row(name, good, came) {
  const ratio = came === 0 ? 0 : good / came;
  return {
    name: `${name} (${came} cuts)`,
    ours: `${Math.round(ratio * 100)} % the same end, nothing twice`,
    theirs: '100 %',
    ratio,
    limit: '= 1',
    isMet: ratio === 1,
  };
}
