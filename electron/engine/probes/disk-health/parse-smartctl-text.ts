import type { DiskHealth } from '#shared/domain/facts/storage';
import { linesOf, readPairs } from '../lib/lines';
import { decodeWarnings } from '../lib/nvme-health';
import { exitFlagsOf } from './exit-flags';

/**
 * Reads `smartctl -a` of a version without JSON (before 7.0), of ATA, SCSI and NVMe disks. Null: not that.
 *   Device Model:     HGST HTE725050A7E630
 *     5 Reallocated_Sector_Ct   PO--CK   100   100   005    -    0
 *   Data Units Written: 62,288,091 [31.8 TB]
 */
export function parseSmartctlText(text: string, device: string, exitCode: number | null): DiskHealth | null {
  if (!/^smartctl \d/m.test(text.slice(0, 2000)) || !/^=== START OF INFORMATION SECTION ===/m.test(text)) return null;
  const pairs = new Map([...readPairs(text, ':')].map(([key, value]) => [key.toLowerCase(), value]));
  const of = (...keys: readonly string[]): string | null => {
    for (const key of keys) {
      const value = pairs.get(key);
      if (value) return value;
    }
    return null;
  };
  const attributes = attributesOf(text);
  const raw = (id: number) => attributes.find((one) => one.id === id)?.raw ?? null;
  const isNvme = pairs.has('percentage used');
  const verdict = of('smart overall-health self-assessment test result', 'smart health status');
  const speeds = /([\d.]+ Gb\/s)(?: \(current: ([\d.]+ Gb\/s)\))?/.exec(of('sata version is') ?? '');
  const vendorAndProduct = [of('vendor'), of('product')].filter((word) => word !== null).join(' ');
  const temperatureC = number(of('temperature', 'current drive temperature')) ?? raw(194);
  const nvme = isNvme ? nvmeOf(of) : null;
  return {
    device,
    protocol: isNvme || of('pci vendor/subsystem id') ? 'NVMe' : of('transport protocol') ? 'SCSI' : 'ATA',
    model: of('device model', 'model number') ?? (vendorAndProduct === '' ? null : vendorAndProduct),
    family: of('model family'),
    serial: of('serial number'),
    firmware: of('firmware version', 'revision'),
    capacityBytes: number(of('user capacity', 'total nvm capacity', 'namespace 1 size/capacity')),
    rotationRpm: /solid state/i.test(of('rotation rate') ?? '') || isNvme ? 0 : number(of('rotation rate')),
    formFactor: of('form factor'),
    linkSpeed: speeds?.[2] ?? null,
    maxLinkSpeed: speeds?.[1] ?? null,
    isStandby: /Device is in (STANDBY|SLEEP) mode/i.test(text),
    hasPassed: verdict === null ? null : /^(PASSED|OK)/.test(verdict) ? true : /^FAIL/i.test(verdict) ? false : null,
    exitFlags: exitFlagsOf(exitCode),
    messages: [],
    temperatureC,
    powerOnHours: nvme?.powerOnHours ?? raw(9) ?? number(/hours:minutes (\d{1,9}):/.exec(text)?.[1] ?? null),
    powerCycles: nvme?.powerCycles ?? raw(12),
    usedPercent: nvme?.usedPercent ?? null,
    reallocatedSectors: raw(5) ?? number(of('elements in grown defect list')),
    pendingSectors: raw(197),
    uncorrectableErrors: nvme?.mediaErrors ?? raw(198) ?? raw(187),
    interfaceCrcErrors: raw(199),
    loggedErrors: nvme?.errorLogEntries ?? null,
    failedAttributes: attributes.flatMap(({ name, failed }) => (failed === '-' ? [] : [{ name, when: failed }])),
    nvme,
  };
}

function nvmeOf(of: (...keys: readonly string[]) => string | null): NonNullable<DiskHealth['nvme']> {
  const bits = /^0x([0-9a-f]{1,2})$/i.exec(of('critical warning') ?? '')?.[1];
  const bytes = (key: string) => {
    const units = number(of(key));
    return units === null ? null : units * 512_000;
  };
  return {
    warnings: decodeWarnings(bits === undefined ? null : Number.parseInt(bits, 16)),
    temperatureC: number(of('temperature')),
    sparePercent: number(of('available spare')),
    spareThresholdPercent: number(of('available spare threshold')),
    usedPercent: number(of('percentage used')),
    readBytes: bytes('data units read'),
    writtenBytes: bytes('data units written'),
    mediaErrors: number(of('media and data integrity errors')),
    errorLogEntries: number(of('error information log entries')),
    unsafeShutdowns: number(of('unsafe shutdowns')),
    powerCycles: number(of('power cycles')),
    powerOnHours: number(of('power on hours')),
    warningTemperatureMinutes: number(of('warning  comp. temperature time')),
    criticalTemperatureMinutes: number(of('critical comp. temperature time')),
  };
}

/** Brief (`-f brief`) and long rows; the raw value's first number counts, as in `24 (Min/Max 15/29)`. */
function attributesOf(text: string): Array<{ id: number; name: string; failed: string; raw: number | null }> {
  return linesOf(text).flatMap((line) => {
    const row =
      /^ *(\d{1,3}) (\S{1,40}) +(?:[POSRCK-]{6}|0x[0-9a-f]{4}) +\d{1,3} +(?:\d{1,3}|---) +(?:\d{1,3}|---)(?: +\S+ +(?:Always|Offline))? +(\S{1,20}) +(\d{1,16})\b/.exec(
        line,
      );
    return row ? [{ id: Number(row[1]), name: row[2] ?? '', failed: row[3] ?? '-', raw: number(row[4] ?? null) }] : [];
  });
}

/** The number that a value starts with: `500,107,862,016 bytes [500 GB]`, `7200 rpm`, `100%`. */
function number(value: string | null): number | null {
  const digits = /^(\d[\d,]{0,30})(?![\d,$])/.exec(value ?? '')?.[1]?.replaceAll(',', '');
  return digits !== undefined && digits.length <= 16 && Number.isSafeInteger(Number(digits)) ? Number(digits) : null;
}
