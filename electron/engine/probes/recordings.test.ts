import { describe, expect, it } from 'vitest';
import { factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import { allProbes } from './all';
import { parseRecorded } from './parse-recorded';
import { hasRecordings, recording, recordingNames } from './testing/recordings';

/** What of the recordings each probe reads, by its main command; the tests beside each probe look at the facts. */
const covered: Readonly<Partial<Record<ProbeId, readonly RegExp[]>>> = {
  os: [/^host\/(os-release|uname-a)__/],
  'gpu-list': [/^gpu-nvidia\/nvidia-smi-L__/],
  gpu: [
    /^gpu-nvidia\/nvidia-smi-(q|qx|query-gpu|query-gpu-all|q-d-page-retirement)__/,
    /^gpu-nvidia\/nvidia-smi__(?!driver-library|unable)/,
  ],
  cpu: [/^host\/(lscpu|proc-cpuinfo)__/],
  memory: [/^host\/(proc-meminfo|free|free-h|free-w)__/],
  'gpu-processes': [/^gpu-nvidia\/nvidia-smi-(query-compute-apps|pmon)__/],
  processes: [/^host\/top-b-n1__/],
  numa: [/^host\/numactl-H__/],
  'gpu-topology': [/^gpu-nvidia\/nvidia-smi-topo-m__/],
  'gpu-kernel-log': [/^kernel-log\/(?!sysfs-edac)/],
  'block-devices': [/^storage\/lsblk/],
  'file-systems': [/^storage\/(df|df-h|df-alP|findmnt-J|mount)__/],
  network: [/^fabric\/ip-j-link__/],
  rdma: [/^fabric\/(sysfs-class-infiniband|ibstat|ibstatus|ibv_devinfo|rdma-link)__/],
  docker: [/^software\/docker-info(-text)?__/],
};

const kinds = ['fabric', 'gpu-amd', 'gpu-nvidia', 'host', 'kernel-log', 'power-cooling', 'software', 'storage'];
const names = kinds.flatMap((kind) => recordingNames(kind, /./));
const isCovered = (id: ProbeId, name: string) => covered[id]?.some((pattern) => pattern.test(name)) ?? false;

describe.skipIf(!hasRecordings)('the recordings', () => {
  it.each(allProbes.map(({ id }) => id))(
    'are read by %s where they are its own, and refused where they are not',
    (id) => {
      const states = names.map((name) => {
        const { state, reason, facts } = parseRecorded(id, recording(name));
        if (state === 'ok') expect(factsSchemas[id].safeParse(facts).error?.message).toBeUndefined();
        else expect(reason?.key).toMatch(/^probes\./);
        return [name, state === 'ok'];
      });
      expect(states.filter(([name, isOk]) => isOk !== isCovered(id, String(name)))).toEqual([]);
      for (const pattern of covered[id] ?? []) expect(names.some((name) => pattern.test(name))).toBe(true);
    },
  );

  it('that hold what nvidia-smi says instead of a report are understood', () => {
    const reasons = names
      .filter((name) => /nvidia-smi__(driver-library|unable)/.test(name))
      .map((name) => parseRecorded('gpu', recording(name)).reason?.key);
    expect(reasons).toEqual(['probes.driverLibraryMismatch', 'probes.gpuHandle']);
  });
});
