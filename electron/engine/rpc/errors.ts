import { mapEventIterator } from '@orpc/client';
import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index';
import { ConflictError, InvalidError, NotFoundError, UnavailableError } from '../errors';
import { HostUnavailableError } from '../hosts/host';
import { StoreError } from '../store/store';

/** The contract to implement, with every service error turned into its code at this one place. */
export const engine = implement(contract);

export const translateErrors = engine.middleware(async ({ next, errors }) => {
  const translate = (error: unknown): unknown => {
    if (error instanceof NotFoundError) {
      return errors.NOT_FOUND({ data: { what: error.what, id: error.id }, cause: error });
    }
    if (error instanceof UnavailableError) {
      return errors.UNAVAILABLE({ data: { message: { key: error.key, params: error.params } }, cause: error });
    }
    if (error instanceof InvalidError) {
      return errors.INVALID({ data: { message: { key: error.key, params: error.params } }, cause: error });
    }
    if (error instanceof ConflictError) {
      return errors.CONFLICT({ data: { message: { key: error.key, params: error.params } }, cause: error });
    }
    if (error instanceof HostUnavailableError) {
      return errors.HOST_UNAVAILABLE({ data: { hostId: error.hostId, host: error.hostError }, cause: error });
    }
    return error instanceof StoreError ? errors.STORE_FAILED({ data: error.problem, cause: error }) : error;
  };
  try {
    const result = await next();
    // A stream fails while it is read, when its procedure has long returned.
    return isStream(result.output) ? { ...result, output: withErrors(result.output, translate) } : result;
  } catch (error) {
    throw translate(error);
  }
});

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

function withErrors(stream: AsyncIterator<unknown>, translate: (error: unknown) => unknown): AsyncIterator<unknown> {
  return mapEventIterator(stream, { value: async (value) => value, error: async (error) => translate(error) });
}
