import { type KernelEvent, kernelEvent, type MessageDecoder } from './kernel-event';
import { fullPciBusId } from './pci-bus-id';

/**
 *   NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=nvidia-smi, Timeout after 6s of waiting for RPC response …
 *   NVRM: Xid (PCI:0000:91:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
 *   NVRM: Xid (PCI:0000:10:1c): 63, pid=1896, Row Remapper: New row marked for remapping, reset gpu to activate.
 *   NVRM: Xid (0000:03:00): 14, Channel 00000001
 */
const xid = /^NVRM: Xid \((?:PCI:)?([0-9a-f:.]{4,20})(?: GPU-I:[0-9a-f]{1,4})?\): (\d{1,6})(?![\w.])/i;
const owner = /^, pid='?(\d{1,10}|<unknown>)'?(?:, name='?([^,']{1,64})'?)?/;
/** `, NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x004505c6 0x00000000 …` */
const nvlink5 =
  /\b([A-Z][A-Z0-9_]{1,40}(?:\/[A-Z0-9_]{1,40})?(?: Degraded)?)\s{1,4}(Nonfatal|Fatal)\s{1,4}XC[01]\s{1,4}i\d{1,3}\s{1,4}Link\s{1,4}(-?\d{1,3})\s{1,4}\(((?:0x[0-9a-f]{1,8}[\s,]{0,3}){2,12})/i;
/** `, NVLink: fatal error detected on link 6(0x0, 0x0, 0x10000, 0x0, 0x0, 0x0, 0x0)` */
const nvlink4 = /\blink (\d{1,3}) ?\(((?:0x[0-9a-f]{1,8}[\s,]{0,3}){2,12})\)/i;
const recovery =
  /GPU recovery action changed from 0x([0-9a-f]{1,8}) \(([^)]{1,80})\) to 0x([0-9a-f]{1,8}) \(([^)]{1,80})\)/i;
/** `Graphics SM Warp Exception on (GPC 1, TPC 3, SM 0)`, `MMU Fault: ENGINE GRAPHICS GPC0 GPCCLIENT_T1_2 faulted` */
const shader = /\bGPC (\d{1,2}), TPC (\d{1,2})\b/;
const faultUnit = /\bGPC(\d{1,2}) GPCCLIENT_T\d{1,2}_(\d{1,2})\b/;

export const xidMessage: MessageDecoder = (message) => {
  const found = xid.exec(message);
  if (!found) return null;
  const code = Number(found[2]);
  if (code === 0) return null;
  const rest = message.slice(found[0].length);
  const [, pid, name] = owner.exec(rest) ?? [];
  const event: KernelEvent = kernelEvent('xid', {
    code,
    pciBusId: fullPciBusId(found[1] ?? ''),
    pid: pid === undefined || pid === '<unknown>' ? null : Number(pid),
    processName: name === undefined || name === '<unknown>' ? null : name.trim(),
  });
  if (code >= 144 && code <= 150) return { ...event, ...nvlink5Part(rest) };
  if (code === 74) return { ...event, ...nvlink4Part(rest) };
  if (code === 154) return { ...event, recovery: recoveryPart(rest) };
  if (code === 13 || code === 31) {
    const unit = shader.exec(rest) ?? faultUnit.exec(rest);
    return { ...event, unit: unit ? `GPC ${unit[1]}, TPC ${unit[2]}` : null };
  }
  return event;
};

function nvlink5Part(rest: string): Partial<KernelEvent> {
  const [, unit, told, link, words] = nvlink5.exec(rest) ?? [];
  if (words === undefined) return {};
  return { unit: unit ?? null, isFatal: told?.toLowerCase() === 'fatal', link: linkNumber(link), words: hex(words) };
}

function nvlink4Part(rest: string): Partial<KernelEvent> {
  const [, link, words] = nvlink4.exec(rest) ?? [];
  return words === undefined ? {} : { link: linkNumber(link), words: hex(words) };
}

function recoveryPart(rest: string): KernelEvent['recovery'] {
  const [, from, fromText, to, toText] = recovery.exec(rest) ?? [];
  if (from === undefined || to === undefined) return null;
  return {
    from: { value: Number.parseInt(from, 16), text: fromText ?? '' },
    to: { value: Number.parseInt(to, 16), text: toText ?? '' },
  };
}

const linkNumber = (text: string | undefined): number | null => {
  const link = Number(text);
  return Number.isInteger(link) && link >= 0 ? link : null;
};
const hex = (words: string): number[] => (words.match(/0x[0-9a-f]{1,8}/gi) ?? []).map((word) => Number(word));

/**
 *   nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up
 *   nvidia-nvswitch2: SXid (PCI:0000:07:00.0): 20034, Severity 1 Engine instance 60 Sub-engine instance 00
 */
const sxid =
  /^nvidia-nvswitch(\d{1,3}): SXid \((PCI:[0-9a-f:.]{4,20})\): (\d{1,6})(?![\w.])(?:, (Fatal|Non-fatal)\b)?/i;

export const sxidMessage: MessageDecoder = (message) => {
  const found = sxid.exec(message);
  if (!found) return null;
  const told = found[4]?.toLowerCase();
  return kernelEvent('sxid', {
    code: Number(found[3]),
    device: `nvswitch${found[1]}`,
    pciBusId: fullPciBusId(found[2] ?? ''),
    isFatal: told === undefined ? null : told === 'fatal',
    link: linkNumber(/\bLink (\d{1,3})\b/.exec(message.slice(found[0].length))?.[1]),
  });
};

const place = /(?:GPU |PCI:|\()([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?)/i;

/** Lines of the driver that are no Xid. */
export const driverMessage: MessageDecoder = (message) => {
  if (/^nvidia-peermem\b.{0,200}\bERROR\b/.test(message)) return kernelEvent('peermem');
  if (!/^NVRM: /.test(message)) return null;
  const pciBusId = fullPciBusId(place.exec(message)?.[1] ?? '');
  const about = { pciBusId };
  if (/\bfallen off the bus\b/.test(message)) return kernelEvent('gpu-lost', about);
  if (/\bRmInitAdapter failed\b/.test(message)) return kernelEvent('gpu-init-failed', about);
  if (/This PCI I\/O region assigned to your NVIDIA device is invalid/.test(message)) {
    return kernelEvent('gpu-no-bar', about);
  }
  if (/does not have the necessary power cables/.test(message)) return kernelEvent('gpu-no-power', about);
  if (/\bAPI mismatch\b/.test(message)) return kernelEvent('driver-mismatch');
  return kernelEvent('nvrm', about);
};
