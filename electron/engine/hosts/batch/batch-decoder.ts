import type { CommandSpec, CommandState } from '#shared/domain/command';
import { maxStderrBytes } from './batch-library';
import { defaultMaxOutputBytes, type HungProcess } from './batch-program';

/** How a command ended, as told by the program's frames. Times are on our clock. */
export interface CommandOutcome {
  readonly state: CommandState;
  readonly exitCode: number | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly isTruncated: boolean;
}

export type BatchEvent =
  | { readonly kind: 'preamble'; readonly nodeTimeMs: number | null; readonly uid: number | null; readonly pid: number }
  | { readonly kind: 'sudo'; readonly answer: 'usable' | 'denied' | 'none' }
  | { readonly kind: 'started'; readonly position: number; readonly pid: number }
  | { readonly kind: 'ended'; readonly position: number; readonly outcome: CommandOutcome }
  | { readonly kind: 'hung'; readonly position: number; readonly process: HungProcess }
  | { readonly kind: 'gone'; readonly pid: number }
  /** The node has neither base64 nor od: nothing was run. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'end' };

interface Judgement {
  readonly state: CommandState;
  readonly exitCode: number | null;
}

interface Progress {
  stdout: Uint8Array[];
  stdoutBytes: number;
  stderr: Uint8Array[];
  stderrBytes: number;
  startedAtMs: number | null;
  exit: { code: number; startCs: number; endCs: number; atMs: number } | null;
  isStdoutOver: boolean;
  isStderrOver: boolean;
  isTruncated: boolean;
  isOverTime: boolean;
  isOver: boolean;
}

/** No frame is this long; a longer line is noise of which only the end can matter. */
const maxLineBytes = 64 * 1024;
const keptNoiseBytes = 2048;
/** Words for a person: an endless `y` has no more to say. */
const shownNoiseLines = 10;
const lineFeed = 0x0a;

/**
 * Reads what a batch program prints, piece by piece. Total: lines without the batch's token are noise (a banner, a chatty
 * `.bashrc`), a frame that makes no sense is dropped, and no input makes it throw or grow without bound.
 */
