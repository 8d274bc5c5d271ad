import { type ChildProcess, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { canContinue, type Rollout } from '#shared/domain/rollout';
import { type Sshd, startSshd } from '../hosts/testing/sshd';
import { type CopiedRoot, copiedRoot, onlyPackagesOf } from './copied-root';
import { addHost, EngineBench } from './engine-bench';
import type { RollingTask } from './rolling-engine';
import { startBusyEngine } from './start-busy-engine';
import { filesBelow, makeDeb } from './tiny-packages';
import { systemctl, trialActions, trialFolder, trialPlaybook } from './trial-playbook';

/** `killed`: SIGKILL to the engine. `power`: the node loses its power. `gone`: it does, and comes back only when nobody waits. */
export interface Cut {
  readonly how: 'killed' | 'power' | 'gone';
  /** After this line of the engine. */
  readonly line: string;
  readonly afterMs: number;
}

export interface Round {
  /** One comes in each life of the engine or of the node: whose line is printed first. */
  readonly cuts: readonly Cut[];
  /** Then it is taken back; these come on that way. */
  readonly undo?: readonly Cut[];
}

export interface Standing {
  /** Of the rollout, then of its items. */
  readonly states: readonly string[];
  /** Packages, files with their bytes, units, what runs, the lock. */
  readonly node: Record<string, unknown>;
  /** How often it was done less how often it was taken back. */
  readonly effects: Record<string, number>;
  /** What is not as it was at first. */
  readonly differs: readonly string[];
}

export interface RoundEnd {
  readonly there: Standing;
  readonly back: Standing | null;
  /** What the engines printed on the way there, and back. */
  readonly lines: readonly string[];
  readonly linesBack: readonly string[];
  /** Cuts that never came: the lines of theirs were not printed. */
  readonly missed: readonly Cut[];
  readonly lives: number;
  readonly errors: readonly string[];
}

const packages = '/srv/gantry-packages';
const bootIdFile = 'proc/sys/kernel/random/boot_id';

/** One Debian with an sshd, and engines that are processes of their own, to cut off either at any moment. */
export class CutOffTrial {
  private node: CopiedRoot | null = null;
  private running: ChildProcess | null = null;

  private constructor(
    private readonly template: CopiedRoot,
    private readonly server: Sshd,
    private readonly bench: EngineBench,
    private readonly folder: string,
    private readonly bundle: string,
  ) {}

  /** Null where this login may not mount. `bundle`: of rolling-engine.ts. */
  static async prepare(bundle: string): Promise<CutOffTrial | null> {
    const template = copiedRoot();
    if (template === null) return null;
    const at = (path: string) => join(template.folder, path);
    const deb = (one: Parameters<typeof makeDeb>[2]) => makeDeb(template, packages, one);
    const slow = 'sleep 0.4; sync -d /dev/null || :; echo configured >> /srv/postinst.log; sleep 0.2';
    mkdirSync(at(packages), { recursive: true });
    const listed = [
      deb({ name: 'gtool', version: '1', depends: 'gdep', configuration: 'a=1\n', afterInstall: slow }),
      deb({ name: 'gdep', version: '1', configuration: 'b=1\n', afterInstall: slow }),
    ];
    writeFileSync(at(`${packages}/Packages`), listed.join(''));
    onlyPackagesOf(template, packages);
    for (const name of ['etc/our', 'srv/units', trialFolder, 'etc/systemd/system'])
      mkdirSync(at(name), { recursive: true });
    writeFileSync(at('etc/our/service.yaml'), '# ours\nmax-num-seqs: 8   # few\nlast: a line without an end', {
      mode: 0o640,
    });
    rmSync(at('usr/bin/systemctl'), { force: true });
    writeFileSync(at('usr/bin/systemctl'), systemctl, { mode: 0o755 });
    writeFileSync(at('srv/running'), 'old\n');
    rmSync(at('run/lock'), { recursive: true, force: true });
    mkdirSync(at('run/lock'), { recursive: true });

    const folder = mkdtempSync('/run/gantry-trial-');
    symlinkSync(template.folder, join(folder, 'node'));
    const server = await startSshd({ config: [`ChrootDirectory ${join(folder, 'node')}`] });
    const bench = new EngineBench();
    const { client, engine } = await bench.start();
    const own = join(folder, 'own');
    for (const name of ['actions', 'playbooks']) mkdirSync(join(own, name), { recursive: true });
    for (const [file, text] of Object.entries(trialActions())) writeFileSync(join(own, 'actions', file), text);
    writeFileSync(join(own, 'playbooks/trial.yaml'), trialPlaybook);
    await client.system.updateSettings({
      fixesFolder: join(own, 'actions'),
      playbooksFolder: join(own, 'playbooks'),
    });
    const problems = [...(await client.fixes.list()).problems, ...(await client.playbooks.problems())];
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const knownHostsFile = join(folder, 'known_hosts');
    writeFileSync(knownHostsFile, `${server.knownHostsLine()}\n`);
    await addHost(client, { port: server.port, user: 'root', identityFiles: [server.keyFile], knownHostsFile });
    await engine.close();
    return new CutOffTrial(template, server, bench, folder, bundle);
  }

  async close(): Promise<void> {
    this.running?.kill('SIGKILL');
    await this.server.stop();
    await this.bench.close();
    this.release();
    this.template.release();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A node and an engine as they were at first. */
  async round({ cuts, undo }: Round): Promise<RoundEnd> {
    this.release();
    this.node = copiedRoot(this.template);
    if (!this.node) throw new Error('no root');
    symlinkSync(this.node.folder, join(this.folder, 'next'));
    renameSync(join(this.folder, 'next'), join(this.folder, 'node'));
    this.boot();
    const before = this.state();
    const dataDir = join(this.folder, 'data');
    rmSync(dataDir, { recursive: true, force: true });
    cpSync(this.bench.dataDir, dataDir, { recursive: true });

    const lines: string[] = [];
    const linesBack: string[] = [];
    const errors: string[] = [];
    let lives = 0;
    const left = { cuts: [...cuts], undo: [...(undo ?? [])] };
    const live = async (what: RollingTask['what']): Promise<Rollout | null> => {
      lives += 1;
      const ahead = what === 'undo' ? left.undo : left.cuts;
      const { rollout, cut } = await this.live(dataDir, what, ahead, what === 'undo' ? linesBack : lines);
      if (cut) ahead.splice(ahead.indexOf(cut), 1);
      for (const { step, error, blockedBy = [] } of rollout?.items ?? []) {
        if (error) errors.push(`${step?.id}: ${error.key} ${blockedBy.map(({ en }) => en.slice(-300)).join(' ')}`);
      }
      return rollout;
    };
    let rollout = await live('start');
    const mostLives = cuts.length + (undo?.length ?? 0) + 4;
    while (lives < mostLives && (rollout === null || canContinue(rollout))) rollout = await live('continue');
    const standing = (): Standing => {
      const node = this.state();
      const states = rollout ? [rollout.state, ...rollout.items.map(({ state }) => state)] : [];
      return { states, node, effects: this.effects(), differs: differences(before, node) };
    };
    const there = standing();
    if (undo) {
      rollout = await live('undo');
      while (lives < mostLives && rollout?.state !== 'undone') rollout = await live('undo');
    }
    return {
      there,
      back: undo ? standing() : null,
      lines,
      linesBack,
      missed: [...left.cuts, ...left.undo],
      lives,
      errors,
    };
  }

  private async live(
    dataDir: string,
    what: RollingTask['what'],
    cuts: readonly Cut[],
    lines: string[],
  ): Promise<{ rollout: Rollout | null; cut: Cut | undefined }> {
    const killed = cuts.filter(({ how }) => how === 'killed');
    const task: RollingTask = { what, playbookId: 'trial', killed };
    writeFileSync(join(dataDir, 'task.json'), JSON.stringify(task));
    const child = startBusyEngine(this.bundle, dataDir);
    this.running = child;
    let rollout: Rollout | null = null;
    let cut: Cut | undefined;
    let isOff = false;
    let work: Promise<unknown> = Promise.resolve();
    const reboot = setInterval(() => {
      if (isOff || !this.node || !existsSync(join(this.node.folder, 'srv/reboot'))) return;
      isOff = true;
      work = work
        .then(() => this.restart())
        .then(() => {
          isOff = false;
        });
    }, 40);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('end ')) rollout = JSON.parse(line.slice(4)) as Rollout;
      else lines.push(line);
      if (cut) return;
      cut = cuts.find((one) => one.line === line);
      const { how, afterMs } = cut ?? { how: 'killed' };
      if (how === 'killed') return;
      work = work
        .then(() => wait(afterMs ?? 0))
        .then(async () => {
          isOff = true;
          await this.off();
          if (how === 'power') await this.on();
          isOff = false;
        });
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearInterval(reboot);
    await work;
    if (cut?.how === 'gone') await this.on();
    if (signal !== null) {
      // What an engine left behind goes on, or was ended with its connection: the node is looked at when it is at rest.
      await this.atRest();
      if (this.node && existsSync(join(this.node.folder, 'srv/reboot'))) await this.restart();
    } else if (code !== 0) throw new Error(`the engine ended with ${code}`);
    return { rollout: signal === null ? rollout : null, cut };
  }

  private async restart(): Promise<void> {
    await wait(200);
    await this.off();
    await wait(200);
    await this.on();
  }

  /** Every process of the node ends at once, with sshd; what lies in memory is lost. What was written is there: no disk is lost. */
  private async off(): Promise<void> {
    await this.server.kill();
    for (const pid of this.processes()) end(pid);
  }

  private async on(): Promise<void> {
    const { folder } = this.node as CopiedRoot;
    for (const pid of this.processes()) end(pid);
    for (const name of readdirSync(join(folder, 'run/lock')))
      rmSync(join(folder, 'run/lock', name), { recursive: true });
    if (existsSync(join(folder, 'usr/share/doc/gtool')) || existsSync(join(folder, 'etc/gtool')))
      writeFileSync(join(folder, 'srv/running'), 'new\n');
    rmSync(join(folder, 'srv/reboot'), { force: true });
    this.boot();
    await this.server.restart();
  }

  private boot(): void {
    const { folder } = this.node as CopiedRoot;
    const file = join(this.folder, `boot-${randomUUID()}`);
    writeFileSync(file, `${randomUUID()}\n`);
    execFileSync('mount', ['--bind', file, join(folder, bootIdFile)]);
  }

  private async atRest(): Promise<void> {
    for (let look = 0; look < 200 && this.processes().length > 0; look += 1) await wait(50);
  }

  private processes(): number[] {
    const { folder } = this.node as CopiedRoot;
    return readdirSync('/proc').flatMap((name) => {
      try {
        return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/root`) === folder ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
  }

  private state(): Record<string, unknown> {
    const { folder } = this.node as CopiedRoot;
    const text = (path: string) => readFileSync(join(folder, path), 'utf8');
    return {
      status: text('var/lib/dpkg/status'),
      marks: existsSync(join(folder, 'var/lib/apt/extended_states')) ? text('var/lib/apt/extended_states') : '',
      files: filesBelow(join(folder, 'etc')),
      made: filesBelow(join(folder, trialFolder)),
      units: readdirSync(join(folder, 'srv/units')),
      running: text('srv/running'),
      kept: existsSync(join(folder, 'var/lib/gantry')),
      isLocked: isThere(join(folder, 'run/lock/gantry')),
    };
  }

  private effects(): Record<string, number> {
    const { folder } = this.node as CopiedRoot;
    const log = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '');
    const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const dpkg = log('var/log/dpkg.log');
    const units = log('srv/systemctl.log');
    return {
      installed: count(dpkg, / install gtool:all <none> 1$/gm) - count(dpkg, / status not-installed gtool:all/gm),
      reboots: count(units, /^reboot/gm),
    };
  }

  private release(): void {
    if (!this.node) return;
    const { folder } = this.node;
    for (const pid of this.processes()) end(pid);
    for (;;) {
      try {
        execFileSync('umount', ['-l', join(folder, bootIdFile)], { stdio: 'ignore' });
      } catch {
        break;
      }
    }
    this.node.release();
    this.node = null;
  }
}

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function differences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
