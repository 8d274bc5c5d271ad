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
  readonly onSudoChange?: () => void;
}

/** What is remembered of a host between batches: commands that would not die, who the login is, whether `sudo -n` works,
 * or sudo's password. */
export class HostMemory {
  private sudo: 'unknown' | 'usable' | 'denied' | 'none' = 'unknown';
  #isSudoDenied = false;
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
    this.setSudoDenied(password === null);
  }

  /** Something was to run as root, and sudo did not let this login without a password. */
  get isSudoDenied(): boolean {
    return this.#isSudoDenied;
  }

  /** Asked with once more, a wrong password would be one more failure towards a locked account. */
  refused(password: string): void {
    if (this.#sudoPassword === password) this.sudoPassword = null;
  }

  /** A new connection: whoever was refused may have changed the sudoers file, or the node may be another one. */
  forgetLogin(): void {
    this.sudo = 'unknown';
    this.uid = null;
    if (this.#isSudoDenied) this.setSudoDenied(false);
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
    return { sudo: this.sudo === 'none' ? 'denied' : this.sudo, uid: this.uid, hung };
  }

  learn(event: BatchEvent, commands: readonly CommandSpec[]): void {
    // What was known already the node only says again, and without sudo as a refusal.
    if (event.kind === 'sudo' && event.answer !== this.sudo && this.sudo !== 'none') {
      this.sudo = event.answer;
      const isDenied = event.answer === 'denied';
      if (isDenied !== this.#isSudoDenied) this.setSudoDenied(isDenied);
    }
    if (event.kind === 'ended') this.learnOutcome(commands[event.position], event.outcome);
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

  private learnOutcome(command: CommandSpec | undefined, outcome: CommandOutcome): void {
    if (this.sudo === 'denied' && isAllowance(command, outcome)) {
      this.sudo = 'unknown';
      this.setSudoDenied(false);
    }
    // Where only some commands are free of the password.
    const isRefused = command?.privilege === 'root' && outcome.state === 'denied' && outcome.exitCode === 1;
    if (isRefused && this.#sudoPassword === null && !this.#isSudoDenied) this.setSudoDenied(true);
  }

  private setSudoDenied(isDenied: boolean): void {
    this.#isSudoDenied = isDenied;
    this.options.onSudoChange?.();
  }
}

/** `sudo -n -l COMMAND` that says yes: a line was added to sudoers since this login was refused. */
function isAllowance(command: CommandSpec | undefined, { state, exitCode }: CommandOutcome): boolean {
  return command?.argv.slice(0, 3).join(' ') === 'sudo -n -l' && state === 'exited' && exitCode === 0;
}
