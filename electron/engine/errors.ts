/** No such thing. Becomes NOT_FOUND at the border. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  constructor(
    readonly what: string,
    readonly id: string,
  ) {
    super(`no ${what} with id ${id}`);
  }
}

/** Why something is not done: `key` and `params` name the words. */
class Refusal extends Error {
  constructor(
    readonly key: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(key);
  }
}

/** Input that makes no sense. Becomes INVALID at the border. */
export class InvalidError extends Refusal {
  override readonly name: string = 'InvalidError';
}

/** A server that was named did not answer, or with a refusal. Becomes UNAVAILABLE at the border. */
export class UnavailableError extends InvalidError {
  override readonly name = 'UnavailableError';
}

/** The thing moved on. Becomes CONFLICT at the border. */
export class ConflictError extends Refusal {
  override readonly name = 'ConflictError';
}
