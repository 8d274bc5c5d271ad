import type { ConnectionTest } from '#shared/contract/hosts';
import type { HostError, SshTarget } from '#shared/domain/host';
import { HostMemory } from './batch/host-memory';
import { HostUnavailableError } from './host';
import { LocalHost } from './local-host';
import type { SshConnector } from './ssh/ssh-connector';
import { SshHost } from './ssh/ssh-host';

type Step = ConnectionTest['steps'][number]['step'];
const order: readonly Step[] = ['resolve', 'connect', 'host-key', 'authenticate', 'shell', 'sudo'];

/** Connects once more, beside any open connection, and tells step by step how far it gets. Rejects only when aborted. */
export async function testConnection(
  target: SshTarget | 'local',
  options: { connector: SshConnector; hostId: string | null; nowMs: () => number; signal?: AbortSignal },
): Promise<ConnectionTest> {
  const { connector, hostId, nowMs, signal } = options;
  const report = new Report(nowMs);
  const memory = new HostMemory();
  const id = hostId ?? 'test';
  const host =
    target === 'local'
      ? new LocalHost({ id, memory })
      : new SshHost({
          id,
          memory,
          nowMs,
          onDidChange: () => {},
          connect: ({ signal: connecting }) =>
            connector.connect(target, {
              hostId,
              signal: connecting,
              onStep: (step, detail) => report.pass(step, detail),
            }),
        });
  let roundTripMs: number | null = null;
  let sudo: ConnectionTest['sudo'] = 'unknown';
  try {
    if (host instanceof SshHost) {
      const connection = await host.ensure(signal);
      const startedAtMs = performance.now();
      const channel = await connection.exec('exit 0', signal);
      // Opening the channel and starting a command on it are one round trip each.
      roundTripMs = Math.round((performance.now() - startedAtMs) / 2);
      channel.resume();
      channel.stderr.resume();
    }
    const [shell, listing] = [
      await host.exec({ id: 'shell', argv: ['uname', '-sr'], timeoutMs: 10_000 }, { signal }),
      await host.exec({ id: 'sudo', argv: ['sudo', '-n', '-l'], timeoutMs: 10_000 }, { signal }),
    ];
    report.pass('shell', Buffer.from(shell.stdout).toString('utf8').trim());
    if (memory.isRoot) sudo = 'root';
    else if (listing.state === 'missing-tool') sudo = 'no-sudo';
    else sudo = listing.state === 'exited' && listing.exitCode === 0 ? 'passwordless' : 'denied';
    report.end('sudo', sudo === 'root' || sudo === 'passwordless' ? 'pass' : 'warn', sudo);
    return { steps: report.steps(), error: null, roundTripMs, sudo };
  } catch (error) {
    if (!(error instanceof HostUnavailableError)) throw error;
    report.end(failedStep(error.hostError, report), 'fail', error.hostError.code);
    return { steps: report.steps(), error: error.hostError, roundTripMs, sudo };
  } finally {
    await host.close();
  }
}

function failedStep(error: HostError, report: Report): Step {
  // Whatever it is that a gateway does not do, the node itself was not reached.
  if ('via' in error && error.via !== null) return 'connect';
  switch (error.code) {
    case 'dns':
      return 'resolve';
    case 'host-key-changed':
    case 'host-key-rejected':
    case 'host-key-not-saved':
      return 'host-key';
    case 'auth-failed':
      return 'authenticate';
    case 'no-shell':
    case 'no-encoder':
      return 'shell';
    default:
      return report.next();
  }
}

class Report {
  private readonly done = new Map<Step, ConnectionTest['steps'][number]>();
  private sinceMs: number;

  constructor(private readonly nowMs: () => number) {
    this.sinceMs = nowMs();
  }

  pass(step: Step, detail: string): void {
    this.end(step, 'pass', detail);
  }

  end(step: Step, outcome: 'pass' | 'fail' | 'warn', detail: string): void {
    const atMs = this.nowMs();
    this.done.set(step, { step, outcome, durationMs: Math.max(0, atMs - this.sinceMs), detail });
    this.sinceMs = atMs;
  }

  next(): Step {
    return order.find((step) => !this.done.has(step)) ?? 'shell';
  }

  steps(): ConnectionTest['steps'] {
    return order.map((step) => this.done.get(step) ?? { step, outcome: 'skipped', durationMs: 0, detail: '' });
  }
}
