import { kernelEvent, type MessageDecoder } from './kernel-event';
import { fullPciBusId } from './pci-bus-id';

const place = '([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])';
const port = new RegExp(`^(?:pcieport |[\\w-]{1,32} )?${place}: `, 'i');

/**
 *   0000:50:00.0: PCIe Bus Error: severity=Uncorrectable (Fatal), type=Transaction Layer, (Requester ID)
 *   pcieport 0000:00:01.0: AER: Corrected error received: 0000:01:00.0
 *   pcieport 0000:00:01.0: DPC: containment event, status:0x1f01 source:0x0000
 */
export const pciMessage: MessageDecoder = (message) => {
  const found = port.exec(message);
  if (!found) return null;
  const pciBusId = fullPciBusId(found[1] ?? '');
  const rest = message.slice(found[0].length).replace(/^AER: /, '');
  const bus = /^PCIe Bus Error: severity=([A-Za-z]{1,20})(?: \((Fatal|Non-Fatal)\))?/i.exec(rest);
  if (bus) return kernelEvent(aerId(bus[1] ?? '', bus[2]), { pciBusId });
  const told =
    /^(?:Multiple )?(Corrected|Correctable|Uncorrected|Uncorrectable)(?: \((Fatal|Non-Fatal)\))? error/i.exec(rest);
  if (told) {
    const from = new RegExp(`error(?: message)? received(?: from)?: ${place}`, 'i').exec(rest)?.[1];
    return kernelEvent(aerId(told[1] ?? '', told[2]), { pciBusId: from ? fullPciBusId(from) : pciBusId });
  }
  if (/^device recovery failed/.test(rest)) return kernelEvent('aer-fatal', { pciBusId });
  if (
    /^ *device \[[0-9a-f]{4}:[0-9a-f]{4}\] error status\/mask=|^ *\[ ?\d{1,2}\] [A-Z]\w{1,20}\b|^ *TLP Header: |^device recovery successful/.test(
      rest,
    )
  ) {
    return kernelEvent('aer-note', { pciBusId });
  }
  if (
    /^DPC: (?:containment event|unmasked uncorrectable)|^pciehp: Slot\([^)]{1,20}\): (?:Link Down|Card not present)/.test(
      rest,
    )
  ) {
    return kernelEvent('pcie-link-down', { pciBusId });
  }
  return null;
};

function aerId(severity: string, degree: string | undefined): 'aer-corrected' | 'aer-uncorrected' | 'aer-fatal' {
  if (/^corrected$|^correctable$/i.test(severity)) return 'aer-corrected';
  return degree?.toLowerCase() === 'fatal' || /^fatal$/i.test(severity) ? 'aer-fatal' : 'aer-uncorrected';
}

/** `EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 …` */
const edac = /^EDAC (?:[\w -]{1,30} )?MC(\d{1,3}): (?:\d{1,9} )?(CE|UE)\b/;
const dimm = / on (?:any memory|([\w#.:-]{1,64}))/;

export const memoryMessage: MessageDecoder = (message) => {
  const found = edac.exec(message);
  if (found) {
    const device = dimm.exec(message)?.[1] ?? `MC${found[1]}`;
    return kernelEvent(found[2] === 'CE' ? 'edac-corrected' : 'edac-uncorrected', { device });
  }
  if (/^(?:mce: )?CPU\d{1,4}: (?:Core|Package) temperature (?:is )?above threshold/.test(message)) {
    return kernelEvent('cpu-throttled', { device: /CPU\d{1,4}/.exec(message)?.[0] ?? null });
  }
  return hardwareError(message);
};

/**
 *   mce: [Hardware Error]: Machine check events logged
 *   {1}[Hardware Error]: event severity: fatal
 *   mce: [Hardware Error]: CPU 12: Machine Check Exception: 5 Bank 7: be00000000800400
 */
const hardwareError: MessageDecoder = (message) => {
  if (
    !/^(?:mce: |\{\d{1,6}\})?\[Hardware Error\]: |^mce: Uncorrected hardware memory error|^Memory failure: 0x/.test(
      message,
    )
  ) {
    return null;
  }
  const device = /\bCPU ?\d{1,4}\b/.exec(message)?.[0] ?? null;
  const isFatal =
    /Machine Check Exception|event severity: fatal|Uncorrected hardware|Processor context corrupt|Fatal machine check|^Memory failure: 0x|Machine check: /i;
  return kernelEvent(isFatal.test(message) ? 'mce-fatal' : 'mce', { device });
};

/**
 *   Out of memory: Killed process 4242 (python) total-vm:…
 *   Memory cgroup out of memory: Killed process 4242 (python)
 *   oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),…,task=node,pid=863987,uid=0
 */
export const outOfMemoryMessage: MessageDecoder = (message) => {
  if (
    !/^(?:Out of memory|Memory cgroup out of memory|oom-kill:|oom_reaper|Killed process \d)|\binvoked oom-killer:/i.test(
      message,
    )
  ) {
    return null;
  }
  const victim =
    /^(?:Out of memory(?: \(oom_kill_allocating_task\))?: |Memory cgroup out of memory: )?Kill(?:ed)? process (\d{1,10}),? (?:UID \d{1,10}, )?\(?([^),]{1,64})\)?/i.exec(
      message,
    );
  if (victim) {
    const constraint = /^Memory cgroup/i.test(message) ? ('memcg' as const) : null;
    return kernelEvent('oom-kill', { pid: Number(victim[1]), processName: victim[2]?.trim() ?? null, constraint });
  }
  const named = /\btask=([^,]{1,64}),pid=(\d{1,10})/.exec(message);
  return kernelEvent('oom-note', {
    pid: named ? Number(named[2]) : null,
    processName: named?.[1] ?? null,
    constraint: constraintOf(/\bconstraint=CONSTRAINT_([A-Z_]{1,20})/.exec(message)?.[1]),
  });
};

function constraintOf(name: string | undefined): 'none' | 'memcg' | 'cpuset' | 'memory-policy' | null {
  if (name === 'NONE') return 'none';
  if (name === 'MEMCG') return 'memcg';
  if (name === 'CPUSET') return 'cpuset';
  return name === 'MEMORY_POLICY' ? 'memory-policy' : null;
}
