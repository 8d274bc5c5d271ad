import type { CpuFacts } from '#shared/domain/facts/system';
import { integerOf, linesOf, readPathValues } from '../lib/lines';

export type CpuState = Pick<CpuFacts, 'microcode' | 'isSmtActive' | 'clock' | 'scaling' | 'vulnerabilities'>;
type Scaling = CpuFacts['scaling'][number];

/**
 *   smt/active:1
 *   vulnerabilities/spec_store_bypass:Mitigation: Speculative Store Bypass disabled via prctl
 *   policy0/scaling_governor:performance
 *   microcode	: 0x2b000571
 *   cpu MHz		: 2596.148
 */
export function readCpuState(text: string): CpuState {
  const values = readPathValues(text);
  const smt = values.get('smt/active');
  const clocks = valuesOf(text, 'cpu MHz')
    .map(Number)
    .filter((mhz) => mhz > 0 && mhz < 100_000);
  return {
    microcode: [...new Set(valuesOf(text, 'microcode'))].slice(0, 8).join(', ') || null,
    isSmtActive: smt === '1' ? true : smt === '0' ? false : null,
    clock: clocks.length > 0 ? { lowestMHz: Math.min(...clocks), highestMHz: Math.max(...clocks) } : null,
    scaling: readScaling(values),
    vulnerabilities: readVulnerabilities(values),
  };
}

function valuesOf(text: string, name: 'cpu MHz' | 'microcode'): string[] {
  return linesOf(text).flatMap((line) => {
    const match = /^(cpu MHz|microcode)\s{0,4}: ([\w.]{1,40})$/.exec(line);
    return match?.[1] === name ? [match[2] ?? ''] : [];
  });
}

/** Hundreds of policies are one or two settings: those of the same settings are counted together. */
function readScaling(values: ReadonlyMap<string, string>): Scaling[] {
  const found = new Map<string, Scaling>();
  for (const path of values.keys()) {
    const policy = /^(policy\d{1,5})\/scaling_driver$/.exec(path)?.[1];
    if (policy === undefined) continue;
    const value = (name: string) => values.get(`${policy}/${name}`) || null;
    const megahertz = (name: string) => {
      const kilohertz = integerOf(value(name));
      return kilohertz === null ? null : kilohertz / 1000;
    };
    const one: Scaling = {
      driver: value('scaling_driver'),
      governor: value('scaling_governor'),
      energyPreference: value('energy_performance_preference'),
      minMHz: megahertz('scaling_min_freq'),
      maxMHz: megahertz('scaling_max_freq'),
      hardwareMaxMHz: megahertz('cpuinfo_max_freq'),
      policyCount: 0,
    };
    const key = JSON.stringify(one);
    const same = found.get(key) ?? one;
    found.set(key, { ...same, policyCount: same.policyCount + 1 });
  }
  return [...found.values()];
}

/** The kernel's own words (Documentation/admin-guide/hw-vuln): `Not affected`, `Mitigation: …`, `Vulnerable…`, `Unknown…`. */
function readVulnerabilities(values: ReadonlyMap<string, string>): CpuFacts['vulnerabilities'] {
  return [...values].flatMap(([path, text]) => {
    const name = /^vulnerabilities\/(\w{1,60})$/.exec(path)?.[1];
    if (name === undefined) return [];
    const state = /^Not affected/.test(text)
      ? ('not-affected' as const)
      : /^(?:Mitigation|KVM: Mitigation)/.test(text)
        ? ('mitigated' as const)
        : /Vulnerable/.test(text)
          ? ('vulnerable' as const)
          : ('unknown' as const);
    return [{ name, state, text }];
  });
}
