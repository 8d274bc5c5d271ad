import type { Duplex } from 'node:stream';
import { type CommandSpec, commandKey } from '#shared/domain/command';
import { throwIfAborted } from './abort';
import { BatchDecoder } from './batch/batch-decoder';
import { bundleFormat } from './batch/batch-program';
import { type BatchOptions, type CommandResult, type ExecOptions, type Host, HostUnavailableError } from './host';

/** What `gantry collect` printed on a node, read back. */
export interface Bundle {
  readonly hostName: string | null;
  readonly collectedAtMs: number | null;
  readonly results: readonly CommandResult[];
  /** False when the file ends before the collection did. */
  readonly isComplete: boolean;
}

/**
 * # gantry-bundle 1
 * # token 9f86d081884c7d65
 * # host gpu-01
 * # time 2026-03-01T08:30:00Z
 */
const header = /^# gantry-bundle (\d+)\s*\n# token ([0-9A-Za-z]+)\s*\n# host (.*)\n# time (\S+)/m;

/** Reads a bundle. Throws HostUnavailableError for bytes that are none. */
export function decodeBundle(bytes: Uint8Array): Bundle {
  // A file that went through a Windows editor or a paste has other line ends; base64 does not care.
  const text = withoutWideCharacters(Buffer.from(bytes));
  const found = header.exec(text.toString('latin1', 0, Math.min(text.length, 64 * 1024)).replaceAll('\r', ''));
  if (!found) {
    throw new HostUnavailableError(null, {
      code: 'unsupported',
      detail: 'This file is not the output of gantry collect.',
    });
  }
  const [, format = '', token = '', hostName = '', time = ''] = found;
  if (Number(format) > bundleFormat) {
    throw new HostUnavailableError(null, {
      code: 'unsupported',
      detail: `This bundle has format ${format}; this version reads up to ${bundleFormat}.`,
    });
  }
  const collectedAtMs = Date.parse(time);
  const atMs = Number.isFinite(collectedAtMs) ? collectedAtMs : 0;
  const commands = readLegend(text, token);
  const decoder = new BatchDecoder(token, commands);
  const results: CommandResult[] = [];
  for (const event of decoder.push(Buffer.concat([withoutCarriageReturns(text), Buffer.from('\n')]), atMs)) {
    if (event.kind === 'ended') results.push({ spec: commands[event.position] as CommandSpec, ...event.outcome });
  }
  for (const { position, outcome } of decoder.unfinished('lost', atMs)) {
    results.push({ spec: commands[position] as CommandSpec, ...outcome });
  }
  return {
    hostName: hostName.trim() || null,
    collectedAtMs: Number.isFinite(collectedAtMs) ? collectedAtMs : null,
    results,
    isComplete: decoder.isEndSeen,
  };
}

/** Answers read-only commands from a bundle; anything it does not hold is reported as a tool that is not there. */
export class BundleHost implements Host {
  readonly kind = 'bundle';
  private readonly byCommand: ReadonlyMap<string, CommandResult>;

  constructor(
    readonly id: string,
    private readonly bundle: Bundle,
  ) {
    this.byCommand = new Map(bundle.results.map((result) => [commandKey(result.spec), result]));
  }

  async *batch(commands: readonly CommandSpec[], options: BatchOptions = {}): AsyncGenerator<CommandResult> {
    for (const command of commands) {
      throwIfAborted(options.signal);
      yield this.answer(command);
    }
    options.onCost?.({ roundTrips: 0, bytesReceived: 0, nodeCpuMs: null });
  }

  async exec(command: CommandSpec, options: ExecOptions = {}): Promise<CommandResult> {
    throwIfAborted(options.signal);
    const result = this.find(command);
    // Whatever was not collected might change something, and there is no node to change.
    if (!result || options.stdin) throw this.unsupported(command.argv);
    return { ...result, spec: command };
  }

  // biome-ignore lint/correctness/useYield: a bundle has no clock to follow
  async *stream(argv: readonly [string, ...string[]]): AsyncGenerator<Uint8Array> {
    throw this.unsupported(argv);
  }

  async forward(): Promise<Duplex> {
    throw this.unsupported(['ssh']);
  }

  async close(): Promise<void> {}

  private answer(command: CommandSpec): CommandResult {
    const found = this.find(command);
    if (found) return { ...found, spec: command };
    return {
      spec: command,
      privilege: 'user',
      state: 'missing-tool',
      exitCode: null,
      startedAtMs: this.bundle.collectedAtMs ?? 0,
      durationMs: 0,
      stdout: new Uint8Array(),
      stderr: Buffer.from('This command is not in the bundle.\n'),
      isTruncated: false,
    };
  }

  /** Older collectors ran as root and as the login what is one command now. */
  private find(command: CommandSpec): CommandResult | undefined {
    const found = this.byCommand.get(commandKey(command));
    if (found || command.privilege !== 'root-else-user') return found;
    const [asRoot, asLogin] = (['root', 'user'] as const).map((privilege) =>
      this.byCommand.get(commandKey({ ...command, privilege })),
    );
    return asRoot?.state === 'exited' ? asRoot : (asLogin ?? asRoot);
  }

  private unsupported(argv: readonly string[]): HostUnavailableError {
    return new HostUnavailableError(this.id, {
      code: 'unsupported',
      detail: `This node is an imported collection; ${argv[0]} can not be run on it.`,
    });
  }
}

function readLegend(text: Buffer, token: string): CommandSpec[] {
  const commands: CommandSpec[] = [];
  const line = new RegExp(`^${token} c (\\d+) ([A-Za-z0-9+/=]+)`, 'gm');
  for (const [, position, encoded = ''] of text.toString('latin1').matchAll(line)) {
    const spec = readSpec(Buffer.from(encoded, 'base64').toString('utf8'));
    // In order and without gaps, or the frames could not be told apart.
    if (!spec || Number(position) !== commands.length) break;
    commands.push(spec);
  }
  return commands;
}

function readSpec(json: string): CommandSpec | null {
  try {
    const spec = JSON.parse(json) as Partial<CommandSpec> | null;
    const isSpec =
      typeof spec?.id === 'string' &&
      Array.isArray(spec.argv) &&
      spec.argv.length > 0 &&
      spec.argv.every((word) => typeof word === 'string');
    return isSpec ? (spec as CommandSpec) : null;
  } catch {
    return null;
  }
}

/** `>` of PowerShell writes UTF-16, its editors a mark in front of UTF-8; what matters of a bundle is ASCII. */
function withoutWideCharacters(text: Buffer): Buffer {
  if (text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf) return text.subarray(3);
  const isLittleEndian = text[0] === 0xff && text[1] === 0xfe;
  if (!isLittleEndian && !(text[0] === 0xfe && text[1] === 0xff)) return text;
  const narrow = Buffer.alloc(Math.floor(text.length / 2) - 1);
  for (let at = 0; at < narrow.length; at += 1) narrow[at] = text[2 * at + (isLittleEndian ? 2 : 3)] ?? 0;
  return narrow;
}

function withoutCarriageReturns(text: Buffer): Buffer {
  return text.includes(0x0d) ? Buffer.from(text.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : text;
}
