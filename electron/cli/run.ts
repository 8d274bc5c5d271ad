import type { CliContext } from './context';

/** Wraps a command for commander: it gets a context that is closed afterwards, whatever happened. */
export type Run = <Args extends unknown[]>(
  command: (context: CliContext, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>;
