import { z } from 'zod';
import { type CommandSpec, commandKey, lanes, wantedPrivileges, writtenArgv } from '#shared/domain/command';
import { commandLine } from '../quote';
import type { BatchEvent } from './batch-decoder';
import type { BatchProgramOptions } from './batch-program';
import type { CommandOutcome } from './command-progress';

/** A command that would not die, with its process, as it is kept until that is gone. */
export const hungCommandSchema = z.object({
  argv: z.tuple([z.string()], z.string()),
  privilege: z.enum(wantedPrivileges),
  pid: z.int().positive(),
  startTicks: z.string().regex(/^\d*$/),
  lane: z.enum(lanes).nullable(),
});
export type HungCommand = z.infer<typeof hungCommandSchema>;

export interface HostMemoryOptions {
  /** What an earlier session left hanging. */
  readonly hung?: readonly HungCommand[];
  readonly onHungChange?: (hung: readonly HungCommand[]) => void;
  readonly onSeen?: () => void;
  readonly onSudoPasswordChange?: () => void;
}

/** What is remembered of a host between batches: commands that would not die, who the login is, whether `sudo -n` works,
 * or sudo's password. */
export class HostMemory {
  private sudo: 'unknown' | 'usable' | 'denied' = 'unknown';
  private uid: number | null = null;
  /** Nowhere else, and not for longer than the host is in use. */
  #sudoPassword: string | null = null;
  private readonly hung: Map<string, HungCommand>;

  constructor(private readonly options: HostMemoryOptions = {}) {
    this.hung = new Map((options.hung ?? []).map((command) => [commandKey(command), command]));
  }

  get isRoot(): boolean {
    return this.uid === 0;
  }

  /** For the batch program's standard input and nothing else. */
  get sudoPassword(): string | null {
    return this.#sudoPassword;
  }

  set sudoPassword(password: string | null) {
    if (password === this.#sudoPassword) return;
    this.#sudoPassword = password;
    this.sudo = 'unknown';
    this.options.onSudoPasswordChange?.();
  }

  /** Asked with once more, a wrong password would be one more failure towards a locked account. */
  refused(password: string): void {
    if (this.#sudoPassword === password) this.sudoPassword = null;
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
    const hung = [...this.hung].map(([key, { pid, startTicks, lane }]) => ({
      pid,
      startTicks,
      lane,
      positions: commands.flatMap((command, position) => (commandKey(command) === key ? [position] : [])),
    }));
    return { sudo: this.sudo, uid: this.uid, hung };
  }

  learn(event: BatchEvent, commands: readonly CommandSpec[]): void {
    if (event.kind === 'sudo') this.sudo = event.answer === 'usable' ? 'usable' : 'denied';
    if (event.kind === 'ended' && this.sudo === 'denied' && isAllowance(commands[event.position], event.outcome)) {
      this.sudo = 'unknown';
    }
    if (event.kind === 'preamble') {
      this.uid = event.uid;
      this.options.onSeen?.();
    }
    if (event.kind === 'hung') {
      const command = commands[event.position];
      if (!command) return;
      const { privilege = 'user' } = command;
      this.hung.set(commandKey(command), { argv: writtenArgv(command), privilege, ...event.process });
      this.options.onHungChange?.([...this.hung.values()]);
    }
    if (event.kind === 'gone') {
      for (const [key, { pid }] of this.hung) if (pid === event.pid) this.hung.delete(key);
      this.options.onHungChange?.([...this.hung.values()]);
    }
  }
}

/** `sudo -n -l COMMAND` that says yes: a line was added to sudoers since this login was refused. */
function isAllowance(command: CommandSpec | undefined, { state, exitCode }: CommandOutcome): boolean {
  return command?.argv.slice(0, 3).join(' ') === 'sudo -n -l' && state === 'exited' && exitCode === 0;
}
