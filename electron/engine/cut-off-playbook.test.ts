import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sshdMissing } from './hosts/testing/sshd';
import { bundleBusyEngine } from './testing/busy-engine-process';
import { CutOffTrial } from './testing/cut-off-trial';

const canTry = sshdMissing === null && existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0;

// Each state of every step, and random moments: `npm run bench -- setup`.
it.skipIf(!canTry)(
  'a playbook comes to its end, and back, though the engine is killed and the node loses its power in the middle of packages, files, units and a restart',
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-cut-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const trial = await CutOffTrial.prepare(
      await bundleBusyEngine(folder, new URL('./testing/rolling-engine.ts', import.meta.url)),
    );
    // This login may not mount.
    if (trial === null) return;
    onTestFinished(() => trial.close());
    const { there, back, missed, errors } = await trial.round({
      cuts: [
        { how: 'power', line: 'run packages applying done done running', afterMs: 500 },
        { how: 'killed', line: 'run folder applying done running pending', afterMs: 0 },
        { how: 'power', line: 'run unit applying done done running', afterMs: 50 },
        { how: 'killed', line: 'run restart applying running', afterMs: 0 },
      ],
      undo: [
        { how: 'killed', line: 'run folder undoing done done done running', afterMs: 0 },
        { how: 'power', line: 'run packages undoing done done done running', afterMs: 800 },
      ],
    });
    expect([there.states, errors]).toEqual([['done', 'done', 'done', 'done', 'done', 'done'], expect.anything()]);
    expect(there).toMatchObject({
      effects: { installed: 1, reboots: 1 },
      node: { running: 'new\n', units: ['gantry-trial.service'], isLocked: false },
    });
    expect(back).toMatchObject({
      states: ['undone', 'undone', 'undone', 'undone', 'undone', 'undone'],
      differs: [],
      effects: { installed: 0, reboots: 1 },
    });
    expect(missed).toEqual([]);
  },
);
