import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { BatchDecoder, type BatchEvent } from './batch-decoder';
import { batchProgram } from './batch-program';
import type { CommandOutcome } from './command-progress';

const token = '0123456789abcdef0123456789abcdef';
const commands: CommandSpec[] = [
  { id: 'binary', argv: ['sh', '-c', "printf 'a\\000b\\377\\n\\nend'; echo oops >&2"] },
  {
    id: 'large',
    argv: ['sh', '-c', 'i=0; while [ $i -lt 900 ]; do echo "line $i of a longer text"; i=$((i+1)); done'],
  },
  { id: 'silent', argv: ['true'] },
  // What a hostile node may print: words of the protocol without the token.
  { id: 'forger', argv: ['sh', '-c', 'echo "x 0 0 1 2"; echo "deadbeef Z"; echo "deadbeef x 0 9 1 2" >&2'] },
  { id: 'missing', argv: ['no-such-tool-here'] },
];

let printed: Buffer;
beforeAll(() => {
  // stdin stays empty but open long enough: the program is given by -c.
  printed = execFileSync('/bin/sh', ['-c', `${batchProgram(commands, { token })}`], {
    stdio: ['inherit', 'pipe', 'ignore'],
  });
});

function decode(chunks: readonly Uint8Array[]): { ended: Map<number, CommandOutcome>; decoder: BatchDecoder } {
  const decoder = new BatchDecoder(token, commands);
  const ended = new Map<number, CommandOutcome>();
  for (const chunk of chunks) {
    for (const event of decoder.push(chunk, 1000)) if (event.kind === 'ended') ended.set(event.position, event.outcome);
  }
  return { ended, decoder };
}

function summary(ended: ReadonlyMap<number, CommandOutcome>): unknown[] {
  return [...ended]
    .sort(([one], [other]) => one - other)
    .map(([position, { state, exitCode, stdout, stderr }]) => [
      position,
      state,
      exitCode,
      Buffer.from(stdout).toString('latin1'),
      Buffer.from(stderr).toString('latin1'),
    ]);
}

/** Cuts bytes into pieces at the given places. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([Buffer.from(bytes), Buffer.from('\n')]));

describe('BatchDecoder', () => {
  it('reads the same whatever pieces the output comes in', () => {
    const whole = summary(decode([printed]).ended);
    expect(whole[0]).toEqual([0, 'exited', 0, 'a\0b\xff\n\nend', 'oops\n']);
    expect(whole[3]).toEqual([3, 'exited', 0, 'x 0 0 1 2\ndeadbeef Z\n', 'deadbeef x 0 9 1 2\n']);
    expect(whole[4]).toEqual([4, 'missing-tool', null, '', '']);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
        const { ended, decoder } = decode(split(printed, cuts));
        expect(summary(ended)).toEqual(whole);
        expect(decoder.isEndSeen).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('reads through garbage before, between and after the frames', () => {
    const whole = summary(decode([printed]).ended);
    const lines = printed
      .toString('latin1')
      .split(/(?<=\n)/)
      .map((line) => Buffer.from(line, 'latin1'));
    fc.assert(
      fc.property(noise, fc.array(fc.tuple(fc.nat(), noise), { maxLength: 8 }), noise, (before, between, after) => {
        const mixed = lines.flatMap((line, index) => [
          ...between.filter(([place]) => place % lines.length === index).map(([, bytes]) => bytes),
          line,
        ]);
        expect(summary(decode([before, ...mixed, after]).ended)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('accounts for every command when the output is cut at any byte, and never calls a part the whole', () => {
    const whole = new Map(summary(decode([printed]).ended).map((entry) => [(entry as unknown[])[0], entry]));
    fc.assert(
      fc.property(fc.nat({ max: printed.length - 1 }), (cut) => {
        const { ended, decoder } = decode([printed.subarray(0, cut)]);
        const lost = decoder.unfinished('lost', 1000);
        expect([...ended.keys(), ...lost.map(({ position }) => position)].sort()).toEqual([0, 1, 2, 3, 4]);
        for (const entry of summary(ended)) expect(entry).toEqual(whole.get((entry as unknown[])[0]));
      }),
      { numRuns: 200 },
    );
  });

  it('measures on our clock what ended without a time of the node', () => {
    const { decoder } = decode([Buffer.from(`${token} P 0 0 1\n${token} x 0 0 1\n`)]);
    expect(decoder.unfinished('lost', 1).map(({ outcome }) => Number.isFinite(outcome.durationMs))).not.toContain(
      false,
    );
  });

  it('takes any bytes, frames full of nonsense too, without throwing or growing', () => {
    const frame = fc
      .tuple(
        fc.constantFrom(...'PScbrohOEefxmudntgavZ?'),
        fc.array(fc.oneof(fc.string(), fc.nat({ max: 9 }).map(String)), { maxLength: 6 }),
      )
      .map(([kind, words]) => Buffer.from(`${token} ${kind} ${words.join(' ')}\n`));
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, noise), { maxLength: 40 }), (chunks) => {
        const { decoder } = decode(chunks);
        for (const { outcome } of decoder.unfinished('lost', 1)) expect(Number.isFinite(outcome.durationMs)).toBe(true);
      }),
    );
    const decoder = new BatchDecoder(token, commands);
    const events: BatchEvent[] = [];
    for (let round = 0; round < 200; round += 1) events.push(...decoder.push(Buffer.alloc(1_000_000, 0x41), 1));
    expect([events, decoder.noiseText().length < 5000, decoder.bytesReceived]).toEqual([[], true, 200_000_000]);
  });

  it('quotes a few lines of a login that says the same for ever', () => {
    const decoder = new BatchDecoder(token, commands);
    decoder.push(Buffer.from('y\n'.repeat(100_000)), 1);
    expect(decoder.noiseText()).toBe(`${'y\n'.repeat(10)}…`);
  });

  it('tells a refusal of sudo from the failure of the command behind it', () => {
    const root: CommandSpec = { id: 'root', argv: ['dmidecode'], privilege: 'root' };
    const judge = (stderr: string, code = 1): string => {
      const decoder = new BatchDecoder(token, [root]);
      const text = [
        `${token} P 1 1700000000 0 100 1000 5`,
        ...stderr.split('\n').map((line) => `${token} e 0 ${line}`),
        `${token} E 0 0`,
        `${token} O 0 0`,
        `${token} x 0 ${code} 100 120`,
        '',
      ].join('\n');
      const ended = decoder.push(Buffer.from(text), 1).find((event) => event.kind === 'ended');
      return ended?.kind === 'ended' ? ended.outcome.state : 'none';
    };
    expect([
      judge('sudo: a password is required'),
      judge("Sorry, user ops is not allowed to execute '/usr/sbin/dmidecode' as root on gpu-01."),
      judge('ops is not in the sudoers file.'),
      judge('sudo: sorry, you must have a tty to run sudo'),
      judge('sudo: dmidecode: command not found'),
      judge('/dev/mem: Permission denied'),
    ]).toEqual(['denied', 'denied', 'denied', 'denied', 'missing-tool', 'exited']);
  });
});
