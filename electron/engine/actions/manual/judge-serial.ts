import type { ManualTarget, SerialJudgement } from '#shared/domain/manual/manual-work';
import { plainSerial } from '#shared/domain/manual/manual-work';
import type { PassportSummary } from '#shared/domain/parts/history';
import type { Part } from '#shared/domain/parts/part';

export interface SerialKnowledge {
  readonly hostId: string;
  readonly target: ManualTarget | null;
  /** The parts that are known at the node. */
  readonly parts: readonly Pick<Part, 'identity' | 'slot'>[];
  /** Parts anywhere whose identity is just this one. */
  readonly passports: readonly Pick<PassportSummary, 'hostId' | 'isThere' | 'identities'>[];
}

/** What is known of the part that bears this serial number. Case and blanks do not count: labels are typed by hand. */
export function judgeSerial(role: 'old' | 'new', value: string | null, known: SerialKnowledge): SerialJudgement {
  if (value === null) return 'unreadable';
  const wanted = plainSerial(value);
  const isIt = (identity: string | null) => identity !== null && plainSerial(identity) === wanted;
  const isHere = known.parts.some(({ identity }) => isIt(identity));
  if (role === 'old') {
    if (isIt(known.target?.identity ?? null)) return 'expected';
    if (isHere) return 'other-here';
  } else if (isHere) return 'is-here';
  const passports = known.passports.filter(({ identities }) => identities.some((one) => isIt(one.value)));
  if (passports.some(({ hostId, isThere }) => isThere && hostId !== known.hostId)) return 'elsewhere';
  return passports.length > 0 ? 'was-elsewhere' : 'never-seen';
}
