import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sshd } from '../hosts/testing/sshd';
import type { CopiedRoot } from './copied-root';
import { filesBelow } from './tiny-packages';
import { trialFolder } from './trial-playbook';

const bootIdFile = 'proc/sys/kernel/random/boot_id';

/** A Debian whose power can be cut, with all that runs on it and lies in memory; what was written stays. */
export class PoweredNode {
  private readonly boots: string[] = [];

  constructor(
    private readonly root: CopiedRoot,
    private readonly server: Sshd,
    /** For its boot ids. */
    private readonly bootsFolder: string,
  ) {
    this.boot();
  }

  /** Somebody on it asked for a restart. */
  get isToRestart(): boolean {
    return existsSync(this.at('srv/reboot'));
  }

  async restart(): Promise<void> {
    await wait(200);
    await this.off();
    await wait(200);
    await this.on();
  }

  /** Every process ends at once, sshd too. */
  async off(): Promise<void> {
    await this.server.kill();
    for (const pid of this.processes()) end(pid);
  }

  async on(): Promise<void> {
    for (const pid of this.processes()) end(pid);
    for (const name of readdirSync(this.at('run/lock'))) rmSync(this.at(`run/lock/${name}`), { recursive: true });
    if (this.isToRestart) writeFileSync(this.at('srv/running'), 'new\n');
    rmSync(this.at('srv/reboot'), { force: true });
    this.boot();
    await this.server.restart();
  }

  /** Packages, files with their bytes, units, what runs, the lock. */
  state(): Record<string, unknown> {
    const text = (path: string) => readFileSync(this.at(path), 'utf8');
    return {
      status: text('var/lib/dpkg/status'),
      marks: existsSync(this.at('var/lib/apt/extended_states')) ? text('var/lib/apt/extended_states') : '',
      files: filesBelow(this.at('etc')),
      made: filesBelow(this.at(trialFolder)),
      units: readdirSync(this.at('srv/units')),
      running: text('srv/running'),
      kept: existsSync(this.at('var/lib/gantry')),
      isLocked: isThere(this.at('run/lock/gantry')),
    };
  }

  /** How often it was done less how often it was taken back. */
  effects(): Record<string, number> {
    const log = (path: string) => (existsSync(this.at(path)) ? readFileSync(this.at(path), 'utf8') : '');
    const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const dpkg = log('var/log/dpkg.log');
    const units = log('srv/systemctl.log');
    return {
      installed: count(dpkg, / install gtool:all <none> 1$/gm) - count(dpkg, / status not-installed gtool:all/gm),
      enabled: count(units, /^done enable/gm) - count(units, /^done disable/gm),
      reboots: count(units, /^reboot/gm),
    };
  }

  release(): void {
    for (const pid of this.processes()) end(pid);
    for (const _ of this.boots) execFileSync('umount', ['-l', this.at(bootIdFile)], { stdio: 'ignore' });
    this.root.release();
  }

  private boot(): void {
    const file = join(this.bootsFolder, `boot-${randomUUID()}`);
    writeFileSync(file, `${randomUUID()}\n`);
    execFileSync('mount', ['--bind', file, this.at(bootIdFile)]);
    this.boots.push(file);
  }

  private processes(): number[] {
    return readdirSync('/proc').flatMap((name) => {
      try {
        return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/root`) === this.root.folder ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
  }

  private at(path: string): string {
    return join(this.root.folder, path);
  }
}

export const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

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
