import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { parseFailed, parseManagerLog, servicesProbe } from './services-probe';

const unit = (name: string, ...values: string[]) => {
  const [load, active, sub, file, restarts, status] = values;
  return `NRestarts=${restarts}\nExecMainStatus=${status}\nId=${name}.service\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\nUnitFileState=${file}\n`;
};
const units = [
  unit('nvidia-fabricmanager', 'loaded', 'failed', 'failed', 'enabled', '5', '1'),
  unit('nvidia-dcgm', 'not-found', 'inactive', 'dead', '', '0', '0'),
  unit('chrony', 'loaded', 'active', 'running', 'enabled', '0', '0'),
  unit('chrony', 'loaded', 'active', 'running', 'enabled', '0', '0'),
].join('\n');
const good = {
  units,
  failed: 'nvidia-fabricmanager.service loaded failed failed NVIDIA fabric manager service\n',
  'fabric-manager': 'Fabric Manager version is : 550.127.08\n',
  dcgm: '\ndcgmi  version: 3.3.5\n\n',
};

describe('services probe', () => {
  it('reads the units that are there, once each, and which have failed', () => {
    expect(factsOf(servicesProbe, good)).toEqual({
      services: [
        {
          name: 'nvidia-fabricmanager',
          activeState: 'failed',
          subState: 'failed',
          unitFileState: 'enabled',
          restarts: 5,
          exitStatus: 1,
        },
        {
          name: 'chrony',
          activeState: 'active',
          subState: 'running',
          unitFileState: 'enabled',
          restarts: 0,
          exitStatus: 0,
        },
      ],
      failedUnits: ['nvidia-fabricmanager.service'],
      fabricManagerVersion: '550.127.08',
      fabricManagerLog: null,
      dcgmVersion: '3.3.5',
    });
  });

  it("keeps the errors of Fabric Manager's own log, and knows none of it where it could not be read", () => {
    const text = [
      '[Feb 25 2025 13:59:45] [INFO] [tid 1803] multicast group 0 is freed.',
      "[Feb 25 2025 13:59:46] [WARNING] [tid 1] detected number of NVSwitches don't match with any supported system topology",
      '[Feb 25 2025 13:59:47] [ERROR] [tid 1] failed to initialize',
      '',
    ].join('\n');
    expect(parseManagerLog(printed(text))).toHaveLength(2);
    expect(parseManagerLog(printed('', 1))).toBeNull();
    expect(parseManagerLog(undefined)).toBeNull();
  });

  it('tells a node without systemd from one without services', () => {
    const message = "System has not been booted with systemd as init system (PID 1). Can't operate.\n";
    expect(servicesProbe.parse({ units: printed('', 1, message) })).toMatchObject({
      state: 'missing-tool',
      reason: { key: 'probes.systemdNotRunning' },
    });
    expect(
      factsOf(servicesProbe, { units: unit('docker', 'not-found', 'inactive', 'dead', '', '0', '0') }),
    ).toMatchObject({
      services: [],
      failedUnits: null,
      fabricManagerVersion: null,
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(servicesProbe, good);
  });

  it.skipIf(!hasRecordings)('software/systemctl-show__services: three units, of two the state was not recorded', () => {
    const nothing = { activeState: null, subState: null, unitFileState: null, restarts: null, exitStatus: null };
    expect(factsOf(servicesProbe, { units: recording('software/systemctl-show__services.txt') }).services).toEqual([
      { name: 'postfix', ...nothing },
      { name: 'postgresql', ...nothing },
      { ...nothing, name: 'tuned', activeState: 'active', subState: 'running', unitFileState: 'enabled' },
    ]);
  });

  it.skipIf(!hasRecordings)(
    'software/systemctl__*: finds none that failed in the tables of two healthy systems',
    () => {
      for (const name of ['centos-7', 'ubuntu-18.04']) {
        expect(parseFailed(printed(recording(`software/systemctl__${name}.txt`)))).toEqual([]);
      }
      const broken = recording('software/systemctl__centos-7.txt').replace(
        /^ {2}(crond\.service +loaded) {4}active {3}running /m,
        '● $1    failed   failed  ',
      );
      expect(parseFailed(printed(broken))).toEqual(['crond.service']);
    },
  );
});
