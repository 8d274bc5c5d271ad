import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sshdMissing } from './hosts/testing/sshd';
import { bundleBusyEngine } from './testing/busy-engine-process';
import { CutOffTrial } from './testing/cut-off-trial';

const canTry = sshdMissing === null && existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0;

// Each state of every kind of step, and random moments: `npm run bench -- cut-off-playbook`.
it.skipIf(!canTry)(
  'real packages are installed once though the engine is killed meanwhile, and gone again though the node loses its power on the way back',
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-cut-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const trial = await CutOffTrial.prepare(
      await bundleBusyEngine(folder, new URL('./testing/rolling-engine.ts', import.meta.url)),
    );
    // This login may not mount.
    if (trial === null) return;
    onTestFinished(() => trial.close());
    const { there, back, missed, lines } = await trial.round({
      playbookId: 'brief',
      cuts: [{ how: 'killed', line: 'run packages applying done done running', afterMs: 300 }],
      undo: [{ how: 'power', line: 'run packages undoing done done done running', afterMs: 800 }],
    });
    // apt-get went on without the engine: it was waited for, and neither taken back nor done again.
    expect(there).toMatchObject({ states: ['done', 'done'], effects: { installed: 1 }, node: { isLocked: false } });
    expect(lines.filter((line) => line.includes('undoing'))).toEqual([]);
    expect(back).toMatchObject({ states: ['undone', 'undone'], differs: [], effects: { installed: 0 } });
    expect(missed).toEqual([]);
  },
);
