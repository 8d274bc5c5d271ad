import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { canContinue, type Rollout } from '#shared/domain/rollout';
import { type Sshd, startSshd } from '../hosts/testing/sshd';
import { type CopiedRoot, copiedRoot, onlyPackagesOf } from './copied-root';
import { addHost, EngineBench } from './engine-bench';
import { PoweredNode, wait } from './powered-node';
import type { RollingTask } from './rolling-engine';
import { startBusyEngine } from './start-busy-engine';
import { makeDeb } from './tiny-packages';
import { systemctl, trialActions, trialFolder, trialPlaybooks } from './trial-playbook';

/** `killed`: SIGKILL to the engine. `power`: the node loses its power. `gone`: it does, and comes back only when nobody waits. */
export interface Cut {
  readonly how: 'killed' | 'power' | 'gone';
  /** After this line of the engine. */
  readonly line: string;
  readonly afterMs: number;
}

export interface Round {
  /** `trial`, all of it, when left out. */
  readonly playbookId?: string;
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

/** Of one engine; the whole way takes minutes where others compute as well. */
const longestLifeMs = 600_000;

/** One Debian with an sshd, and engines that are processes of their own, to cut off either at any moment. */
export class CutOffTrial {
  private node: PoweredNode | null = null;
  private running: ChildProcess | null = null;
  private going: Promise<unknown> = Promise.resolve();
  private isClosed = false;

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
    // Of this machine's own login: a lock that a cut leaves in one (pyenv's) would hold up each later login for a minute.
    for (const name of ['.bashrc', '.bash_profile', '.profile']) rmSync(at(`root/${name}`), { force: true });
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
    for (const [file, text] of Object.entries(trialPlaybooks())) writeFileSync(join(own, 'playbooks', file), text);
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
    this.isClosed = true;
    this.running?.kill('SIGKILL');
    // A round that is closed in its middle would start another engine, or the server, behind our back.
    await this.going.catch(() => {});
    await this.server.stop();
    await this.bench.close();
    this.node?.release();
    this.template.release();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A node and an engine as they were at first. */
  round(round: Round): Promise<RoundEnd> {
    const going = this.play(round);
    this.going = going;
    return going;
  }

  private async play({ playbookId = 'trial', cuts, undo }: Round): Promise<RoundEnd> {
    this.node?.release();
    this.node = null;
    const root = copiedRoot(this.template);
    if (!root) throw new Error('no root');
    symlinkSync(root.folder, join(this.folder, 'next'));
    renameSync(join(this.folder, 'next'), join(this.folder, 'node'));
    const node = new PoweredNode(root, this.server, this.folder);
    this.node = node;
    const before = node.state();
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
      const { rollout, cut } = await this.live(
        node,
        dataDir,
        { what, playbookId },
        ahead,
        what === 'undo' ? linesBack : lines,
      );
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
      const now = node.state();
      const states = rollout ? [rollout.state, ...rollout.items.map(({ state }) => state)] : [];
      return { states, node: now, effects: node.effects(), differs: differences(before, now) };
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
    node: PoweredNode,
    dataDir: string,
    what: Omit<RollingTask, 'killed'>,
    cuts: readonly Cut[],
    lines: string[],
  ): Promise<{ rollout: Rollout | null; cut: Cut | undefined }> {
    if (this.isClosed) throw new Error('the trial was closed');
    const task: RollingTask = { ...what, killed: cuts.filter(({ how }) => how === 'killed') };
    writeFileSync(join(dataDir, 'task.json'), JSON.stringify(task));
    const child = startBusyEngine(this.bundle, dataDir);
    this.running = child;
    let rollout: Rollout | null = null;
    let cut: Cut | undefined;
    let isOff = false;
    let work: Promise<unknown> = Promise.resolve();
    const inTurn = (next: () => Promise<unknown>) => {
      work = work.then(next);
    };
    const reboot = setInterval(() => {
      if (isOff || !node.isToRestart) return;
      isOff = true;
      inTurn(async () => {
        await node.restart();
        isOff = false;
      });
    }, 40);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('end ')) rollout = JSON.parse(line.slice(4)) as Rollout;
      else lines.push(line);
      if (cut) return;
      cut = cuts.find((one) => one.line === line);
      if (!cut || cut.how === 'killed') return;
      const { how, afterMs } = cut;
      inTurn(async () => {
        await wait(afterMs);
        isOff = true;
        await node.off();
        if (how === 'power') await node.on();
        isOff = false;
      });
    });
    let isStuck = false;
    const stuck = setTimeout(() => {
      isStuck = true;
      child.kill('SIGKILL');
    }, longestLifeMs);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(stuck);
    clearInterval(reboot);
    await work;
    if (isStuck) throw new Error(`the engine did not end; its last line: ${lines.at(-1)}`);
    if (cut?.how === 'gone') await node.on();
    if (signal === null && code !== 0) throw new Error(`the engine ended with ${code}`);
    // What it left behind goes on: the next one meets it.
    if (signal !== null && node.isToRestart) await node.restart();
    return { rollout: signal === null ? rollout : null, cut };
  }
}

function differences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
