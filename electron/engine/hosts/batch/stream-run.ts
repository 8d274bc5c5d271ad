import { randomBytes } from 'node:crypto';
import { throwIfAborted } from '../abort';
import { streamProgram } from './batch-program';
import type { ShellSession } from './batch-run';

/** Runs a long-lived command through a shell session and yields its stdout as it comes; aborting ends the command. */
export async function* runStream(
  open: () => Promise<ShellSession>,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal);
  const session = await open();
  const token = randomBytes(12).toString('hex');
  const onAbort = (): void => session.closeInput();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    session.write(streamProgram(argv, token));
    yield* afterMarker(session.output, token);
    throwIfAborted(signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    session.closeInput();
    session.destroy([]);
  }
}

/** Drops what a login prints before the marker line of `streamProgram`, then passes everything on. */
async function* afterMarker(output: AsyncIterable<Uint8Array>, token: string): AsyncGenerator<Uint8Array> {
  const marker = Buffer.from(`\n${token}\n`);
  let head: Buffer | null = Buffer.from('\n');
  for await (const chunk of output) {
    if (!head) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const at = head.indexOf(marker);
    if (at < 0) {
      head = Buffer.from(head.subarray(Math.max(0, head.length - marker.length)));
      continue;
    }
    const rest = head.subarray(at + marker.length);
    head = null;
    if (rest.length > 0) yield rest;
  }
}
