import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { FaultName, FaultOptions } from './faults';
import { liveFiles, nodeFiles } from './files';
import { clearFault, injectFault } from './model/apply-fault';
import type { NodeModel } from './model/node-model';
import type { ToolCall } from './node/call-server';
import { changeTools, filesOf, NodeFiles } from './node/node-files';
import { removePaths, rewriteProgram } from './node/rewrite';
import { answerHttp } from './services/answer-http';
import { metricsAt } from './services/service';
import { generateKey, type KeyPair } from './ssh/host-keys';
import { NodeServer, type NodeUser, type SessionRequest } from './ssh/node-server';
import { belongsTo, commandOf, readProcess } from './ssh/real-processes';
import { runSession } from './ssh/session';
import { emulatedTools, renderTool } from './tools';
import type { RealProcess, ToolFiles, ToolOutput } from './tools/tool';

/** How long a simulated node takes to start; a real one takes minutes. */
const RESTART_MS = 1500;

export interface SimNodeOptions {
  readonly model: NodeModel;
  readonly base: string;
  readonly users: readonly NodeUser[];
  readonly privateKeyPath: string;
}

/** A node of the simulated fleet, as tests and the demo handle it. */
export class SimNode {
  readonly name: string;
  readonly address = '127.0.0.1';
  readonly user: string;
  readonly password: string | null;
  readonly privateKeyPath: string;
  /** The profile's id. */
  readonly profile: string;
  readonly model: NodeModel;
  readonly #base: string;
  readonly #users: readonly NodeUser[];
  readonly #files: NodeFiles;
  readonly #server: NodeServer;
  /** The node's own files, whoever wrote them. */
  readonly files: ToolFiles;
  #tools: ReadonlySet<string>;
  #hostKey: KeyPair = generateKey();
  #oldHostKey: KeyPair | null = null;
  readonly #timers = new Set<NodeJS.Timeout>();
  #sessions = 0;
  #freshTimer: NodeJS.Timeout | null = null;
  #bootId: string;
  #syncedRevision = -1;
  #syncedAtMs = 0;
  #port = 0;

