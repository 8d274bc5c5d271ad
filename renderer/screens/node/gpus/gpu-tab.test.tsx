import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { amdGpuSchema } from '#shared/domain/facts/amd-gpu';
import { type Gpu, gpuSchema, type MigDevice, migDeviceSchema } from '#shared/domain/facts/gpu';
import type { ProbeResult } from '#shared/domain/probe';
import { navigate } from '../../../app/router';
import { useEvidenceDrawer } from '../../../stores/evidence-store';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';
import { gpuSections } from './gpu-detail';

/** A record of which nothing is known. */
function unknownOf(schema: z.ZodType): unknown {
  const { def } = schema as unknown as { def: { type: string; shape?: Record<string, z.ZodType>; entries?: object } };
  if (def.type === 'object') {
    return Object.fromEntries(Object.entries(def.shape ?? {}).map(([name, field]) => [name, unknownOf(field)]));
  }
  const blank: Record<string, unknown> = { nullable: null, array: [], record: {}, string: '', number: 0 };
  return def.type === 'enum' ? Object.values(def.entries ?? {})[0] : blank[def.type];
}

/** Paths of the values of a record. */
function leavesOf(schema: z.ZodType, path = ''): string[] {
  const { def } = schema as unknown as { def: { type: string; shape?: Record<string, z.ZodType> } };
  if (def.type !== 'object') return [path];
  return Object.entries(def.shape ?? {}).flatMap(([name, field]) =>
    leavesOf(field, path === '' ? name : `${path}.${name}`),
  );
}

function gpu(known: Partial<Gpu>): Gpu {
  return { ...(unknownOf(gpuSchema) as Gpu), pciBusId: '00000000:1b:00.0', ...known };
}

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

function start(results: ProbeResult[]) {
  navigate({ screen: 'node', hostId: 'gpu01', section: 'gpus' });
  return renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01', {})]]).read,
      get: () => ({ hostId: 'gpu01', isCollecting: false, results, staleResults: [] }),
      watch: createTopic<ProbeResult>().read,
    },
  });
}

const facts = (gpus: Gpu[]) => probeResult('gpu', { facts: { driverVersion: '550.90.07', cudaVersion: '12.4', gpus } });
const region = (name: string) => screen.findByRole('region', { name });

