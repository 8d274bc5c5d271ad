import type { Duplex } from 'node:stream';
import type { CommandSpec } from '#shared/domain/command';
import type { BatchOptions, CommandResult, Host } from '../../hosts/host';

type Answer = Partial<Omit<CommandResult, 'spec' | 'stdout' | 'stderr'>> & { stdout?: string; stderr?: string };

/**
 * A host whose commands answer what a test says, by command id; the rest is missing. `gate` is awaited before each
 * answer, so that a test decides when results come.
 */
export class ScriptedHost implements Host {
  readonly kind = 'ssh';
  readonly batches: CommandSpec[][] = [];
  nowMs = 1_000;

  constructor(
    readonly id: string,
    readonly answers: Record<string, Answer>,
    private readonly gate: (command: CommandSpec, signal: AbortSignal | undefined) => Promise<void> = async () => {},
  ) {}

  async *batch(commands: readonly CommandSpec[], options: BatchOptions = {}): AsyncGenerator<CommandResult> {
    this.batches.push([...commands]);
    options.onClockOffset?.(250);
    for (const spec of commands) {
      await this.gate(spec, options.signal);
      options.signal?.throwIfAborted();
      const answer = this.answers[spec.id];
      const { stdout = '', stderr = '', ...rest } = answer ?? {};
      yield {
        spec,
        privilege: spec.privilege === 'root' ? 'root' : 'user',
        state: answer ? 'exited' : 'missing-tool',
        exitCode: answer ? 0 : null,
        startedAtMs: this.nowMs,
        durationMs: 5,
        isTruncated: false,
        ...rest,
        stdout: new TextEncoder().encode(stdout),
        stderr: new TextEncoder().encode(stderr),
      };
    }
    options.onCost?.({ roundTrips: 1, bytesReceived: 0, nodeCpuMs: null });
  }

  exec(): Promise<CommandResult> {
    throw new Error('not scripted');
  }

  stream(): AsyncIterable<Uint8Array> {
    throw new Error('not scripted');
  }

  async forward(): Promise<Duplex> {
    throw new Error('not scripted');
  }

  async close(): Promise<void> {}
}
