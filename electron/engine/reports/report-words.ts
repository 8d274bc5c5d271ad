import type { DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import { formValueRows, type KnownField, type ValueWords } from '#shared/domain/form-values';
import type { Incident } from '#shared/domain/incident';
import type { ManualPhoto } from '#shared/domain/manual/manual-work';
import { treesOfRun, walkedSteps } from '#shared/domain/run-trees';
import { type Language, type LocalizedText, localize, type Message } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { allActions } from '../actions/all';

export interface ReportInput {
  /** Redacted already where that is wanted; whatever is in here may be shown. */
  readonly incident: Incident;
  readonly hostNames: ReadonlyMap<string, string>;
  readonly language: Language;
  readonly madeAtMs: number;
  /** How many values are hidden; null when redaction is off. */
  readonly hiddenCount: number | null;
  /** SHA-256 of what each kept output had on standard output when it was printed, by its evidence id. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** A photo of work by hand, whole; without it, as where things are hidden, photos are told of by their hash. */
  readonly photo?: ((photo: ManualPhoto) => Uint8Array | null) | undefined;
  /** A diagnosis as it is drawn; null where it is not known any more. */
  readonly tree?: (treeId: string) => TreeGraph | null;
  /** What work by hand is called, which findings propose beside actions; null where it is none. */
  readonly manualTitle?: ((procedureId: string) => LocalizedText | null) | undefined;
}

/** How a report says things in its language. */
export interface Words {
  t(key: string, params?: Record<string, string | number>): string;
  /** A text of another area, by its whole key. */
  say(key: string, params?: Record<string, string>): string;
  text(text: LocalizedText): string;
  message(message: Message): string;
  host(hostId: string): string;
  action(actionId: string): string;
  /** The fields that an action's parameters are asked with. */
  parametersOf(actionId: string): readonly KnownField[];
  tree(treeId: string): string;
  /** The steps of a walk by their names in it, of the trees that are known. */
  steps(run: DiagnosisRun): ReadonlyMap<string, TreeGraph['steps'][number]>;
  /** What was given in a form: labels of fields with their values. */
  values(fields: readonly KnownField[], values: Readonly<Record<string, unknown>>): string[][];
  time(ms: number): string;
}

export function wordsFor({ language, hostNames, tree, manualTitle }: ReportInput): Words {
  const translate = translatorOf(language);
  const knowledgeOf = (actionId: string) => allActions.find(({ id }) => id === actionId)?.knowledge;
  const say = (key: string, params?: Record<string, string>) => translate({ key, ...(params ? { params } : {}) });
  const valueWords: ValueWords = {
    yes: say('forms.yes'),
    no: say('forms.no'),
    unknown: say('forms.dontKnow'),
    text: (text) => localize(text, language),
    number: String,
  };
  return {
    t: (key, params) => translate({ key: `reports.${key}`, ...(params ? { params } : {}) }),
    say,
    text: (text) => localize(text, language),
    message: translate,
    host: (hostId) => hostNames.get(hostId) ?? hostId,
    action: (actionId) => {
      const title = knowledgeOf(actionId)?.title ?? manualTitle?.(actionId);
      return title ? localize(title, language) : actionId;
    },
    parametersOf: (actionId) => knowledgeOf(actionId)?.parameters ?? [],
    tree: (treeId) => {
      const title = tree?.(treeId)?.title;
      return title ? localize(title, language) : treeId;
    },
    steps: (run) =>
      walkedSteps(
        treesOfRun(run).flatMap((treeId) => tree?.(treeId) ?? []),
        run,
      ),
    values: (fields, values) => formValueRows(fields, values, valueWords).map(({ label, value }) => [label, value]),
    time: utcTime,
  };
}

/** The same wherever it is read. */
export function utcTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
