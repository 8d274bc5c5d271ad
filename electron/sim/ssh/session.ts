import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { createPathRemover, createProgramRewriter, readsProgramFromStdin, rewriteProgram } from '../node/rewrite';
import { descendantsOf, sendSignal } from './real-processes';
import { createLineEditor, withCarriageReturns } from './terminal';

export interface SessionOptions {
  readonly base: string;
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly channel: ServerChannel;
  /** Printed first, as a chatty start-up file would. */
  readonly preface: string;
  /** A person at a terminal: typed characters are echoed and line ends are what a terminal wants. */
  readonly hasTerminal: boolean;
  /** Told about each piece of output; false cuts the connection after it. */
  readonly countOutput: (chunk: Buffer) => { readonly allowed: Buffer; readonly isCut: boolean };
  readonly cut: () => void;
}

/** Between the hang-up that a closed channel means and the end of whatever ignored it. */
const GRACE_MS = 1500;

/** Runs one command of a node in a real shell, in its own process group, and ends it with the channel. */
export function runSession(options: SessionOptions): { signal(name: string): void } {
  const { base, channel, command } = options;
  const preludePath = `${base}/sim/prelude`;
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    '/bin/sh',
    ['-c', `. '${preludePath}'; ${rewriteProgram(command, base)}`],
    { cwd: options.environment.HOME, env: { ...options.environment }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  if (options.hasTerminal) connectTerminal(child.stdin, options, (name) => sendSignal(-(child.pid ?? 0), name));
  else connectInput(child.stdin, options);
  const shown = (chunk: Buffer): Buffer => (options.hasTerminal ? withCarriageReturns(chunk) : chunk);
  const isCut = { value: false };
  if (options.preface !== '') sendOutput(Buffer.from(options.preface), options, isCut, () => {});
  connectOutput(child.stdout, channel, base, (chunk, done) => sendOutput(shown(chunk), options, isCut, done));
  connectOutput(child.stderr, channel, base, (chunk, done) => {
    // A terminal has one stream.
    const stream = options.hasTerminal ? channel : channel.stderr;
    if (channel.writable && !stream.write(shown(chunk))) channel.once('drain', done);
    else done();
  });
  let hasEnded = false;
  child.on('error', () => channel.destroy());
  child.on('exit', (code, signal) => {
    hasEnded = true;
    if (!channel.writable) return;
    // Like sshd: the status goes out at once, the channel stays open while anything still holds the output.
    if (signal) channel.exit(signal.replace(/^SIG/, ''));
    else channel.exit(code ?? 0);
  });
  child.on('close', () => {
    if (channel.writable) channel.end();
  });
  channel.on('close', () => {
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin.destroy();
    if (!hasEnded && child.pid !== undefined) endProcesses(child.pid);
  });
  return {
    signal(name) {
      if (child.pid !== undefined) sendSignal(-child.pid, `SIG${name}` as NodeJS.Signals);
    },
  };
}

function connectInput(stdin: Writable, { base, channel, command }: SessionOptions): void {
  stdin.on('error', () => {});
  if (!readsProgramFromStdin(command)) {
    channel.pipe(stdin);
    return;
  }
  const rewriter = createProgramRewriter(base);
  stdin.write(`. '${base}/sim/prelude'; `);
  channel.on('data', (chunk: Buffer) => {
    const program = rewriter.push(chunk);
    if (program.length > 0) stdin.write(program);
  });
  channel.on('end', () => stdin.end(rewriter.end()));
}

function connectTerminal(
  stdin: Writable,
  { base, channel }: SessionOptions,
  interrupt: (name: NodeJS.Signals) => void,
): void {
  stdin.on('error', () => {});
  const rewriter = createProgramRewriter(base);
  const edit = createLineEditor();
  channel.on('data', (chunk: Buffer) => {
    const typed = edit(chunk);
    if (typed.echo !== '') channel.write(typed.echo);
    if (typed.isInterrupt) interrupt('SIGINT');
    if (typed.lines !== '') stdin.write(rewriter.push(Buffer.from(typed.lines, 'latin1')));
    if (typed.isEnd) stdin.end();
  });
  channel.on('end', () => stdin.end());
}

function connectOutput(
  source: Readable,
  channel: ServerChannel,
  base: string,
  send: (chunk: Buffer, done: () => void) => void,
): void {
  const remover = createPathRemover(base);
  const forward = (chunk: Buffer): void => {
    if (chunk.length === 0 || !channel.writable) return;
    source.pause();
    send(chunk, () => source.resume());
  };
  source.on('data', (chunk: Buffer) => forward(remover.push(chunk)));
  source.on('end', () => forward(remover.end()));
  source.on('error', () => {});
}

function sendOutput(chunk: Buffer, options: SessionOptions, isCut: { value: boolean }, done: () => void): void {
  if (isCut.value) return;
  const counted = options.countOutput(chunk);
  const { channel } = options;
  if (counted.isCut) {
    isCut.value = true;
    channel.write(counted.allowed, () => options.cut());
    return;
  }
  if (channel.write(counted.allowed)) done();
  else channel.once('drain', done);
}

function endProcesses(pid: number): void {
  const everything = descendantsOf(pid);
  sendSignal(-pid, 'SIGHUP');
  const timer = setTimeout(() => {
    sendSignal(-pid, 'SIGKILL');
    for (const each of everything) sendSignal(each, 'SIGKILL');
  }, GRACE_MS);
  timer.unref();
}
