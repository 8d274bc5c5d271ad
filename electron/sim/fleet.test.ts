import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientChannel } from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  a100Mig,
  cpuOnly,
  dgxH100,
  l4Single,
  type SimFleet,
  type SimNode,
  startSimFleet,
  workstationRtx6000Ada,
} from './index';
import { isSimPid } from './model/process';
import { readProcess } from './ssh/real-processes';
import { collect, connect, open, run } from './testing/ssh-client';

let fleet: SimFleet;
let dgx: SimNode;
let forge: SimNode;
let slice: SimNode;
let login: SimNode;

beforeAll(async () => {
  fleet = await startSimFleet({ nodes: [dgxH100, workstationRtx6000Ada, a100Mig, cpuOnly], seed: 7 });
  [dgx, forge, slice, login] = fleet.nodes as [SimNode, SimNode, SimNode, SimNode];
});
afterEach(() => {
  for (const node of fleet.nodes) node.clear();
});
afterAll(() => fleet.close());

/** Waits for something that another process does soon. */
async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 90_000;
  while (performance.now() < deadlineMs) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not happen within a minute and a half');
}

describe('logging in', () => {
  it('takes the password, the key and keyboard-interactive, and no other', async () => {
    const keyboard = { tryKeyboard: true, authHandler: ['keyboard-interactive' as const] };
    for (const how of [{ password: 'gantry-demo' }, {}, keyboard]) (await connect(dgx, how)).end();
    await expect(connect(dgx, { ...keyboard, username: 'nobody' })).rejects.toThrow('authentication methods failed');
    await expect(connect(dgx, { password: 'wrong' })).rejects.toThrow('authentication methods failed');
    await expect(connect(dgx, { username: 'nobody' })).rejects.toThrow('authentication methods failed');
  });

  it('shows the host key that it announces, and another one after a change', async () => {
    const shown: string[] = [];
    const look = async (): Promise<void> => {
      const client = await connect(dgx, {
        hostHash: 'sha256',
        hostVerifier: (hash: string) => {
          shown.push(`SHA256:${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}`);
          return true;
        },
      });
      client.end();
    };
    const before = dgx.hostKeySha256;
    await look();
    dgx.inject('host-key-change');
    const after = dgx.hostKeySha256;
    await look();
    dgx.clear('host-key-change');
    await look();
    expect(shown).toEqual([before, after, before]);
    expect(after).not.toBe(before);
  });

  it('lets a connection have ten sessions at once and refuses the eleventh', async () => {
    const client = await connect(dgx);
    const channels = await Promise.all(Array.from({ length: 10 }, () => open(client, 'sleep 60')));
    await expect(open(client, 'true')).rejects.toThrow();
    for (const channel of channels) channel.close();
    client.end();
  });
});

