import type { DiskHealth } from '#shared/domain/facts/storage';
import { integerOf, isObject, readJson, textOf } from '../lib/lines';
import { readNvmeHealth } from '../lib/nvme-health';
import { exitFlagsOf } from './exit-flags';
import { parseSmartctlText } from './parse-smartctl-text';

type Entry = Record<string, unknown>;

/** Reads one disk of `smartctl -j`, or of its text. `device` is what was asked. Null: neither. */
export function parseSmartctl(text: string, device: string, exitCode: number | null = null): DiskHealth | null {
  if (!text.trimStart().startsWith('{')) return parseSmartctlText(text, device, exitCode);
  const document = readJson(text);
  if (!isObject(document) || !isObject(document.smartctl)) return null;
  // `smartctl --scan` has the same head and asks no disk.
  if (Array.isArray(document.devices)) return null;
  return fromJson(document, document.smartctl, device);
}

function fromJson(document: Entry, smartctl: Entry, device: string): DiskHealth {
  const about = objectOf(document.device);
  const rates = objectOf(document.interface_speed);
  const messages = Array.isArray(smartctl.messages)
    ? smartctl.messages.flatMap((each: unknown) => (isObject(each) ? (textOf(each.string) ?? []) : []))
    : [];
  const nvme = readNvmeHealth(document.nvme_smart_health_information_log, 'celsius');
  const table = objectOf(document.ata_smart_attributes).table;
  const attributes = (Array.isArray(table) ? table : []).filter(isObject);
  const raw = (...ids: readonly number[]): number | null => {
    for (const id of ids) {
      const found = attributes.find((attribute) => attribute.id === id);
      const value = count(objectOf(found?.raw).value);
      if (value !== null) return value;
    }
    return null;
  };
  const scsiErrors = objectOf(document.scsi_error_counter_log);
  return {
    device: textOf(about.name) ?? device,
    protocol: textOf(about.protocol),
    model: textOf(document.model_name) ?? textOf(document.scsi_model_name),
    family: textOf(document.model_family),
    serial: textOf(document.serial_number),
    firmware: textOf(document.firmware_version) ?? textOf(document.revision) ?? textOf(document.scsi_revision),
    capacityBytes: count(objectOf(document.user_capacity).bytes) ?? count(document.nvme_total_capacity),
    rotationRpm: count(document.rotation_rate) ?? (nvme ? 0 : null),
    formFactor: textOf(objectOf(document.form_factor).name),
    linkSpeed: textOf(objectOf(rates.current).string),
    maxLinkSpeed: textOf(objectOf(rates.max).string),
    isStandby: messages.some((message) => /in (STANDBY|SLEEP) mode/i.test(message)),
    hasPassed: flag(objectOf(document.smart_status).passed),
    exitFlags: exitFlagsOf(count(smartctl.exit_status)),
    messages,
    temperatureC: integerOf(objectOf(document.temperature).current) ?? nvme?.temperatureC ?? null,
    powerOnHours: count(objectOf(document.power_on_time).hours) ?? nvme?.powerOnHours ?? null,
    powerCycles: count(document.power_cycle_count) ?? nvme?.powerCycles ?? null,
    usedPercent: nvme?.usedPercent ?? enduranceOf(document) ?? wearOf(attributes),
    reallocatedSectors: raw(5) ?? count(document.scsi_grown_defect_list),
    pendingSectors: raw(197),
    uncorrectableErrors: nvme?.mediaErrors ?? raw(198, 187) ?? sumOf(scsiErrors, 'total_uncorrected_errors'),
    interfaceCrcErrors: raw(199),
    loggedErrors:
      nvme?.errorLogEntries ??
      count(objectOf(objectOf(document.ata_smart_error_log).extended).count) ??
      count(objectOf(objectOf(document.ata_smart_error_log).summary).count),
    failedAttributes: attributes.flatMap((attribute) => {
      const when = textOf(attribute.when_failed);
      return when === null ? [] : [{ name: textOf(attribute.name) ?? String(attribute.id), when }];
    }),
    nvme,
  };
}

/** Wear of SATA and SAS solid state disks, where the device statistics tell it. */
function enduranceOf(document: Entry): number | null {
  const scsi = count(document.scsi_percentage_used_endurance_indicator);
  if (scsi !== null) return scsi;
  const pages = objectOf(document.ata_device_statistics).pages;
  for (const page of Array.isArray(pages) ? pages : []) {
    const rows = objectOf(page).table;
    for (const row of Array.isArray(rows) ? rows : []) {
      if (/^Percentage Used Endurance Indicator/i.test(textOf(objectOf(row).name) ?? ''))
        return count(objectOf(row).value);
    }
  }
  return count(objectOf(document.endurance_used).current_percent);
}

/** Makers' own attributes that count down from 100, by the names of smartmontools' database. */
const remainingLife =
  /^(Media_Wearout_Indicator|Percent_Lifetime_Remain|SSD_Life_Left|Wear_Leveling_Count|Remaining_Lifetime_Perc)$/;

function wearOf(attributes: readonly Entry[]): number | null {
  const left = attributes.find(({ name }) => typeof name === 'string' && remainingLife.test(name));
  const value = count(left?.value);
  return value === null || value > 100 ? null : 100 - value;
}

function sumOf(log: Entry, name: string): number | null {
  const counts = ['read', 'write', 'verify']
    .map((kind) => count(objectOf(log[kind])[name]))
    .filter((one) => one !== null);
  return counts.length > 0 ? counts.reduce((sum, one) => sum + one, 0) : null;
}

function objectOf(value: unknown): Entry {
  return isObject(value) ? value : {};
}

function count(value: unknown): number | null {
  const number = integerOf(value);
  return number === null || number < 0 ? null : number;
}

function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
