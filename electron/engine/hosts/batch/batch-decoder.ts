import type { CommandSpec } from '#shared/domain/command';
import type { HungProcess } from './batch-program';
import { type ClockOrigin, type CommandOutcome, CommandProgress, type Judgement } from './command-progress';

export type BatchEvent =
  | { readonly kind: 'preamble'; readonly nodeTimeMs: number | null; readonly uid: number | null; readonly pid: number }
  | { readonly kind: 'sudo'; readonly answer: 'usable' | 'denied' | 'none'; readonly words: string }
  | { readonly kind: 'started'; readonly position: number; readonly pid: number }
  /** What a command has just printed. */
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly position: number; readonly outcome: CommandOutcome }
  | { readonly kind: 'hung'; readonly position: number; readonly process: HungProcess }
  | { readonly kind: 'gone'; readonly pid: number }
  /** The node has neither base64 nor od: nothing was run. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'end' };

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
  /** Processor time that the batch took on the node; null where it has no /proc, or before the end. */
  nodeCpuMs: number | null = null;
  private noise: Uint8Array[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private readonly token: Buffer;
  private readonly progress: CommandProgress[];
  private origin: ClockOrigin | null = null;
  private uid: number | null = null;

  constructor(
    token: string,
    private readonly commands: readonly CommandSpec[],
    private readonly isLive = false,
  ) {
    this.token = Buffer.from(`${token} `, 'latin1');
    this.progress = commands.map((command) => new CommandProgress(command));
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
      const judged = state === 'timeout' ? progress.giveUp(this.uid === 0) : { state, exitCode: null };
      return [{ position, outcome: progress.outcome(judged, this.origin, nowMs) }];
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
      if (answer === 'usable' || answer === 'denied' || answer === 'none') {
        events.push({ kind: 'sudo', answer, words: words.slice(2).join(' ').trim() });
      }
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
    if (kind === 'C') {
      if (/^\d{1,9}$/.test(words[1] ?? '')) this.nodeCpuMs = Number(words[1]) * 10;
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
    const end = (judged: Judgement): void => {
      progress.isOver = true;
      events.push({ kind: 'ended', position, outcome: progress.outcome(judged, this.origin, nowMs) });
    };
    const keep = (how: 'keepStdout' | 'keepStderr', bytes: Buffer): void => {
      progress[how](bytes);
      if (this.isLive) events.push({ kind: 'output', bytes });
    };
    switch (kind) {
      case 'b':
        progress.startedAtMs = nowMs;
        if (words[3] === 'r') progress.privilege = 'root';
        if (words[3] === 'u') progress.privilege = 'user';
        events.push({ kind: 'started', position, pid: Number(words[2]) });
        return;
      case 'r':
        progress.startAgain();
        return;
      case 'o':
      case 'h':
        keep('keepStdout', Buffer.from(words[2] ?? '', kind === 'o' ? 'base64' : 'hex'));
        return;
      case 'e':
      case 'f': {
        const text = frame.subarray(3 + (words[1] ?? '').length);
        keep('keepStderr', kind === 'e' ? Buffer.concat([text, Buffer.from('\n')]) : text);
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
        end({ state: 'missing-tool', exitCode: null });
        return;
      case 'u':
        end({ state: 'not-needed', exitCode: null });
        return;
      case 'd':
        end({ state: 'denied', exitCode: null });
        return;
      case 'n':
        end({ state: 'skipped', exitCode: null });
        return;
      case 'a':
        end(progress.giveUp(this.uid === 0));
        return;
      case 'g': {
        const lane = this.commands[position]?.lane ?? null;
        const [pid = '', ticks = ''] = words.slice(2);
        // Both go into a later program, which takes nothing but numbers.
        const startTicks = /^\d{1,20}$/.test(ticks) ? ticks : '';
        if (/^[1-9]\d{0,9}$/.test(pid)) {
          events.push({ kind: 'hung', position, process: { pid: Number(pid), startTicks, lane } });
        }
        end({ state: 'hung', exitCode: null });
        return;
      }
      default:
        return;
    }
    if (progress.isComplete) end(progress.judge(this.uid === 0));
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
}
