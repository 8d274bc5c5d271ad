import { randomBytes } from 'node:crypto';
import type { CommandSpec } from '#shared/domain/command';
import { abortError, throwIfAborted } from '../abort';
import { type BatchOptions, type CommandResult, HostUnavailableError } from '../host';
import { BatchDecoder } from './batch-decoder';
import { batchProgram, defaultTimeoutMs, encodeInput } from './batch-program';
import type { CommandOutcome } from './command-progress';
import type { HostMemory } from './host-memory';

/** A `/bin/sh` that reads its program from stdin, here or on a node. */
export interface ShellSession {
  /** What it prints; ends when it is gone, throws a HostUnavailableError when its connection is. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Requests it took to get here. */
  readonly roundTrips: number;
  write(text: string): void;
  /** Closes stdin, which tells the program to end what it started. */
  closeInput(): void;
  /** Drops it at once, ending the process groups in `pids` as well where they can still be reached. */
  destroy(pids: readonly number[]): void;
}

export interface BatchRunOptions extends BatchOptions {
  readonly hostId: string;
  readonly memory: HostMemory;
  readonly nowMs: () => number;
  readonly input?: Uint8Array;
}

/** Noise that long before the first frame is not a chatty login but no shell at all. */
const maxNoiseBytes = 4 * 1024 * 1024;
const preambleTimeoutMs = 20_000;
/** Longer than the node's own watchdog takes from a time limit to giving up. */
const slackMs = 10_000;
const endTimeoutMs = 2000;

/** Runs commands through a shell session; the one place where batches become results, for every kind of host. */
export async function* runBatch(
  open: () => Promise<ShellSession>,
  commands: readonly CommandSpec[],
  options: BatchRunOptions,
): AsyncGenerator<CommandResult> {
  const { hostId, memory, nowMs, signal } = options;
  throwIfAborted(signal);
  if (commands.length === 0) return;
  const token = randomBytes(12).toString('hex');
  const decoder = new BatchDecoder(token, commands, options.onOutput !== undefined);
  const session = await open();
  const password = options.trySudo?.password ?? memory.sudoPassword;
  const running = new Map<number, number>();
  const idleLimitMs = Math.max(...commands.map((command) => command.timeoutMs ?? defaultTimeoutMs)) + slackMs;
  let isStopped: 'aborted' | 'silent' | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stop = (why: 'aborted' | 'silent'): void => {
    isStopped ??= why;
    session.closeInput();
    clearTimeout(timer);
    timer = setTimeout(() => session.destroy([...running.values()]), endTimeoutMs);
  };
  const onAbort = (): void => stop('aborted');
  const watch = (): void => {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => stop('silent'), decoder.isPreambleSeen ? idleLimitMs : preambleTimeoutMs);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const toResult = (position: number, outcome: CommandOutcome): CommandResult => ({
    spec: commands[position] as CommandSpec,
    ...outcome,
  });
  try {
    if (signal?.aborted) onAbort();
    session.write(
      batchProgram(commands, {
        token,
        hasInput: options.input !== undefined,
        isLive: options.onOutput !== undefined,
        isKept: options.keptAs !== undefined,
        hasPassword: password !== null,
        ...memory.forProgram(commands),
        ...(password === null ? {} : { sudo: 'unknown' as const }),
      }),
    );
    watch();
    let lost: unknown = null;
    try {
      for await (const chunk of session.output) {
        watch();
        for (const event of decoder.push(chunk, nowMs())) {
          if (event.kind === 'sudo' && password !== null) {
            if (options.trySudo) options.trySudo.onAnswer(event);
            else if (event.answer !== 'usable') memory.refused(password);
          } else memory.learn(event, commands);
          if (event.kind === 'unusable') throw new HostUnavailableError(hostId, { code: 'no-encoder' });
          if (event.kind === 'preamble') {
            if (event.nodeTimeMs !== null) options.onClockOffset?.(event.nodeTimeMs - nowMs());
            if (password !== null) session.write(`${password}\n`);
            if (options.input) session.write(encodeInput(options.input));
          } else if (event.kind === 'output') options.onOutput?.(event.bytes);
          else if (event.kind === 'started') running.set(event.position, event.pid);
          else if (event.kind === 'ended') {
            running.delete(event.position);
            if (isStopped) continue;
            // Time that the reader takes is not silence of the node.
            clearTimeout(timer);
            yield toResult(event.position, event.outcome);
            watch();
          }
        }
        if (decoder.isEndSeen) break;
        if (!decoder.isPreambleSeen && decoder.noiseBytes > maxNoiseBytes) break;
      }
    } catch (error) {
      lost = error;
    }
    if (isStopped === 'aborted' || signal?.aborted) throw abortError();
    if (!decoder.isPreambleSeen) {
      if (lost) throw lost;
      throw new HostUnavailableError(hostId, { code: 'no-shell', detail: decoder.noiseText() });
    }
    const state = isStopped === 'silent' ? 'timeout' : 'lost';
    for (const { position, outcome } of decoder.unfinished(state, nowMs())) yield toResult(position, outcome);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    // Whoever stops listening half-way (break, throw) ends the remote commands too.
    session.closeInput();
    session.destroy(decoder.isEndSeen ? [] : [...running.values()]);
    options.onCost?.({
      roundTrips: session.roundTrips,
      bytesReceived: decoder.bytesReceived,
      nodeCpuMs: decoder.nodeCpuMs,
    });
  }
}
