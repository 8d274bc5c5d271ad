import type { EthernetSettingsFacts } from '#shared/domain/facts/network';
import { integerOf, linesOf } from '../lib/lines';

export type EthernetSettings = EthernetSettingsFacts['interfaces'][number];

/**
 * Chosen counters of `ethtool -S`: what tells of a bad link, of drops and of pauses. Drivers print up to a thousand more, most of
 * them one a queue. Names are those of mlx5 (Linux Documentation, mlx5/counters.rst) and of the common Intel and Broadcom drivers.
 */
export const chosenStatistics =
  '(rx|tx)_(crc_errors|symbol_err|pcs_symbol_err|corrected_bits|discards)_phy|link_down_events_phy|rx_out_of_buffer|' +
  '(rx|tx)_prio[0-7]_(bytes|pause|pause_duration|discards)|rx_bits_phy|tx_pause_storm_warning_events|outbound_pci_stalled_wr|' +
  'rx_pci_signal_integrity|(rx|tx)_vport_rdma_unicast_bytes|(rx|tx)_(errors|dropped)|rx_(crc_errors|missed_errors|length_errors|fcs_errors|discard_pkts)|' +
  '(rx|tx)_(pause_frames|flow_control_xon|flow_control_xoff)';
const chosenPattern = new RegExp(`^(?:${chosenStatistics})$`);

export function blankSettings(name: string): EthernetSettings {
  return {
    name,
    driver: null,
    firmwareVersion: null,
    pciBusId: null,
    speedMbitPerSec: null,
    maxSpeedMbitPerSec: null,
    duplex: null,
    isAutonegotiationOn: null,
    port: null,
    isLinkDetected: null,
    forwardErrorCorrection: [],
    pauseRx: null,
    pauseTx: null,
    ringRx: null,
    ringRxMax: null,
    ringTx: null,
    ringTxMax: null,
    counters: {},
  };
}

/** Everything ethtool prints about one interface, in any order: the head of each part tells what it is. False: none of it. */
export function readEthtool(settings: EthernetSettings, text: string): boolean {
  const parts = text.split(
    /^(?=Settings for |driver: |Pause parameters for |Ring parameters for |FEC parameters for |NIC statistics:)/m,
  );
  let isAny = false;
  for (const part of parts) {
    const reader = readers.find(([head]) => part.startsWith(head))?.[1];
    reader?.(settings, fieldsOf(part));
    isAny ||= reader !== undefined;
  }
  return isAny;
}

type Fields = ReadonlyArray<readonly [key: string, value: string]>;

const readers: ReadonlyArray<readonly [head: string, read: (settings: EthernetSettings, fields: Fields) => void]> = [
  ['Settings for ', readLink],
  ['driver: ', readDriver],
  ['Pause parameters for ', readPause],
  ['Ring parameters for ', readRing],
  ['FEC parameters for ', readFec],
  ['NIC statistics:', readStatistics],
];

/** `Key: value` lines; a line without a key goes on with the value before it, as link modes do. */
function fieldsOf(text: string): Fields {
  const fields: Array<[string, string]> = [];
  for (const line of linesOf(text)) {
    const match = /^\s*([\w .()/-]{1,60}):(?:\s+(.*))?$/.exec(line);
    const last = fields.at(-1);
    if (match) fields.push([(match[1] ?? '').trim(), (match[2] ?? '').trim()]);
    else if (last && line.trim() !== '') last[1] += ` ${line.trim()}`;
  }
  return fields;
}

/** `Speed: 40000Mb/s`, `Unknown!` without a link; `10000baseKX4/Full` among the supported modes. */
function readLink(settings: EthernetSettings, fields: Fields): void {
  for (const [key, value] of fields) {
    if (key === 'Speed') settings.speedMbitPerSec = integerOf(/^(\d{1,8})Mb\/s$/.exec(value)?.[1]);
    if (key === 'Duplex') settings.duplex = /^(Full|Half)$/.test(value) ? value.toLowerCase() : null;
    if (key === 'Auto-negotiation') settings.isAutonegotiationOn = switchOf(value);
    if (key === 'Port') settings.port = value || null;
    if (key === 'Link detected') settings.isLinkDetected = value === 'yes' ? true : /^no\b/.test(value) ? false : null;
    if (key === 'Supported link modes') {
      const speeds = [...value.matchAll(/(?<![\w.])(\d{2,7})base/g)].map((match) => Number(match[1]));
      settings.maxSpeedMbitPerSec = speeds.length > 0 ? Math.max(...speeds) : null;
    }
  }
}

function readDriver(settings: EthernetSettings, fields: Fields): void {
  for (const [key, value] of fields) {
    if (key === 'driver') settings.driver = value || null;
    if (key === 'firmware-version') settings.firmwareVersion = value === 'N/A' ? null : value || null;
    if (key === 'bus-info')
      settings.pciBusId = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.exec(value)?.[0] ?? null;
  }
}

function readPause(settings: EthernetSettings, fields: Fields): void {
  for (const [key, value] of fields) {
    if (key === 'RX') settings.pauseRx = switchOf(value);
    if (key === 'TX') settings.pauseTx = switchOf(value);
  }
}

/** First what could be, then what is, under the same names. */
function readRing(settings: EthernetSettings, fields: Fields): void {
  let isCurrent = false;
  for (const [key, value] of fields) {
    if (/^Current hardware settings/.test(key)) isCurrent = true;
    const count = integerOf(value);
    if (key === 'RX') settings[isCurrent ? 'ringRx' : 'ringRxMax'] = count;
    if (key === 'TX') settings[isCurrent ? 'ringTx' : 'ringTxMax'] = count;
  }
}

function readFec(settings: EthernetSettings, fields: Fields): void {
  const active = fields.find(([key]) => /^Active FEC encodings?$/.test(key))?.[1] ?? '';
  settings.forwardErrorCorrection = active.split(/\s+/).filter((word) => /^[A-Za-z]\w{1,15}$/.test(word));
}

function readStatistics(settings: EthernetSettings, fields: Fields): void {
  for (const [key, value] of fields) {
    const count = integerOf(value);
    if (chosenPattern.test(key) && count !== null && count >= 0) settings.counters[key] = count;
  }
}

function switchOf(value: string): boolean | null {
  return value === 'on' ? true : value === 'off' ? false : null;
}