describe('the GPU tab', () => {
  it('has a place for everything that is read of a GPU', () => {
    const shown = new Set<string>(gpuSections.flatMap(([, fields]) => fields));
    // In the table above, beside what is set now, in the table of ECC errors, or in tables of their own. BAR1 reserves nothing.
    const elsewhere =
      /^(index|name|state|bar1\.reservedBytes|utilization\.gpuPercent|(mig|ecc|dramEncryption)\.pending|ecc\.(volatile|aggregate)\..+|processes|migDevices|absences)$/;
    expect(leavesOf(gpuSchema).filter((path) => !shown.has(path) && !elsewhere.test(path))).toEqual([]);
  });

  it('shows the slices of a GPU with their engines and errors, and instances that nothing can run in', async () => {
    const slice = {
      ...(unknownOf(migDeviceSchema) as MigDevice),
      gpuInstanceId: 2,
      computeInstanceId: 0,
      profile: '3g.40gb',
      engines: { copy: 3, encoder: 0, decoder: 3, jpeg: 3, opticalFlow: 0 },
      sramUncorrected: 1,
    };
    const instance = { gpuIndex: 0, profileId: 9, placement: '4:4' };
    start([
      facts([
        gpu({
          mig: { current: 'Enabled', pending: 'Enabled' },
          migDevices: [slice],
          absences: { 'migDevices.0.uuid': 'no-permission' },
        }),
      ]),
      probeResult('gpu-mig', {
        facts: {
          gpuInstances: [
            { ...instance, profile: '3g.40gb', instanceId: 2 },
            { ...instance, profile: '1g.10gb', instanceId: 9 },
          ],
          computeInstances: [{ gpuIndex: 0, gpuInstanceId: 2, profile: '3g.40gb', instanceId: 0 }],
          profiles: [],
        },
      }),
    ]);
    const detail = await region('GPU 0');
    expect(within(detail).getByText('0 / 3')).toBeTruthy();
    expect(within(detail).getByText('3 / 0')).toBeTruthy();
    expect(within(detail).getByLabelText(/needs more permission/)).toBeTruthy();
    const instances = await region('MIG instances and profiles');
    expect(within(instances).getByText('0: 3g.40gb')).toBeTruthy();
    expect(within(instances).getByText('none: nothing can run in it')).toBeTruthy();
  });

  it('counts ECC errors by no more than their sums where no place is told', async () => {
    const unknown = unknownOf(gpuSchema) as Gpu;
    const counts = { ...unknown.ecc.volatile, corrected: 7, uncorrected: 2 };
    start([facts([gpu({ ecc: { ...unknown.ecc, volatile: counts } })])]);
    const table = within(await region('GPU 0')).getByRole('table', { name: 'ECC and remapping' });
    expect(within(table).getByText('7')).toBeTruthy();
    expect(within(table).queryByText('SRAM, corrected')).toBeNull();
  });

  it('labels a value, and leads from it to what the command printed', async () => {
    start([facts([gpu({ vbiosVersion: '96.00.A5.00.01', absences: {} })])]);
    const detail = await region('GPU 0');
    expect(within(detail).getByText('VBIOS')).toBeTruthy();
    fireEvent.click(within(detail).getByText('96.00.A5.00.01'));
    expect(useEvidenceDrawer.getState()).toMatchObject({ factPath: 'gpus.0.vbiosVersion' });
  });

  it('folds away what the GPU does not tell, and gives the reason of each when it is unfolded', async () => {
    start([facts([gpu({ vbiosVersion: '96.00', absences: { gspFirmwareVersion: 'not-available' } })])]);
    const detail = await region('GPU 0');
    expect(within(detail).queryByText('GSP firmware')).toBeNull();
    const [, firmware] = within(detail).getAllByText(/that it does not tell/);
    fireEvent.click(firmware as HTMLElement);
    const label = within(detail).getByText('GSP firmware');
    expect(within(label.parentElement as HTMLElement).getByLabelText(/not available \(N\/A\)/)).toBeTruthy();
  });

  it('says of a GPU without memory of its own whose memory it uses', async () => {
    start([facts([gpu({ name: 'NVIDIA GB10', memoryKind: 'shared' })])]);
    const table = await screen.findByRole('table', { name: 'GPUs of this node' });
    expect(within(table).getByText('Shared with the system')).toBeTruthy();
  });

  it('marks a GPU some of whose NVLinks are down', async () => {
    const link = { replayErrors: 0, recoveryErrors: 0, crcErrors: 3, otherCounters: {} };
    const links = [
      { ...link, link: 0, isActive: true, speedGBps: 26.562 },
      { ...link, link: 1, isActive: false, speedGBps: null },
    ];
    const nvlink = { gpus: [{ index: 0, name: 'H100', uuid: null, support: 'links', said: null, links }] };
    start([facts([gpu({})]), probeResult('nvlink', { facts: nvlink })]);
    const shown = await region('NVLink');
    expect(await within(shown).findByText('1 / 2')).toBeTruthy();
    expect(within(shown).getByText('6')).toBeTruthy();
    fireEvent.click(within(shown).getByText('Show every link'));
    expect(within(shown).getByText('Inactive')).toBeTruthy();
  });

  it('shows AMD GPUs in the same words, and does not miss nvidia-smi beside them', async () => {
    const amd = { ...(unknownOf(amdGpuSchema) as object), name: 'AMD Instinct MI300X', serial: '692347006052' };
    const device = {
      pciBusId: '00000000:05:00.0',
      kind: 'gpu',
      vendorId: '1002',
      deviceId: '74a1',
      subsystemVendorId: null,
      subsystemDeviceId: null,
      pciClass: '120000',
      name: 'Instinct MI300X',
      driver: 'amdgpu',
      numaNode: 0,
      isBootDisplay: null,
    };
    start([
      probeResult('gpu', { state: 'missing-tool' }),
      probeResult('nvlink', { state: 'missing-tool' }),
      probeResult('amd-gpu', { facts: { tool: 'amd-smi', driverVersion: '6.10.5', gpus: [amd] } }),
      probeResult('gpu-devices', { facts: { devices: [device] } }),
    ]);
    expect(within(await region('AMD GPUs')).getAllByText('AMD Instinct MI300X')).toBeTruthy();
    expect(within(await region('AMD GPU 0')).getByText('692347006052')).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'GPUs' })).toBeNull();
    expect(screen.queryByRole('region', { name: 'NVLink' })).toBeNull();
  });
});
