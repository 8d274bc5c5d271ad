import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { HostUnavailableError } from '../hosts/host';
import { StoreError } from '../store/store';

/** The contract to implement, with every service error turned into its code at this one place. */
export const engine = implement(contract);

export const translateErrors = engine.middleware(async ({ next, errors }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof NotFoundError)
      throw errors.NOT_FOUND({ data: { what: error.what, id: error.id }, cause: error });
    if (error instanceof InvalidError) {
      throw errors.INVALID({ data: { message: { key: error.key, params: error.params } }, cause: error });
    }
    if (error instanceof ConflictError) {
      throw errors.CONFLICT({ data: { message: { key: error.key, params: error.params } }, cause: error });
    }
    if (error instanceof HostUnavailableError) {
      throw errors.HOST_UNAVAILABLE({ data: { hostId: error.hostId, host: error.hostError }, cause: error });
    }
    if (error instanceof StoreError) throw errors.STORE_FAILED({ data: error.problem, cause: error });
    throw error;
  }
});
