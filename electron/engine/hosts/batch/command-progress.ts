import type { CommandSpec, CommandState, Privilege } from '#shared/domain/command';
import type { CommandResult } from '../host';
import { maxStderrBytes } from './batch-library';
import { defaultMaxOutputBytes } from './batch-program';
import { sudoRefusal, sudoUnknownTool } from './sudo-words';

/** How a command ended, as told by the program's frames. Times are on our clock. */
export type CommandOutcome = Omit<CommandResult, 'spec'>;

export interface Judgement {
  readonly state: CommandState;
  readonly exitCode: number | null;
}

/** When it ended, in hundredths of a second of the node's uptime (0 where it has none), and when we heard of it. */
export interface CommandExit {
  readonly code: number;
  readonly startCs: number;
  readonly endCs: number;
  readonly atMs: number;
}

/** A moment on both clocks: the node's uptime and ours. */
export interface ClockOrigin {
  readonly uptimeCs: number;
  readonly atMs: number;
}

/** What is known of one command of a batch until it is over. */
export class CommandProgress {
  startedAtMs: number | null = null;
  privilege: Privilege;
  exit: CommandExit | null = null;
  isStdoutOver = false;
  isStderrOver = false;
  isTruncated = false;
  isOverTime = false;
  isOver = false;
  private stdout: Uint8Array[] = [];
  private stdoutBytes = 0;
  private stderr: Uint8Array[] = [];
  private stderrBytes = 0;

  constructor(private readonly spec: CommandSpec) {
    this.privilege = spec.privilege === 'root' ? 'root' : 'user';
  }

  /** What came so far was sudo's refusal. */
  startAgain(): void {
    this.exit = null;
    this.isStdoutOver = this.isStderrOver = this.isTruncated = this.isOverTime = false;
    this.stdout = [];
    this.stderr = [];
    this.stdoutBytes = this.stderrBytes = 0;
    this.privilege = 'user';
  }

  get isComplete(): boolean {
    return this.exit !== null && this.isStdoutOver && this.isStderrOver;
  }

  keepStdout(bytes: Uint8Array): void {
    const limit = this.spec.maxOutputBytes ?? defaultMaxOutputBytes;
    this.stdoutBytes += this.keep(this.stdout, bytes, limit - this.stdoutBytes);
  }

  keepStderr(bytes: Uint8Array): void {
    this.stderrBytes += this.keep(this.stderr, bytes, maxStderrBytes - this.stderrBytes);
  }

  private keep(stream: Uint8Array[], bytes: Uint8Array, roomBytes: number): number {
    const kept = bytes.subarray(0, Math.max(0, roomBytes));
    if (kept.length < bytes.length) this.isTruncated = true;
    if (kept.length > 0) stream.push(kept);
    return kept.length;
  }

  /** `isRoot`: the login is root itself, so that nothing was asked of sudo. */
  judge(isRoot: boolean): Judgement {
    if (this.exit === null) return { state: 'timeout', exitCode: null };
    const { code } = this.exit;
    if (this.isOverTime) return { state: 'timeout', exitCode: code < 128 ? code : null };
    if (!Number.isInteger(code)) return { state: 'exited', exitCode: null };
    if (this.privilege === 'root' && !isRoot && code === 1) {
      const words = Buffer.concat(this.stderr).toString('latin1');
      if (sudoUnknownTool.test(words)) return { state: 'missing-tool', exitCode: code };
      if (sudoRefusal.test(words)) return { state: 'denied', exitCode: code };
    }
    if (this.stdoutBytes === 0 && code === 127) return { state: 'missing-tool', exitCode: code };
    if (this.stdoutBytes === 0 && code === 126) return { state: 'denied', exitCode: code };
    return { state: 'exited', exitCode: code };
  }

  /** Time is up. A command that ended by itself may have left a process that holds its output, which has no end then. */
  giveUp(isRoot: boolean): Judgement {
    if (this.exit !== null) this.isTruncated ||= !this.isStdoutOver;
    return this.judge(isRoot);
  }

  outcome({ state, exitCode }: Judgement, origin: ClockOrigin | null, nowMs: number): CommandOutcome {
    const { exit, stdout, stderr, privilege } = this;
    this.stdout = [];
    this.stderr = [];
    const startMs = this.startedAtMs ?? nowMs;
    const times =
      exit && origin && exit.startCs > 0
        ? {
            startedAtMs: origin.atMs + (exit.startCs - origin.uptimeCs) * 10,
            durationMs: (exit.endCs - exit.startCs) * 10,
          }
        : { startedAtMs: startMs, durationMs: (exit?.atMs ?? nowMs) - startMs };
    return {
      privilege,
      state,
      exitCode,
      startedAtMs: times.startedAtMs,
      durationMs: Math.max(0, times.durationMs),
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr),
      isTruncated: this.isTruncated,
    };
  }
}
