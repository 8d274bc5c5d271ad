import type { NodeModel } from '../model/node-model';

/** How one run of an emulated tool ends. `hangs` never ends; `endless` repeats stdout for ever; `waits` is asked again. */
export interface ToolOutput {
  readonly stdout: string | Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
  readonly ending?: 'normal' | 'hangs' | 'endless' | 'waits';
  /** A tool that stays (`-l 1`, `dmon`): what it prints every so many ms after stdout; null ends it. */
  readonly goesOn?: { readonly everyMs: number; readonly next: () => string | null };
}

export interface ToolContext {
  /** The account that runs the tool; uid 0 under sudo. */
  readonly user: string;
  readonly uid: number;
  /** True when stdout and stderr are one and the same. */
  readonly isMerged?: boolean;
  /** What came in on standard input, of the few tools that read it. */
  readonly stdin?: string;
  /** The node's own files, whoever wrote them. */
  readonly files?: ToolFiles;
  /** Knows the processes of this machine that are the node's own sessions: `ps -p` may show them. */
  readonly describeRealProcess?: (pid: number) => RealProcess | null;
}

/** By their paths on the node. */
export interface ToolFiles {
  read(path: string): string | null;
  /** Paths of what is in a folder; none where it is not there. */
  list(folder: string): string[];
  isFolder(path: string): boolean;
  /** `mode`: that of a program. */
  write(path: string, text: string, mode?: number): void;
  remove(path: string): void;
}

export interface RealProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly state: string;
  readonly command: string;
}

/** An emulated tool: reads (and, for the few that change something, changes) the model. */
export type Tool = (model: NodeModel, args: readonly string[], context: ToolContext) => ToolOutput;

export function printed(stdout: string | Uint8Array): ToolOutput {
  return { stdout, stderr: '', exitCode: 0 };
}

export function failed(exitCode: number, stderr: string, stdout = ''): ToolOutput {
  return { stdout, stderr, exitCode };
}

/** Joins lines and ends the last one. */
export function lines(...parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`;
}

/** Value of `--name=value`, `--name value`, `-n value` or `-nvalue`; undefined when absent. */
export function optionValue(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    for (const name of names) {
      if (arg === name) return args[index + 1];
      if (name.startsWith('--') && arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
      if (!name.startsWith('--') && arg.startsWith(name) && arg.length > name.length && !arg.startsWith('--')) {
        return arg.slice(name.length).replace(/^=/, '');
      }
    }
  }
  return undefined;
}

/** Left-aligned columns with two blanks between, as most Linux tools print tables. */
export function table(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return lines(
    ...rows.map((row) =>
      row
        .map((cell, column) =>
          rightAligned.includes(column)
            ? cell.padStart(widths[column] ?? 0)
            : column === row.length - 1
              ? cell
              : cell.padEnd(widths[column] ?? 0),
        )
        .join(' '),
    ),
  );
}
