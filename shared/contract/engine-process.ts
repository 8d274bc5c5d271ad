import type { ContractRouterClient } from '@orpc/contract';
import { oc } from '@orpc/contract';
import { z } from 'zod';
import { notificationTargetSchema } from '../domain/notifications/notification';
import type { StorageProblem } from '../domain/storage-problem';

/** Messages from main to the engine process. `start` carries the port of `workstation`, `connect` one client's port. */
export type ToEngineProcess = { kind: 'start'; dataDir: string } | { kind: 'connect' } | { kind: 'stop' };

/** Messages from the engine process to main. After `failed` the process ends; `problem` when its data was the reason. */
export type FromEngineProcess = { kind: 'ready' } | { kind: 'failed'; reason: string; problem: StorageProblem | null };

const text = z.object({ text: z.string() });
const bytes = z.object({ bytes: z.instanceof(Uint8Array) });

/** What main serves to the engine. */
export const workstation = {
  /** The desktop's keychain. `isAvailable` is false where keys would be kept in the open. */
  secrets: {
    isAvailable: oc.output(z.boolean()),
    encrypt: oc.input(text).output(bytes),
    decrypt: oc.input(bytes).output(text),
  },
  /** Shows a desktop notification; a click on it opens the window, and those alerts. False where the desktop has none. */
  notify: oc.input(notificationTargetSchema.extend({ title: z.string(), body: z.string() })).output(z.boolean()),
};
export type WorkstationClient = ContractRouterClient<typeof workstation>;
