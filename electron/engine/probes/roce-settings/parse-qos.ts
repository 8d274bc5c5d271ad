import type { RoceSettingsFacts } from '#shared/domain/facts/network';
import { isObject, linesOf, readJson } from '../lib/lines';

export type RoceSettings = RoceSettingsFacts['interfaces'][number];

/**
 * `mlnx_qos -i NETDEV`:
 *   Priority trust state: dscp
 *           prio:3 dscp:31,30,29,28,27,26,25,24,
 *           enabled     0   0   0   1   0   0   0   0
 * False: not that, or cut before its PFC.
 */
export function readMlnxQos(settings: RoceSettings, text: string): boolean {
  const dscp: number[][] = Array.from({ length: 8 }, () => []);
  let hasDscp = false;
  let enabled: number[] | null = null;
  for (const line of linesOf(text)) {
    const trust = /^Priority trust state: (\w{1,10})\s*$/.exec(line)?.[1];
    if (trust) settings.trust = trust;
    const mapping = /^\s+prio:([0-7]) dscp:([\d,]{1,300})\s*$/.exec(line);
    if (mapping) {
      hasDscp = true;
      dscp[Number(mapping[1])]?.push(...(mapping[2] ?? '').split(',').filter(Boolean).map(Number));
    }
    const flags = /^\s+enabled((?:\s+[01]){8})\s*$/.exec(line)?.[1];
    if (flags)
      enabled ??= prioritiesOf(
        flags
          .trim()
          .split(/\s+/)
          .map((flag) => flag === '1'),
      );
  }
  if (enabled === null) return false;
  settings.tool = 'mlnx_qos';
  settings.pfcPriorities = enabled;
  if (hasDscp) settings.dscpOfPriority = dscp.map((values) => values.sort((one, other) => one - other));
  return true;
}

/**
 * `dcb -j pfc show dev NETDEV` and `dcb -j app show dev NETDEV`, one document each:
 *   {"pfc_cap":8,"macsec_bypass":false,"delay":0,"prio_pfc":[false,false,false,true,false,false,false,false]}
 *   {"dscp_prio":[[26,3],[48,6]]}
 * mlx5 trusts DSCP as long as its table has an entry, and the VLAN priority when it has none.
 */
export function readDcb(settings: RoceSettings, text: string): boolean {
  let isPfcTold = false;
  for (const line of linesOf(text, 65_536)) {
    const read = line.startsWith('{') || line.startsWith('[') ? readJson(line) : undefined;
    const document = Array.isArray(read) ? read[0] : read;
    if (!isObject(document)) continue;
    if (Array.isArray(document.prio_pfc) && document.prio_pfc.length === 8) {
      isPfcTold = true;
      settings.pfcPriorities = prioritiesOf(document.prio_pfc.map((flag) => flag === true || flag === 'on'));
    }
    if (!Array.isArray(document.dscp_prio)) continue;
    const dscp: number[][] = Array.from({ length: 8 }, () => []);
    for (const pair of document.dscp_prio) {
      if (!Array.isArray(pair)) continue;
      const [value, priority] = pair as unknown[];
      if (typeof value === 'number' && typeof priority === 'number' && value >= 0 && value < 64)
        dscp[priority]?.push(value);
    }
    settings.dscpOfPriority = dscp;
  }
  if (!isPfcTold) return false;
  settings.tool = 'dcb';
  settings.trust = settings.dscpOfPriority?.some((values) => values.length > 0) ? 'dscp' : 'pcp';
  settings.isTrustInferred = true;
  return true;
}

function prioritiesOf(flags: readonly boolean[]): number[] {
  return flags.flatMap((isOn, priority) => (isOn ? [priority] : []));
}
