import type { GpuRecovery } from '#shared/domain/gpu-recovery';
import type { Language, LocalizedText, Message } from '#shared/domain/text';
import { diagnosis as en } from '#shared/i18n/en/diagnosis';
import { translatorOf } from '#shared/i18n/translator';
import { diagnosis as chinese } from '#shared/i18n/zh-CN/diagnosis';
import type { StepDefinition } from './tree-schema';

type Words = Required<LocalizedText>;

function both(
  read: (catalogue: { readonly engine: { readonly [Key in keyof typeof en.engine]: string } }) => string,
): Words {
  return { en: read(en), 'zh-CN': read(chinese) };
}

/** The few words the engine itself adds to what trees say, from the one catalogue. */
export const words = {
  unknownValue: both((catalogue) => catalogue.engine.unknownValue),
  next: both((catalogue) => catalogue.engine.next),
  otherwise: both((catalogue) => catalogue.engine.otherwise),
  unknown: both((catalogue) => catalogue.engine.unknown),
  answered: both((catalogue) => catalogue.engine.answered),
  otherAnswer: both((catalogue) => catalogue.engine.otherAnswer),
  notAnswered: both((catalogue) => catalogue.engine.notAnswered),
  unattended: both((catalogue) => catalogue.engine.unattended),
  forced: both((catalogue) => catalogue.engine.forced),
  noneAssumed: both((catalogue) => catalogue.engine.noneAssumed),
  listSeparator: both((catalogue) => catalogue.engine.listSeparator),
  otherChoice: both((catalogue) => catalogue.engine.otherChoice),
} as const;

/** What a way out of a step is called where its tree does not say. */
export function edgeWords(step: StepDefinition, edgeId: string): LocalizedText {
  const isAsk = step.kind === 'ask';
  switch (edgeId) {
    case 'next':
      return words.next;
    case 'otherwise':
      if (!isAsk) return words.otherwise;
      return (step.branches ?? []).length > 0 ? words.otherAnswer : words.answered;
    case 'unknown':
      return isAsk ? words.notAnswered : words.unknown;
    case 'unattended':
      return words.unattended;
    default:
      return { en: edgeId };
  }
}

type Sentence =
  | 'missingFacts'
  | 'notReported'
  | 'probesMissing'
  | 'readOnce'
  | 'rebooted'
  | 'noAnswer'
  | 'notAsked'
  | 'withoutAnswers'
  | 'allProbesOk';

/** A sentence of the catalogue with its parameters filled in. */
export function sentence(key: Sentence, parameters: Readonly<Record<string, string>>): Words {
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => parameters[name] ?? whole);
  return both((catalogue) => fill(catalogue.engine[key]));
}

const catalogues = { en, 'zh-CN': chinese } as const;

/** How a probe ended, in words; a state of another version is shown as it is. */
export function probeStateText(state: string, language: Language): string {
  const states: Readonly<Record<string, string>> = catalogues[language].probeStates;
  return states[state] ?? state;
}

/** Why a probe has no facts, as expressions see it. */
export function reasonWords(reason: Message | null): { key: string; en: string; chinese: string } {
  if (reason === null) return { key: '', en: '', chinese: '' };
  const say = (language: Language) => translatorOf(language)(reason);
  return { key: reason.key.replace(/^probes\./, ''), en: say('en'), chinese: say('zh-CN') };
}

/** Why a GPU has to be recovered, in words. */
export function recoveryText(reason: GpuRecovery['reason'], language: Language): string {
  return catalogues[language].recovery[reason];
}
