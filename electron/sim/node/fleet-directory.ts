import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bugReportStub,
  callStub,
  linkedTools,
  prelude,
  shellStub,
  sudoStub,
  whichStub,
  wrappedTools,
  wrappers,
} from './stubs';

/** Four kilobytes a file on most file systems, some hundred files a node, and room to spare. */
const BYTES_PER_NODE = 8 * 1024 * 1024;
const PREFIX = 'gantry-sim-';

/** The private directory of a fleet: `calls` (the FIFO), `programs` (what nodes have on their PATH), `nN` for each node. */
export class FleetDirectory {
  readonly path: string;
  readonly #real: ReadonlyMap<string, string>;

  constructor(nodeCount: number) {
    removeStale();
    this.path = createDirectory(nodeCount);
    this.#real = findRealTools([...linkedTools, ...wrappedTools, 'cat', 'mkfifo', 'sed']);
    this.#writePrograms();
  }

  /** Creates the directories of all nodes, and their FIFOs in one go. */
  prepare(nodes: readonly string[]): void {
    const fifos = [join(this.path, 'calls')];
    for (const node of nodes) {
      const base = this.base(node);
      mkdirSync(join(base, 'sim', 'hung'), { recursive: true });
      mkdirSync(join(base, '0'));
      symlinkSync('/proc', join(base, '0', 'proc'));
      for (const directory of [
        'usr/bin',
        'tmp',
        'run',
        'root',
        'home',
        'opt',
        'var/log',
        'var/tmp',
        'etc/modprobe.d',
        'etc/systemd/system',
        'etc/security/limits.d',
        'etc/sudoers.d',
        'dev',
        'proc',
        'sys',
      ]) {
        mkdirSync(join(base, '1', directory), { recursive: true });
      }
      writeFileSync(join(base, 'sim', 'prelude'), prelude(base));
      fifos.push(join(base, 'sim', 'hang'));
    }
    execFileSync(this.#real.get('mkfifo') ?? 'mkfifo', fifos);
  }

  base(node: string): string {
    return join(this.path, node);
  }

  /** Gives a node its programs: hard links to files that all nodes share, and links to what is this machine's. */
  installPrograms(node: string, emulated: readonly string[]): void {
    const root = join(this.base(node), '1');
    const link = (program: string, name = program): void =>
      linkSync(join(this.path, 'programs', program), join(root, 'usr/bin', name));
    for (const name of emulated) link('.call', name);
    for (const name of ['date', 'rewrite', 'sysfs', 'cmp', 'stat', 'conda', 'conda-python'])
      link('.call', `.call-${name}`);
    for (const name of [...wrappedTools, 'which', 'sudo', 'sh']) link(name);
    if (emulated.includes('nvidia-smi')) link('nvidia-bug-report.sh');
    for (const name of ['bash', 'dash']) link('sh', name);
    for (const name of linkedTools) {
      const real = this.#real.get(name);
      if (real !== undefined && !emulated.includes(name)) symlinkSync(real, join(root, 'usr/bin', name));
    }
    symlinkSync('usr/bin', join(root, 'bin'));
    symlinkSync('usr/bin', join(root, 'sbin'));
    symlinkSync('bin', join(root, 'usr/sbin'));
  }

  #writePrograms(): void {
    const directory = join(this.path, 'programs');
    mkdirSync(directory);
    const paths = { fleetDirectory: this.path, real: this.#real };
    const texts = {
      ...wrappers(paths),
      '.call': callStub(paths),
      which: whichStub,
      sudo: sudoStub,
      sh: shellStub,
      'nvidia-bug-report.sh': bugReportStub(paths),
    };
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), 0o755);
    }
  }

  /**
   * What a shell of a node still writes would come back while its folder is emptied, and Node's own retries don't look into
   * the folder again: so the path goes first, then whatever is left. The next fleet removes what can't be removed.
   */
  remove(): void {
    const gone = `${this.path}.gone`;
    if (existsSync(this.path)) renameSync(this.path, gone);
    for (let tries = 0; existsSync(gone) && tries < 40; tries += 1) {
      try {
        rmSync(gone, { recursive: true, force: true });
      } catch {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
      }
    }
  }
}

/** In memory where there is room and programs may run from it, else where temporary files go. */
function createDirectory(nodeCount: number): string {
  for (const parent of ['/dev/shm', tmpdir()]) {
    try {
      if (parent === '/dev/shm' && !hasRoom(parent, nodeCount * BYTES_PER_NODE)) continue;
      // The real path: a link in it would make the shell and the tools spell it differently.
      const path = realpathSync(mkdtempSync(join(parent, `${PREFIX}${process.pid}-`)));
      if (parent === tmpdir() || canRunFrom(path)) return path;
      rmSync(path, { recursive: true });
    } catch {
      // Not there or not ours to write: the next one.
    }
  }
  throw new Error(`The simulated fleet found no directory to work in; ${tmpdir()} can't be written`);
}

function hasRoom(directory: string, bytes: number): boolean {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize > bytes;
}

function canRunFrom(directory: string): boolean {
  const probe = join(directory, 'probe');
  writeFileSync(probe, '#!/bin/sh\n', { mode: 0o755 });
  try {
    execFileSync(probe);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe);
  }
}

/** Removes what fleets left behind whose process was killed before it could. */
function removeStale(): void {
  for (const parent of new Set(['/dev/shm', tmpdir()])) {
    for (const name of existsSync(parent) ? readdirSync(parent) : []) {
      const pid = Number(/^gantry-sim-(\d+)-/.exec(name)?.[1]);
      if (pid > 0 && !isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function findRealTools(names: readonly string[]): Map<string, string> {
  const directories = [...new Set([...(process.env.PATH ?? '').split(':'), '/usr/bin', '/bin'])].filter((each) =>
    each.startsWith('/'),
  );
  const found = new Map<string, string>();
  for (const name of new Set(names)) {
    const path = directories.map((directory) => join(directory, name)).find(isExecutable);
    if (path !== undefined) found.set(name, path);
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
