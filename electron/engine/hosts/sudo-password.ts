import type { SudoAnswer } from '#shared/contract/hosts';
import { abortError } from './abort';
import type { HostMemory } from './batch/host-memory';
import { sudoObjection } from './batch/sudo-words';
import type { Host, SudoTrial } from './host';

const timeoutMs = 20_000;

/** Asks sudo once whether it takes this password, on this host only. A wrong one counts as one failed login there. */
export async function trySudoPassword(
  host: Host,
  memory: HostMemory,
  password: string,
  signal?: AbortSignal,
): Promise<SudoAnswer> {
  const stop = signal ? { signal } : {};
  // By `verifypw`, sudo lets this through only where it never asks for a password.
  const free = await host.exec({ id: 'sudo-free', argv: ['sudo', '-k', '-n', '-v'], timeoutMs }, stop);
  if (memory.isRoot || (free.state === 'exited' && free.exitCode === 0)) return { answer: 'not-needed', words: '' };
  if (free.state === 'missing-tool') return { answer: 'no-sudo', words: '' };
  if (free.state !== 'exited') return { answer: 'silent', words: '' };
  let said: Parameters<SudoTrial['onAnswer']>[0] = { answer: 'denied', words: '' };
  const onAnswer: SudoTrial['onAnswer'] = (answer) => {
    said = answer;
  };
  const trySudo: SudoTrial = { password, onAnswer };
  await host.exec({ id: 'sudo-password', argv: ['true'], privilege: 'root', timeoutMs }, { ...stop, trySudo });
  if (signal?.aborted) throw abortError();
  const { answer, words } = said;
  return { answer: answer === 'usable' ? 'right' : answer === 'none' ? 'no-sudo' : sudoObjection(words), words };
}