describe('commands', () => {
  it('run in a real shell, with exit code, both streams and standard input', async () => {
    expect(await run(dgx, 'read -r x; echo "got $x"; echo oops >&2; exit 7', 'hello\n')).toEqual({
      stdout: 'got hello\n',
      stderr: 'oops\n',
      code: 7,
      signal: null,
    });
  });

  it('see the files of the node through globs, tests, redirections and tools', async () => {
    const program = `
for f in /sys/class/infiniband/*/ports/*/state; do [ -r "$f" ] && read -r s <"$f" && echo "$f=$s"; done | head -n 2
. /etc/os-release; echo "$VERSION_ID"
sh -c 'grep -H . /sys/class/dmi/id/product_name; readlink -f /sys/class/net/eno3/device'
ls -d /proc/driver/nvidia/gpus/* | sed 's#/proc/driver/nvidia/gpus/##' | head -n 1
cd /etc && cat hostname; cut -d' ' -f1 /proc/loadavg >/dev/null && echo ok`;
    const expected = [
      '/sys/class/infiniband/mlx5_0/ports/1/state=4: ACTIVE',
      '/sys/class/infiniband/mlx5_1/ports/1/state=4: ACTIVE',
      '22.04',
      '/sys/class/dmi/id/product_name:DGXH100',
      '/sys/devices/pci0000:00/0000:00:1c.0/0000:0b:00.0',
      '0000:1b:00.0',
      dgx.name,
      'ok',
    ];
    for (const ran of [await run(dgx, program), await run(dgx, 'exec sh -s', program)]) {
      expect(ran.stderr).toBe('');
      expect(ran.stdout.trimEnd().split('\n')).toEqual(expected);
    }
  });

  it('never show where the node really lives, not even encoded or in a message', async () => {
    const directory = join(dgx.privateKeyPath, '..');
    const program = `pwd; echo "$HOME" ~ "$PATH"; env; printf '%s\\n' /etc/*; ls /etc/nosuch; cat /proc/nosuch; cut -c1 /sys/nosuch
printf '%s' /etc/host* | base64; ls -d /sys/class/net/* | od -An -tx1; find /sys/class/dmi; readlink -f /etc/hostname /usr/bin/ps; command -v nvidia-smi; which ps
echo /tmp/x >/tmp/kept; cat /tmp/kept; cat <<E >~/snippet
export PATH=/usr/local/cuda/bin
E
wc -c ~/snippet; cat ~/snippet; stat -c %n /etc/hostname; nosuch-tool; mktemp`;
    const ran = await run(dgx, 'sh', program);
    const decoded = ran.stdout
      .split('\n')
      .map((line) => Buffer.from(line, 'base64').toString('latin1'))
      .join('\n');
    const fromHex = ran.stdout
      .split('\n')
      .filter((line) => /^( [0-9a-f]{2})+$/.test(line))
      .map((line) => Buffer.from(line.replaceAll(' ', ''), 'hex').toString('latin1'))
      .join('');
    expect(fromHex).toContain('/sys/class/net/eno3');
    expect(ran.stdout).toContain('/home/ops');
    expect(ran.stdout).toContain('export PATH=/usr/local/cuda/bin\n');
    expect(ran.stdout).toMatch(/^32 .*snippet$/m);
    expect(ran.stderr).toContain('/proc/nosuch: No such file');
    for (const text of [ran.stdout, ran.stderr, decoded, fromHex]) expect(text).not.toContain(directory);
    for (const text of [ran.stdout, ran.stderr, decoded]) expect(text).not.toContain('gantry-sim');
  });

  it('find only what the node has: no tool and no file of this machine', async () => {
    const ran = await run(
      login,
      'nvidia-smi; echo $?; docker info; echo $?; ls /proc/driver; echo $?; cat /etc/os-release | head -n 1; hostname',
    );
    expect(ran.stdout).toBe(`127\n127\n2\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n${login.name}\n`);
  });

  it('collect a bug report for root alone, from what the tools of the node print', async () => {
    const collect = 'nvidia-bug-report.sh --safe-mode --output-file /var/tmp/report.log';
    expect(await run(dgx, `${collect}; ls /var/tmp`)).toMatchObject({ stdout: expect.stringMatching(/as root\.\n$/) });
    const { stdout, code } = await run(
      dgx,
      `sudo -n ${collect} && dd if=/var/tmp/report.log.gz status=none | gzip -dc`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/create the file '\/var\/tmp\/report\.log\.gz'.*complete\..*lspci -nnvv.*NVIDIA/s);
    expect((await run(login, 'nvidia-bug-report.sh')).code).toBe(127);
  });

  it('become root through sudo, and are told of a password without it', async () => {
    expect((await run(dgx, 'id -u; sudo -n id -u; cat /etc/shadow; sudo -n cat /etc/shadow')).stdout).toBe(
      '1000\n0\nroot:*:19700:0:99999:7:::\n',
    );
    dgx.inject('no-sudo');
    expect(await run(dgx, 'sudo -n id -u')).toMatchObject({
      stdout: '',
      stderr: 'sudo: a password is required\n',
      code: 1,
    });
    expect((await run(dgx, 'echo gantry-demo | sudo -S id -u')).stdout).toBe('0\n');
  });

  it('end with their channel, whatever they started and ignored', async () => {
    const client = await connect(dgx);
    const channel = await open(
      client,
      "trap '' HUP TERM; echo $$; sleep 300 & echo $!; setsid sleep 301 & echo $!; wait",
    );
    let text = '';
    const pids = await new Promise<number[]>((resolve) => {
      channel.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = text.trim().split('\n').map(Number);
        if (found.length === 3 && text.endsWith('\n')) resolve(found);
      });
    });
    expect(pids.map((pid) => readProcess(pid) !== null)).toEqual([true, true, true]);
    channel.close();
    await eventually(() => pids.every((pid) => readProcess(pid) === null));
    client.end();
  });

  it('answer a person who logs in at a terminal', async () => {
    const client = await connect(dgx);
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.shell((error, opened) => (error ? reject(error) : resolve(opened)));
    });
    const result = collect(channel);
    channel.write('hostname; cat /etc/hostname\r');
    channel.write('\u0004');
    const { stdout } = await result;
    expect(stdout).toContain('hostname; cat /etc/hostname\r\n');
    expect(stdout.split(`${dgx.name}\r\n`)).toHaveLength(3);
    client.end();
  });

  it('take a signal that the client sends', async () => {
    const client = await connect(dgx);
    const channel = await open(client, 'echo ready; exec sleep 300');
    const result = collect(channel);
    await new Promise((resolve) => channel.once('data', resolve));
    channel.signal('TERM');
    expect(await result).toMatchObject({ signal: 'SIGTERM' });
    client.end();
  });
});

