/** One entry of the full report (`-q`): the XML tag, the label of the text form, and a value or entries below it. */
export interface Entry {
  readonly tag: string;
  readonly label: string;
  readonly value: string | readonly Entry[];
  /** The `-d` section that shows it. */
  readonly section?: Section;
  /** Tag in the XML form only, or label in the text form only. */
  readonly only?: 'xml' | 'text';
}

export type Section =
  | 'MEMORY'
  | 'UTILIZATION'
  | 'ECC'
  | 'TEMPERATURE'
  | 'POWER'
  | 'CLOCK'
  | 'COMPUTE'
  | 'PIDS'
  | 'PERFORMANCE'
  | 'PAGE_RETIREMENT'
  | 'ROW_REMAPPER';

export const NONE = 'N/A';

export function entry(tag: string, label: string, value: Entry['value'], section?: Section): Entry {
  return { tag, label, value, ...(section ? { section } : {}) };
}

export const mib = (value: number): string => `${Math.floor(value)} MiB`;
export const watt = (value: number): string => `${value.toFixed(2)} W`;
export const mhz = (value: number): string => `${value} MHz`;
