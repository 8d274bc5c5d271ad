import { isDefinedError, ORPCError } from '@orpc/client';
import { hostErrorSchema } from '#shared/domain/host';
import { type StorageProblem, storageMessage } from '#shared/domain/storage-problem';
import { storageProblemSchema } from '#shared/domain/storage-problem-schema';
import { messageSchema } from '#shared/domain/text-schema';
import type { Translate } from '#shared/i18n/translator';
import { StoreError } from '../engine/store/store';
import { CliError, type ExitCode, exitCodes } from './exit-codes';
import { FileError } from './files';
import { hostErrorText } from './host-error-text';

/** Words and exit code for whatever a command threw. Never a stack trace. */
export function explain(error: unknown, translate: Translate): { text: string; exitCode: ExitCode } {
  if (error instanceof CliError) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    switch (error.code) {
      case 'NOT_FOUND':
        return {
          text: translate({ key: 'cli.notFound', params: data as Record<string, string> }),
          exitCode: exitCodes.usage,
        };
      case 'INVALID':
      case 'CONFLICT':
      case 'UNAVAILABLE': {
        const message = messageSchema.safeParse((data as { message?: unknown })?.message);
        const exitCode = error.code === 'UNAVAILABLE' ? exitCodes.couldNotJudge : exitCodes.usage;
        return { text: message.success ? translate(message.data) : error.message, exitCode };
      }
      case 'HOST_UNAVAILABLE': {
        const host = hostErrorSchema.safeParse((data as { host?: unknown })?.host);
        return {
          text: host.success ? hostErrorText(host.data, translate) : error.message,
          exitCode: exitCodes.couldNotJudge,
        };
      }
      case 'STORE_FAILED': {
        const problem = storageProblemSchema.safeParse(data);
        const text = problem.success ? storageText('storeFailed', problem.data, translate) : error.message;
        return { text, exitCode: exitCodes.couldNotJudge };
      }
      case 'BAD_REQUEST': {
        const { issues } = (data ?? {}) as { issues?: ReadonlyArray<{ path?: readonly string[]; message?: string }> };
        const lines = (issues ?? []).map(({ path, message }) => `${path?.join('.')}: ${message}`);
        return { text: lines.join('\n  ') || error.message, exitCode: exitCodes.usage };
      }
    }
    return { text: error.message, exitCode: isDefinedError(error) ? exitCodes.usage : exitCodes.couldNotJudge };
  }
  if (error instanceof StoreError) {
    return { text: storageText('storeFailed', error.problem, translate), exitCode: exitCodes.couldNotJudge };
  }
  if (error instanceof FileError) {
    return { text: storageText('fileFailed', error.problem, translate), exitCode: error.exitCode };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { text: translate({ key: 'cli.cancelled' }), exitCode: exitCodes.couldNotJudge };
  }
  return { text: error instanceof Error ? error.message : String(error), exitCode: exitCodes.couldNotJudge };
}

/** Why a file of this workstation could not be used, under the title of what that means. */
export function storageText(
  title: 'storeFailed' | 'cannotStart' | 'fileFailed',
  problem: StorageProblem,
  translate: Translate,
): string {
  const params = { words: translate(storageMessage(problem)), detail: problem.detail };
  return `${translate({ key: `errors.${title}` })}\n  ${translate({ key: `errors.${title}Detail`, params })}`;
}