describe('processes of the model', () => {
  const holder = (node: SimNode): { pid: number; gpu: number; memoryMib: number } => {
    node.inject('memory-held-by-orphan', { gpu: 3, memoryMib: 20_000 });
    const process = [...node.model.processes.values()].find((each) => each.user === '1007');
    return { pid: process?.pid ?? 0, gpu: 3, memoryMib: 20_000 };
  };
  const usedMib = async (node: SimNode, gpu: number): Promise<number> =>
    Number((await run(node, `nvidia-smi -i ${gpu} --query-gpu=memory.used --format=csv,noheader,nounits`)).stdout);

  it('give their memory back when they are ended, and leave /proc and ps', async () => {
    const { pid, gpu, memoryMib } = holder(forge);
    expect(isSimPid(pid)).toBe(true);
    const before = await usedMib(forge, gpu);
    expect((await run(forge, `ps -o pid=,ppid=,user= -p ${pid}`)).stdout.trim().split(/\s+/)).toEqual([
      String(pid),
      '1',
      '1007',
    ]);
    expect((await run(forge, `kill -TERM ${pid}`)).stderr).toContain('Operation not permitted');
    // One session sends the signal and sees the process go, as an action does.
    const ran = await run(
      forge,
      'sh -s',
      `pid=${pid}\nsudo -n kill -TERM $pid\nwhile [ -e /proc/$pid/stat ]; do sleep 0.1; done\n[ -e /proc/$$/stat ] && echo gone\nkill -0 $pid || ps -p $pid >/dev/null || echo none`,
    );
    expect(ran.stdout).toBe('gone\nnone\n');
    expect(before - (await usedMib(forge, gpu))).toBe(memoryMib);
  });

  it('ignore TERM, or any signal in state D, when the fault says so', async () => {
    forge.inject('memory-held-by-orphan', { gpu: 3, ignoresTerm: true });
    const stubborn = [...forge.model.processes.values()].find((each) => each.user === '1007')?.pid;
    await run(forge, `sudo -n kill ${stubborn}; sleep 1`);
    expect((await run(forge, `ps -o stat= -p ${stubborn}`)).stdout).not.toBe('');
    await run(forge, `sudo -n kill -KILL ${stubborn}`);
    expect((await run(forge, `ps -o stat= -p ${stubborn}`)).stdout).toBe('');
    forge.inject('memory-held-by-orphan', { gpu: 3, state: 'D' });
    const stuck = [...forge.model.processes.values()].find((each) => each.user === '1007')?.pid;
    await run(forge, `sudo -n kill -KILL ${stuck}`);
    expect((await run(forge, `ps -o stat= -p ${stuck}`)).stdout.trim()).toBe('Dl');
  });

  it('can be held by nobody at all', async () => {
    forge.inject('memory-held-by-orphan', { gpu: 3, kind: 'no-owner', memoryMib: 30_000 });
    expect(await usedMib(forge, 3)).toBeGreaterThan(30_000);
    expect(
      (
        await run(
          forge,
          'nvidia-smi -i 3 --query-compute-apps=pid --format=csv,noheader; sudo -n fuser -v /dev/nvidia3; echo $?',
        )
      ).stdout,
    ).toBe('1\n');
    expect((await run(forge, 'sudo -n nvidia-smi --gpu-reset -i 3')).stdout).toContain('successfully reset');
    expect(await usedMib(forge, 3)).toBeLessThan(100);
  });

  it('keep the pid of init safe from a careless kill', async () => {
    const ran = await run(dgx, 'kill 1; kill -TERM 1; kill -9 -1; echo alive');
    expect(ran.stdout).toBe('alive\n');
    expect(ran.stderr.match(/Operation not permitted/g)).toHaveLength(3);
  });
});

