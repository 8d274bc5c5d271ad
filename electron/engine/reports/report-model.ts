import type { Severity } from '#shared/domain/finding';
import type { PhotoType } from '#shared/domain/manual/manual-work';
import type { Course } from '#shared/domain/telemetry/frozen-samples';

/** A report as blocks, before it is HTML or Markdown. Every text in it is plain text and still has to be escaped. */
export type ReportBlock =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string; readonly severity?: Severity }
  | { readonly kind: 'paragraph'; readonly text: string; readonly isQuiet?: boolean }
  | { readonly kind: 'label'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: ReadonlyArray<readonly [label: string, value: string]> }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: ReadonlyArray<readonly Cell[]>;
      /** Columns of values and commands, set in a fixed pitch. */
      readonly codeColumns?: readonly number[];
    }
  | { readonly kind: 'code'; readonly text: string }
  /** `bytes` null: not shown, for it is hidden, too big or gone; the hash tells which it was. */
  | {
      readonly kind: 'photo';
      readonly caption: string;
      readonly sha256: string;
      readonly type: PhotoType;
      readonly bytes: Uint8Array | null;
    }
  /** The headings of level 2 that follow, in their order. */
  | { readonly kind: 'contents'; readonly title: string; readonly items: readonly string[] }
  /** What follows begins a page of its own, where there are pages. */
  | { readonly kind: 'page-break' };

/** A text, or what was measured, to be drawn. */
export type Cell = string | Course;

export interface ReportModel {
  readonly language: 'en' | 'zh-CN';
  readonly documentTitle: string;
  readonly title: string;
  readonly subtitle: string;
  readonly note: string;
  readonly blocks: readonly ReportBlock[];
}

export function labelledTable(
  label: string,
  head: readonly string[],
  rows: ReadonlyArray<readonly Cell[]>,
  codeColumns: readonly number[] = [],
): ReportBlock[] {
  return rows.length === 0
    ? []
    : [...(label === '' ? [] : [{ kind: 'label' as const, text: label }]), { kind: 'table', head, rows, codeColumns }];
}

export function labelled(label: string, items: readonly string[]): ReportBlock[] {
  return items.length === 0
    ? []
    : [
        { kind: 'label', text: label },
        { kind: 'list', items },
      ];
}
