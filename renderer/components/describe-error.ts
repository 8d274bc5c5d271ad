import { ORPCError } from '@orpc/client';
import type { HostError } from '#shared/domain/host';
import { type StorageProblem, storageMessage } from '#shared/domain/storage-problem';
import type { Message } from '#shared/domain/text';
import type { Words } from '../app/i18n';
import { formatters } from './format';

export interface ErrorWords {
  title: string;
  detail: string | null;
  /** The reason a node can't be used; it has words of its own. */
  host: HostError | null;
  isCancelled: boolean;
}

/** Words for anything a call can fail with: by its code, never by its message. */
export function describeError(error: unknown, words: Words): ErrorWords {
  const { t, message, language } = words;
  const said = (title: string, detail: string | null = null): ErrorWords => ({
    title,
    detail,
    host: null,
    isCancelled: false,
  });
  if (!(error instanceof ORPCError)) {
    if (error instanceof Error && error.name === 'AbortError') {
      // Our own cancelling comes with a signal and is not shown; this one is the port that closed under a call.
      return { ...said(t('errors.disconnected'), t('errors.disconnectedDetail')), isCancelled: true };
    }
    return said(t('errors.unexpected'), error instanceof Error ? error.message : String(error));
  }
  // The engine checks an error's data against the contract before it is sent.
  const data = (error.data ?? {}) as Record<string, unknown>;
  switch (error.code) {
    case 'NOT_FOUND':
      return said(t('errors.notFound'), t('errors.notFoundDetail', { what: String(data.what), id: String(data.id) }));
    case 'INVALID':
    case 'CONFLICT':
    case 'UNAVAILABLE': {
      const titles = {
        INVALID: 'errors.invalid',
        CONFLICT: 'errors.conflict',
        UNAVAILABLE: 'errors.unavailable',
      } as const;
      const reason = data.message as Message | undefined;
      return said(t(titles[error.code as keyof typeof titles]), reason ? message(reason) : null);
    }
    case 'HOST_UNAVAILABLE': {
      return { ...said(t('errors.hostUnavailable')), host: (data.host as HostError | undefined) ?? null };
    }
    case 'STORE_FAILED':
      return said(t('errors.storeFailed'), t('errors.storeFailedDetail', storageParams(data as StorageProblem, words)));
    case 'BAD_REQUEST':
      return said(t('errors.inputRejected'), t('errors.inputRejectedDetail'));
    case 'FILE_FAILED':
      return said(t('errors.fileFailed'), t('errors.fileFailedDetail', storageParams(data as StorageProblem, words)));
    case 'FILE_TOO_LARGE': {
      const { bytes } = formatters(language);
      const detail = {
        path: String(data.path),
        size: bytes(Number(data.sizeBytes)),
        max: bytes(Number(data.maxBytes)),
      };
      return said(t('errors.fileTooLarge'), t('errors.fileTooLargeDetail', detail));
    }
    case 'PRINT_FAILED':
      return said(t('errors.printFailed'), String(data.reason));
    default:
      return said(t('errors.unexpected'), error.message);
  }
}

/** For the texts that say why a file of this workstation could not be used: in words, and as the system said it. */
export function storageParams(problem: StorageProblem, { message }: Words): { words: string; detail: string } {
  return { words: message(storageMessage(problem)), detail: problem.detail };
}