describe('faults of the connection', () => {
  it('cuts at exactly the byte that it was told', async () => {
    forge.inject('connection-cut', { afterBytes: 1000 });
    const client = await connect(forge);
    const failed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    const channel = await open(client, 'seq 1 5000; sleep 5; echo end');
    const result = collect(channel);
    await failed;
    const whole = Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join('');
    expect((await result).stdout).toBe(whole.slice(0, 1000));
  });

  it('cuts open connections now, and takes new ones afterwards', async () => {
    const client = await connect(forge);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    forge.inject('connection-cut');
    await closed;
    expect((await run(forge, 'echo back')).stdout).toBe('back\n');
  });

  it('refuses connections', async () => {
    const before = await connect(forge);
    forge.inject('connection-refused');
    await expect(connect(forge)).rejects.toThrow(/ECONNREFUSED/);
    // Whoever is logged in stays so, as when sshd alone has stopped.
    expect((await collect(await open(before, 'echo still here'))).stdout).toBe('still here\n');
    forge.clear();
    (await connect(forge)).end();
    before.end();
  });

  it('delays each way of a slow line', async () => {
    const client = await connect(forge);
    const seconds = async (): Promise<number> => {
      const startedAtMs = Date.now();
      const channel = await open(client, 'true');
      channel.end();
      await collect(channel);
      return (Date.now() - startedAtMs) / 1000;
    };
    forge.inject('slow-link', { latencyMs: 400, bytesPerSec: 0 });
    // Opening a channel and running a command take a round trip each.
    expect(await seconds()).toBeGreaterThanOrEqual(0.8);
    client.end();
  });

  it('prints the noise of a start-up file first', async () => {
    forge.inject('noisy-bashrc', { text: 'Welcome!\n' });
    expect((await run(forge, 'echo out')).stdout).toBe('Welcome!\nout\n');
  });
});

