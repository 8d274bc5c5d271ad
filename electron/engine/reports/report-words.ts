import type { Incident } from '#shared/domain/incident';
import { type Language, type LocalizedText, localize, type Message } from '#shared/domain/text';
import { createTranslator } from '#shared/i18n/translator';
import { allActions } from '../actions/all';

export interface ReportInput {
  /** Redacted already where that is wanted; whatever is in here may be shown. */
  readonly incident: Incident;
  readonly hostNames: ReadonlyMap<string, string>;
  readonly language: Language;
  readonly madeAtMs: number;
  /** How many values are hidden; null when redaction is off. */
  readonly hiddenCount: number | null;
  /** Title of a diagnosis, where it is known. */
  readonly treeTitle?: (treeId: string) => LocalizedText | null;
}

/** How a report says things in its language. */
export interface Words {
  t(key: string, params?: Record<string, string | number>): string;
  text(text: LocalizedText): string;
  message(message: Message): string;
  host(hostId: string): string;
  action(actionId: string): string;
  tree(treeId: string): string;
  time(ms: number): string;
}

export function wordsFor({ language, hostNames, treeTitle }: ReportInput): Words {
  const translate = createTranslator(language);
  return {
    t: (key, params) => translate({ key: `reports.${key}`, ...(params ? { params } : {}) }),
    text: (text) => localize(text, language),
    message: translate,
    host: (hostId) => hostNames.get(hostId) ?? hostId,
    action: (actionId) => {
      const title = allActions.find((action) => action.id === actionId)?.knowledge.title;
      return title ? localize(title, language) : actionId;
    },
    tree: (treeId) => {
      const title = treeTitle?.(treeId);
      return title ? localize(title, language) : treeId;
    },
    time: utcTime,
  };
}

/** The same wherever it is read. */
export function utcTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
