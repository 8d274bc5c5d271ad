import type { AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { type Language, localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { sheetBlocks } from './acceptance-blocks';
import { renderMarkdown } from './render-markdown';

/** A sheet to read, sign and file; what a node printed stays text in it, as in reports. */
export function sheetMarkdown(sheet: AcceptanceSheet, language: Language): string {
  const message = translatorOf(language);
  const say = (key: string, params?: Record<string, string>) => message({ key, ...(params ? { params } : {}) });
  const params = { playbook: localize(sheet.title, language), host: sheet.hostName };
  const title = say('rollouts.acceptance.incidentTitle', params);
  return renderMarkdown({
    language,
    documentTitle: title,
    title,
    subtitle: sheet.rolloutId,
    note: say('rollouts.acceptance.honest'),
    blocks: sheetBlocks(sheet, { say, message, text: (text) => localize(text, language) }),
  });
}
