import { type JudgedCheck, judged, type PreflightBasis, untold } from './check';
import { say } from './words';

/** What an NVIDIA driver meets: the module that is there before it, what its own is built with, and who has to have signed it. */
export function judgeDriver(basis: PreflightBasis): JudgedCheck[] {
  return [nouveau(basis), headers(basis), secureBoot(basis)];
}

/** Whether the playbook that is asked about installs a driver; null: none was named. */
function installs({ work }: PreflightBasis): boolean | null {
  return work?.actionIds.has('nvidia-driver') ?? null;
}

function nouveau(basis: PreflightBasis): JudgedCheck {
  const { pci } = basis.facts;
  const from = [['pci', 'functions']] as const;
  if (pci === undefined) return untold('nouveau', 'nouveau', from);
  const held = pci.functions.filter(({ driver }) => driver === 'nouveau').map(({ address }) => address);
  if (held.length === 0) return judged('nouveau', 'nouveau', from, 'pass', say('nouveauFree'));
  const value = say('nouveauHolds', { addresses: held.join(', ') });
  if (basis.work?.needsGpu === false && !installs(basis)) return judged('nouveau', 'nouveau', from, 'pass', value);
  // A playbook that wants GPUs and brings no driver finds none.
  const isMended = installs(basis) !== false;
  const help = say(isMended ? 'nouveauHelp' : 'nouveauFirst');
  return judged('nouveau', 'nouveau', from, isMended ? 'warn' : 'fail', value, say('nouveauWhy'), help);
}

function headers(basis: PreflightBasis): JudgedCheck {
  const from = [['setup-readiness', 'hasKernelHeaders']] as const;
  const setup = basis.facts['setup-readiness'];
  if (setup === undefined || setup.hasKernelHeaders === null) return untold('kernel-headers', 'headers', from);
  const kernel = setup.runningKernel ?? '?';
  const missing = [
    ...(setup.hasKernelHeaders ? [] : [`linux-headers (${kernel})`]),
    ...['gcc', 'make', 'dkms'].filter((tool) => !setup.tools.includes(tool)),
  ];
  if (missing.length === 0) return judged('kernel-headers', 'headers', from, 'pass', say('headersThere', { kernel }));
  const value = say('headersMissing', { missing: missing.join(', ') });
  const isOffered = setup.hasKernelHeaders || setup.areHeadersOffered === true;
  if (installs(basis) === false) return judged('kernel-headers', 'headers', from, 'pass', say('headersNotNeeded'));
  if (installs(basis) && isOffered)
    return judged('kernel-headers', 'headers', from, 'pass', say('headersCome', { missing: missing.join(', ') }));
  if (!setup.hasKernelHeaders && setup.areHeadersOffered === false) {
    const words = [say('headersGone', { kernel }), say('headersGoneHelp')] as const;
    return judged('kernel-headers', 'headers', from, installs(basis) ? 'fail' : 'warn', value, ...words);
  }
  return judged('kernel-headers', 'headers', from, 'warn', value, say('headersWhy'), say('headersHelp', { kernel }));
}

function secureBoot(basis: PreflightBasis): JudgedCheck {
  const { facts } = basis;
  const from = [
    ['platform-security', 'secureBoot'],
    ['setup-readiness', 'machineOwnerKeys'],
  ] as const;
  const make = judged.bind(null, 'secure-boot', 'secureBoot', from);
  const state = facts['platform-security']?.secureBoot ?? 'unknown';
  if (state === 'unknown') return untold('secure-boot', 'secureBoot', from);
  if (state !== 'enabled') return make('pass', say('secureBootOff'));
  if (facts['setup-readiness']?.machineOwnerKeys.some(({ isEnrolled }) => isEnrolled === true))
    return make('pass', say('secureBootEnrolled'));
  if (installs(basis) === false) return make('pass', say('secureBootNotNeeded'));
  if (installs(basis) === null) return make('warn', say('secureBootOn'), say('secureBootWhy'), say('secureBootHelp'));
  // The playbook takes Ubuntu's own modules then, unless it is told otherwise; elsewhere there is nothing but DKMS.
  if (facts.os?.id === 'ubuntu') return make('pass', say('secureBootSigned'));
  return make('fail', say('secureBootOn'), say('secureBootWhy'), say('secureBootKeyHelp'));
}
