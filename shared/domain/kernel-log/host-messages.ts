import { type KernelEventId, kernelEvent, type MessageDecoder } from './kernel-event';
import { fullPciBusId } from './pci-bus-id';

/**
 *   nvme nvme0: I/O 123 QID 4 timeout, aborting
 *   blk_update_request: I/O error, dev nvme2n1, sector 6442712256 op 0x1:(WRITE) flags 0x1000
 *   XFS (md127): log I/O error -5
 *   md/raid1:md0: Disk failure on sdb1, disabling device.
 *   nfs: server filer-3 not responding, still trying
 */
export const storageMessage: MessageDecoder = (message) => {
  const nvme = /^nvme (nvme\d{1,4}): (.{1,300})/.exec(message);
  if (nvme) {
    const told = nvme[2] ?? '';
    const device = nvme[1] ?? null;
    if (
      /controller is down|Device not ready; aborting|Disabling device after reset failure|Removing after probe failure|failed to set APST|I\/O failed/i.test(
        told,
      )
    ) {
      return /APST/.test(told) ? null : kernelEvent('nvme-down', { device });
    }
    return /\btimeout\b(?!s)(?! set)/i.test(told) && /\bQID\b|I\/O|tag/i.test(told)
      ? kernelEvent('nvme-timeout', { device })
      : null;
  }
  const io =
    /^(?:blk_update_request: |print_req_error: |Buffer )?(?:critical (?:medium|target|space allocation|nexus) error|I\/O error)(?:,| on) dev(?:ice)? ([\w!-]{1,64})/i.exec(
      message,
    );
  // An empty drive makes errors of its own.
  if (io) return /^(?:fd|sr|loop)\d/.test(io[1] ?? '') ? null : kernelEvent('disk-error', { device: io[1] ?? null });
  const server = /^nfs: server (\S{1,255}) (?:not responding|timed out)/i.exec(message);
  if (server) return kernelEvent('nfs-stalled', { device: server[1] ?? null });
  const array = /^md\/raid\d{0,2}:?(\w{1,32})?: Disk failure on ([\w-]{1,64})/.exec(message);
  if (array) return kernelEvent('raid-failure', { device: array[1] ?? array[2] ?? null });
  const filesystem =
    /^(?:EXT[234]-fs error \(device ([\w-]{1,64})\)|EXT[234]-fs \(([\w-]{1,64})\): Remounting filesystem read-only|XFS \(([\w-]{1,64})\): (?:log I\/O error|metadata I\/O error|Corruption|Filesystem has been shut down|xfs_do_force_shutdown|I\/O Error Detected)|BTRFS (?:error|critical) \(device ([\w-]{1,64})\))/i.exec(
      message,
    );
  if (filesystem)
    return kernelEvent('filesystem-error', { device: filesystem.slice(1).find((name) => name !== undefined) ?? null });
  const beyond = /\battempt to access beyond end of device/.test(message);
  return beyond ? kernelEvent('disk-error', { device: /^([\w-]{1,64}): /.exec(message)?.[1] ?? null }) : null;
};

/** Ids by how the message begins; the process or CPU is read from it. */
const stalls: ReadonlyArray<readonly [KernelEventId, RegExp]> = [
  ['soft-lockup', /^(?:watchdog: )?BUG: soft lockup - (CPU#\d{1,4}) stuck for \d{1,9}s! \[([^\]:]{1,64}):(\d{1,10})\]/],
  ['hard-lockup', /^(?:NMI )?watchdog: Watchdog detected hard LOCKUP on cpu (\d{1,4})/i],
  [
    'hung-task',
    /^INFO: task ()([^:]{1,64}(?:\/[^:]{1,32}(?::[\w-]{1,32})?)?):(\d{1,10}) blocked for more than \d{1,9} seconds/,
  ],
  ['rcu-stall', /^(?:rcu: )?INFO: rcu_?\w{0,16} (?:self-)?detected (?:stall|expedited stalls)/],
  ['kernel-panic', /^Kernel panic - not syncing\b/],
  [
    'kernel-oops',
    /^(?:BUG: (?:unable to handle|kernel NULL)|Oops: |Internal error: Oops|general protection fault\b|kernel BUG at )/,
  ],
];

export const stallMessage: MessageDecoder = (message) => {
  for (const [id, pattern] of stalls) {
    const found = pattern.exec(message);
    if (!found) continue;
    const [, device, processName, pid] = found;
    return kernelEvent(id, {
      device: device ? (/^\d/.test(device) ? `CPU#${device}` : device) : null,
      processName: processName ?? null,
      pid: pid === undefined ? null : Number(pid),
    });
  }
  const crash = /^([^[\]]{1,64})\[(\d{1,10})\]: segfault at .{1,200}? in ([\w.+-]{1,80})\[/.exec(message);
  return crash
    ? kernelEvent('segfault', { processName: crash[1] ?? null, pid: Number(crash[2]), device: crash[3] ?? null })
    : null;
};

export const moduleMessage: MessageDecoder = (message) =>
  /^Loading of (?:unsigned )?module .{0,80}is rejected|Key was rejected by service|^Lockdown: .{1,64}: (?:unsigned module loading|direct PCI access) is restricted/.test(
    message,
  )
    ? kernelEvent('module-rejected')
    : null;

/**
 *   mlx5_core 0000:1a:00.0 eth0: Link down
 *   mlx5_core 0000:1a:00.0: Port module event: module 0, Cable unplugged
 *   ib6: lost carrier
 */
export const networkMessage: MessageDecoder = (message) => {
  const carrier = /^([\w.@-]{1,15}): (Lost|Gained) carrier$/i.exec(message.trim());
  if (carrier) {
    return kernelEvent(carrier[2]?.toLowerCase() === 'lost' ? 'nic-link-down' : 'nic-link-up', {
      device: carrier[1] ?? null,
    });
  }
  const found =
    /^(?:mlx[45]_(?:core|en|ib)|bnxt_en|ice|i40e|ixgbe|igb|tg3|be2net|qede|ionic|irdma) ([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?: ([\w.@-]{1,15})(?: \([^)]{1,40}\))?)?: (.{1,400})/i.exec(
      message,
    );
  if (!found) return null;
  const about = { pciBusId: fullPciBusId(found[1] ?? ''), device: found[2] ?? null };
  const id = adapterId(found[3] ?? '');
  return id && kernelEvent(id, about);
};

function adapterId(told: string): KernelEventId | null {
  const rest = told.replace(/^\w{1,64}:\d{1,6}:\(pid \d{1,10}\): /, '');
  if (/^(?:NIC )?Link (?:is )?down\b/i.test(rest)) return 'nic-link-down';
  if (/^(?:NIC )?Link (?:is )?up\b/i.test(rest)) return 'nic-link-up';
  if (/High temperature|^Port module event.{0,80}(?:High Temperature|temperature)/i.test(rest)) return 'nic-hot';
  if (/^Port module event.{0,80}Cable (?:un)?plugged/i.test(rest)) return 'nic-module-ok';
  if (/^Port module event/i.test(rest)) return 'nic-module';
  if (/^Detected insufficient power on the PCIe slot/i.test(rest)) return 'nic-power';
  if (
    /health compromised|device's health|fatal error|assert_var\[0\]|handling bad device|health recovery failed|firmware internal error|failed reading rom|poll_health/i.test(
      rest,
    )
  ) {
    return 'nic-health';
  }
  return null;
}
