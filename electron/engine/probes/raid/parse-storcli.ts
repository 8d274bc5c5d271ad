import type { RaidArray, RaidFacts } from '#shared/domain/facts/storage';
import { integerOf, isObject, readJson, textOf } from '../lib/lines';
import { blankArray } from './blank-array';
import { sizeOf } from './sizes';

type Drive = RaidFacts['drives'][number];
type Entry = Record<string, unknown>;

/** What each controller answered. Null: not JSON of storcli or perccli. */
function answersOf(text: string): Array<{ controller: number; data: Entry }> | null {
  const document = text.trimStart().startsWith('{') ? readJson(text) : undefined;
  if (!isObject(document) || !Array.isArray(document.Controllers)) return null;
  return document.Controllers.flatMap((entry: unknown) => {
    if (!isObject(entry) || !isObject(entry['Response Data'])) return [];
    const status = isObject(entry['Command Status']) ? entry['Command Status'] : {};
    return [{ controller: integerOf(status.Controller) ?? 0, data: entry['Response Data'] }];
  });
}

/** Reads `storcli /cALL/eALL/sALL show all J`. Null: not that. */
export function parseStorcliDrives(text: string): Drive[] | null {
  const answers = answersOf(text);
  if (!answers?.some(({ data }) => Object.keys(data).some((key) => key.startsWith('Drive /c')))) return null;
  return answers.flatMap(({ data }) =>
    Object.entries(data).flatMap(([key, rows]) => {
      const slot = /^Drive (\/c\d{1,3}(?:\/e\d{1,5})?\/s\d{1,4})$/.exec(key)?.[1];
      const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
      if (slot === undefined || !isObject(row)) return [];
      const detail = objectOf(data[`${key} - Detailed Information`]);
      return [driveOf(slot, row, objectOf(detail[`${key} State`]), objectOf(detail[`${key} Device attributes`]))];
    }),
  );
}

function driveOf(slot: string, row: Entry, state: Entry, attributes: Entry): Drive {
  // Exact where the raw size has it in sectors: `14.552 TB [0x746c00000 Sectors]`.
  const sectors = /\[0x([0-9a-f]{1,13}) Sectors\]/i.exec(textOf(attributes['Raw size']) ?? '')?.[1];
  const sectorBytes = sizeOf(textOf(attributes['Logical Sector Size']) ?? '512B') ?? 512;
  const alert = textOf(state['S.M.A.R.T alert flagged by drive']);
  return {
    slot,
    state: textOf(row.State),
    model: textOf(attributes['Model Number']) ?? textOf(row.Model),
    serial: textOf(attributes.SN),
    firmware: textOf(attributes['Firmware Revision']),
    sizeBytes: sectors === undefined ? sizeOf(row.Size) : Number.parseInt(sectors, 16) * sectorBytes,
    transport: textOf(row.Intf),
    medium: textOf(row.Med),
    temperatureC: integerOf(/^ *(\d{1,3})C/.exec(textOf(state['Drive Temperature']) ?? '')?.[1]),
    mediaErrors: integerOf(state['Media Error Count']),
    otherErrors: integerOf(state['Other Error Count']),
    predictiveFailures: integerOf(state['Predictive Failure Count']),
    hasSmartAlert: alert === null ? null : alert === 'Yes',
  };
}

const healthyVolume = /^(Optl|Optimal)$/;

/** Reads `storcli /cALL/vALL show J`. Null: not that. */
export function parseStorcliVolumes(text: string): RaidArray[] | null {
  const answers = answersOf(text);
  if (!answers?.some(({ data }) => Array.isArray(data['Virtual Drives']))) return null;
  return answers.flatMap(({ controller, data }) => {
    const rows = Array.isArray(data['Virtual Drives']) ? data['Virtual Drives'] : [];
    return rows.filter(isObject).map((row): RaidArray => {
      const state = textOf(row.State);
      return {
        ...blankArray('controller', `/c${controller}/v${/\/(\d{1,5})$/.exec(textOf(row['DG/VD']) ?? '')?.[1] ?? '?'}`),
        level: textOf(row.TYPE),
        state,
        isDegraded: state === null ? null : !healthyVolume.test(state),
        sizeBytes: sizeOf(row.Size),
      };
    });
  });
}

function objectOf(value: unknown): Entry {
  return isObject(value) ? value : {};
}
