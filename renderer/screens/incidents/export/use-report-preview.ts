import { useRef } from 'react';
import type { ReportOptions } from '#shared/contract/incidents';
import type { Redaction } from '#shared/domain/incident';
import { engine } from '../../../rpc/client';
import { type Query, useQuery } from '../../../rpc/use-query';

export interface ReportPreviewData {
  redactions: Redaction[];
  html: string;
}

/**
 * The report as it would look. While another choice is being rendered, the one before stays to be looked at; a value that
 * was revealed stays in the list, so that it can be hidden again.
 */
export function useReportPreview(options: ReportOptions, entryCount: number): Query<ReportPreviewData> {
  const key = `reports.preview:${JSON.stringify([options, entryCount])}`;
  const query = useQuery(key, (signal) => engine.reports.preview(options, { signal }));
  const last = useRef(query.data);
  const seen = useRef(new Map<string, Redaction>());
  if (query.data) {
    last.current = query.data;
    for (const redaction of query.data.redactions) seen.current.set(redaction.token, redaction);
  }
  const shown = query.data ?? last.current;
  return {
    ...query,
    data: shown && { ...shown, redactions: withRevealed(shown.redactions, options.reveal, seen.current) },
  };
}

/** What is hidden now, and after it what the user chose to show, if the report no longer names it. */
export function withRevealed(
  redactions: readonly Redaction[],
  reveal: readonly string[],
  seen: ReadonlyMap<string, Redaction>,
): Redaction[] {
  const listed = new Set(redactions.map(({ token }) => token));
  const revealed = reveal.flatMap((token) => (listed.has(token) ? [] : (seen.get(token) ?? [])));
  return [...redactions, ...revealed];
}
