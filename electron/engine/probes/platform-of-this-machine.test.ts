import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem, userInfo } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FactsOf, factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { LocalHost } from '../hosts/local-host';
import { shells } from '../hosts/testing/shells';
import { probeById } from './all';
import type { Probe } from './probe';
import { runProbes } from './run-probes';

const ids = [
  ...['cpu', 'numa', 'memory', 'machine', 'memory-modules', 'edac', 'platform-security', 'sensors', 'ups'],
  ...['bmc', 'bmc-sensors', 'redfish'],
] as ProbeId[];

const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : null);
const entries = (path: string) => (existsSync(path) ? readdirSync(path) : []);

/** What the probes say of the machine that runs the tests, held against what Node.js and the kernel's files say. */
describe.each(shells)('the platform of this machine, asked in $name', ({ argv }) => {
  const results = new Map<string, ProbeResult>();

  beforeAll(async () => {
    if (!existsSync(argv[0])) return;
    const host = new LocalHost({ id: 'here', shell: argv });
    const probes = ids.flatMap((id) => (probeById(id) as Probe | undefined) ?? []);
    const run = runProbes(host, probes, { keep: () => 'evidence', user: userInfo().username });
    for await (const result of run) results.set(result.probeId, result);
    await host.close();
  });

  const facts = <Id extends ProbeId>(id: Id): FactsOf<Id> =>
    factsSchemas[id].parse(results.get(id)?.facts) as FactsOf<Id>;

  it.skipIf(!existsSync(argv[0]))('is told by each probe, or why not', () => {
    for (const id of ids) {
      const { state, reason } = results.get(id) ?? {};
      // Without root, a table of the firmware is denied; without the tool it is missing. Nothing else may be wrong.
      expect([id, ['ok', 'denied', 'missing-tool'].includes(state ?? ''), reason]).toEqual([id, true, reason]);
    }
    expect([facts('cpu').logicalCpus, facts('memory').totalBytes]).toEqual([cpus().length, totalmem()]);
  });

  it.skipIf(!existsSync(argv[0]))('has the processor, vulnerabilities and NUMA nodes that the kernel shows', () => {
    const cpu = facts('cpu');
    expect(cpu.vulnerabilities.map(({ name }) => name).sort()).toEqual(
      entries('/sys/devices/system/cpu/vulnerabilities').sort(),
    );
    const smt = lines('/sys/devices/system/cpu/smt/active');
    expect(cpu.isSmtActive).toBe(smt === null ? null : smt === '1');
    const policies = entries('/sys/devices/system/cpu/cpufreq').filter((name) => name.startsWith('policy'));
    expect(cpu.scaling.reduce((sum, { policyCount }) => sum + policyCount, 0)).toBe(policies.length);
    const nodes = entries('/sys/devices/system/node').filter((name) => /^node\d+$/.test(name));
    expect(
      facts('numa')
        .nodes.map(({ id }) => `node${id}`)
        .sort(),
    ).toEqual(nodes.sort());
  });

  it.skipIf(!existsSync(argv[0]))('has the pools of huge pages and their use', () => {
    const memory = facts('memory');
    const pools = entries('/sys/kernel/mm/hugepages');
    expect(memory.hugePagePools.map(({ sizeBytes }) => `hugepages-${sizeBytes / 1024}kB`).sort()).toEqual(pools.sort());
    const enabled = lines('/sys/kernel/mm/transparent_hugepage/enabled');
    expect(memory.transparentHugePages).toBe(/\[(\w+)\]/.exec(enabled ?? '')?.[1] ?? null);
  });

  it.skipIf(!existsSync(argv[0]))(
    'has the product, BMC, TPM, firmware and error counters that are there, and no others',
    () => {
      const product = lines('/sys/class/dmi/id/product_name');
      if (product) expect(facts('machine').system.product).toBe(product);
      const hasIpmi = existsSync('/dev/ipmi0');
      if (!hasIpmi) {
        for (const id of ['bmc', 'bmc-sensors'] as const) expect(facts(id).presence).not.toBe('present');
      }
      const security = facts('platform-security');
      expect(security.secureBoot === 'legacy-boot').toBe(!existsSync('/sys/firmware/efi'));
      expect(security.tpm.isPresent ?? false).toBe(entries('/sys/class/tpm').some((name) => name.startsWith('tpm')));
      const controllers = entries('/sys/devices/system/edac/mc').filter((name) => /^mc\d+$/.test(name));
      expect(
        facts('edac')
          .controllers.map(({ name }) => name)
          .sort(),
      ).toEqual(controllers.sort());
    },
  );
});
