import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shell, until } from '../testing/directory-bench';
import { shells } from '../testing/shells';
import { batchProgram } from './batch-program';

// As long as it prints, and more than a pipe and a shell's buffers hold.
const script = (file: string) =>
  `echo begun > ${file}; sleep 1; for i in 1 2 3; do head -c 200000 /dev/zero; echo "line $i" >&2; done; echo to its end > ${file}`;

it.for(shells.flatMap((one) => [true, false].map((isLive) => ({ ...one, isLive }))))(
  'a command that is kept comes to its end in $name though nobody reads it any more (live: $isLive)',
  async ({ argv: [program, ...args], isLive }, { skip, onTestFinished }) => {
    if (!existsSync(program)) return skip();
    const folder = mkdtempSync(join(tmpdir(), 'gantry-kept-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'how-far');
    const says = (text: string) => () => existsSync(file) && readFileSync(file, 'utf8') === text;
    const node = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    let isGone = false;
    node.once('exit', () => {
      isGone = true;
    });
    node.stdin.write(batchProgram([shell('long', script(file))], { token: 'ab'.repeat(8), isLive, isKept: true }));
    await until(says('begun\n'), 'it began');
    node.stdin.destroy();
    node.stdout.destroy();
    await until(says('to its end\n'), 'it ended', 20_000);
    await until(() => isGone, 'its shell is gone');
    expect(node.signalCode).toBeNull();
  },
);
