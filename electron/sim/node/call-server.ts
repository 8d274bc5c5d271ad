import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { ToolOutput } from '../tools/tool';

/** One call of an emulated tool on one node. */
export interface ToolCall {
  readonly node: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly user: string;
  readonly isMerged: boolean;
  readonly stdin?: string;
}

export type AnswerCall = (call: ToolCall) => ToolOutput;

/** How long the tool takes before it says anything, in ms. */
export type PaceOfCall = (call: ToolCall) => number;

/** A pipe takes this much at once without waiting for its reader; anything longer is streamed. */
const PIPE_CAPACITY_BYTES = 16 * 1024;
/** How often a tool that waits looks again. */
const LOOK_AGAIN_MS = 50;
/** Long after any stub has read them. */
const LEFTOVER_MS = 10_000;

/**
 * Answers the stubs of all nodes over one FIFO. Opened for reading and writing, so that it never ends while the fleet
 * lives and opening it never blocks a stub.
 */
export class CallServer {
  readonly #directory: string;
  readonly #answer: AnswerCall;
  readonly #socket: Socket;
  readonly #pace: PaceOfCall;
  readonly #leftovers = new Set<NodeJS.Timeout>();
  #pending = '';

  constructor(directory: string, answer: AnswerCall, pace: PaceOfCall = () => 0) {
    this.#directory = directory;
    this.#answer = answer;
    this.#pace = pace;
    const fd = openSync(join(directory, 'calls'), constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd, readable: true, writable: false });
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk.toString('latin1')));
    this.#socket.on('error', () => {});
  }

  close(): void {
    for (const timer of this.#leftovers) clearTimeout(timer);
    this.#socket.destroy();
  }

  #read(text: string): void {
    const all = (this.#pending + text).split('\n');
    this.#pending = all.pop() ?? '';
    for (const request of all) {
      const [node = '', id = ''] = request.split(' ');
      if (/^n\d+$/.test(node) && /^\d+$/.test(id)) this.#serve(node, id);
    }
  }

  #serve(node: string, id: string): void {
    const path = join(this.#directory, node, 'sim', id);
    const call = readCall(node, path);
    const pipe = openReply(path);
    remove(`${path}.args`);
    remove(`${path}.stdin`);
    remove(path);
    if (pipe === null) return;
    const paceMs = call ? this.#pace(call) : 0;
    if (paceMs === 0) this.#finish(path, call, pipe);
    else setTimeout(() => this.#finish(path, call, pipe), paceMs).unref();
  }

  #finish(path: string, call: ToolCall | null, pipe: number): void {
    const output = call ? this.#answer(call) : { stdout: '', stderr: '', exitCode: 126 };
    if (output.ending === 'waits') {
      const timer = setTimeout(() => {
        this.#leftovers.delete(timer);
        this.#finish(path, call, pipe);
      }, LOOK_AGAIN_MS);
      timer.unref();
      this.#leftovers.add(timer);
      return;
    }
    const stdout = Buffer.from(output.stdout as Uint8Array);
    if (output.stderr !== '') this.#leave(`${path}.errors`, output.stderr);
    if (output.ending === 'endless') this.#leave(`${path}.loop`, repeated(stdout));
    const how =
      output.ending && output.ending !== 'normal'
        ? output.ending
        : describe(stdout.length > 0 || output.goesOn !== undefined, output.stderr !== '');
    const header = Buffer.from(`${output.exitCode} ${how}\n`);
    const hasBody = how === 'output' || how === 'both';
    if (hasBody && output.goesOn) {
      this.#goOn(pipe, Buffer.concat([header, stdout]), output.goesOn);
      return;
    }
    reply(pipe, hasBody ? Buffer.concat([header, stdout]) : header);
  }

  /** Keeps writing until whoever reads has gone. A reader that is slow misses rounds, as one of the real tool makes it wait. */
  #goOn(pipe: number, first: Buffer, { everyMs, next }: NonNullable<ToolOutput['goesOn']>): void {
    const end = (): void => {
      clearInterval(timer);
      this.#leftovers.delete(timer);
      closeSync(pipe);
    };
    const write = (data: string | Buffer): void => {
      try {
        writeSync(pipe, data as string);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') end();
      }
    };
    const timer = setInterval(() => {
      const text = next();
      if (text === null) end();
      else write(text);
    }, everyMs);
    timer.unref();
    this.#leftovers.add(timer);
    write(first);
  }

  /** Writes a file that the stub reads after its header; nobody tells when it has, so time does. */
  #leave(path: string, content: string | Buffer): void {
    writeFileSync(path, content);
    const timer = setTimeout(() => {
      this.#leftovers.delete(timer);
      remove(path);
    }, LEFTOVER_MS);
    timer.unref();
    this.#leftovers.add(timer);
  }
}

/** One round of an endless output: long, so that starting a program for each round does not matter. */
function repeated(data: Buffer): Buffer {
  const rounds = Math.max(1, Math.ceil((512 * 1024) / Math.max(1, data.length)));
  return Buffer.concat(Array.from({ length: rounds }, () => data));
}

function describe(hasOutput: boolean, hasErrors: boolean): string {
  if (hasOutput) return hasErrors ? 'both' : 'output';
  return hasErrors ? 'errors' : 'nothing';
}

function readCall(node: string, path: string): ToolCall | null {
  try {
    const parts = readFileSync(`${path}.args`, 'utf8').split('\0');
    const [tool = '', user = '', merged = '', ...args] = parts.slice(0, -1);
    const stdin = existsSync(`${path}.stdin`) ? { stdin: readFileSync(`${path}.stdin`, 'utf8') } : {};
    return { node, tool, user, isMerged: merged === 'merged', args, ...stdin };
  } catch {
    return null;
  }
}

/** Null when the stub is gone: nobody has the FIFO open any more. */
function openReply(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function reply(pipe: number, data: Buffer): void {
  if (data.length <= PIPE_CAPACITY_BYTES) {
    try {
      writeSync(pipe, data);
    } catch {
      // The stub was ended while it waited; there is nobody to tell.
    }
    closeSync(pipe);
    return;
  }
  const stream = new Socket({ fd: pipe, readable: false, writable: true });
  stream.on('error', () => stream.destroy());
  stream.end(data);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Already gone.
  }
}