  constructor({ model, base, users, privateKeyPath }: SimNodeOptions) {
    const [first] = users;
    if (!first) throw new RangeError('a simulated node needs a user');
    this.name = model.name;
    this.profile = model.profile.id;
    this.user = first.name;
    this.password = first.password;
    this.privateKeyPath = privateKeyPath;
    this.model = model;
    this.#bootId = model.bootId;
    this.#base = base;
    this.#users = users;
    this.#files = new NodeFiles(base);
    this.files = filesOf(base);
    this.#tools = new Set(emulatedTools(model));
    this.#server = new NodeServer({
      users,
      hostKey: () => this.#hostKey,
      linkShape: () => {
        const slow = model.fault('slow-link');
        return slow ? { latencyMs: slow.latencyMs ?? 250, bytesPerSec: slow.bytesPerSec ?? 128 * 1024 } : null;
      },
      cutAfterBytes: () => model.fault('connection-cut')?.afterBytes ?? null,
      run: (request) => this.#run(request),
      isForwarding: () => !model.faults.has('forwarding-denied'),
      portOf: (port) => this.#portOf(port),
    });
  }

  get port(): number {
    return this.#port;
  }

  /** What `ssh-keygen -lf` says of the key that the next connection will be shown. */
  get hostKeySha256(): string {
    return this.#hostKey.sha256;
  }

  /** The line for a known_hosts file. */
  get knownHostsLine(): string {
    return `[${this.address}]:${this.#port} ${this.#hostKey.publicKey}`;
  }

  async listen(port: number): Promise<void> {
    for (const user of this.#users) mkdirSync(this.#homeOf(user.name), { recursive: true });
    writeFileSync(join(this.#base, 'sim', 'password'), `${this.password ?? ''}\n`);
    this.#port = await this.#server.listen(port);
    this.#refuseOrNot();
  }

  inject<F extends FaultName>(fault: F, options: FaultOptions[F] = {} as FaultOptions[F]): void {
    injectFault(this.model, fault, options);
    if (fault === 'host-key-change' && !this.#oldHostKey) {
      this.#oldHostKey = this.#hostKey;
      this.#hostKey = generateKey();
    }
    if (fault === 'connection-cut' && this.model.fault('connection-cut')?.afterBytes === undefined)
      this.#server.cutAll();
    this.#refuseOrNot();
    this.#refreshIfUsed();
  }

  /** Takes back one fault, or all of them. */
  clear(fault?: FaultName): void {
    for (const each of fault === undefined ? this.faults() : [fault]) {
      clearFault(this.model, each);
      if (each === 'host-key-change' && this.#oldHostKey) {
        this.#hostKey = this.#oldHostKey;
        this.#oldHostKey = null;
      }
      if (each === 'hung-nvidia-smi') this.#releaseHung();
    }
    this.#refuseOrNot();
    this.#refreshIfUsed();
  }

  faults(): FaultName[] {
    return [...this.model.faults.keys()];
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#releaseHung();
    await this.#server.close();
  }

  /** Answers one call of an emulated tool; what it changes shows in the node's files at once. */
  answer(call: ToolCall): ToolOutput {
    const tool = call.tool.replace(/^\.call-/, '');
    if (tool === 'rewrite') return this.#rewriteFile(call.args[0] ?? '');
    const endless = this.model.fault('endless-output');
    const { revision } = this.model;
    const output = renderTool(this.model, [tool, ...call.args.map((arg) => removePaths(arg, this.#base))], {
      user: call.user,
      uid: this.#uidOf(call.user),
      isMerged: call.isMerged,
      ...(call.stdin === undefined ? {} : { stdin: call.stdin }),
      files: this.files,
      describeRealProcess: (pid) => this.#describe(pid),
    });
    if (this.model.bootId !== this.#bootId) this.#restart();
    if (this.model.isOff) this.#turnOff();
    if (this.model.revision !== revision) this.#refreshIfUsed();
    if (tool === 'kill') {
      this.#refresh();
      this.#refreshWhenEnded();
    }
    if (endless && (endless.tool ?? 'nvidia-smi') === tool)
      return { ...output, stdout: output.stdout || 'y\n', ending: 'endless' };
    return output;
  }

  /** The node is away for a moment, as one that starts again: connections go, and nothing listens until it is back. */
  #restart(): void {
    this.#bootId = this.model.bootId;
    this.#refreshIfUsed();
    const timer = setTimeout(() => {
      this.#server.refuse(true);
      this.#server.cutAll();
      this.#timers.delete(timer);
      const back = setTimeout(() => {
        this.#timers.delete(back);
        this.#refuseOrNot();
      }, RESTART_MS);
      this.#timers.add(back);
    }, 200);
    this.#timers.add(timer);
  }

  /** Connections go, and nothing listens until somebody turns it on again. */
  #turnOff(): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#server.refuse(true);
      this.#server.cutAll();
    }, 200);
    this.#timers.add(timer);
  }

  /** As its BMC turns it on after it was turned off in order. */
  powerOn(): void {
    if (!this.model.isOff) return;
    this.model.isOff = false;
    this.model.restart();
    this.#bootId = this.model.bootId;
    this.#refuseOrNot();
    this.#refreshIfUsed();
  }

  #refuseOrNot(): void {
    this.#server.refuse(this.model.isOff || this.model.faults.has('connection-refused'));
  }

  #rewriteFile(path: string): ToolOutput {
    return { stdout: rewriteProgram(readText(path), this.#base), stderr: '', exitCode: 0 };
  }

  #uidOf(user: string): number {
    if (user === 'root') return 0;
    const index = this.#users.findIndex((each) => each.name === user);
    return index === -1 ? 65_534 : 1000 + index * 100;
  }

  #homeOf(user: string): string {
    return join(this.#base, '1', user === 'root' ? 'root' : `home/${user}`);
  }

  #portOf(port: number): ((channel: Duplex) => void) | null {
    const metrics = metricsAt(this.model, port);
    return metrics && ((channel) => answerHttp(channel, () => metrics.print()));
  }

  #run(request: SessionRequest): { signal(name: string): void } {
    this.#refresh();
    this.#keepFresh(request);
    const noise = this.model.fault('noisy-bashrc');
    return runSession({
      base: this.#base,
      channel: request.channel,
      // Without a terminal a login shell reads commands from standard input, like `sh`.
      command: request.command ?? (request.hasTerminal ? 'sh -i' : 'sh'),
      environment: {
        ...request.environment,
        LANG: request.environment.LANG ?? this.model.profile.locale,
        HOME: this.#homeOf(request.user),
        USER: request.user,
        LOGNAME: request.user,
        SHELL: '/bin/bash',
        PATH: `${this.#base}/1/usr/bin`,
        SSH_CONNECTION: `127.0.0.1 50000 127.0.0.1 ${this.#port}`,
        TMPDIR: `${this.#base}/1/tmp`,
      },
      hasTerminal: request.hasTerminal,
      preface: noise ? (noise.text ?? NOISE) : '',
      countOutput: (chunk) => request.countOutput(chunk),
      cut: () => request.cut(),
    });
  }

  /** What reads counters in a loop sees them grow, as long as anybody is logged in. */
  #keepFresh({ channel }: SessionRequest): void {
    this.#sessions += 1;
    channel.once('close', () => {
      this.#sessions -= 1;
      if (this.#sessions > 0 || !this.#freshTimer) return;
      clearInterval(this.#freshTimer);
      this.#timers.delete(this.#freshTimer);
      this.#freshTimer = null;
    });
    if (this.#freshTimer) return;
    this.#freshTimer = setInterval(() => this.#refresh(), 1000).unref();
    this.#timers.add(this.#freshTimer);
  }

  /** A node that nobody has logged in to has no files yet, and needs none. */
  #refreshIfUsed(): void {
    if (this.#syncedRevision !== -1) this.#refresh();
  }

  /** Brings the node's files and flags up to now: all of them after a change, else the counters, at most once a second. */
  #refresh(): void {
    this.model.advance();
    const nowMs = this.model.nowMs();
    if (this.#syncedRevision === this.model.revision) {
      if (nowMs - this.#syncedAtMs >= 1000) this.#files.update(liveFiles(this.model));
      else return;
    } else {
      this.#tools = changeTools(this.#base, this.#tools, emulatedTools(this.model));
      const accounts = this.#users.map((user) => ({ name: user.name, uid: this.#uidOf(user.name) }));
      this.#files.sync(nodeFiles(this.model, accounts));
      for (const flag of ['no-sudo', 'clock-off'] as const) {
        const path = join(this.#base, 'sim', flag);
        if (this.model.faults.has(flag)) writeFileSync(path, '');
        else rmSync(path, { force: true });
      }
    }
    this.#syncedRevision = this.model.revision;
    this.#syncedAtMs = nowMs;
  }

  /** A process that was told to end takes its files along when it does, also while nobody asks for them anew. */
  #refreshWhenEnded(): void {
    for (const { endsAtMs } of this.model.processes.values()) {
      if (endsAtMs === null) continue;
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer);
          this.#refresh();
        },
        Math.max(0, endsAtMs - this.model.nowMs()) + 5,
      );
      this.#timers.add(timer);
    }
  }

  /** Describes a process of one of the node's own sessions, for `ps -p`. */
  #describe(pid: number): RealProcess | null {
    const line = readProcess(pid);
    if (!line || !belongsTo(pid, this.#base)) return null;
    const isHung = existsSync(join(this.#base, 'sim', 'hung', String(pid)));
    return {
      pid,
      ppid: line.ppid,
      state: isHung ? 'D' : line.state,
      command: isHung ? 'nvidia-smi' : removePaths(commandOf(pid), this.#base),
    };
  }

  /** Lets every hung tool return, as the driver does when it comes back. */
  #releaseHung(): void {
    const hung = join(this.#base, 'sim', 'hung');
    if (!existsSync(hung)) return;
    const pids = readdirSync(hung);
    if (pids.length === 0) return;
    try {
      const fifo = openSync(join(this.#base, 'sim', 'hang'), constants.O_WRONLY | constants.O_NONBLOCK);
      writeSync(fifo, '\n'.repeat(pids.length));
      closeSync(fifo);
    } catch {
      // None of them is left.
    }
    for (const pid of pids) rmSync(join(hung, pid), { force: true });
  }
}

const NOISE = `
***********************************************
*  Welcome to the GPU cluster!                *
*  Maintenance: every 2nd Tuesday, 06:00      *
***********************************************
Loading modules: cuda/12.4 nccl/2.21 ... done
`;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
