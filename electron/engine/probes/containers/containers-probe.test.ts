import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { containersProbe } from './containers-probe';

const versions = 'containerd containerd.io 1.7.24 88bf19b2105c8b17560993bee28a01ddc2f97182\npodman version 5.2.2\n';
const podman = JSON.stringify([
  {
    Id: 'aa11',
    Image: 'nvcr.io/nvidia/tritonserver:25.02-py3',
    ImageID: 'bb22',
    Names: ['triton'],
    State: 'running',
    Command: ['tritonserver', '--model-repository=/models'],
    Ports: [{ host_ip: '', container_port: 8000, host_port: 8000, range: 1, protocol: 'tcp' }],
    Labels: { token: 'never' },
  },
]);
const crictl = JSON.stringify({
  containers: [
    {
      id: 'cc33',
      podSandboxId: 'dd44',
      metadata: { name: 'vllm', attempt: 0 },
      image: { image: 'sha256:0123', userSpecifiedImage: 'vllm/vllm-openai:v0.8.4' },
      state: 'CONTAINER_RUNNING',
      labels: { 'io.kubernetes.pod.name': 'llm-0', 'io.kubernetes.pod.namespace': 'serving' },
    },
  ],
});
const good = { versions, podman, 'podman-root': `==> /var/lib/containers/storage\n${podman}\n<== 0\n`, crictl };

describe('containers probe', () => {
  it('reads the runtimes of containerd, where its configuration may be read', () => {
    const runtimes = '== /etc/containerd/config.toml\nruntime runc\nruntime nvidia\nruntime nvidia\n';
    expect(factsOf(containersProbe, { ...good, 'containerd-runtimes': runtimes }).containerdRuntimes).toEqual([
      'nvidia',
      'runc',
    ]);
    expect(factsOf(containersProbe, { ...good, 'containerd-runtimes': '' }).containerdRuntimes).toBeNull();
  });

  it('finds the runtimes in a configuration as containerd and k3s write it', () => {
    const command = containersProbe.commands.find(({ id }) => id === 'containerd-runtimes');
    const folder = mkdtempSync(join(tmpdir(), 'gantry-containerd-'));
    const file = join(folder, 'config.toml');
    const toml = [
      '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]',
      '  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]',
      '    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]',
      "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.'nvidia-cdi']",
    ];
    writeFileSync(file, `${toml.join('\n')}\n`);
    const script = (command?.argv[2] ?? '').replace('/etc/containerd/config.toml', file);
    const printedText = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(printedText.split('\n').filter((line) => line.startsWith('runtime '))).toEqual([
      'runtime runc',
      'runtime nvidia',
      'runtime nvidia-cdi',
    ]);
  });

  it('reads what Podman and containerd run, each container once', () => {
    expect(factsOf(containersProbe, good)).toEqual({
      containerdVersion: '1.7.24',
      containerdRuntimes: null,
      podmanVersion: '5.2.2',
      containers: [
        {
          engine: 'podman',
          id: 'aa11',
          name: 'triton',
          image: 'nvcr.io/nvidia/tritonserver:25.02-py3',
          state: 'running',
          ports: '0.0.0.0:8000->8000/tcp',
          command: 'tritonserver --model-repository=/models',
        },
        {
          engine: 'containerd',
          id: 'cc33',
          name: 'serving/llm-0/vllm',
          image: 'vllm/vllm-openai:v0.8.4',
          state: 'running',
          ports: null,
          command: null,
        },
      ],
    });
  });

  it('asks Podman only where it has been used, so that nothing is created', () => {
    const asked = containersProbe.commands.filter(({ id }) => id.startsWith('podman'));
    expect(asked.map(({ forEach, argv }) => forEach ?? argv[2])).toEqual([
      expect.stringMatching(/\[ -d "\$HOME\/.local\/share\/containers\/storage" \][\s\S]*podman ps/),
      '/var/lib/containers/storage',
    ]);
  });

  it('says when there may be more than the login may see', () => {
    const denied = { state: 'denied', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;
    expect(containersProbe.parse({ versions: printed(versions), crictl: denied })).toMatchObject({
      state: 'ok',
      facts: { containers: [] },
      reason: { key: 'probes.denied', params: { tool: 'crictl' } },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(containersProbe, good);
  });

  it.skipIf(!hasRecordings)('software/podman-ps-a__containers: one that runs with a port, one that ended', () => {
    expect(factsOf(containersProbe, { podman: recording('software/podman-ps-a__containers.json') }).containers).toEqual(
      [
        {
          engine: 'podman',
          id: '03e2861336a76e29155836113ff6560cb70780c32f95062642993b2b3d0fc216',
          name: 'angry_saha',
          image: 'rhel7_httpd',
          state: 'running',
          ports: '0.0.0.0:8080->80/tcp',
          command: '/usr/sbin/httpd -DFOREGROUND',
        },
        {
          engine: 'podman',
          id: '95516ea08b565e37e2a4bca3333af40a240c368131b77276da8dec629b7fe102',
          name: 'tender_rosalind',
          image: 'bd8638c869ea40a9269d87e9af6741574562af9ee013e03ac2745fb5f59e2478',
          state: 'exited',
          ports: null,
          command: '/bin/sh -c yum install -y vsftpd-2.2.2-6.el6',
        },
      ],
    );
  });
});
