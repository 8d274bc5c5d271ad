import type { Duplex } from 'node:stream';
import type { CommandSpec, CommandState, Privilege } from '#shared/domain/command';
import type { HostError, HostKind } from '#shared/domain/host';

/** How one command ended, with the bytes it printed. */
export interface CommandResult {
  readonly spec: CommandSpec;
  /** With which it ran, or would have. */
  readonly privilege: Privilege;
  readonly state: CommandState;
  readonly exitCode: number | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly isTruncated: boolean;
}

/** A password for sudo that is used here only, and what sudo says to it. */
export interface SudoTrial {
  readonly password: string;
  readonly onAnswer: (said: { readonly answer: 'usable' | 'denied' | 'none'; readonly words: string }) => void;
}

export interface ExecOptions {
  readonly signal?: AbortSignal;
  /** Bytes for the command's standard input (file contents, never a password). */
  readonly stdin?: Uint8Array;
  readonly trySudo?: SudoTrial;
  /** Given what it prints, on both outputs, as it comes; the result has all of it once more. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /**
   * Goes on, up to its time limit, when the connection or this engine goes: for what would be half done. Its shell is found by this
   * name (letters, digits, hyphens) among the node's processes while it does.
   */
  readonly keptAs?: string | undefined;
}

/**
 * Where commands run. A command's own failure is a result; only a host that can't be used throws
 * (HostUnavailableError). Aborting ends the remote process and rejects with an AbortError.
 */
export interface Host {
  readonly id: string;
  readonly kind: HostKind;
  /**
   * Runs commands in ONE round trip with bounded parallelism and yields each as it ends, in any order. When the
   * connection goes half-way, the rest are yielded as `lost`. `clock` tells the node's time against ours, once known.
   */
  batch(commands: readonly CommandSpec[], options?: BatchOptions): AsyncIterable<CommandResult>;
  /** Runs one command. */
  exec(command: CommandSpec, options?: ExecOptions): Promise<CommandResult>;
  /**
   * Runs a long-lived command and yields its stdout as it comes; ends when it ends, ends it when aborted. With `onGap`
   * it starts the command again after a lost connection and says so; without, a lost connection is thrown.
   */
  stream(argv: readonly [string, ...string[]], options: StreamOptions): AsyncIterable<Uint8Array>;
  /** Opens a TCP connection from the node, through its own connection; nothing listens for it here. Times out by itself. */
  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex>;
  close(): Promise<void>;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** Told before the first bytes after a gap; times are ours. */
  readonly onGap?: (gap: { fromMs: number; toMs: number }) => void;
}

/** What a batch took: requests sent after login, and on the node processor time, where it could tell. */
export interface BatchCost {
  readonly roundTrips: number;
  readonly bytesReceived: number;
  readonly nodeCpuMs: number | null;
}

export interface BatchOptions {
  readonly signal?: AbortSignal;
  readonly onClockOffset?: (offsetMs: number) => void;
  /** Of a batch of one command: see `ExecOptions`. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  readonly trySudo?: SudoTrial | undefined;
  /** As in `ExecOptions`. */
  readonly keptAs?: string | undefined;
  /** Told once the batch is over. */
  readonly onCost?: (cost: BatchCost) => void;
}

/** A host can't be used; `hostError` is the code and its data. */
export class HostUnavailableError extends Error {
  override readonly name = 'HostUnavailableError';
  constructor(
    readonly hostId: string | null,
    readonly hostError: HostError,
    options?: ErrorOptions,
  ) {
    super(`host unavailable: ${hostError.code}`, options);
  }
}
