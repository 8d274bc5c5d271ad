import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LocalHost } from '../local-host';

it('tells what a command prints while it still runs, and has every byte of it in the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-live-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const gate = join(folder, 'gate');
  execFileSync('mkfifo', [gate]);
  const host = new LocalHost({ id: 'local' });
  let seen = '';
  let isOver = false;
  const script = `printf "one\\n"; printf "oops\\n" >&2; cat ${gate}; head -c 100000 /dev/zero; printf end`;
  const result = host
    .exec(
      { id: 'live', argv: ['sh', '-c', script], timeoutMs: 30_000 },
      {
        onOutput: (bytes) => {
          seen += Buffer.from(bytes).toString('latin1');
        },
      },
    )
    .finally(() => {
      isOver = true;
    });
  await vi.waitFor(() => expect([seen.includes('one\n'), seen.includes('oops\n')]).toEqual([true, true]), 20_000);
  expect(isOver).toBe(false);
  writeFileSync(gate, '');
  const { stdout, stderr, exitCode } = await result;
  expect([exitCode, Buffer.from(stderr).toString()]).toEqual([0, 'oops\n']);
  expect(Buffer.from(stdout).equals(Buffer.from(`one\n${'\0'.repeat(100_000)}end`))).toBe(true);
});
