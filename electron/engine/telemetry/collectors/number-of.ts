const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** Blank values of DCGM and NVML (`0x7ffffff0…`, `0x7ffffffffffffff0…`, their floats), which are no measurements. */
const SENTINEL = 140_737_488_355_327;
const INT32_BLANK_FROM = 0x7ffffff0;
const INT32_BLANK_TO = 0x7fffffff;

/** A printed number, also hexadecimal, without its unit; NaN for everything else (`[N/A]`, `-`, `ERR!`, a blank value). */
export function numberOf(text: string): number {
  const trimmed = text.trim();
  if (/^0x[0-9a-f]+$/i.test(trimmed)) return Number.parseInt(trimmed.slice(2), 16);
  const [first = '', unit] = trimmed.split(/\s+/, 2);
  if (!NUMBER.test(first) || (unit !== undefined && !/^[A-Za-z%/]+$/.test(unit))) return Number.NaN;
  const value = Number(first);
  const isBlank = Math.abs(value) >= SENTINEL || (value >= INT32_BLANK_FROM && value <= INT32_BLANK_TO);
  return isBlank ? Number.NaN : value;
}
