import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LocalHost } from '../../hosts/local-host';
import { runProbes } from '../run-probes';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { gpuProcessEnvironmentProbe, variableNames } from './gpu-process-environment-probe';

const own = `uid 1000
pid 4242
CUDA_VISIBLE_DEVICES=0,1
PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
pid 4243
`;
const everybody = `uid 0
pid 4242
CUDA_VISIBLE_DEVICES=0,1
pid 5000
NVIDIA_VISIBLE_DEVICES=all
`;

describe('gpu-process-environment probe', () => {
  it('reads the variables of each process', () => {
    expect(factsOf(gpuProcessEnvironmentProbe, { environment: own })).toEqual({
      processes: [
        {
          pid: 4242,
          variables: { CUDA_VISIBLE_DEVICES: '0,1', PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True' },
        },
        { pid: 4243, variables: {} },
      ],
      isComplete: false,
      libraries: null,
    });
  });

  it('says whether it saw the processes of everybody', () => {
    expect(factsOf(gpuProcessEnvironmentProbe, { environment: everybody })).toMatchObject({
      processes: [{ pid: 4242 }, { pid: 5000 }],
      isComplete: true,
    });
    expect(factsOf(gpuProcessEnvironmentProbe, { environment: own }).isComplete).toBe(false);
  });

  it('has no answer when nothing is its own and the rest may not be read', () => {
    const refused = outputsOf({ environment: 'uid 1000\n' });
    const result = gpuProcessEnvironmentProbe.parse(refused);
    expect(result).toMatchObject({ state: 'denied', reason: { key: 'probes.denied' } });
    expect(String(result.reason?.params?.sudoers)).not.toContain('\n');
    const asRoot = gpuProcessEnvironmentProbe.parse(outputsOf({ environment: 'uid 0\n' }));
    expect(asRoot).toMatchObject({ state: 'ok', facts: { processes: [], isComplete: true } });
  });

  it('keeps no name that is not on the list, whatever the node prints', () => {
    const text = 'uid 0\npid 7\nHF_TOKEN=hf_secret\nVLLM_API_KEY=secret\nNCCL_DEBUG=INFO\n';
    expect(factsOf(gpuProcessEnvironmentProbe, { environment: text }).processes).toEqual([
      { pid: 7, variables: { NCCL_DEBUG: 'INFO' } },
    ]);
    expect(variableNames.filter((name) => /KEY|TOKEN|SECRET|PASS|AUTH/.test(name))).toEqual([]);
  });

  it('reads what limits a process, and the files that NCCL reads', () => {
    const text = `uid 0
pid 7
limit 8388608              8388608              bytes
cpus 0-31,64-95
shm 4096 16384 16000
NCCL_DEBUG=INFO
file /etc/nccl.conf
NCCL_ALGO=Ring
HF_TOKEN=secret
pid 8
limit unlimited            unlimited            bytes
NCCL_DEBUG=WARN
`;
    expect(factsOf(gpuProcessEnvironmentProbe, { environment: text }).processes).toEqual([
      {
        pid: 7,
        variables: { NCCL_DEBUG: 'INFO' },
        isLockedMemoryUnlimited: false,
        lockedMemoryBytes: 8_388_608,
        cpusAllowed: '0-31,64-95',
        sharedMemory: { totalBytes: 67_108_864, availableBytes: 65_536_000 },
        files: [{ path: '/etc/nccl.conf', variables: { NCCL_ALGO: 'Ring' } }],
      },
      { pid: 8, variables: { NCCL_DEBUG: 'WARN' }, isLockedMemoryUnlimited: true },
    ]);
  });

  it('says that find is missing where it can not look at links', () => {
    const output = printed('', 127, 'find: unrecognized: -lname\n');
    expect(gpuProcessEnvironmentProbe.parse({ environment: output })).toMatchObject({
      state: 'missing-tool',
      reason: { params: { tool: 'find' } },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuProcessEnvironmentProbe, { environment: everybody }, ({ processes }) =>
      processes.every(
        ({ pid, variables }) => pid > 0 && Object.keys(variables).every((name) => variableNames.includes(name)),
      ),
    );
  });

  it.runIf(process.platform === 'linux')(
    'reads a real process that has a GPU open, and none of its secrets',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gantry-environ-'));
      // Any open file with the name of a device stands for it.
      writeFileSync(join(folder, 'nvidia0'), '');
      writeFileSync(join(folder, '.nccl.conf'), 'NCCL_ALGO=Ring\nNCCL_SECRET=never\n');
      const device = openSync(join(folder, 'nvidia0'), 'r');
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], {
        stdio: ['ignore', 'ignore', 'ignore', device],
        env: {
          CUDA_VISIBLE_DEVICES: '1,0',
          NCCL_SOCKET_IFNAME: 'eth0\npid 1\nRANK=7',
          HOME: folder,
          HF_TOKEN: 'hf_never_read',
          NCCL_SECRET: 'never',
        },
      });
      try {
        await new Promise((resolve) => child.once('spawn', resolve));
        const host = new LocalHost({ id: 'local' });
        const kept: string[] = [];
        const keep = (result: { stdout: Uint8Array }) => {
          kept.push(new TextDecoder().decode(result.stdout));
          return 'kept';
        };
        for await (const { facts } of runProbes(host, [gpuProcessEnvironmentProbe], { keep })) {
          const { processes } = facts as ReturnType<typeof factsOf<'gpu-process-environment'>>;
          const one = processes.find(({ pid }) => pid === child.pid);
          expect(one?.variables).toEqual({ CUDA_VISIBLE_DEVICES: '1,0', NCCL_SOCKET_IFNAME: 'eth0 pid 1 RANK=7' });
          expect(one?.cpusAllowed).toMatch(/^\d/);
          expect(one?.isLockedMemoryUnlimited).toBeTypeOf('boolean');
          expect(one?.files).toEqual([{ path: `${folder}/.nccl.conf`, variables: { NCCL_ALGO: 'Ring' } }]);
        }
        await host.close();
        expect(kept.join('')).not.toMatch(/never/);
      } finally {
        child.kill();
        rmSync(folder, { recursive: true });
      }
    },
  );
});
