import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callStub, linkedTools, prelude, shellStub, sudoStub, whichStub, wrappedTools, wrappers } from './stubs';

/** The private directory of a fleet: `calls` (the FIFO), `bin-*` (what is on a node's PATH), and `nN` for each node. */
export class FleetDirectory {
  readonly path: string;
  readonly #real: ReadonlyMap<string, string>;
  readonly #binaries = new Map<string, string>();

  constructor() {
    // The real path: a link in it would make the shell and the tools spell it differently.
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'gantry-sim-')));
    this.#real = findRealTools([...linkedTools, ...wrappedTools, 'cat', 'mkfifo', 'sed']);
  }

  /** Creates the FIFOs of all nodes in one go. */
  prepare(nodes: readonly string[]): void {
    const fifos = [join(this.path, 'calls')];
    for (const node of nodes) {
      const base = this.base(node);
      mkdirSync(join(base, 'sim', 'hung'), { recursive: true });
      mkdirSync(join(base, '0'));
      symlinkSync('/proc', join(base, '0', 'proc'));
      mkdirSync(join(base, '1', 'usr'), { recursive: true });
      for (const directory of ['tmp', 'run', 'root', 'home', 'var/log', 'etc', 'dev', 'proc', 'sys']) {
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

  /** Gives a node its programs; nodes with the same set of tools share one directory. */
  installPrograms(node: string, emulated: readonly string[]): void {
    const key = emulated.join(' ');
    let directory = this.#binaries.get(key);
    if (directory === undefined) {
      directory = join(this.path, `bin-${this.#binaries.size}`);
      this.#binaries.set(key, directory);
      this.#writePrograms(directory, emulated);
    }
    symlinkSync(directory, join(this.base(node), '1', 'usr', 'bin'));
    for (const each of ['bin', 'sbin', 'usr/sbin']) symlinkSync(directory, join(this.base(node), '1', each));
  }

  #writePrograms(directory: string, emulated: readonly string[]): void {
    mkdirSync(directory);
    const paths = { fleetDirectory: this.path, real: this.#real };
    const write = (name: string, text: string): void => {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), 0o755);
    };
    write('.call', callStub(paths));
    for (const name of [...emulated, '.call-date', '.call-rewrite']) symlinkSync('.call', join(directory, name));
    for (const [name, text] of Object.entries(wrappers(paths))) write(name, text);
    write('which', whichStub);
    write('sudo', sudoStub);
    write('sh', shellStub);
    for (const name of ['bash', 'dash']) symlinkSync('sh', join(directory, name));
    const taken = new Set(emulated);
    for (const name of linkedTools) {
      const real = this.#real.get(name);
      if (real !== undefined && !taken.has(name)) symlinkSync(real, join(directory, name));
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
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