export class BatchDecoder {
  isPreambleSeen = false;
  isEndSeen = false;
  noiseBytes = 0;
  bytesReceived = 0;
  private noise: Uint8Array[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private readonly token: Buffer;
  private readonly progress: Progress[];
  private origin: { uptimeCs: number; atMs: number } | null = null;
  private uid: number | null = null;

  constructor(
    token: string,
    private readonly commands: readonly CommandSpec[],
  ) {
    this.token = Buffer.from(`${token} `, 'latin1');
    this.progress = commands.map(() => ({
      stdout: [],
      stdoutBytes: 0,
      stderr: [],
      stderrBytes: 0,
      startedAtMs: null,
      exit: null,
      isStdoutOver: false,
      isStderrOver: false,
      isTruncated: false,
      isOverTime: false,
      isOver: false,
    }));
  }

  /** `nowMs` is when the chunk arrived, on our clock. */
  push(chunk: Uint8Array, nowMs: number): BatchEvent[] {
    this.bytesReceived += chunk.byteLength;
    const events: BatchEvent[] = [];
    let data: Buffer = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : Buffer.from(chunk);
    for (let end = data.indexOf(lineFeed); end >= 0; end = data.indexOf(lineFeed)) {
      const line = data.subarray(0, end);
      data = data.subarray(end + 1);
      const at = line.indexOf(this.token);
      if (at < 0) this.keepNoise(line);
      else this.frame(line.subarray(at + this.token.length), nowMs, events);
    }
    if (data.length > maxLineBytes) {
      this.keepNoise(data.subarray(0, data.length - maxLineBytes));
      data = data.subarray(data.length - maxLineBytes);
    }
    this.rest = Buffer.from(data);
    return events;
  }

  /** The first words that were not frames: what a login without a shell says instead. */
  noiseText(): string {
    const noise = [...this.noise, this.isPreambleSeen ? Buffer.alloc(0) : this.rest.subarray(0, keptNoiseBytes)];
    const lines = Buffer.concat(noise).toString('utf8').trim().split('\n');
    return lines.length > shownNoiseLines ? [...lines.slice(0, shownNoiseLines), '…'].join('\n') : lines.join('\n');
  }

  /** The commands that have not ended, each with what it printed so far. */
  unfinished(state: 'timeout' | 'lost', nowMs: number): Array<{ position: number; outcome: CommandOutcome }> {
    return this.progress.flatMap((progress, position) => {
      if (progress.isOver) return [];
      const judged = state === 'timeout' ? this.givenUp(progress, position) : { state, exitCode: null };
      return [{ position, outcome: this.outcome(progress, judged.state, judged.exitCode, nowMs) }];
    });
  }

  private keepNoise(line: Uint8Array): void {
    const kept = this.noise.reduce((sum, part) => sum + part.length, 0);
    this.noiseBytes += line.length;
    if (line.length > 0 && kept < keptNoiseBytes) {
      this.noise.push(Buffer.concat([line.subarray(0, keptNoiseBytes - kept), Buffer.from('\n')]));
    }
  }

  private frame(frame: Buffer, nowMs: number, events: BatchEvent[]): void {
    const kind = frame.toString('latin1', 0, 1);
    // Text of stderr keeps its bytes; everything else is plain words.
    const words = frame.toString('latin1').split(' ');
    if (kind === 'P') {
      this.preamble(words, nowMs, events);
      return;
    }
    if (kind === 'S') {
      const answer = words[1];
      if (answer === 'usable' || answer === 'denied' || answer === 'none') events.push({ kind: 'sudo', answer });
      return;
    }
    if (kind === 'v') {
      events.push({ kind: 'gone', pid: Number(words[1]) });
      return;
    }
    if (kind === 'B') {
      events.push({ kind: 'unusable' });
      return;
    }
    if (kind === 'Z') {
      this.isEndSeen = true;
      events.push({ kind: 'end' });
      return;
    }
    const position = /^\d+$/.test(words[1] ?? '') ? Number(words[1]) : -1;
    const progress = this.progress[position];
    if (!progress || progress.isOver) return;
    const end = (state: CommandState, exitCode: number | null = null): void => {
      progress.isOver = true;
      events.push({ kind: 'ended', position, outcome: this.outcome(progress, state, exitCode, nowMs) });
    };
    switch (kind) {
      case 'b':
        progress.startedAtMs = nowMs;
        events.push({ kind: 'started', position, pid: Number(words[2]) });
        return;
      case 'o':
      case 'h':
        this.keep(progress, 'stdout', Buffer.from(words[2] ?? '', kind === 'o' ? 'base64' : 'hex'), position);
        return;
      case 'e':
      case 'f': {
        const text = frame.subarray(3 + (words[1] ?? '').length);
        this.keep(progress, 'stderr', kind === 'e' ? Buffer.concat([text, Buffer.from('\n')]) : text, position);
        return;
      }
      case 'O':
        progress.isStdoutOver = true;
        progress.isTruncated ||= words[2] === '1';
        break;
      case 'E':
        progress.isStderrOver = true;
        progress.isTruncated ||= words[2] === '1';
        break;
      case 'x': {
        const [startCs = Number.NaN, endCs = Number.NaN] = words.slice(3, 5).map(Number);
        // Without both of the node's times, ours tell how long it took.
        const times =
          Number.isFinite(startCs) && Number.isFinite(endCs) ? { startCs, endCs } : { startCs: 0, endCs: 0 };
        progress.exit = { code: Number(words[2]), ...times, atMs: nowMs };
        break;
      }
      case 't':
        progress.isOverTime = true;
        return;
      case 'm':
        end('missing-tool');
        return;
      case 'd':
        end('denied');
        return;
      case 'n':
        end('skipped');
        return;
      case 'a': {
        const { state, exitCode } = this.givenUp(progress, position);
        end(state, exitCode);
        return;
      }
      case 'g': {
        const isLaned = this.commands[position]?.lane !== undefined;
        const startTicks = words[3] === undefined || words[3] === '-' ? '' : words[3];
        events.push({ kind: 'hung', position, process: { pid: Number(words[2]), startTicks, isLaned } });
        end('hung');
        return;
      }
      default:
        return;
    }
    if (progress.exit && progress.isStdoutOver && progress.isStderrOver) {
      const { state, exitCode } = this.judge(progress, progress.exit.code, position);
      end(state, exitCode);
    }
  }

  private preamble(words: string[], nowMs: number, events: BatchEvent[]): void {
    if (this.isPreambleSeen) return;
    const [, , seconds, ...more] = words;
    // `date +%N` is not everywhere: busybox prints nothing or the letters.
    const [uptime, uid, pid] = more.slice(-3).map(Number);
    const nanoseconds = more.length > 3 ? Number(more[0]) : 0;
    const nodeTimeMs = Number(seconds) * 1000 + (Number.isFinite(nanoseconds) ? Math.floor(nanoseconds / 1e6) : 0);
    this.isPreambleSeen = true;
    this.uid = Number.isInteger(uid) ? (uid ?? null) : null;
    this.origin = Number.isFinite(uptime) && uptime ? { uptimeCs: uptime, atMs: nowMs } : null;
    events.push({
      kind: 'preamble',
      nodeTimeMs: Number.isFinite(nodeTimeMs) && nodeTimeMs > 0 ? nodeTimeMs : null,
      uid: this.uid,
      pid: pid ?? 0,
    });
  }

  private keep(progress: Progress, stream: 'stdout' | 'stderr', bytes: Uint8Array, position: number): void {
    const limit =
      stream === 'stdout' ? (this.commands[position]?.maxOutputBytes ?? defaultMaxOutputBytes) : maxStderrBytes;
    const size = stream === 'stdout' ? progress.stdoutBytes : progress.stderrBytes;
    const kept = bytes.subarray(0, Math.max(0, limit - size));
    if (kept.length < bytes.length) progress.isTruncated = true;
    if (kept.length === 0) return;
    progress[stream].push(kept);
    if (stream === 'stdout') progress.stdoutBytes += kept.length;
    else progress.stderrBytes += kept.length;
  }

  /** Time is up. A command that ended by itself may have left a process that holds its output, which has no end then. */
  private givenUp(progress: Progress, position: number): Judgement {
    if (!progress.exit) return { state: 'timeout', exitCode: null };
    progress.isTruncated ||= !progress.isStdoutOver;
    return this.judge(progress, progress.exit.code, position);
  }

  private judge(progress: Progress, code: number, position: number): Judgement {
    if (progress.isOverTime) return { state: 'timeout', exitCode: code < 128 ? code : null };
    if (!Number.isInteger(code)) return { state: 'exited', exitCode: null };
    if (this.commands[position]?.privilege === 'root' && this.uid !== 0 && code === 1) {
      // LC_ALL=C, so these are sudo's own English words (sudoers(5), plugins/sudoers/check.c and sudoers.c).
      const words = Buffer.concat(progress.stderr).toString('latin1');
      if (/^sudo: .*command not found/m.test(words)) return { state: 'missing-tool', exitCode: code };
      if (sudoRefusal.test(words)) return { state: 'denied', exitCode: code };
    }
    if (progress.stdoutBytes === 0 && code === 127) return { state: 'missing-tool', exitCode: code };
    if (progress.stdoutBytes === 0 && code === 126) return { state: 'denied', exitCode: code };
    return { state: 'exited', exitCode: code };
  }

  private outcome(progress: Progress, state: CommandState, exitCode: number | null, nowMs: number): CommandOutcome {
    const { exit, startedAtMs } = progress;
    const output = {
      stdout: Buffer.concat(progress.stdout),
      stderr: Buffer.concat(progress.stderr),
      isTruncated: progress.isTruncated,
    };
    progress.stdout = [];
    progress.stderr = [];
    if (exit && this.origin && exit.startCs > 0) {
      return {
        state,
        exitCode,
        startedAtMs: this.origin.atMs + (exit.startCs - this.origin.uptimeCs) * 10,
        durationMs: Math.max(0, (exit.endCs - exit.startCs) * 10),
        ...output,
      };
    }
    const startMs = startedAtMs ?? nowMs;
    return {
      state,
      exitCode,
      startedAtMs: startMs,
      durationMs: Math.max(0, (exit?.atMs ?? nowMs) - startMs),
      ...output,
    };
  }
}

/**
 * sudo: a password is required
 * sudo: a terminal is required to read the password; …
 * sudo: sorry, you must have a tty to run sudo
 * Sorry, user ops is not allowed to execute '/usr/sbin/dmidecode' as root on node1.
 * ops is not in the sudoers file.
 * Sorry, user ops may not run sudo on node1.
 */
const sudoRefusal =
  /^sudo: (?:a password is required|a terminal is required|no tty present|sorry, you must have a tty|interactive authentication is required)|^Sorry, user .* (?:is not allowed to execute|may not run sudo)|is not in the sudoers file|is not allowed to run sudo/m;
