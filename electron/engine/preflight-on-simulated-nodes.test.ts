import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Preflight, PreflightCheckId } from '#shared/domain/playbook/preflight';
import { a100Mig, cpuOnly, dgxH100 } from '../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';

let nodes: SimulatedNodes;
beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, cpuOnly, a100Mig]);
});
afterAll(() => nodes.close());

async function look(...positions: number[]): Promise<Preflight[]> {
  const hostIds = positions.map((position) => nodes.at(position).hostId);
  return nodes.client.playbooks.preflight({ hostIds });
}
const of = (found: Preflight | undefined, id: PreflightCheckId) => found?.checks.find((check) => check.id === id);
const outcomes = (found: Preflight | undefined, ...ids: PreflightCheckId[]) =>
  ids.map((id) => `${id} ${of(found, id)?.outcome}`);

it('says of nodes that are well what they are, with the command behind every value', async () => {
  const [dgx, plain, rocky] = await look(0, 1, 2);
  expect(dgx?.checks.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  expect(of(dgx, 'gpu')?.value.en).toContain('8 × ');
  expect(outcomes(dgx, 'system', 'privileges', 'addresses', 'names', 'repository-keys', 'package-state')).toEqual([
    'system pass',
    'privileges pass',
    'addresses pass',
    'names pass',
    'repository-keys pass',
    'package-state pass',
  ]);
  expect(of(plain, 'gpu')).toMatchObject({ outcome: 'warn' });
  expect(outcomes(rocky, 'system', 'package-state', 'repository-keys')).toEqual([
    'system pass',
    'package-state pass',
    'repository-keys pass',
  ]);
  for (const { evidence, id } of dgx?.checks ?? []) expect([id, evidence.length]).not.toEqual([id, 0]);
});

it('finds each fault, says why and what helps, and blames no other', async () => {
  const [{ node: dgx }, { node: plain }, { node: rocky }] = [nodes.at(0), nodes.at(1), nodes.at(2)];
  dgx.inject('no-sudo', {});
  dgx.inject('clock-off', { offsetMs: -86_400_000 });
  dgx.model.software.unconfigured.add('docker-ce');
  plain.inject('internet-down', { kind: 'dns' });
  plain.inject('repository-key-expired', {});
  plain.inject('full-disk', {});
  const [kept = ''] = plain.model.software.packages.keys();
  plain.model.software.held.add(kept);
  rocky.inject('connection-refused', {});
  rocky.inject('connection-cut', {});
  const [first, second, gone] = await look(0, 1, 2);
  expect(outcomes(first, 'privileges', 'clock', 'certificates', 'package-state', 'names')).toEqual([
    'privileges fail',
    'clock fail',
    'certificates fail',
    'package-state fail',
    'names pass',
  ]);
  expect(of(first, 'certificates')?.reason?.en).toContain('clock');
  expect(of(first, 'package-state')?.value.en).toContain('docker-ce');
  expect(outcomes(second, 'names', 'addresses', 'repository-keys', 'disk', 'package-holds', 'privileges')).toEqual([
    'names fail',
    'addresses fail',
    'repository-keys fail',
    'disk fail',
    'package-holds warn',
    'privileges pass',
  ]);
  for (const check of [...(first?.checks ?? []), ...(second?.checks ?? [])]) {
    expect([check.id, check.remedy === null]).toEqual([check.id, check.outcome === 'pass']);
  }
  expect(gone).toMatchObject({ outcome: 'unknown', checks: [], unreachable: { code: expect.any(String) } });

  plain.clear('full-disk');
  plain.inject('internet-down', { kind: 'certificate' });
  const [behind] = await look(1);
  expect(outcomes(behind, 'names', 'certificates')).toEqual(['names pass', 'certificates fail']);
  expect(of(behind, 'certificates')?.remedy?.en).toContain('gantry site set --ca');
});
