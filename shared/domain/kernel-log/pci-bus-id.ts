/** `0000:9b:00`, `PCI:0000:9b:00.0` as nvidia-smi names the device: eight-digit domain, function 0, lower case. Null: none. */
export function fullPciBusId(raw: string): string | null {
  const match = /^(?:pci:)?([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})(\.[0-7])?$/.exec(raw.toLowerCase());
  if (!match) return null;
  return `${(match[1] ?? '').padStart(8, '0')}:${match[2]}:${match[3]}${match[4] ?? '.0'}`;
}

/** One name for all functions of a device, to join what different sources say of it. */
export function pciDevice(pciBusId: string): string {
  return (fullPciBusId(pciBusId) ?? pciBusId.toLowerCase()).replace(/\.[0-7]$/, '');
}
