import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { dockerProbe } from './docker-probe';

const info = JSON.stringify({
  ServerVersion: '27.5.1',
  Driver: 'overlay2',
  DefaultRuntime: 'runc',
  Runtimes: { runc: { path: 'runc' }, nvidia: { path: 'nvidia-container-runtime' } },
  CgroupDriver: 'systemd',
  CgroupVersion: '2',
  CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
});
const containers = `${JSON.stringify({ ID: '51700ffae43f', Names: 'llm', Image: 'vllm/vllm-openai:v0.6', State: 'running', Status: 'Up 3 days', Ports: '0.0.0.0:8000->8000/tcp', Command: '"python3 -m vllm"' })}\n`;
const refusal =
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\n';
const missing = { state: 'missing-tool', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;

describe('docker probe', () => {
  it('reads the daemon and its containers', () => {
    expect(factsOf(dockerProbe, { info, containers })).toEqual({
      serverVersion: '27.5.1',
      defaultRuntime: 'runc',
      runtimes: ['nvidia', 'runc'],
      cgroupDriver: 'systemd',
      cgroupVersion: '2',
      storageDriver: 'overlay2',
      cdiSpecDirs: ['/etc/cdi', '/var/run/cdi'],
      containers: [
        {
          id: '51700ffae43f',
          name: 'llm',
          image: 'vllm/vllm-openai:v0.6',
          state: 'running',
          status: 'Up 3 days',
          command: 'python3 -m vllm',
          ports: '0.0.0.0:8000->8000/tcp',
        },
      ],
      containerSettings: null,
      unitsLoadedAtMs: null,
    });
  });

  it('reads how containers were made, and of their environment two names alone', () => {
    const settings = `== containers
{"id":"51700ffae43f","startedAt":"2025-11-17T06:40:00.123456789Z","runtime":"runc","ipcMode":"private","shmSize":67108864,"deviceRequests":[{"Driver":"","Count":-1,"DeviceIDs":null,"Capabilities":[["gpu"]],"Options":{}}],"devices":[],"environment":["NVIDIA_VISIBLE_DEVICES=all","HF_TOKEN=secret",null]}
{"id":"62811","startedAt":"0001-01-01T00:00:00Z","runtime":"nvidia","ipcMode":"host","shmSize":67108864,"deviceRequests":null,"devices":[{"PathOnHost":"/dev/nvidia0","PathInContainer":"/dev/nvidia0","CgroupPermissions":"rwm"}],"environment":[null]}
== done
`;
    const loaded = 'UnitsLoadTimestamp=@1763361600\n';
    expect(factsOf(dockerProbe, { info, containers, settings, 'units-loaded': loaded })).toMatchObject({
      containerSettings: [
        {
          id: '51700ffae43f',
          startedAtMs: Date.parse('2025-11-17T06:40:00.123Z'),
          runtime: 'runc',
          ipcMode: 'private',
          sharedMemoryBytes: 67_108_864,
          deviceRequests: [{ driver: null, count: -1, deviceIds: [], capabilities: ['gpu'] }],
          devices: [],
          environment: { NVIDIA_VISIBLE_DEVICES: 'all' },
        },
        { id: '62811', startedAtMs: null, deviceRequests: [], devices: ['/dev/nvidia0'], environment: {} },
      ],
      unitsLoadedAtMs: 1_763_361_600_000,
    });
    // Cut short it is no list, and an older systemd prints a date in words.
    const cut = {
      info,
      settings: '== containers\n',
      'units-loaded': 'UnitsLoadTimestamp=Mon 2025-11-17 06:40:00 UTC\n',
    };
    expect(factsOf(dockerProbe, cut)).toMatchObject({ containerSettings: null, unitsLoadedAtMs: null });
    expect(factsOf(dockerProbe, { info, settings: '== containers\n== done\n' }).containerSettings).toEqual([]);
  });

  it('names the sudoers line where the login may not ask and sudo does not allow it', () => {
    const refused = printed('', 1, refusal);
    expect(dockerProbe.parse({ info: refused, containers: refused })).toMatchObject({
      state: 'denied',
      reason: {
        key: 'probes.denied',
        params: { sudoers: expect.stringMatching(/ \/usr\/bin\/docker info --format .* \/usr\/bin\/docker ps /) },
      },
    });
    expect(dockerProbe.parse({ info: { ...refused, privilege: 'root' } })).toMatchObject({
      state: 'denied',
      reason: { key: 'probes.dockerDenied' },
    });
  });

  it('tells a daemon that is down from a missing docker', () => {
    const down = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
    expect(dockerProbe.parse({ info: printed('', 1, down) })).toMatchObject({
      state: 'failed',
      reason: { key: 'probes.dockerNotRunning' },
    });
    expect(dockerProbe.parse({ info: missing })).toMatchObject({ state: 'missing-tool' });
  });

  it('does not take a list of containers that did not come for an empty one', () => {
    const late = { ...printed(''), state: 'timeout', exitCode: null } as const;
    expect(dockerProbe.parse({ info: printed(info), containers: late })).toMatchObject({
      state: 'ok',
      facts: { serverVersion: expect.any(String), containers: null },
      reason: { key: 'probes.timeout' },
    });
    expect(dockerProbe.parse({ info: printed(info), containers: printed('', 1, 'no such thing') })).toMatchObject({
      facts: { containers: null },
      reason: { key: 'probes.exitCodeDetail' },
    });
    expect(dockerProbe.parse({ info: printed(info), containers: printed('') })).toMatchObject({
      state: 'ok',
      facts: { containers: [] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(dockerProbe, { info, containers });
  });

  it.skipIf(!hasRecordings)('reads what daemons of other years say', () => {
    const unknown = {
      defaultRuntime: null,
      cgroupDriver: null,
      cgroupVersion: null,
      cdiSpecDirs: [],
      containers: null,
      containerSettings: null,
      unitsLoadedAtMs: null,
    };
    expect(factsOf(dockerProbe, { info: recording('software/docker-info__swarm-manager.json') })).toEqual({
      ...unknown,
      serverVersion: '17.09.0-ce',
      rootDir: '/var/lib/docker',
      runtimes: [],
      storageDriver: 'devicemapper',
    });
    expect(factsOf(dockerProbe, { info: recording('software/docker-info-text__devicemapper.txt') })).toEqual({
      ...unknown,
      serverVersion: '1.9.1',
      runtimes: [],
      storageDriver: 'devicemapper',
    });
  });
});
