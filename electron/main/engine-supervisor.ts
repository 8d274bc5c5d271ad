import type { FromEngineProcess, ToEngineProcess } from '#shared/contract/engine-process';
import type { EngineState } from '#shared/contract/native';
import type { StorageProblem } from '#shared/domain/storage-problem';

/** The part of a utility process that supervision needs. */
export interface EngineProcess<Port> {
  post(message: ToEngineProcess, ports?: Port[]): void;
  onMessage(listener: (message: FromEngineProcess) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

export interface EngineSupervisorOptions<Port> {
  spawn: () => EngineProcess<Port>;
  dataDir: string;
  /** A fresh port for each process, at whose other end the keychain is served. */
  createWorkstationPort: () => Port;
  random?: () => number;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** Crashes in a row after which only the user starts it again. */
const maxAttempts = 6;
/** An engine that ran this long was well, so its next crash counts as the first. */
const healthyAfterMs = 60_000;
/** How long a stopping engine may take to close its files. */
const stopTimeoutMs = 4000;
const killTimeoutMs = 1000;

/** Keeps one engine process running: starts it, starts it again with a jittered delay when it ends, and says how it is. */
export class EngineSupervisor<Port> {
  #options: EngineSupervisorOptions<Port>;
  #state: EngineState = { kind: 'starting', problem: null };
  /** Why the engine could not open its data, known until one could. */
  #problem: StorageProblem | null = null;
  #process: EngineProcess<Port> | null = null;
  #attempt = 0;
  #startedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #stateListeners = new Set<(state: EngineState) => void>();
  #spawnListeners = new Set<() => void>();

  constructor(options: EngineSupervisorOptions<Port>) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  onDidChangeState(listener: (state: EngineState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Tells when a new process can take ports. Calls wait in the port until the engine is ready, so none is lost. */
  onDidSpawn(listener: () => void): () => void {
    this.#spawnListeners.add(listener);
    return () => this.#spawnListeners.delete(listener);
  }

  start(): void {
    clearTimeout(this.#timer);
    if (this.#process) return;
    const child = this.#options.spawn();
    let reason = '';
    this.#process = child;
    this.#startedAtMs = Date.now();
    this.#setState({ kind: 'starting', problem: this.#problem });
    child.onMessage((message) => {
      if (message.kind === 'ready') this.#setState({ kind: 'running' });
      else reason = message.reason;
      this.#problem = message.kind === 'failed' ? message.problem : null;
    });
    child.onExit((code) => {
      if (this.#process !== child) return;
      this.#process = null;
      this.#onEnded(reason || `it ended with code ${code}`);
    });
    child.post({ kind: 'start', dataDir: this.#options.dataDir }, [this.#options.createWorkstationPort()]);
    for (const listener of this.#spawnListeners) listener();
  }

  /** Gives a client's port to the engine. @returns false when there is none; onDidSpawn will tell. */
  connect(createPort: () => Port): boolean {
    if (!this.#process) return false;
    this.#process.post({ kind: 'connect' }, [createPort()]);
    return true;
  }

  /** Starts afresh now, also after it was given up. */
  async restart(): Promise<void> {
    await this.stop();
    this.#attempt = 0;
    this.start();
  }

  /** Lets the engine close its files, and ends it when that takes too long. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#process;
    if (!child) return;
    this.#process = null;
    await new Promise<void>((resolve) => {
      const killTimer = setTimeout(() => child.kill(), stopTimeoutMs);
      // A process that was still being created may never tell that it ended.
      const giveUpTimer = setTimeout(resolve, stopTimeoutMs + killTimeoutMs);
      child.onExit(() => {
        clearTimeout(killTimer);
        clearTimeout(giveUpTimer);
        resolve();
      });
      child.post({ kind: 'stop' });
    });
  }

  #onEnded(reason: string): void {
    this.#attempt = Date.now() - this.#startedAtMs > healthyAfterMs ? 1 : this.#attempt + 1;
    if (this.#attempt > maxAttempts) {
      this.#setState({ kind: 'failed', reason, problem: this.#problem });
      return;
    }
    const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#attempt - 1));
    const delayMs = Math.round(ceilingMs * (0.5 + (this.#options.random ?? Math.random)() / 2));
    this.#setState({ kind: 'restarting', attempt: this.#attempt, delayMs, reason, problem: this.#problem });
    this.#timer = setTimeout(() => this.start(), delayMs);
  }

  #setState(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
