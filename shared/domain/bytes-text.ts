const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** In binary units, as outside the window everywhere: `79.6 GiB`. */
export function bytesText(bytes: number): string {
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)));
  const value = bytes / 1024 ** step;
  return `${Number(value.toFixed(value >= 100 ? 0 : 1))} ${steps[step]}`;
}
