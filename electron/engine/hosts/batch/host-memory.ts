import type { CommandSpec } from '#shared/domain/command';
import { commandLine } from '../quote';
import type { BatchEvent } from './batch-decoder';
import type { BatchProgramOptions, HungProcess } from './batch-program';

/** What is remembered of a host between batches: commands that would not die, who the login is, whether `sudo -n` works. */
export class HostMemory {
  private sudo: 'unknown' | 'usable' | 'denied' = 'unknown';
  private uid: number | null = null;
  private readonly hung = new Map<string, { process: HungProcess; argv: readonly string[] }>();

  constructor(
    private readonly onDidChange: () => void = () => {},
    private readonly onSeen: () => void = () => {},
  ) {}

  get isRoot(): boolean {
    return this.uid === 0;
  }

  /** A new connection: whoever was refused may have changed the sudoers file, or the node may be another one. */
  forgetLogin(): void {
    this.sudo = 'unknown';
    this.uid = null;
  }

  hungCommands(): string[] {
    return [...this.hung.values()].map(({ argv }) => commandLine(argv));
  }

  /** What the next batch has to check before it starts `commands`. */
  forProgram(commands: readonly CommandSpec[]): Required<Pick<BatchProgramOptions, 'sudo' | 'uid' | 'hung'>> {
    const hung = [...this.hung].map(([key, { process }]) => ({
      ...process,
      positions: commands.flatMap((command, position) => (keyOf(command) === key ? [position] : [])),
    }));
    return { sudo: this.sudo, uid: this.uid, hung };
  }

  learn(event: BatchEvent, commands: readonly CommandSpec[]): void {
    if (event.kind === 'sudo') this.sudo = event.answer === 'usable' ? 'usable' : 'denied';
    if (event.kind === 'preamble') {
      this.uid = event.uid;
      this.onSeen();
    }
    if (event.kind === 'hung') {
      const command = commands[event.position];
      if (!command) return;
      this.hung.set(keyOf(command), { process: event.process, argv: command.argv });
      this.onDidChange();
    }
    if (event.kind === 'gone') {
      for (const [key, { process }] of this.hung) if (process.pid === event.pid) this.hung.delete(key);
      this.onDidChange();
    }
  }
}

function keyOf(command: CommandSpec): string {
  return JSON.stringify([command.privilege ?? 'user', command.argv]);
}