describe('faults of the tools', () => {
  it('hangs nvidia-smi beyond every signal until the fault is cleared', async () => {
    dgx.inject('hung-nvidia-smi');
    const client = await connect(dgx);
    const channel = await open(
      client,
      'setsid nvidia-smi -L & p=$!; until ps -o stat= -p $p | grep -q D; do sleep 0.1; done; kill -TERM -- -$p; kill -KILL -- -$p; kill -0 $p && echo "there $p"; ps -o stat= -p $p; wait $p; echo "ended $?"',
    );
    let text = '';
    channel.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await eventually(() => /there \d+\nD/.test(text));
    expect(text).not.toContain('ended');
    dgx.clear('hung-nvidia-smi');
    await eventually(() => text.includes('ended 255'));
    expect((await run(dgx, 'nvidia-smi -L')).stdout.split('\n')).toHaveLength(9);
    client.end();
  });

  it('prints garbage, half a document, or output without end', async () => {
    dgx.inject('garbage-output');
    expect((await run(dgx, 'nvidia-smi -q -x')).stdout).toHaveLength(4096);
    dgx.inject('garbage-output', { kind: 'truncated' });
    const cut = (await run(dgx, 'nvidia-smi -q -x')).stdout;
    expect(cut).toContain('<nvidia_smi_log>');
    expect(cut).not.toContain('</nvidia_smi_log>');
    dgx.clear();
    dgx.inject('endless-output');
    expect((await run(dgx, 'nvidia-smi -L | head -c 3000000 | wc -c')).stdout.trim()).toBe('3000000');
  });

  it('shifts the clock', async () => {
    const offset = Number((await run(dgx, 'date +%s')).stdout) - Date.now() / 1000;
    dgx.inject('clock-off', { offsetMs: -86_400_000 });
    const off = Number((await run(dgx, 'date +%s')).stdout) - Date.now() / 1000;
    expect([Math.abs(offset) < 60, Math.abs(off + 86_400) < 60]).toEqual([true, true]);
  });

  it('fills a disk and takes a link down where the files show it', async () => {
    dgx.inject('full-disk', { mountPoint: '/raid' });
    dgx.inject('link-down', { device: 'mlx5_2' });
    const ran = await run(
      dgx,
      "df -P /raid | tail -n 1 | awk '{print $5}'; cat /sys/class/infiniband/mlx5_2/ports/1/state /sys/class/net/ibp79s0/operstate; ip -j link | grep -c NO-CARRIER",
    );
    expect(ran.stdout).toBe('100%\n1: DOWN\ndown\n1\n');
    dgx.clear();
    expect((await run(dgx, 'cat /sys/class/infiniband/mlx5_2/ports/1/state')).stdout).toBe('4: ACTIVE\n');
  });

  it('fills the smallest MIG slice', async () => {
    slice.inject('mig-slice-small');
    expect((await run(slice, 'nvidia-smi')).stdout).toMatch(/9680MiB \/ +9728MiB/);
  });
});

describe('a fleet', () => {
  it('writes known_hosts lines for its nodes', () => {
    const directory = mkdtempSync(join(tmpdir(), 'known-'));
    fleet.writeKnownHosts(join(directory, 'known_hosts'));
    const lines = readFileSync(join(directory, 'known_hosts'), 'utf8').trim().split('\n');
    rmSync(directory, { recursive: true });
    expect(lines).toEqual(fleet.nodes.map((node) => node.knownHostsLine));
    expect(lines[0]).toMatch(/^\[127\.0\.0\.1\]:\d+ ssh-ed25519 AAAA\S+$/);
  });

  it('has names of its own, is the same for the same seed, and takes users and ports', async () => {
    const [one, two] = await Promise.all([
      startSimFleet({ nodes: 6, seed: 3, users: [{ name: 'root', password: 'x' }] }),
      startSimFleet({ nodes: [l4Single, l4Single], seed: 3 }),
    ]);
    try {
      expect(one.nodes.map((node) => node.name)).toEqual([
        'dgx01',
        'forge01',
        'slice01',
        'edge01',
        'login01',
        'stor01',
      ]);
      expect(two.nodes[0]?.model.gpus[0]?.uuid).toBe(one.nodes[3]?.model.gpus[0]?.uuid);
      expect(two.nodes[1]?.model.gpus[0]?.uuid).not.toBe(two.nodes[0]?.model.gpus[0]?.uuid);
      expect((await run(one.nodes[0] as SimNode, 'id -u; dmesg | head -n 1 | grep -c Linux')).stdout).toBe('0\n1\n');
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('of 32 nodes starts, answers on all of them, and leaves nothing behind', async () => {
    const large = await startSimFleet({ nodes: 32 });
    const directory = join(large.privateKeyPath, '..');
    const names = await Promise.all(large.nodes.map(async (node) => (await run(node, 'hostname')).stdout.trim()));
    expect(names).toEqual(large.nodes.map((node) => node.name));
    expect(readdirSync(directory).length).toBeGreaterThan(32);
    await large.close();
    expect(existsSync(directory)).toBe(false);
  });
});
